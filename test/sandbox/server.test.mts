/** The sandbox over HTTP: its seed, its control routes and its page. */
import { readFileSync } from 'node:fs';
import { orderLines, seedCatalogue } from '../../sandbox/catalogue.mts';
import { ask, ecwid, running, webflow } from './over-http.mts';

describe('the seed', () => {
	test('the seed is made of the orders of a day', () => {
		expect(orderLines()).toHaveLength(400);
		expect(orderLines()[0]).toStrictEqual({
			invoice: '536365',
			line: 1,
			sku: '85123A',
			description: 'WHITE HANGING HEART T-LIGHT HOLDER',
			quantity: 6,
		});
		const skus = new Set(orderLines().map(({ sku }) => sku));
		for (const stock of Object.values(running.sandbox.stock())) {
			const held = new Set(stock.map(({ sku }) => sku));
			expect([...skus].filter((sku) => !held.has(sku))).toStrictEqual([]);
		}
	});

	test('the seed has variations, unlimited items, two doubled SKUs and a product without one', () => {
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

	test('the seed is the same every time', () => {
		expect(seedCatalogue()).toStrictEqual(seedCatalogue());
	});
});

describe('control', () => {
	test('stock is shown, and changed as a sale would change it', async () => {
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

	test('nonsense is answered with an error', async () => {
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

	test('an unknown route is reported', async () => {
		expect((await ask('GET', '/control/nope')).status).toBe(404);
	});
});

describe('its page in the documentation', () => {
	const page = readFileSync(new URL('../../docs/sandbox.md', import.meta.url), 'utf8');

	test.each(['webflow', 'ecwid', 'rootfi'] as const)(
		'the page in the documentation names every switch of %s, its default first',
		(name) => {
			for (const [key, value] of Object.entries(running.sandbox[name].switches)) {
				expect(page).toMatch(new RegExp(`\\| \`${key}\` +\\| \`${String(value)}\``));
			}
		},
	);

	test('the page in the documentation names control routes that exist', async () => {
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
	])('the file %s is served', async (path) => {
		expect((await ask('GET', path)).status).toBe(200);
	});

	test.each(['/nope.html', '/files/../main.mts', '/files/%2e%2e/main.mts', '/main.mts'])(
		'the file %s is not served',
		async (path) => {
			expect((await ask('GET', path)).status).toBe(404);
		},
	);

	test('the page hears of every request and every sale as it happens', async () => {
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
