/** Webflow's webhooks: registering them, and knowing Webflow's calls from others. */
import { SITE_TOKEN } from '../../platforms/webflow/access.ts';
import { Hooks, INVENTORY_CHANGED } from '../../platforms/webflow/hooks.ts';
import { verdictOn, WINDOW } from '../../platforms/webflow/signature.ts';
import { Webflow } from '../../platforms/webflow/webflow.ts';
import type { WebhookSwitches } from '../../sandbox/webflow/switches.mts';
import { WEBFLOW_READ_ONLY_TOKEN } from '../../sandbox/webflow/webflow.mts';
import { openShop, SITE_ID, type ShopOptions } from '../support/shops.mts';

const URL = 'https://n8n.example/webhook/stock/webhook';

function open(switches: Partial<WebhookSwitches> = {}, options?: ShopOptions, site = SITE_ID) {
	const shop = openShop('webflow', { switches, ...options });
	return { ...shop, hooks: new Hooks(shop.connection, site, SITE_TOKEN) };
}

describe('a webhook', () => {
	test.each(['id', '_id'] as const)(
		'a webhook is created, found and removed (%s)',
		async (webhookIds) => {
			const { hooks, sandbox } = open({ webhookIds });
			const created = await hooks.create(URL);
			const [registered] = sandbox.webflow.webhooks.all();
			expect(registered).toMatchObject({ triggerType: INVENTORY_CHANGED, url: URL });
			expect(created).toStrictEqual({
				ok: true,
				serverTime: expect.any(Number),
				value: { id: registered.id, url: URL, secretKey: registered.key },
			});
			expect(await hooks.list()).toStrictEqual({
				ok: true,
				serverTime: expect.any(Number),
				value: [{ id: registered.id, url: URL, secretKey: null }],
			});
			expect(await hooks.remove(registered.id)).toBeNull();
			expect(sandbox.webflow.webhooks.all()).toStrictEqual([]);
		},
	);

	test('a webhook that is gone already counts as removed', async () => {
		expect(await open().hooks.remove('30e63fc00000000000000009')).toBeNull();
	});

	test('a webhook that cannot be removed says why', async () => {
		const { hooks, sandbox } = open();
		sandbox.faults.add([{ method: 'DELETE', apply: false, then: { status: 403, body: {} } }]);
		expect(await hooks.remove('30e63fc00000000000000009')).toMatchObject({ httpStatus: 403 });
	});

	test('a webhook whose removal got no answer is removed again only while it is still listed', async () => {
		for (const apply of [true, false]) {
			const { hooks, sandbox } = open();
			await hooks.create(URL);
			const [{ id }] = sandbox.webflow.webhooks.all();
			sandbox.faults.add([{ method: 'DELETE', apply, then: { status: 502, body: {} } }]);
			expect(await hooks.remove(id)).toBeNull();
			expect(sandbox.webflow.webhooks.all()).toStrictEqual([]);
			const sent = sandbox.log.all().filter(({ method }) => method === 'DELETE');
			expect(sent).toHaveLength(apply ? 1 : 2);
		}
	});

	test('a webhook has no key where Webflow names none', async () => {
		const { hooks } = open({ webhookSigning: 'clientSecret' });
		expect(await hooks.create(URL)).toMatchObject({ ok: true, value: { secretKey: null } });
	});

	test.each([
		['a token that may not', { token: WEBFLOW_READ_ONLY_TOKEN }, 'not allowed to create webhooks'],
		['a wrong token', { token: 'nope' }, 'did not accept the access token'],
	])('a webhook cannot be created with %s', async (_, options, words) => {
		const created = await open({}, options).hooks.create(URL);
		expect(created).toMatchObject({
			ok: false,
			fault: { message: expect.stringContaining(words) },
		});
	});

	test('an answer that makes no sense is not quoted: it may hold the key', async () => {
		const { hooks, sandbox } = open();
		const body = { secretKey: 'whsec_0123456789' };
		sandbox.faults.add([{ method: 'POST', then: { status: 200, body } }]);
		const created = await hooks.create(URL);
		expect(created).toMatchObject({ ok: false });
		expect(JSON.stringify(created)).not.toContain('whsec_');
	});

	test('a webhook is one of at most 75', async () => {
		const { hooks } = open();
		for (let n = 0; n < 75; n += 1)
			expect(await hooks.create(`${URL}/${n}`)).toMatchObject({ ok: true });
		const created = await hooks.create(URL);
		expect(created).toMatchObject({
			ok: false,
			fault: { message: expect.stringContaining('75 webhooks') },
		});
	});

	test('a webhook belongs to a site that Webflow knows', async () => {
		const listed = await open({}, undefined, 'f'.repeat(24)).hooks.list();
		expect(listed).toMatchObject({
			ok: false,
			fault: { message: expect.stringContaining('does not know the Site') },
		});
	});

	test.each([{ webhooks: 5 }, { id: '' }])('a webhook answered with %j is none', async (body) => {
		const { hooks, sandbox } = open();
		sandbox.faults.add([{ times: 9, then: { status: 200, body } }]);
		expect(await hooks.list()).toMatchObject({ ok: false });
		expect(await hooks.create(URL)).toMatchObject({ ok: false });
	});
});

/** Made-up data, from Webflow's own description of the signature. */
describe('a call', () => {
	const timestamp = '1722370035277';
	const now = Number(timestamp);
	const stock =
		'{"triggerType":"ecomm_inventory_changed","payload":{"id":"5e8518516e147040726cc415","quantity":7,"inventoryType":"finite"}}';
	const odd =
		'{ "triggerType": "ecomm_inventory_changed", "payload": {"id":"x","quantity":1.0,"note":"h\\u00e9"} }';
	const signature = 'f0e8a997c114c3f64c60ed3140c006f5361cf15f96d11596e92eb69d604339ad';
	const call = { body: Buffer.from(stock), timestamp, signature };

	test.each([
		['SECRET', stock, signature],
		[
			'00112233445566778899aabbccddeeff'.repeat(2),
			stock,
			'77c7f5846b11d60b067906576fa605a23c8f0beac2e0d8b72a6b4c8e4d2d56ba',
		],
		['SECRET', odd, '5a96cf79a66e183f56763c6d67ee1b1c02cd90ea87c3e461bf06d497f25150de'],
		['SECRET', '', '8b77285d017b3093ae79361fab35b532796c803d42047c08fd0d4818a4e08b15'],
	])('a call is signed with %s over its bytes', (key, body, signed) => {
		expect(verdictOn({ body: Buffer.from(body), timestamp, signature: signed }, key, now)).toBe(
			'authentic',
		);
	});

	test.each([
		['of another body', { body: Buffer.from(`${stock} `) }],
		['without a signature', { signature: undefined }],
		['with a short signature', { signature: signature.slice(2) }],
		['with a signature that is none', { signature: 'zz'.repeat(32) }],
		['without a time', { timestamp: undefined }],
		['with a time in words', { timestamp: 'now' }],
		['with another time', { timestamp: String(now + 1) }],
	])('a call %s is not authentic', (_, some) => {
		expect(verdictOn({ ...call, ...some }, 'SECRET', now)).toBe('forged');
	});

	test('a call is not authentic with another key, or five minutes off', () => {
		expect(verdictOn(call, 'OTHER', now)).toBe('forged');
		for (const off of [WINDOW, -WINDOW])
			expect(verdictOn(call, 'SECRET', now + off)).toBe('authentic');
		for (const off of [WINDOW + 1, -WINDOW - 1])
			expect(verdictOn(call, 'SECRET', now + off)).toStrictEqual({ off: -off });
	});
});

describe('the SKU behind an id', () => {
	test('the SKU of an ID is looked up once, however many ask at the same time, and again after a while', async () => {
		const shop = openShop('webflow');
		shop.sandbox.seed({ products: [{ name: 'Lantern', sku: 'A', quantity: 5 }] });
		const platform = shop.platform as Webflow;
		const [{ itemId }] = shop.sandbox.webflow.stock();
		const named = await Promise.all([platform.named(itemId), platform.named(itemId)]);
		expect(named).toMatchObject([
			{ item: { sku: 'A', name: 'Lantern' }, fault: null },
			{ item: { sku: 'A' }, fault: null },
		]);
		expect(shop.sandbox.log.all()).toHaveLength(1);
		shop.clock.pass(60 * 60_000);
		shop.sandbox.seed({ products: [{ name: 'Lamp', sku: 'B', quantity: 5 }] });
		expect(await platform.named(itemId)).toMatchObject({ item: { sku: 'B', name: 'Lamp' } });
		expect(shop.sandbox.log.all()).toHaveLength(2);
	});

	test('the SKU of an ID stays unknown where it cannot be found, and is looked up again after a while', async () => {
		const { sandbox, clock, platform } = openShop('webflow');
		sandbox.seed({ products: [] });
		const walksFor = async (id: string): Promise<number> => {
			sandbox.log.clear();
			const unknown = { item: { itemId: id, sku: null, name: null }, fault: null };
			expect(await (platform as Webflow).named(id)).toMatchObject(unknown);
			return sandbox.log.all().length;
		};
		const [one, other] = ['e'.repeat(24), 'f'.repeat(24)];
		expect(await walksFor(one)).toBe(1);
		expect(await walksFor(one)).toBe(0);
		expect(await walksFor(other)).toBe(1);
		clock.pass(10 * 60_000);
		expect(await walksFor(one)).toBe(1);
	});

	test('the SKU of an ID is not unknown where the catalogue cannot be read', async () => {
		const shop = openShop('webflow');
		shop.sandbox.seed({ products: [{ name: 'Lantern', sku: 'A', quantity: 5 }] });
		const [{ itemId }] = shop.sandbox.webflow.stock();
		const platform = shop.platform as Webflow;
		shop.sandbox.faults.add([{ method: 'GET', apply: false, then: { status: 403 } }]);
		expect(await platform.named(itemId)).toMatchObject({ fault: { httpStatus: 403 } });
		expect(await platform.named(itemId)).toMatchObject({ item: { sku: 'A' }, fault: null });
	});
});
