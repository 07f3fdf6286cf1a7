/** Webflow's webhooks: registrations, deliveries, what becomes of those that fail, and deliveries that go wrong on demand. */
import { readFileSync } from 'node:fs';
import addFormats from 'ajv-formats';
import Ajv2020 from 'ajv/dist/2020';
import { control } from '../../sandbox/control.mts';
import type { Request } from '../../sandbox/http.mts';
import { Sandbox } from '../../sandbox/sandbox.mts';
import { BARE_SITE_ID, SITE_ID, SKU_COLLECTION_ID } from '../../sandbox/webflow/ids.mts';
import {
	sign,
	WEBFLOW_CLIENT_SECRET,
	type WebhookRequest,
} from '../../sandbox/webflow/signature.mts';
import type { WebhookSwitches } from '../../sandbox/webflow/switches.mts';
import type { WebhookAction } from '../../sandbox/webflow/tricks.mts';
import {
	WEBFLOW_NO_SHOP_TOKEN,
	WEBFLOW_READ_ONLY_TOKEN,
	WEBFLOW_TOKEN,
} from '../../sandbox/webflow/webflow.mts';
import { WEBHOOK_TURNS } from '../conformance/switches/positions.mts';
import { InstantClock } from '../support/clock.mts';

const MINUTE = 60_000;
const TRIGGER = 'ecomm_inventory_changed';
const HOOKS = `/v2/sites/${SITE_ID}/webhooks`;
const ITEM = '20e63fc00000000000000000';
const itemOf = (n: number): string => `20e63fc${(n * 100).toString(16).padStart(17, '0')}`;

interface Heard extends WebhookRequest {
	url: string;
	payload: any;
}

let clock: InstantClock;
let sandbox: Sandbox;
/** What was delivered, in the order in which it arrived. */
let heard: Heard[];
/** What the listener answers, delivery by delivery; 200 when nothing is left, null for no answer. */
let answers: Array<number | null>;

beforeEach(() => {
	clock = new InstantClock();
	sandbox = new Sandbox(clock);
	const skus = ['A', 'B', 'C', 'D', 'E'];
	sandbox.seed({ products: skus.map((sku) => ({ name: sku, sku, quantity: 50 })) });
	heard = [];
	answers = [];
	sandbox.send = async (url, request) => {
		heard.push({ url, ...request, payload: JSON.parse(request.body).payload });
		const answer = answers.length > 0 ? answers.shift() : 200;
		if (answer == null) throw new Error('No answer');
		return answer;
	};
});

async function ask(method: string, path: string, body?: unknown, token = WEBFLOW_TOKEN) {
	const delivery = await sandbox.handle('webflow', {
		method,
		path,
		query: new URLSearchParams(),
		headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
		body: body === undefined ? '' : JSON.stringify(body),
	});
	if (delivery.kind !== 'reply') throw new Error(delivery.kind);
	return { status: delivery.reply.status, body: delivery.reply.body as any };
}

const turn = (switches: Partial<WebhookSwitches>) =>
	Object.assign(sandbox.webflow.switches, switches);
const settled = async () => await sandbox.webflow.webhooks.deliveries.settled();
const create = async (body: object = {}, token?: string) =>
	await ask('POST', HOOKS, { triggerType: TRIGGER, url: 'http://shop.test/hook', ...body }, token);
const listed = async () => (await ask('GET', HOOKS)).body.webhooks;
const update = async (body: object, item = ITEM) =>
	await ask('PATCH', `/v2/collections/${SKU_COLLECTION_ID}/items/${item}/inventory`, {
		inventoryType: 'finite',
		...body,
	});
async function sell(...skus: string[]): Promise<void> {
	for (const sku of skus) sandbox.change('webflow', { sku, delta: -1 });
	await settled();
}
const idsHeard = () => heard.map(({ payload }) => payload.id);

function tell(method: 'GET' | 'POST', body?: unknown) {
	const request: Request = {
		method,
		path: '/control/webhooks',
		query: new URLSearchParams(),
		headers: {},
		body: body === undefined ? '' : JSON.stringify(body),
	};
	return control(sandbox, request).reply as { status: number; body: any };
}
async function act(...actions: WebhookAction[]): Promise<void> {
	expect(tell('POST', actions).status).toBe(200);
	await settled();
}

const isSigned = (key: string, { headers, body }: WebhookRequest): boolean =>
	sign(key, Number(headers['x-webflow-timestamp']), body) === headers['x-webflow-signature'];

/** Lets the next attempts of what failed come due. */
async function later(ms = 10 * MINUTE): Promise<void> {
	clock.pass(ms);
	sandbox.advance();
	await settled();
}

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
	])('with %s are those the official client makes', (key, text, signature) => {
		expect(sign(key, at, text)).toBe(signature);
	});
});

describe('registrations', () => {
	test('are made, shown and removed', async () => {
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

	test('and every answer about them fit Webflow’s own schema', async () => {
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

	test('show when they were last used', async () => {
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
	])('with %j are refused with %d', async (body, status, code) => {
		expect(await create(body)).toMatchObject({
			status,
			body: { code, message: expect.any(String), externalReference: null },
		});
		expect(await listed()).toStrictEqual([]);
	});

	test('of a form may carry a filter', async () => {
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

	test('name the scope that is missing', async () => {
		expect((await create({}, WEBFLOW_READ_ONLY_TOKEN)).body).toMatchObject({
			code: 'missing_scopes',
			message: expect.stringContaining('sites:write'),
		});
		expect((await create({}, WEBFLOW_NO_SHOP_TOKEN)).body.message).toContain('ecommerce:read');
		const other = { triggerType: 'site_publish' };
		expect((await create(other, WEBFLOW_NO_SHOP_TOKEN)).status).toBe(201);
	});

	test('end at 75 of one trigger', async () => {
		for (let n = 0; n < 75; n += 1) expect((await create()).status).toBe(201);
		expect(await create()).toMatchObject({ status: 400, body: { code: 'bad_request' } });
		expect((await create({ triggerType: 'site_publish' })).status).toBe(201);
	});

	test('of one address twice are allowed, or refused', async () => {
		turn({ webhookTwice: 'refuse' });
		await create();
		expect(await create()).toMatchObject({ status: 409, body: { code: 'conflict' } });
		expect((await create({ url: 'http://shop.test/other' })).status).toBe(201);
		turn({ webhookTwice: 'allow' });
		expect((await create()).status).toBe(201);
	});

	test('may name their ids as v1 did', async () => {
		turn({ webhookIds: '_id' });
		const { body } = await create();
		expect(Object.keys(body)).toContain('_id');
		expect(Object.keys(body)).not.toContain('id');
		expect((await ask('DELETE', `/v2/webhooks/${body._id}`)).status).toBe(204);
	});

	test('may always show their secret', async () => {
		turn({ webhookSecret: 'always' });
		const { body } = await create();
		expect(await listed()).toMatchObject([{ secretKey: body.secretKey }]);
	});

	test.each(['clientSecret', 'none'] as const)(
		'have no secret of their own: %s',
		async (webhookSigning) => {
			turn({ webhookSigning, webhookSecret: 'always' });
			expect((await create()).body).not.toHaveProperty('secretKey');
			expect((await listed())[0]).not.toHaveProperty('secretKey');
		},
	);

	test('are gone after a reset, and their ids are not used again', async () => {
		const first = (await create()).body.id;
		sandbox.reset();
		expect(await listed()).toStrictEqual([]);
		expect((await create()).body.id).not.toBe(first);
	});
});

describe('a change of stock', () => {
	test('is delivered, signed with the secret of the webhook', async () => {
		const { secretKey } = (await create()).body;
		await update({ quantity: 83 });
		await settled();
		expect(heard).toHaveLength(1);
		expect(heard[0]).toMatchObject({
			url: 'http://shop.test/hook',
			headers: {
				'Content-Type': 'application/json',
				'x-webflow-timestamp': String(clock.now()),
			},
			body: `{"triggerType":"ecomm_inventory_changed","payload":{"id":"${ITEM}","quantity":83,"inventoryType":"finite"}}`,
		});
		expect(isSigned(secretKey, heard[0])).toBe(true);
	});

	test('is signed with the secret of the app, or not at all', async () => {
		turn({ webhookSigning: 'clientSecret' });
		await create();
		turn({ webhookSigning: 'none' });
		await create({ url: 'http://shop.test/old' });
		await sell('A');
		expect(isSigned(WEBFLOW_CLIENT_SECRET, heard[0])).toBe(true);
		expect(heard[1]).toMatchObject({ url: 'http://shop.test/old' });
		expect(heard[1].headers).toStrictEqual({ 'Content-Type': 'application/json' });
	});

	test.each<[string, () => unknown, unknown]>([
		['a set', () => update({ quantity: 3 }), { quantity: 3, inventoryType: 'finite' }],
		['a delta', () => update({ updateQuantity: -3 }), { quantity: 47, inventoryType: 'finite' }],
		[
			'no longer counted',
			() => update({ inventoryType: 'infinite' }),
			{ inventoryType: 'infinite' },
		],
		['a sale', () => sell('A'), { quantity: 49, inventoryType: 'finite' }],
	])('by %s says how it is now', async (_, change, level) => {
		await create();
		await change();
		await settled();
		expect(heard.map(({ payload }) => payload)).toStrictEqual([{ id: ITEM, ...(level as object) }]);
	});

	test('by v1 is delivered to webhooks of v2', async () => {
		await create();
		const path = `/collections/${SKU_COLLECTION_ID}/items/${ITEM}/inventory`;
		await ask('PATCH', path, { fields: { quantity: 4 } });
		await settled();
		expect(heard[0].payload).toMatchObject({ id: ITEM, quantity: 4 });
	});

	test('of five items is five deliveries at once', async () => {
		await create();
		const waiting: Array<() => void> = [];
		sandbox.send = async () => await new Promise((resolve) => waiting.push(() => resolve(200)));
		for (const sku of ['A', 'B', 'C', 'D', 'E']) sandbox.change('webflow', { sku, delta: -1 });
		await Promise.resolve();
		expect(waiting).toHaveLength(5);
		for (const answer of waiting) answer();
		await settled();
		expect(sandbox.log.all().filter(({ method }) => method === 'webhook')).toHaveLength(5);
	});

	test('does not wait for its delivery', async () => {
		await create();
		sandbox.send = async () => await new Promise(() => {});
		expect((await update({ quantity: 1 })).status).toBe(200);
	});

	test('is told to every webhook that listens, and to no other', async () => {
		await create();
		await create({ url: 'http://shop.test/second' });
		await create({ url: 'http://shop.test/orders', triggerType: 'ecomm_new_order' });
		const bare = `/v2/sites/${BARE_SITE_ID}/webhooks`;
		await ask('POST', bare, { triggerType: TRIGGER, url: 'http://other.test' });
		await sell('A');
		expect(heard.map(({ url }) => url)).toStrictEqual([
			'http://shop.test/hook',
			'http://shop.test/second',
		]);
	});

	test('through the API is told or not, a sale always', async () => {
		await create();
		turn({ echo: false });
		await update({ quantity: 1 });
		await sell('B');
		expect(idsHeard()).toStrictEqual([itemOf(1)]);
	});

	test('that is none is told only where that is asked for', async () => {
		await create();
		await update({ quantity: 50 });
		await settled();
		expect(heard).toHaveLength(0);
		turn({ webhookUnchanged: true });
		await update({ quantity: 50 });
		await settled();
		expect(heard).toHaveLength(1);
	});

	test('that is refused is not told', async () => {
		await create();
		expect((await update({ quantity: '7' })).status).toBe(400);
		await settled();
		expect(heard).toHaveLength(0);
	});

	test('stands in the log, with what was answered and without the signature', async () => {
		await create();
		answers = [204, null];
		await sell('A', 'B');
		const entries = sandbox.log.all().filter(({ method }) => method === 'webhook');
		expect(entries).toMatchObject([
			{
				platform: 'webflow',
				path: 'http://shop.test/hook',
				body: { triggerType: TRIGGER, payload: { id: ITEM, quantity: 49 } },
				status: 204,
				fault: null,
				moves: [],
			},
			{ status: null, fault: 'no answer' },
		]);
		expect(JSON.stringify(entries)).not.toContain('signature');
	});

	test('goes nowhere in a sandbox without a network, and harms nothing', async () => {
		const alone = new Sandbox(clock);
		alone.webflow.webhooks.create(
			{
				method: 'POST',
				path: '',
				query: new URLSearchParams(),
				headers: {},
				body: JSON.stringify({ triggerType: TRIGGER, url: 'http://shop.test' }),
			},
			SITE_ID,
			{ scopes: ['ecommerce:read'], isApp: false },
		);
		alone.change('webflow', { sku: '71053', delta: -1 });
		await alone.webflow.webhooks.deliveries.settled();
		expect(alone.log.all()).toMatchObject([{ method: 'webhook', status: null }]);
	});
});

describe('a delivery that fails', () => {
	test.each([201, 204, 301, 302, 400, 404, 410, 500, null])(
		'with %s is sent again ten minutes later, signed anew',
		async (status) => {
			const { secretKey } = (await create()).body;
			answers = [status];
			await sell('A');
			await later(10 * MINUTE - 1);
			expect(heard).toHaveLength(1);
			await later(1);
			expect(heard).toHaveLength(2);
			const [first, second] = heard.map(({ headers }) => Number(headers['x-webflow-timestamp']));
			expect(second - first).toBe(10 * MINUTE);
			expect(heard.map((one) => isSigned(secretKey, one))).toStrictEqual([true, true]);
			expect(heard[1].body).toBe(heard[0].body);
			await later();
			expect(heard).toHaveLength(2);
		},
	);

	test.each([
		[3, 4],
		[2, 3],
		[0, 1],
	])('%d more times, %d in all, deactivates its webhook', async (webhookRetries, times) => {
		turn({ webhookRetries });
		await create();
		answers = Array<number>(10).fill(500);
		await sell('A');
		for (let n = 0; n < 6; n += 1) await later();
		expect(heard).toHaveLength(times);
		expect(tell('GET').body).toMatchObject({ webhooks: [{ state: 'deactivated' }], failed: 0 });
		answers = [];
		await sell('B');
		expect(heard).toHaveLength(times);
	});

	test('is sent again after as long as a switch says', async () => {
		turn({ webhookRetryMs: 50 });
		await create();
		answers = [500];
		await sell('A');
		await later(50);
		expect(heard).toHaveLength(2);
	});

	test('is sent again when anything is asked', async () => {
		await create();
		answers = [500];
		await sell('A');
		expect(tell('GET').body.failed).toBe(1);
		clock.pass(10 * MINUTE);
		await listed();
		await settled();
		expect(heard).toHaveLength(2);
		expect(tell('GET').body.failed).toBe(0);
	});

	test('is not sent again to a webhook that was removed', async () => {
		const { id } = (await create()).body;
		answers = [500];
		await sell('A');
		await ask('DELETE', `/v2/webhooks/${id}`);
		await later();
		expect(heard).toHaveLength(1);
	});

	test('holds up no other', async () => {
		await create();
		answers = [500];
		await sell('A');
		await sell('B');
		await later();
		expect(idsHeard()).toStrictEqual([itemOf(0), itemOf(1), itemOf(0)]);
	});

	test('asks to be woken', async () => {
		const asked: number[] = [];
		sandbox.wake = (ms) => asked.push(ms);
		await create();
		answers = [500];
		await sell('A');
		expect(asked).toStrictEqual([10 * MINUTE]);
	});

	test.each([
		['shown', 1, 200],
		['hidden', 0, 404],
	] as const)(
		'leaves its webhook %s once it is deactivated',
		async (webhookDeactivated, count, status) => {
			turn({ webhookDeactivated, webhookRetries: 0 });
			const { id } = (await create()).body;
			answers = [500];
			await sell('A');
			expect(await listed()).toHaveLength(count);
			expect((await ask('GET', `/v2/webhooks/${id}`)).status).toBe(status);
		},
	);

	test('before a reset is nobody’s after it', async () => {
		await create();
		answers = [500];
		await sell('A');
		let answer = (_: number) => {};
		sandbox.send = async () => await new Promise((resolve) => (answer = resolve));
		sandbox.change('webflow', { sku: 'B', delta: -1 });
		await Promise.resolve();
		sandbox.reset();
		answer(500);
		await later();
		expect(sandbox.log.all()).toStrictEqual([]);
		expect(tell('GET').body).toStrictEqual({ webhooks: [], held: 0, failed: 0 });
	});
});

describe('on demand', () => {
	test('the next deliveries come in another order', async () => {
		await create();
		await act({ action: 'shuffle', next: 3 });
		await sell('A', 'B');
		expect(heard).toHaveLength(0);
		expect(tell('GET').body.held).toBe(2);
		clock.pass(MINUTE);
		await sell('C');
		await sell('D');
		expect(idsHeard()).toStrictEqual([2, 1, 0, 3].map(itemOf));
		const stamps = heard.map(({ headers }) => Number(headers['x-webflow-timestamp']));
		expect(stamps[0] - stamps[2]).toBe(MINUTE);
	});

	test('a delivery comes twice, the same to the byte', async () => {
		await create();
		await act({ action: 'duplicate', next: 1 });
		await sell('A');
		await sell('B');
		expect(idsHeard()).toStrictEqual([0, 0, 1].map(itemOf));
		expect(heard[1]).toStrictEqual(heard[0]);
		clock.pass(MINUTE);
		await act({ action: 'duplicate' });
		expect(heard[3]).toStrictEqual(heard[2]);
		const faults = sandbox.log.all().flatMap(({ fault }) => fault ?? []);
		expect(faults).toStrictEqual(['duplicate', 'duplicate']);
	});

	test.each([
		['asMade', [0, 1, 2]],
		['reversed', [2, 1, 0]],
	] as const)('deliveries are held and released, %s', async (order, items) => {
		await create();
		await act({ action: 'hold' });
		const made = clock.now();
		await sell('A', 'B', 'C');
		clock.pass(MINUTE);
		expect([heard.length, tell('GET').body.held]).toStrictEqual([0, 3]);
		await act({ action: 'release', order });
		expect(idsHeard()).toStrictEqual(items.map(itemOf));
		expect(heard[0].headers['x-webflow-timestamp']).toBe(String(made));
		await sell('D');
		expect(heard).toHaveLength(4);
	});

	test('a release sends what a shuffle still waits with', async () => {
		await create();
		await act({ action: 'shuffle', next: 5 });
		await sell('A');
		await act({ action: 'release' });
		await sell('B');
		expect(idsHeard()).toStrictEqual([itemOf(0), itemOf(1)]);
	});

	test.each([
		['forged', false, 0],
		['stale', true, -301_000],
		['future', true, 360_000],
		['unknownItem', true, 0],
		['otherTrigger', true, 0],
	] as const)('one that is %s', async (action, signed, offset) => {
		const { secretKey } = (await create()).body;
		await act({ action, sku: 'B', quantity: 0 });
		expect(heard).toHaveLength(1);
		const [{ headers, body, payload }] = heard;
		expect(isSigned(secretKey, heard[0])).toBe(signed);
		expect(headers['x-webflow-signature']).toMatch(/^[0-9a-f]{64}$/);
		expect(Number(headers['x-webflow-timestamp']) - clock.now()).toBe(offset);
		expect(payload).toStrictEqual({
			id: action === 'unknownItem' ? 'f'.repeat(24) : itemOf(1),
			quantity: 0,
			inventoryType: 'finite',
		});
		expect(JSON.parse(body).triggerType).toBe(
			action === 'otherTrigger' ? 'ecomm_new_order' : TRIGGER,
		);
		expect(sandbox.log.all().at(-1)).toMatchObject({ method: 'webhook', fault: action });
		expect(sandbox.webflow.stock()[1].quantity).toBe(50);
	});

	test('one without a signature', async () => {
		await create();
		await act({ action: 'unsigned', itemId: itemOf(2) });
		expect(heard[0].headers).toStrictEqual({ 'Content-Type': 'application/json' });
		expect(heard[0].payload).toMatchObject({ id: itemOf(2), quantity: 50 });
	});

	test('what is not Webflow’s is not sent again, and deactivates nothing', async () => {
		turn({ webhookRetries: 0 });
		await create();
		answers = [401];
		await act({ action: 'forged' });
		await later();
		expect(heard).toHaveLength(1);
		expect(tell('GET').body).toMatchObject({ webhooks: [{ state: 'active' }], failed: 0 });
	});

	test('a webhook vanishes behind the client’s back', async () => {
		const first = (await create()).body.id;
		const second = (await create({ url: 'http://shop.test/second' })).body.id;
		await act({ action: 'vanish', id: first });
		expect((await listed()).map(({ id }: { id: string }) => id)).toStrictEqual([second]);
		expect((await ask('GET', `/v2/webhooks/${first}`)).status).toBe(404);
		await act({ action: 'vanish' });
		await sell('A');
		expect([await listed(), heard]).toStrictEqual([[], []]);
	});

	test('one action or several, and the state of things as the answer', async () => {
		const { id } = (await create()).body;
		expect(tell('POST', { action: 'hold' }).body).toStrictEqual({
			webhooks: [
				{
					id,
					siteId: SITE_ID,
					triggerType: TRIGGER,
					url: 'http://shop.test/hook',
					state: 'active',
				},
			],
			held: 0,
			failed: 0,
		});
	});

	test.each([
		[{ action: 'nonsense' }, 'is not one of'],
		[{}, 'is not one of'],
		[{ action: 'shuffle' }, '“next” must be'],
		[{ action: 'duplicate', next: 0 }, '“next” must be'],
		[{ action: 'duplicate' }, 'Nothing has been delivered'],
		[{ action: 'forged', sku: 'nope' }, 'no such item'],
		[{ action: 'vanish', id: 'nope' }, 'no such webhook'],
		[['hold'], 'Send a JSON object'],
		[7, 'Send a JSON object'],
	])('%j is refused in words', async (body, words) => {
		await create();
		const { status, body: answer } = tell('POST', body);
		expect(status).toBe(400);
		expect(answer.error).toContain(words);
	});

	test('nobody is told where nobody listens', () => {
		expect(tell('POST', { action: 'stale' }).body.error).toBe('No webhook listens');
	});
});

test.each(WEBHOOK_TURNS)('a webhook lives and dies with $name: $position', async (turned) => {
	turn({ [turned.name]: turned.position });
	const { status, body } = await create();
	expect(status).toBe(201);
	await update({ quantity: 3 });
	await sell('B');
	expect(heard).toHaveLength(turned.name === 'echo' && turned.position === false ? 1 : 2);
	expect((await ask('DELETE', `/v2/webhooks/${body.id ?? body._id}`)).status).toBe(204);
	await sell('B');
	expect(idsHeard().filter((id) => id === itemOf(1))).toHaveLength(1);
});
