/** The sandbox over HTTP: its control routes, its page, its limits, and the three services as their documents have them. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startSandbox, type RunningSandbox } from '../../sandbox/server.mts';
import { orderLines, seedCatalogue } from '../../sandbox/catalogue.mts';
import type { LogEntry } from '../../sandbox/log.mts';
import { SITE_ID, SKU_COLLECTION_ID } from '../../sandbox/webflow/ids.mts';
import { sign } from '../../sandbox/webflow/signature.mts';

let running: RunningSandbox;
beforeAll(async () => {
	running = await startSandbox();
});
afterAll(async () => await running.close());
beforeEach(() => running.sandbox.reset());

interface Answer {
	status: number;
	headers: Headers;
	body: any;
}

async function ask(
	method: string,
	path: string,
	body?: unknown,
	headers: Record<string, string> = {},
): Promise<Answer> {
	const response = await fetch(`${running.url}${path}`, {
		method,
		headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
		body: body === undefined ? undefined : JSON.stringify(body),
	});
	const text = await response.text();
	let parsed: unknown = text;
	try {
		parsed = JSON.parse(text);
	} catch {
		// A page, or nothing.
	}
	return { status: response.status, headers: response.headers, body: parsed };
}

const WEBFLOW = { Authorization: 'Bearer webflow-sandbox-token' };
const ECWID = { Authorization: 'Bearer secret_sandbox' };
const ROOTFI = { api_key: 'rootfi-sandbox-key' };
const webflow = (method: string, path: string, body?: unknown) =>
	ask(method, `/webflow${path}`, body, WEBFLOW);
const ecwid = (method: string, path: string, body?: unknown) =>
	ask(method, `/ecwid/api/v3/1003${path}`, body, ECWID);
const rootfi = (method: string, path: string, body?: unknown) =>
	ask(method, `/rootfi/v4${path}`, body, ROOTFI);

describe('the seed', () => {
	test('is made of the orders of a day', () => {
		expect(orderLines()).toHaveLength(400);
		expect(orderLines()[0]).toStrictEqual({
			invoice: '536365',
			line: 1,
			sku: '85123A',
			description: 'WHITE HANGING HEART T-LIGHT HOLDER',
			quantity: 6,
		});
		const skus = new Set(orderLines().map(({ sku }) => sku));
		for (const shelves of Object.values(running.sandbox.stock())) {
			const held = new Set(shelves.map(({ sku }) => sku));
			expect([...skus].filter((sku) => !held.has(sku))).toStrictEqual([]);
		}
	});

	test('has variations, unlimited items, two doubled SKUs and a product without one', () => {
		const { ecwid: products } = seedCatalogue();
		const items = running.sandbox.ecwid.stock();
		expect(
			products.filter(({ variations }) => (variations ?? []).length > 1).length,
		).toBeGreaterThan(3);
		expect(items.filter(({ unlimited }) => unlimited).length).toBe(3);
		const codes = items.map(({ sku }) => sku);
		expect(new Set(codes.filter((sku, n) => sku !== null && codes.indexOf(sku) !== n)).size).toBe(
			2,
		);
		expect(codes.filter((sku) => sku === null)).toHaveLength(1);
	});

	test('is the same every time', () => {
		expect(seedCatalogue()).toStrictEqual(seedCatalogue());
	});
});

describe('control', () => {
	test('stock is shown and changed, as a sale would', async () => {
		const moved = await ask('POST', '/control/stock', {
			platform: 'ecwid',
			sku: '71053',
			delta: -3,
		});
		expect(moved.body).toMatchObject([{ sku: '71053', from: 31, to: 28 }]);
		await ask('POST', '/control/stock', [
			{ platform: 'webflow', sku: '71053', quantity: 2 },
			{ platform: 'rootfi', sku: '71053', quantity: 4 },
			{ platform: 'webflow', sku: '85123A', unlimited: true },
		]);
		const { body } = await ask('GET', '/control/stock');
		const level = (name: string, sku: string) =>
			body[name].find((one: { sku: string }) => one.sku === sku);
		expect([
			level('ecwid', '71053').quantity,
			level('webflow', '71053').quantity,
			level('rootfi', '71053').quantity,
		]).toStrictEqual([28, 2, 4]);
		expect(level('webflow', '85123A').unlimited).toBe(true);
	});

	test('a catalogue is seeded for one shop or for all', async () => {
		await ask('POST', '/control/seed', { products: [{ name: 'X', sku: 'X', quantity: 1 }] });
		await ask('POST', '/control/seed', { rootfi: [{ name: 'Y', sku: 'Y', quantity: 2 }] });
		const { body } = await ask('GET', '/control/stock');
		expect([body.webflow, body.ecwid, body.rootfi].map(([{ sku }]) => sku)).toStrictEqual([
			'X',
			'X',
			'Y',
		]);
	});

	test('the log holds every request with its effect, and no token', async () => {
		await ecwid('PUT', '/products/692730001/inventory', { quantityDelta: -2 });
		await ask('GET', '/webflow/v2/sites', undefined, { Authorization: 'Bearer wrong' });
		const { body } = await ask('GET', '/control/log');
		expect(body).toMatchObject([
			{
				n: 1,
				platform: 'ecwid',
				method: 'PUT',
				path: '/api/v3/1003/products/692730001/inventory',
				body: { quantityDelta: -2 },
				status: 200,
				fault: null,
				moves: [{ sku: '85123A', from: 124, to: 122 }],
			},
			{ n: 2, platform: 'webflow', status: 401, moves: [] },
		]);
		expect(JSON.stringify(body)).not.toMatch(/secret|wrong/);
		expect((await ask('GET', '/control/log?since=1')).body).toHaveLength(1);
	});

	test('faults are queued, and meet the requests they are meant for', async () => {
		await ask('POST', '/control/faults', {
			platform: 'ecwid',
			method: 'PUT',
			path: '/inventory$',
			skip: 1,
			then: { status: 502, body: 'Bad Gateway' },
			before: { sku: '85123A', delta: -10 },
			after: { sku: '85123A', delta: -1 },
			delayMs: 1,
		});
		const delta = () => ecwid('PUT', '/products/692730001/inventory', { quantityDelta: -2 });
		expect((await delta()).status).toBe(200);
		expect(await delta()).toMatchObject({ status: 502, body: 'Bad Gateway' });
		expect((await delta()).status).toBe(200);
		expect(running.sandbox.ecwid.stock()[0].quantity).toBe(124 - 2 - 10 - 2 - 1 - 2);
		expect(running.sandbox.log.all()[1]).toMatchObject({ fault: 'answer 502', status: 200 });
	});

	test.each(['reset', 'noConnection'] as const)('a %s ends the connection', async (then) => {
		await ask('POST', '/control/faults', { then, apply: false });
		await expect(webflow('GET', '/v2/sites')).rejects.toThrow();
	});

	test('a truncated answer breaks off', async () => {
		await ask('POST', '/control/faults', { then: 'truncate' });
		await expect(webflow('GET', '/v2/sites')).rejects.toThrow();
	});

	test('nonsense is a page', async () => {
		await ask('POST', '/control/faults', { then: 'nonsense' });
		expect((await webflow('GET', '/v2/sites')).body).toContain('sign in');
	});

	test('limits and switches are set, and reset puts everything back', async () => {
		const limits = await ask('POST', '/control/limits', { webflow: { requests: 1 } });
		expect(limits.body.webflow).toStrictEqual({ requests: 1, windowMs: 60_000 });
		const switches = await ask('POST', '/control/switches', { ecwid: { plan: 'free' } });
		expect(switches.body.ecwid.plan).toBe('free');
		expect((await ecwid('GET', '/products')).status).toBe(402);
		await ask('POST', '/control/reset');
		expect((await ecwid('GET', '/products')).status).toBe(200);
		expect(running.sandbox.webflow.meter.limit.requests).toBe(120);
	});

	test.each([
		['/control/limits', { shopify: {} }, 'is not one of'],
		['/control/switches', { ecwid: { nope: 1 } }, 'has no switch'],
		['/control/stock', { platform: 'ecwid', sku: 'nope', delta: 1 }, 'No such item'],
		['/control/seed', [1], 'Send a JSON object'],
	])('%s refuses %j in words', async (path, body, words) => {
		const { status, body: answer } = await ask('POST', path, body);
		expect(status).toBe(400);
		expect(answer.error).toContain(words);
	});

	test('an unknown route is told', async () => {
		expect((await ask('GET', '/control/nope')).status).toBe(404);
	});
});

describe('its page in the documentation', () => {
	const page = readFileSync(new URL('../../docs/sandbox.md', import.meta.url), 'utf8');

	test.each(['webflow', 'ecwid', 'rootfi'] as const)(
		'names every switch of %s, its default first',
		(name) => {
			for (const [key, value] of Object.entries(running.sandbox[name].switches)) {
				expect(page).toMatch(new RegExp(`\\| \`${key}\` +\\| \`${String(value)}\``));
			}
		},
	);

	test('names control routes that are there', async () => {
		const routes = [...page.matchAll(/`(GET|POST) (\/control\/\w+)`/g)];
		expect(routes).toHaveLength(12);
		for (const [, method, path] of routes) {
			expect((await ask(method, path)).status).not.toBe(404);
		}
	});
});

describe('the page', () => {
	test.each([
		'/',
		'/page.css',
		'/page.js',
		'/files/shop-floor.csv',
		'/files/store-room.xlsx',
		'/files/orders-2010.csv',
	])('%s is served', async (path) => {
		expect((await ask('GET', path)).status).toBe(200);
	});

	test.each(['/nope.html', '/files/../main.mts', '/files/%2e%2e/main.mts', '/main.mts'])(
		'%s is not',
		async (path) => {
			expect((await ask('GET', path)).status).toBe(404);
		},
	);

	test('hears of every request and every sale as it happens', async () => {
		const heard = await fetch(`${running.url}/live`);
		const reader = (heard.body as ReadableStream<Uint8Array>).getReader();
		await ecwid('GET', '/products');
		await ask('POST', '/control/stock', { platform: 'rootfi', sku: '71053', delta: -1 });
		let text = '';
		while (!text.includes('changed in the shop'))
			text += new TextDecoder().decode((await reader.read()).value);
		expect(text).toContain('"platform":"ecwid"');
		await reader.cancel();
	});
});

describe('Webflow', () => {
	test('counts requests by the minute, and says so', async () => {
		running.sandbox.limit('webflow', { requests: 2 });
		const first = await webflow('GET', '/v2/sites');
		expect(first.headers.get('x-ratelimit-limit')).toBe('2');
		expect(first.headers.get('x-ratelimit-remaining')).toBe('1');
		await webflow('GET', '/v2/sites');
		const third = await webflow('GET', '/v2/sites');
		expect(third.status).toBe(429);
		expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
	});

	test('v1 answers in its own shapes', async () => {
		expect((await webflow('GET', '/sites')).body[0]).toHaveProperty('_id', SITE_ID);
		expect((await webflow('GET', '/info')).body.sites).toStrictEqual([SITE_ID]);
		expect((await webflow('GET', `/sites/${SITE_ID}/collections`)).body[2]).toMatchObject({
			_id: SKU_COLLECTION_ID,
			slug: 'sku',
		});
		const item = `/collections/${SKU_COLLECTION_ID}/items/20e63fc00000000000000000/inventory`;
		expect((await webflow('GET', item)).body).toStrictEqual({
			_id: '20e63fc00000000000000000',
			quantity: 124,
			inventoryType: 'finite',
		});
		expect(await webflow('PATCH', item, { quantity: 5 })).toMatchObject({
			status: 400,
			body: { name: 'ValidationError' },
		});
		expect((await webflow('PATCH', item, { fields: { updateQuantity: -4 } })).body.quantity).toBe(
			120,
		);
		expect(
			await webflow(
				'GET',
				'/collections/aaaaaaaaaaaaaaaaaaaaaaaa/items/20e63fc00000000000000000/inventory',
			),
		).toMatchObject({
			status: 400,
			body: { msg: 'BadRequest: SKU collection not specified' },
		});
	});

	test.each([
		[{ bothQuantities: 'quantity' }, { quantity: 5, updateQuantity: 2 }, 5],
		[{ bothQuantities: 'delta' }, { quantity: 5, updateQuantity: 2 }, 126],
		[{ finiteWithoutNumber: 'zero' }, {}, 0],
		[{ fraction: 'allow' }, { quantity: 1.5 }, 1.5],
		[{ unknownFields: 'ignore' }, { quantity: 3, color: 'red' }, 3],
		[{ belowZero: 'clamp' }, { updateQuantity: -500 }, 0],
	])('with %j takes %j', async (switches, fields, quantity) => {
		Object.assign(running.sandbox.webflow.switches, switches);
		const item = `/v2/collections/${SKU_COLLECTION_ID}/items/20e63fc00000000000000000/inventory`;
		expect(
			(await webflow('PATCH', item, { inventoryType: 'finite', ...fields })).body.quantity,
		).toBe(quantity);
	});
});

describe('Webflow’s webhooks', () => {
	const HOOKS = `/v2/sites/${SITE_ID}/webhooks`;
	/** What was heard at each path, and what is answered there; `null` never answers. */
	let listener: Server;
	let address: string;
	const heard: Array<{ path: string; headers: IncomingHttpHeaders; body: string }> = [];
	const ANSWERS: Record<string, number | null> = { '/moved': 302, '/broken': 500, '/slow': null };

	beforeAll(async () => {
		listener = createServer((incoming, outgoing) => {
			const chunks: Buffer[] = [];
			incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
			incoming.on('end', () => {
				const path = incoming.url ?? '';
				heard.push({ path, headers: incoming.headers, body: Buffer.concat(chunks).toString() });
				const status = path in ANSWERS ? ANSWERS[path] : 200;
				if (status !== null) outgoing.writeHead(status, { Location: '/elsewhere' }).end('ok');
			});
		});
		listener.listen(0, '127.0.0.1');
		await once(listener, 'listening');
		address = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
	});
	afterAll(() => {
		listener.close();
		listener.closeAllConnections();
	});
	beforeEach(() => heard.splice(0));

	const listen = async (path: string) =>
		(
			await webflow('POST', HOOKS, {
				triggerType: 'ecomm_inventory_changed',
				url: `${address}${path}`,
			})
		).body;
	const sell = async (...skus: string[]) =>
		await ask(
			'POST',
			'/control/stock',
			skus.map((sku) => ({ platform: 'webflow', sku, delta: -1 })),
		);
	/** Resolves with the next so many deliveries of the log. */
	async function delivered(count: number): Promise<Array<Omit<LogEntry, 'n'>>> {
		const entries: Array<Omit<LogEntry, 'n'>> = [];
		return await new Promise((resolve) => {
			const stop = running.sandbox.log.listen((entry) => {
				if (entry.method === 'webhook') entries.push(entry);
				if (entries.length < count) return;
				stop();
				resolve(entries);
			});
		});
	}

	test('reach a listener, signed over what it reads', async () => {
		const { secretKey } = await listen('/hook');
		const told = delivered(2);
		await sell('71053', '85123A');
		expect(await told).toMatchObject([{ status: 200 }, { status: 200 }]);
		for (const { headers, body } of heard) {
			expect(headers['content-type']).toBe('application/json');
			const at = Number(headers['x-webflow-timestamp']);
			expect(sign(secretKey, at, body)).toBe(headers['x-webflow-signature']);
			expect(Math.abs(Date.now() - at)).toBeLessThan(60_000);
		}
	});

	test('are sent again by a timer, and given up', async () => {
		await ask('POST', '/control/switches', { webflow: { webhookRetryMs: 1 } });
		await listen('/broken');
		const told = delivered(4);
		await sell('71053');
		expect((await told).map(({ status }) => status)).toStrictEqual([500, 500, 500, 500]);
		const { body } = await ask('GET', '/control/webhooks');
		expect(body).toMatchObject({ webhooks: [{ state: 'deactivated' }], held: 0, failed: 0 });
	});

	test('do not follow a redirect', async () => {
		await listen('/moved');
		const told = delivered(1);
		await sell('71053');
		expect(await told).toMatchObject([{ status: 302 }]);
		expect(heard.map(({ path }) => path)).toStrictEqual(['/moved']);
	});

	test('wait for an answer no longer than a switch says', async () => {
		await ask('POST', '/control/switches', { webflow: { webhookTimeoutMs: 20 } });
		await listen('/slow');
		const told = delivered(1);
		await sell('71053');
		expect(await told).toMatchObject([{ status: null, fault: 'no answer' }]);
	});

	test('are removed with an answer that is empty', async () => {
		const { id } = await listen('/hook');
		const { status, headers, body } = await webflow('DELETE', `/v2/webhooks/${id}`);
		expect([status, headers.get('content-length'), body]).toStrictEqual([204, null, '']);
	});

	test('go wrong on demand', async () => {
		await listen('/hook');
		const told = delivered(1);
		await ask('POST', '/control/webhooks', { action: 'forged' });
		expect(await told).toMatchObject([{ status: 200, fault: 'forged' }]);
	});

	test('of a sandbox that closes are cut off', async () => {
		const other = await startSandbox();
		const { webflow: shop } = other.sandbox;
		const made = await fetch(`${other.url}/webflow${HOOKS}`, {
			method: 'POST',
			headers: WEBFLOW,
			body: JSON.stringify({ triggerType: 'ecomm_inventory_changed', url: `${address}/slow` }),
		});
		expect(made.status).toBe(201);
		other.sandbox.change('webflow', { sku: '71053', delta: -1 });
		while (heard.length === 0) await new Promise((resolve) => setImmediate(resolve));
		await other.close();
		await shop.webhooks.deliveries.settled();
		other.sandbox.change('webflow', { sku: '71053', delta: -1 });
		await shop.webhooks.deliveries.settled();
		expect(heard).toHaveLength(1);
	});
});

describe('Ecwid', () => {
	test('finds products by the SKU of a variation, and picks the fields asked for', async () => {
		const { body } = await ecwid(
			'GET',
			'/products?sku=85049A&responseFields=total,items(id,sku,combinations(sku))',
		);
		expect(body.total).toBe(1);
		expect(Object.keys(body)).toStrictEqual(['total', 'items']);
		expect(Object.keys(body.items[0])).toStrictEqual(['id', 'sku', 'combinations']);
		expect(body.items[0].combinations).toContainEqual({ sku: '85049A' });
	});

	test('a variation without a SKU shows its product’s stock, and is not adjusted', async () => {
		const product = running.sandbox.ecwid.stock().find(({ sku }) => sku === '85049');
		const { body } = await ecwid('GET', `/products/${product?.itemId}/combinations`);
		const shared = body.find((one: { sku?: string }) => one.sku === undefined);
		expect(shared.quantity).toBe(product?.quantity);
		const path = `/products/${product?.itemId}/combinations/${shared.id}`;
		expect(await ecwid('PUT', `${path}/inventory`, { quantityDelta: 1 })).toMatchObject({
			status: 400,
			body: { errorMessage: 'SKU for combination is not set' },
		});
		expect((await ecwid('PUT', path, { quantity: 4 })).status).toBe(400);
		expect((await ecwid('GET', path)).body.id).toBe(shared.id);
	});

	test.each([
		['PUT', '/products/692730001', { quantity: -1 }, 400],
		['PUT', '/products/692730001', { quantity: '5' }, 400],
		['PUT', '/products/692730001', { unlimited: 'yes' }, 400],
		['PUT', '/products/692730001/inventory', { quantityDelta: 1.5 }, 400],
		['PUT', '/products/692730001/inventory', { quantityDelta: 0 }, 400],
		['PUT', '/products/1/inventory', { quantityDelta: 1 }, 404],
		['GET', '/products/692730001/combinations/7', undefined, 404],
		['GET', '/nowhere', undefined, 404],
		['GET', '/products/%E0%A4%A', undefined, 404],
		['GET', '/products/692730001/inventory', undefined, 405],
		['DELETE', '/products/692730001', undefined, 405],
		['GET', '/products?limit=0', undefined, 400],
		['POST', '/batch?deduplicationKey=8e3a', [{ path: 'profile', method: 'GET' }], 400],
	])('%s %s with %j answers %d', async (method, path, body, status) => {
		expect((await ecwid(method, path, body)).status).toBe(status);
	});

	test('takes JSON only, and a token in the query', async () => {
		const path = '/ecwid/api/v3/1003/products/692730001/inventory';
		expect((await ask('PUT', path, undefined, ECWID)).status).toBe(415);
		expect(
			(await ask('GET', '/ecwid/api/v3/1003/profile?token=secret_sandbox')).body.generalInfo
				.storeId,
		).toBe(1003);
		expect((await ask('GET', '/ecwid/api/v3/1003/profile')).status).toBe(403);
		expect((await ask('GET', '/ecwid/api/v3/7/profile', undefined, ECWID)).status).toBe(404);
		expect((await ask('GET', '/ecwid/nonsense', undefined, ECWID)).status).toBe(404);
	});

	test('products by id beat every other filter', async () => {
		const { body } = await ecwid('GET', '/products?productId=692730001,692730002&sku=71053');
		expect(body.total).toBe(2);
	});

	test.each([
		['whenCrossing', [true, false]],
		['never', [false, false]],
	] as const)('warns %s', async (warning, expected) => {
		running.sandbox.ecwid.switches.warning = warning;
		const warns: boolean[] = [];
		for (const quantityDelta of [-200, -1]) {
			const { body } = await ecwid('PUT', '/products/692730001/inventory', { quantityDelta });
			warns.push('warning' in body);
		}
		expect(warns).toStrictEqual(expected);
	});

	test('the plan decides what there is', async () => {
		running.sandbox.ecwid.switches.plan = 'venture';
		expect((await ecwid('GET', '/products/692730001/combinations/7')).status).toBe(402);
		running.sandbox.ecwid.switches.largeLimit = 'refuse';
		expect((await ecwid('GET', '/products?limit=101')).status).toBe(400);
	});
});

describe('RootFi', () => {
	test('pages with a cursor, counts where it is asked to, and filters', async () => {
		const first = await rootfi('GET', '/ecommerce/inventories?limit=2&return_count=true');
		expect(first.body).toMatchObject({
			total_count: 290,
			data: [{ rootfi_id: 157 }, { rootfi_id: 158 }],
		});
		const second = await rootfi(
			'GET',
			`/ecommerce/inventories?limit=2&next=${encodeURIComponent(first.body.next)}`,
		);
		expect(second.body.data[0].rootfi_id).toBe(159);
		const one = await rootfi('GET', '/ecommerce/inventories?sku%5Beq%5D=71053');
		expect(one.body.data).toHaveLength(1);
		expect(one.body.next).toBeNull();
		for (const next of ['nonsense', 'bm9uc2Vuc2U', 'e30']) {
			expect((await rootfi('GET', `/ecommerce/inventories?next=${next}`)).status).toBe(400);
		}
		expect((await rootfi('GET', '/ecommerce/inventories?limit=x')).status).toBe(400);
		expect(
			(await rootfi('GET', '/ecommerce/inventories?rootfi_company_id%5Beq%5D=7')).body.data,
		).toHaveLength(0);
	});

	test.each([
		[{}, 400],
		[{ data: [] }, 400],
		[{ data: [{ quantity: 1 }, { quantity: 2 }] }, 400],
		[{ data: [{ quantity: -1 }] }, 400],
		[{ data: [{ quantity: '5' }] }, 400],
		[{ company_id: 7, data: [{ quantity: 5 }] }, 403],
		[{ company_id: 1089, data: [{ quantity: 5, reserved_quantity: 2 }] }, 200],
	])('takes or refuses %j', async (body, status) => {
		expect((await rootfi('PUT', '/ecommerce/inventories/157', body)).status).toBe(status);
	});

	test('a copy that does not follow shows the old level until the next sync', async () => {
		running.sandbox.rootfi.switches.copy = 'stale';
		const put = await rootfi('PUT', '/ecommerce/inventories/157', { data: [{ quantity: 5 }] });
		expect(put.body.quantity).toBe(5);
		expect((await rootfi('GET', '/ecommerce/inventories/157')).body.quantity).toBe(124);
		await ask('POST', '/control/sync');
		expect((await rootfi('GET', '/ecommerce/inventories/157')).body.quantity).toBe(5);
	});

	test('wants its key', async () => {
		expect((await ask('GET', '/rootfi/v4/ecommerce/inventories')).status).toBe(401);
		expect(
			(await ask('PUT', '/rootfi/v4/ecommerce/inventories/157', undefined, ROOTFI)).status,
		).toBe(400);
		expect((await rootfi('GET', '/nowhere')).status).toBe(404);
	});
});
