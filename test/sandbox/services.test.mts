/** The three services over HTTP, as their documents have them. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startSandbox } from '../../sandbox/server.mts';
import type { LogEntry } from '../../sandbox/log.mts';
import { SITE_ID, SKU_COLLECTION_ID } from '../../sandbox/webflow/ids.mts';
import { sign } from '../../sandbox/webflow/signature.mts';
import { ask, ECWID, ecwid, ROOTFI, rootfi, running, WEBFLOW, webflow } from './over-http.mts';

describe('Webflow', () => {
	test('Webflow counts requests by the minute, and says so', async () => {
		running.sandbox.limit('webflow', { requests: 2 });
		const first = await webflow('GET', '/v2/sites');
		expect(first.headers.get('x-ratelimit-limit')).toBe('2');
		expect(first.headers.get('x-ratelimit-remaining')).toBe('1');
		await webflow('GET', '/v2/sites');
		const third = await webflow('GET', '/v2/sites');
		expect(third.status).toBe(429);
		expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
	});

	test('Webflow’s v1 answers in its own shapes', async () => {
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
	])('Webflow with %j takes %j', async (switches, fields, quantity) => {
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

	test('webhooks reach a listener, signed over what it reads', async () => {
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

	test('webhooks are sent again by a timer, and given up', async () => {
		await ask('POST', '/control/switches', { webflow: { webhookRetryMs: 1 } });
		await listen('/broken');
		const told = delivered(4);
		await sell('71053');
		expect((await told).map(({ status }) => status)).toStrictEqual([500, 500, 500, 500]);
		const { body } = await ask('GET', '/control/webhooks');
		expect(body).toMatchObject({ webhooks: [{ state: 'deactivated' }], held: 0, failed: 0 });
	});

	test('webhooks do not follow a redirect', async () => {
		await listen('/moved');
		const told = delivered(1);
		await sell('71053');
		expect(await told).toMatchObject([{ status: 302 }]);
		expect(heard.map(({ path }) => path)).toStrictEqual(['/moved']);
	});

	test('webhooks wait for an answer no longer than a switch says', async () => {
		await ask('POST', '/control/switches', { webflow: { webhookTimeoutMs: 20 } });
		await listen('/slow');
		const told = delivered(1);
		await sell('71053');
		expect(await told).toMatchObject([{ status: null, fault: 'no answer' }]);
	});

	test('webhooks are removed with an answer that is empty', async () => {
		const { id } = await listen('/hook');
		const { status, headers, body } = await webflow('DELETE', `/v2/webhooks/${id}`);
		expect([status, headers.get('content-length'), body]).toStrictEqual([204, null, '']);
	});

	test('webhooks go wrong on demand', async () => {
		await listen('/hook');
		const told = delivered(1);
		await ask('POST', '/control/webhooks', { action: 'forged' });
		expect(await told).toMatchObject([{ status: 200, fault: 'forged' }]);
	});

	test('webhooks of a sandbox that closes are cut off', async () => {
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
	test('Ecwid finds products by the SKU of a variation, and picks the fields asked for', async () => {
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

	test('Ecwid takes JSON only, and a token in the query', async () => {
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

	test('a filter by product IDs beats every other filter', async () => {
		const { body } = await ecwid('GET', '/products?productId=692730001,692730002&sku=71053');
		expect(body.total).toBe(2);
	});

	test.each([
		['whenCrossing', [true, false]],
		['never', [false, false]],
	] as const)('Ecwid warns of stock below zero %s', async (warning, expected) => {
		running.sandbox.ecwid.switches.warning = warning;
		const warns: boolean[] = [];
		for (const quantityDelta of [-200, -1]) {
			const { body } = await ecwid('PUT', '/products/692730001/inventory', { quantityDelta });
			warns.push('warning' in body);
		}
		expect(warns).toStrictEqual(expected);
	});

	test('the plan decides what the store has', async () => {
		running.sandbox.ecwid.switches.plan = 'venture';
		expect((await ecwid('GET', '/products/692730001/combinations/7')).status).toBe(402);
		running.sandbox.ecwid.switches.largeLimit = 'refuse';
		expect((await ecwid('GET', '/products?limit=101')).status).toBe(400);
	});
});

describe('RootFi', () => {
	test('RootFi pages with a cursor, counts where it is asked to, and filters', async () => {
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
	])('RootFi takes or refuses %j', async (body, status) => {
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

	test('RootFi answers nothing without its key', async () => {
		expect((await ask('GET', '/rootfi/v4/ecommerce/inventories')).status).toBe(401);
		expect(
			(await ask('PUT', '/rootfi/v4/ecommerce/inventories/157', undefined, ROOTFI)).status,
		).toBe(400);
		expect((await rootfi('GET', '/nowhere')).status).toBe(404);
	});
});
