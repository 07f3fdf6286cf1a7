import type { Webflow } from '../../platforms/webflow/webflow.ts';
import { SkuIndex } from '../../platforms/webflow/sku-index.ts';
import { BARE_SITE_ID } from '../../sandbox/webflow/ids.mts';
import type { WebflowSwitches } from '../../sandbox/webflow/switches.mts';
import { WEBFLOW_READ_ONLY_TOKEN } from '../../sandbox/webflow/webflow.mts';
import { keysOn, MemoryTokens } from '../support/memory.mts';
import { run, statuses } from '../support/run.mts';
import {
	openShop,
	SKU_COLLECTION_ID,
	type Shop,
	type ShopName,
	type ShopOptions,
} from '../support/shops.mts';

function open(
	options?: ShopOptions,
	switches: Partial<WebflowSwitches> = {},
	name: ShopName = 'webflow',
): Shop {
	const shop = openShop(name, options);
	shop.sandbox.seed({
		webflow: [
			{ name: 'Lantern', sku: 'A', quantity: 50 },
			{ name: 'Clock', sku: 'B', quantity: 10 },
			{ name: 'Endless', sku: 'U', quantity: 9, unlimited: true },
		],
	});
	Object.assign(shop.sandbox.webflow.switches, switches);
	return shop;
}

const paths = ({ sandbox }: Shop) =>
	sandbox.log.all().map(({ method, path }) => `${method} ${path}`);
const idOf = ({ sandbox }: Shop, sku: string) =>
	sandbox.webflow.stock().find((one) => one.sku === sku)?.itemId;
const set = { operation: 'setQuantity' as const };

describe('the two dialects', () => {
	test('v2 sends the fields as they are', async () => {
		const shop = open();
		await run(shop, { ...set, rows: [{ sku: 'A', amount: 7 }] });
		await run(shop, { operation: 'adjustByDelta', rows: [{ sku: 'A', amount: -2 }] });
		await run(shop, { operation: 'setUnlimited', rows: [{ sku: 'A' }] });
		const bodies = shop.sandbox.log
			.all()
			.filter(({ method }) => method === 'PATCH')
			.map(({ body }) => body);
		expect(bodies).toStrictEqual([
			{ inventoryType: 'finite', quantity: 7 },
			{ inventoryType: 'finite', updateQuantity: -2 },
			{ inventoryType: 'infinite' },
		]);
	});

	test('v1 wraps them, and lives without /v2', async () => {
		const shop = open({}, {}, 'webflowV1');
		await run(shop, { ...set, rows: [{ sku: 'A', amount: 7 }] });
		const [patch] = shop.sandbox.log.all().filter(({ method }) => method === 'PATCH');
		expect(patch.body).toStrictEqual({ fields: { inventoryType: 'finite', quantity: 7 } });
		expect(patch.path).toMatch(/^\/collections\//);
	});

	test.each(['flat', 'fields'] as const)('v1 shows SKUs %s', async (v1Sku) => {
		const { results } = await run(open({}, { v1Sku }, 'webflowV1'), {
			...set,
			rows: [{ sku: 'B', amount: 7 }],
		});
		expect(results[0]).toMatchObject({ status: 'updated', item: { name: 'Clock' } });
	});
});

describe('what the site costs', () => {
	test('an ID with a known collection costs one request to read, one to write', async () => {
		const shop = open({ site: '', skuCollectionId: SKU_COLLECTION_ID });
		await run(shop, { ...set, rows: [{ id: idOf(shop, 'A'), amount: 7 }] });
		expect(paths(shop)).toHaveLength(2);
	});

	test('a later run in the process needs no walk through the catalogue', async () => {
		const index = new SkuIndex();
		const first = open({ index });
		await run(first, { ...set, rows: [{ sku: 'A', amount: 7 }] });
		expect(paths(first)).toHaveLength(4);
		const later = openShop('webflow', { index, sandbox: first.sandbox, clock: first.clock });
		first.sandbox.log.clear();
		const { results } = await run(later, { ...set, rows: [{ sku: 'B', amount: 7 }] });
		expect(results[0].status).toBe('updated');
		expect(paths(later)).toHaveLength(2);
		const byId = await run(later, { ...set, rows: [{ id: idOf(first, 'A'), amount: 8 }] });
		expect(byId.results[0].item).toMatchObject({ sku: 'A', name: 'Lantern' });
	});

	test('an item chosen from the list has its SKU and name, and costs no request more', async () => {
		const shop = open({});
		const { items } = (await shop.platform.list(null)) as {
			items: Array<{ item: { itemId: string } }>;
		};
		shop.sandbox.log.clear();
		const [found] = await shop.platform.resolve([{ by: 'id', id: items[0].item.itemId }], true);
		expect(found).toMatchObject({ kind: 'found', item: { sku: 'A', name: 'Lantern' } });
		expect(paths(shop)).toStrictEqual([]);
	});

	test('200 order lines at once, each an execution of its own, cost one walk, and two requests a line', async () => {
		const products = Array.from({ length: 1_000 }, (_, n) => ({
			name: `N${n}`,
			sku: `S${n}`,
			quantity: 5,
		}));
		const index = new SkuIndex();
		const first = open({ index });
		first.sandbox.seed({ webflow: products });
		first.sandbox.limit('webflow', { requests: 1_000_000 });
		first.sandbox.log.clear();
		const reports = await Promise.all(
			Array.from({ length: 200 }, async (_, n) => {
				const shop = openShop('webflow', { index, sandbox: first.sandbox, clock: first.clock });
				const rows = [{ sku: `S${n}`, amount: -1 }];
				return await run(shop, { operation: 'adjustByDelta', rows });
			}),
		);
		expect(new Set(reports.flatMap(statuses))).toStrictEqual(new Set(['updated']));
		expect(paths(first)).toHaveLength(400 + 10 + 1);
	});

	test('the catalogue is read again for a SKU the index does not hold exactly once, or when the index is old', async () => {
		const index = new SkuIndex();
		const first = open({ index });
		await run(first, { ...set, rows: [{ sku: 'A', amount: 7 }] });
		first.sandbox.seed({
			webflow: [
				{ name: 'Lantern', sku: 'A', quantity: 1 },
				{ name: 'New', sku: 'N', quantity: 1 },
			],
		});
		const again = () => openShop('webflow', { index, sandbox: first.sandbox, clock: first.clock });
		expect(statuses(await run(again(), { ...set, rows: [{ sku: 'N', amount: 7 }] }))).toStrictEqual(
			['updated'],
		);
		first.clock.pass(11 * 60_000);
		first.sandbox.log.clear();
		await run(again(), { ...set, rows: [{ sku: 'A', amount: 9 }] });
		expect(paths(first).filter((path) => path.endsWith('/products'))).toHaveLength(1);
	});

	test.each([true, false])(
		'an ID that is gone is looked up once more by its SKU (Check First: %p)',
		async (checkFirst) => {
			const index = new SkuIndex();
			const first = open({ index });
			await run(first, { ...set, rows: [{ sku: 'A', amount: 7 }] });
			// The product was created again: the same SKU under another id.
			first.sandbox.seed({
				webflow: [
					...Array.from({ length: 5 }, (_, n) => ({ name: `N${n}`, sku: `S${n}`, quantity: 1 })),
					{ name: 'Lantern', sku: 'A', quantity: 1 },
				],
			});
			first.sandbox.faults.add([{ path: '/items/', apply: false, then: { status: 404 } }]);
			const later = openShop('webflow', { index, sandbox: first.sandbox, clock: first.clock });
			const { results } = await run(later, {
				...set,
				rows: [{ sku: 'A', amount: 9 }],
				options: { checkFirst },
			});
			expect(results[0]).toMatchObject({ status: 'updated', item: { itemId: idOf(first, 'A') } });
			expect(first.sandbox.webflow.stock().find(({ sku }) => sku === 'A')?.quantity).toBe(9);
		},
	);

	test('several IDs that are gone cost one walk through the catalogue', async () => {
		const index = new SkuIndex();
		const skus = Array.from({ length: 8 }, (_, n) => `S${n}`);
		const goods = skus.map((sku) => ({ name: sku, sku, quantity: 5 }));
		const first = open({ index });
		first.sandbox.seed({ webflow: goods });
		const rows = skus.map((sku, n) => ({ sku, amount: 10 + n }));
		await run(first, { ...set, rows });
		first.sandbox.seed({
			webflow: [...Array.from({ length: 8 }, () => goods[0]), ...goods.slice(1)],
		});
		first.sandbox.log.clear();
		first.sandbox.faults.add([{ path: '/items/', apply: false, times: 8, then: { status: 404 } }]);
		const later = openShop('webflow', { index, sandbox: first.sandbox, clock: first.clock });
		await run(later, { ...set, rows });
		expect(paths(first).filter((path) => path.endsWith('/products'))).toHaveLength(1);
	});

	test('a wrong SKU Collection ID is named, and costs no walks', async () => {
		const shop = open({ skuCollectionId: 'f'.repeat(24) });
		const { results } = await run(shop, {
			...set,
			rows: [
				{ sku: 'A', amount: 7 },
				{ sku: 'B', amount: 8 },
			],
		});
		expect(results[0].message).toContain('SKU Collection ID in Options');
		expect(paths(shop).filter((path) => path.endsWith('/products'))).toHaveLength(1);
	});

	test.each([true, false])(
		'a key belongs to the item that was written, not to the one it replaced (Check First: %p)',
		async (checkFirst) => {
			const index = new SkuIndex();
			const first = open({ index });
			await run(first, {
				...set,
				rows: [{ sku: 'A', amount: 50 }],
				options: { writeUnchanged: true },
			});
			first.sandbox.seed({
				webflow: [
					...Array.from({ length: 5 }, (_, n) => ({ name: `N${n}`, sku: `S${n}`, quantity: 1 })),
					{ name: 'Lantern', sku: 'A', quantity: 50 },
				],
			});
			first.sandbox.faults.add([{ path: '/items/', apply: false, then: { status: 404 } }]);
			const tokens = new MemoryTokens();
			const order = async () =>
				await run(openShop('webflow', { index, sandbox: first.sandbox, clock: first.clock }), {
					operation: 'adjustByDelta',
					rows: [{ sku: 'A', amount: -1, key: 'order 1' }],
					options: { checkFirst },
					keys: keysOn(tokens),
				});
			const said = [await order(), await order(), await order()].flatMap(statuses);
			expect(said).toStrictEqual(
				checkFirst ? ['updated', 'duplicate', 'duplicate'] : ['failed', 'updated', 'duplicate'],
			);
			expect(first.sandbox.webflow.stock().find(({ sku }) => sku === 'A')?.quantity).toBe(49);
		},
	);

	test('an ID the user named is not looked up by its SKU', async () => {
		const index = new SkuIndex();
		const first = open({ index });
		await run(first, { ...set, rows: [{ sku: 'A', amount: 7 }] });
		first.sandbox.faults.add([{ path: '/items/', apply: false, then: { status: 404 } }]);
		const later = openShop('webflow', { index, sandbox: first.sandbox, clock: first.clock });
		const { results } = await run(later, {
			...set,
			rows: [{ id: idOf(first, 'A'), amount: 9 }],
		});
		expect(results[0].status).toBe('failed');
	});

	test('a SKU that is gone for good fails its row', async () => {
		const index = new SkuIndex();
		const first = open({ index });
		await run(first, { ...set, rows: [{ sku: 'B', amount: 7 }] });
		first.sandbox.seed({ webflow: [{ name: 'Lantern', sku: 'A', quantity: 1 }] });
		const later = openShop('webflow', { index, sandbox: first.sandbox, clock: first.clock });
		const { results } = await run(later, { ...set, rows: [{ sku: 'B', amount: 9 }] });
		expect(results[0]).toMatchObject({ status: 'failed' });
		expect(results[0].message).toContain('does not know this SKU');
	});
});

describe('a run without what it needs', () => {
	test.each([
		['no site chosen', { site: '' }, 'No Site is chosen'],
		['a site without Ecommerce', { site: BARE_SITE_ID }, 'Ecommerce'],
		['a site that is not there', { site: 'f'.repeat(24) }, 'does not know the Site'],
	] as Array<[string, ShopOptions, string]>)(
		'a run without what it needs stops in words: %s',
		async (_, options, words) => {
			const shop = open(options);
			const report = await run(shop, { ...set, rows: [{ sku: 'A', amount: 7 }] });
			expect(report.abort?.kind).toBe('run');
			expect(report.results[0].message).toContain(words);
		},
	);

	test('an ID without the collection, and no site, stops the run in words', async () => {
		const shop = open({ site: '' });
		const report = await run(shop, { ...set, rows: [{ id: idOf(shop, 'A'), amount: 7 }] });
		expect(report.results[0].message).toContain('SKU Collection ID');
		expect(paths(shop)).toHaveLength(0);
		expect(await shop.platform.list(null)).toMatchObject({ kind: 'failed' });
	});

	test('an ID, and a site that has no SKUs, stops the run in words', async () => {
		const shop = open({ site: BARE_SITE_ID });
		const report = await run(shop, { ...set, rows: [{ id: idOf(shop, 'A'), amount: 7 }] });
		expect(report.results[0].message).toContain('has no SKU collection');
	});

	test('a collection that is not the one of SKUs stops the run in words', async () => {
		const shop = open({ skuCollectionId: 'a'.repeat(24) });
		const report = await run(shop, { ...set, rows: [{ id: idOf(shop, 'A'), amount: 7 }] });
		expect(report.results[0]).toMatchObject({ status: 'failed' });
	});

	test('a token that may not write stops the run, naming the scope', async () => {
		const shop = open({ token: WEBFLOW_READ_ONLY_TOKEN });
		const report = await run(shop, { ...set, rows: [{ sku: 'A', amount: 7 }] });
		expect(report.results[0].message).toContain('ecommerce:write');
		expect(report.results[0].message).toContain('Ecommerce (read and write)');
	});

	test.each([
		['ecommerce_not_enabled', ['failed', 'notAttempted']],
		['conflict', ['failed', 'updated']],
	])('a 409 that says %s concerns the site, or one item', async (code, ends) => {
		const shop = open();
		shop.sandbox.faults.add([
			{ method: 'PATCH', apply: false, then: { status: 409, body: { code, message: 'No.' } } },
		]);
		const rows = ['A', 'B'].map((sku) => ({ sku, amount: 7 }));
		expect(statuses(await run(shop, { ...set, rows }))).toStrictEqual(ends);
	});

	test('collections that cannot be read stop the run in words', async () => {
		const shop = open();
		shop.sandbox.faults.add([
			{ path: '/collections$', apply: false, then: { status: 500 }, times: 9 },
		]);
		const report = await run(shop, { ...set, rows: [{ sku: 'A', amount: 7 }] });
		expect(report.abort?.kind).toBe('run');
	});
});

describe('where the documents are silent', () => {
	test.each(['null', 'absent', 'last'] as const)(
		'an unlimited SKU that shows its quantity as %s is unlimited',
		async (infiniteQuantity) => {
			const shop = open({}, { infiniteQuantity });
			const { results } = await run(shop, { ...set, rows: [{ sku: 'U', amount: 7 }] });
			expect(results[0]).toMatchObject({
				status: 'failed',
				before: { unlimited: true, quantity: null },
			});
		},
	);

	test.each([
		['fromZero', -1],
		['fromLast', 8],
	] as const)(
		'a blind delta on an unlimited SKU (%s) is reported as Webflow counts it',
		async (deltaOnInfinite, quantity) => {
			const shop = open({}, { deltaOnInfinite });
			const { results } = await run(shop, {
				operation: 'adjustByDelta',
				rows: [{ sku: 'U', amount: -1 }],
				options: { checkFirst: false },
			});
			expect(results[0]).toMatchObject({ status: 'updated', before: null, after: { quantity } });
		},
	);

	test.each([
		['allow', 'updated', -5],
		['clamp', 'updated', 0],
		['refuse', 'failed', undefined],
	] as const)(
		'a delta below zero (%s) is reported as Webflow counts it',
		async (belowZero, status, quantity) => {
			const shop = open({}, { belowZero });
			const { results } = await run(shop, {
				operation: 'adjustByDelta',
				rows: [{ sku: 'B', amount: -15 }],
			});
			expect(results[0].status).toBe(status);
			expect(results[0].after?.quantity).toBe(quantity);
		},
	);

	test.each(['seconds', 'date', 'none'] as const)(
		'a 429 that names its time as %s is waited for',
		async (retryAfter) => {
			const shop = open({}, { retryAfter });
			shop.sandbox.limit('webflow', { requests: 3 });
			const { results } = await run(shop, {
				operation: 'adjustByDelta',
				rows: [{ sku: 'A', amount: 1 }],
			});
			expect(results[0].status).toBe('updated');
		},
	);

	test('Retry-After on a success is not obeyed', async () => {
		const shop = open({}, { retryAfterOnSuccess: true });
		const before = shop.clock.now();
		await run(shop, { ...set, rows: [{ sku: 'A', amount: 7 }] });
		expect(shop.clock.now() - before).toBeLessThan(1_000);
	});

	test('an unknown ID may be answered with 400', async () => {
		const { results } = await run(open({}, { unknownId: 400 }), {
			...set,
			rows: [{ id: 'f'.repeat(24), amount: 7 }],
		});
		expect(results[0].status).toBe('failed');
	});
});

test('the words of a refusal are passed on, in all their shapes', async () => {
	for (const body of [
		{ message: 'Validation Error', details: ['plain', { param: 'x', description: 'bad' }, 7] },
		{ msg: 'Validation Failure', problems: ['Field x'] },
		'<html>Proxy</html>',
	]) {
		const shop = open();
		shop.sandbox.faults.add([{ method: 'PATCH', apply: false, then: { status: 400, body } }]);
		const { results } = await run(shop, { ...set, rows: [{ sku: 'A', amount: 7 }] });
		expect(results[0].message).toMatch(/Webflow answered with 400( \(“Validation.*”\))?\./);
	}
});

test('a level without a number is not an answer', async () => {
	const shop = open();
	shop.sandbox.faults.add([
		{ method: 'PATCH', then: { status: 200, body: { inventoryType: 'finite' } } },
	]);
	const { results } = await run(shop, { ...set, rows: [{ sku: 'A', amount: 7 }] });
	expect(results[0].warnings.join()).toContain('Confirmed by reading');
});

test('sites are listed for the editor, in both versions', async () => {
	for (const name of ['webflow', 'webflowV1'] as const) {
		const { platform } = open({}, {}, name);
		expect(await (platform as Webflow).site.sites()).toMatchObject({
			ok: true,
			value: [{ name: 'Sandbox Shop' }, {}],
		});
	}
});

describe('what a document leaves out', () => {
	test('products may come without SKUs, names or a total', async () => {
		const shop = open();
		const items = [
			{ product: null, skus: [{ id: 'a' }] },
			{ product: { name: 'Lamp' }, skus: [{ id: 'b', sku: 'L' }] },
			{},
		];
		shop.sandbox.faults.add([{ path: '/products', then: { status: 200, body: { items } } }]);
		const page = await shop.platform.list(null);
		expect(page).toMatchObject({
			kind: 'page',
			next: '3',
			items: [{ item: { sku: null, name: null } }, { item: { sku: 'L', name: 'Lamp' } }],
		});
		expect(await shop.platform.list('3')).toMatchObject({ kind: 'page', next: null });
	});

	test('an inventory without a type but with a number is counted', async () => {
		const shop = open();
		shop.sandbox.faults.add([{ method: 'PATCH', then: { status: 200, body: { quantity: 7 } } }]);
		const { results } = await run(shop, { ...set, rows: [{ sku: 'A', amount: 7 }] });
		expect(results[0]).toMatchObject({ status: 'updated', after: { quantity: 7 }, warnings: [] });
	});

	test('an inventory that names no SKU belongs to the SKU asked for', async () => {
		const shop = open();
		const body = { id: null, quantity: 7, inventoryType: 'finite' };
		shop.sandbox.faults.add([{ path: '/inventory$', times: 2, then: { status: 200, body } }]);
		const rows = [{ sku: 'A', amount: 9 }];
		const { results } = await run(shop, { ...set, rows });
		expect(results[0]).toMatchObject({
			status: 'updated',
			before: { quantity: 7 },
			after: { quantity: 7 },
		});
		expect(paths(shop).filter((path) => path.endsWith('/inventory'))).toHaveLength(2);
	});

	test('an answer about another SKU is not an answer', async () => {
		const shop = open();
		const body = { id: 'f'.repeat(24), quantity: 7, inventoryType: 'finite' };
		shop.sandbox.faults.add([{ method: 'PATCH', then: { status: 200, body } }]);
		const { results } = await run(shop, { ...set, rows: [{ sku: 'A', amount: 7 }] });
		expect(results[0].warnings.join()).toContain('Confirmed by reading');
	});

	test('sites and collections that are not lists are not answers', async () => {
		const shop = open();
		shop.sandbox.faults.add([
			{ path: '/sites$', times: 4, then: { status: 200, body: { nothing: 1 } } },
		]);
		expect(await (shop.platform as Webflow).site.sites()).toMatchObject({ ok: false });
		shop.sandbox.faults.add([
			{ path: '/collections$', times: 4, then: { status: 200, body: { nothing: 1 } } },
		]);
		const report = await run(shop, { ...set, rows: [{ sku: 'A', amount: 7 }] });
		expect(report.abort?.kind).toBe('run');
	});
});
