/** Webflow's webhooks: their signatures, and how they are registered. */
import { readFileSync } from 'node:fs';
import addFormats from 'ajv-formats';
import Ajv2020 from 'ajv/dist/2020';
import { BARE_SITE_ID, SITE_ID } from '../../sandbox/webflow/ids.mts';
import { sign } from '../../sandbox/webflow/signature.mts';
import {
	WEBFLOW_NO_SHOP_TOKEN,
	WEBFLOW_READ_ONLY_TOKEN,
	WEBFLOW_TOKEN,
} from '../../sandbox/webflow/webflow.mts';
import { WEBHOOK_SETTINGS } from '../conformance/switches/positions.mts';
import {
	ask,
	clock,
	create,
	heard,
	HOOKS,
	idsHeard,
	itemOf,
	listed,
	MINUTE,
	sandbox,
	sell,
	TRIGGER,
	setSwitches,
	update,
} from './listener.mts';

describe('signatures', () => {
	const at = 1_722_370_035_277;
	const body =
		'{"triggerType":"ecomm_inventory_changed","payload":{"id":"5e8518516e147040726cc415","quantity":7,"inventoryType":"finite"}}';
	const odd =
		'{ "triggerType": "ecomm_inventory_changed", "payload": {"id":"x","quantity":1.0,"note":"h\\u00e9"} }';

	test.each([
		['SECRET', body, 'f0e8a997c114c3f64c60ed3140c006f5361cf15f96d11596e92eb69d604339ad'],
		[
			'00112233445566778899aabbccddeeff'.repeat(2),
			body,
			'77c7f5846b11d60b067906576fa605a23c8f0beac2e0d8b72a6b4c8e4d2d56ba',
		],
		['SECRET', odd, '5a96cf79a66e183f56763c6d67ee1b1c02cd90ea87c3e461bf06d497f25150de'],
		['SECRET', '', '8b77285d017b3093ae79361fab35b532796c803d42047c08fd0d4818a4e08b15'],
	])('signatures with %s are those the official client makes', (key, text, signature) => {
		expect(sign(key, at, text)).toBe(signature);
	});
});

describe('registrations', () => {
	test('webhooks are created, shown and removed', async () => {
		const made = await create();
		expect(made).toStrictEqual({
			status: 201,
			body: {
				id: expect.stringMatching(/^[0-9a-f]{24}$/),
				triggerType: TRIGGER,
				url: 'http://shop.test/hook',
				workspaceId: expect.stringMatching(/^[0-9a-f]{24}$/),
				siteId: SITE_ID,
				filter: null,
				createdOn: '2026-03-02T08:00:00.000Z',
				secretKey: expect.stringMatching(/^[0-9a-f]{64}$/),
			},
		});
		const { secretKey, ...shown } = made.body;
		expect(secretKey).toHaveLength(64);
		const one = `/v2/webhooks/${shown.id}`;
		expect(await ask('GET', one)).toStrictEqual({ status: 200, body: shown });
		expect(await listed()).toStrictEqual([shown]);
		expect(await ask('DELETE', one)).toStrictEqual({ status: 204, body: undefined });
		expect((await ask('DELETE', one)).status).toBe(404);
		expect((await ask('GET', one)).status).toBe(404);
		expect(await listed()).toStrictEqual([]);
	});

	test('every answer about webhooks fits Webflow’s own schema', async () => {
		const file = new URL('../conformance/openapi/webflow-inventory.json', import.meta.url);
		const { components } = JSON.parse(readFileSync(file, 'utf8'));
		const ajv = new Ajv2020({ strict: false, allErrors: true });
		addFormats(ajv);
		ajv.addFormat('objectid', /^[0-9a-f]{24}$/);
		const fits = ajv.compile({ $ref: '#/components/schemas/Webhook', components });
		const made = await create();
		await sell('A');
		for (const shown of [made.body, ...(await listed())]) {
			fits(shown);
			expect(fits.errors).toBeNull();
		}
	});

	test('webhooks show when they were last used', async () => {
		await create();
		clock.pass(MINUTE);
		await sell('A');
		expect(await listed()).toMatchObject([{ lastTriggered: '2026-03-02T08:01:00.000Z' }]);
	});

	test.each([
		[{ triggerType: undefined }, 400, 'validation_error'],
		[{ triggerType: 'ecomm_inventory_changedr' }, 400, 'unsupported_webhook_trigger_type'],
		[{ url: undefined }, 400, 'validation_error'],
		[{ url: 'shop.test/hook' }, 400, 'validation_error'],
		[{ url: 'ftp://shop.test/hook' }, 400, 'validation_error'],
		[{ filter: { name: 'Form' } }, 400, 'incompatible_webhook_filter'],
	])('a webhook with %j is refused with %d', async (body, status, code) => {
		expect(await create(body)).toMatchObject({
			status,
			body: { code, message: expect.any(String), externalReference: null },
		});
		expect(await listed()).toStrictEqual([]);
	});

	test('a webhook for a form may carry a filter', async () => {
		const filter = { name: 'Form' };
		const { status, body } = await create({ triggerType: 'form_submission', filter });
		expect([status, body.filter]).toStrictEqual([201, filter]);
	});

	test.each([
		['POST', HOOKS, WEBFLOW_READ_ONLY_TOKEN, 403],
		['POST', HOOKS, WEBFLOW_NO_SHOP_TOKEN, 403],
		['POST', HOOKS, 'wrong', 401],
		['GET', HOOKS, WEBFLOW_READ_ONLY_TOKEN, 200],
		['GET', '/v2/sites/nope/webhooks', WEBFLOW_TOKEN, 400],
		['GET', `/v2/sites/${'a'.repeat(24)}/webhooks`, WEBFLOW_TOKEN, 404],
		['GET', `/v2/sites/${BARE_SITE_ID}/webhooks`, WEBFLOW_TOKEN, 200],
		['GET', '/v2/webhooks/nope', WEBFLOW_TOKEN, 400],
		['GET', `/v2/webhooks/${'a'.repeat(24)}`, WEBFLOW_TOKEN, 404],
		['DELETE', `/v2/webhooks/${'a'.repeat(24)}`, WEBFLOW_READ_ONLY_TOKEN, 404],
		['GET', `/sites/${SITE_ID}/webhooks`, WEBFLOW_TOKEN, 404],
		['POST', `/sites/${SITE_ID}/webhooks`, WEBFLOW_TOKEN, 404],
	])('%s %s with %s answers %d', async (method, path, token, status) => {
		const body = method === 'POST' ? { triggerType: TRIGGER, url: 'http://shop.test' } : undefined;
		expect((await ask(method, path, body, token)).status).toBe(status);
	});

	test('a refused registration names the scope that is missing', async () => {
		expect((await create({}, WEBFLOW_READ_ONLY_TOKEN)).body).toMatchObject({
			code: 'missing_scopes',
			message: expect.stringContaining('sites:write'),
		});
		expect((await create({}, WEBFLOW_NO_SHOP_TOKEN)).body.message).toContain('ecommerce:read');
		const other = { triggerType: 'site_publish' };
		expect((await create(other, WEBFLOW_NO_SHOP_TOKEN)).status).toBe(201);
	});

	test('registrations end at 75 of one trigger', async () => {
		for (let n = 0; n < 75; n += 1) expect((await create()).status).toBe(201);
		expect(await create()).toMatchObject({ status: 400, body: { code: 'bad_request' } });
		expect((await create({ triggerType: 'site_publish' })).status).toBe(201);
	});

	test('two registrations of one address are allowed, or refused', async () => {
		setSwitches({ webhookTwice: 'refuse' });
		await create();
		expect(await create()).toMatchObject({ status: 409, body: { code: 'conflict' } });
		expect((await create({ url: 'http://shop.test/other' })).status).toBe(201);
		setSwitches({ webhookTwice: 'allow' });
		expect((await create()).status).toBe(201);
	});

	test('webhooks may name their IDs as v1 did', async () => {
		setSwitches({ webhookIds: '_id' });
		const { body } = await create();
		expect(Object.keys(body)).toContain('_id');
		expect(Object.keys(body)).not.toContain('id');
		expect((await ask('DELETE', `/v2/webhooks/${body._id}`)).status).toBe(204);
	});

	test('webhooks may always show their secret', async () => {
		setSwitches({ webhookSecret: 'always' });
		const { body } = await create();
		expect(await listed()).toMatchObject([{ secretKey: body.secretKey }]);
	});

	test.each(['clientSecret', 'none'] as const)(
		'webhooks have no secret of their own: %s',
		async (webhookSigning) => {
			setSwitches({ webhookSigning, webhookSecret: 'always' });
			expect((await create()).body).not.toHaveProperty('secretKey');
			expect((await listed())[0]).not.toHaveProperty('secretKey');
		},
	);

	test('webhooks are gone after a reset, and their IDs are not used again', async () => {
		const first = (await create()).body.id;
		sandbox.reset();
		expect(await listed()).toStrictEqual([]);
		expect((await create()).body.id).not.toBe(first);
	});
});

test.each(WEBHOOK_SETTINGS)('a webhook lives and dies with $name: $position', async (setting) => {
	setSwitches({ [setting.name]: setting.position });
	const { status, body } = await create();
	expect(status).toBe(201);
	await update({ quantity: 3 });
	await sell('B');
	expect(heard).toHaveLength(setting.name === 'echo' && setting.position === false ? 1 : 2);
	expect((await ask('DELETE', `/v2/webhooks/${body.id ?? body._id}`)).status).toBe(204);
	await sell('B');
	expect(idsHeard().filter((id) => id === itemOf(1))).toHaveLength(1);
});
