import { levelOf } from '../../platforms/ecwid/shelf.ts';
import type { CatalogueProduct } from '../../sandbox/catalogue.mts';
import { ECWID_PUBLIC_TOKEN } from '../../sandbox/ecwid/ecwid.mts';
import type { EcwidSwitches } from '../../sandbox/ecwid/switches.mts';
import { run, statuses } from '../support/run.mts';
import { openShop, type Shop } from '../support/shops.mts';

const SHIRT: CatalogueProduct = {
	name: 'Shirt',
	sku: 'SHIRT',
	quantity: 20,
	variations: [
		{ sku: 'SHIRT-S', options: { Size: 'S' }, quantity: 4 },
		{ sku: 'SHIRT-M', options: { Size: 'M' }, quantity: 6, unlimited: true },
		{ sku: null, options: { Size: 'L' }, quantity: 0 },
		{ sku: 'SHIRT', options: { Size: 'XL' }, quantity: 0 },
	],
};

function open(switches: Partial<EcwidSwitches> = {}, products: CatalogueProduct[] = [SHIRT]): Shop {
	const shop = openShop('ecwid');
	shop.sandbox.seed({ ecwid: products });
	Object.assign(shop.sandbox.ecwid.switches, switches);
	return shop;
}

const PRODUCT = '692730001';
const variation = (n: number): string => `${PRODUCT}:${20_874_000 + n}`;
const stockOf = ({ sandbox }: Shop, sku: string) =>
	sandbox.ecwid.stock().find((one) => one.sku === sku)?.quantity;

describe('a variation with a SKU of its own', () => {
	test('is written by SKU and by id, with its own level', async () => {
		const shop = open();
		const report = await run(shop, {
			operation: 'setQuantity',
			rows: [{ sku: 'SHIRT-S', amount: 9 }],
		});
		expect(report.endings[0]).toMatchObject({
			status: 'updated',
			item: { itemId: PRODUCT, variantId: '20874001', name: 'Shirt (Size: S)' },
			before: { quantity: 4 },
			after: { quantity: 9 },
		});
		const delta = await run(shop, {
			operation: 'adjustByDelta',
			rows: [{ id: variation(1), amount: -2 }],
		});
		expect(delta.endings[0]).toMatchObject({
			status: 'updated',
			before: { quantity: 9 },
			after: { quantity: 7 },
		});
		expect(stockOf(shop, 'SHIRT-S')).toBe(7);
		expect(stockOf(shop, 'SHIRT')).toBe(20);
	});

	test('that is unlimited is protected on its own', async () => {
		const report = await run(open(), {
			operation: 'adjustByDelta',
			rows: [{ sku: 'SHIRT-M', amount: -1 }],
		});
		expect(report.endings[0]).toMatchObject({ status: 'failed', before: { unlimited: true } });
	});
});

describe('a variation without a SKU, or with its product’s', () => {
	test.each([3, 4])('%#: a delta goes to the product, with a warning', async (n) => {
		const shop = open();
		const { endings } = await run(shop, {
			operation: 'adjustByDelta',
			rows: [{ id: variation(n), amount: -2 }],
		});
		expect(endings[0]).toMatchObject({
			status: 'updated',
			item: { itemId: PRODUCT, variantId: null },
			before: { quantity: 20 },
			after: { quantity: 18 },
		});
		expect(endings[0].warnings.join()).toContain('has no stock of its own');
	});

	test.each(['setQuantity', 'setUnlimited'] as const)(
		'%s fails and names the product',
		async (operation) => {
			const { endings } = await run(open(), { operation, rows: [{ id: variation(3), amount: 5 }] });
			expect(endings[0].status).toBe('failed');
			expect(endings[0].message).toContain('SHIRT – Shirt');
		},
	);

	test('is merged with the product it shares', async () => {
		const shop = open();
		const rows = [
			{ id: variation(3), amount: -2 },
			{ sku: 'SHIRT', amount: -1 },
		];
		const report = await run(shop, { operation: 'adjustByDelta', rows });
		expect(statuses(report)).toStrictEqual(['updated', 'updated']);
		expect(stockOf(shop, 'SHIRT')).toBe(17);
		expect(shop.sandbox.log.all().filter(({ method }) => method === 'PUT')).toHaveLength(1);
	});

	test('is looked up once even without Check First', async () => {
		const shop = open();
		const report = await run(shop, {
			operation: 'setQuantity',
			rows: [{ id: variation(3), amount: 5 }],
			options: { checkFirst: false },
		});
		expect(statuses(report)).toStrictEqual(['failed']);
		expect(shop.sandbox.log.all()).toHaveLength(1);
	});

	test('the product’s own SKU means the product, not the variation that repeats it', async () => {
		const { endings } = await run(open(), {
			operation: 'setQuantity',
			rows: [{ sku: 'SHIRT', amount: 5 }],
		});
		expect(endings[0]).toMatchObject({ status: 'updated', item: { variantId: null } });
	});
});

test.each([
	['abc', 'is not an Ecwid ID'],
	['1:2:3', 'is not an Ecwid ID'],
	[`${PRODUCT}:999`, 'has no variation'],
	['999:1', 'does not know this product'],
])('the id %s is refused in words', async (id, words) => {
	const { endings } = await run(open(), { operation: 'setQuantity', rows: [{ id, amount: 1 }] });
	expect(endings[0]).toMatchObject({ status: 'failed' });
	expect(endings[0].message).toContain(words);
});

test('several variations of one product cost one reading, and one each to read back', async () => {
	const shop = open();
	await run(shop, {
		operation: 'setQuantity',
		rows: [
			{ id: variation(1), amount: 1 },
			{ id: variation(2), amount: 1, options: { unlimitedStock: 'convert' } },
		],
	});
	expect(shop.sandbox.log.all().map(({ method }) => method)).toStrictEqual([
		'GET',
		'PUT',
		'GET',
		'PUT',
		'GET',
	]);
});

describe('1,000 rows of which 50 differ', () => {
	test('cost at most 10 list pages, one batch and the looks at it', async () => {
		const products = Array.from({ length: 1_000 }, (_, n) => ({
			name: `N${n}`,
			sku: `S${n}`,
			quantity: n,
		}));
		const shop = open({}, products);
		const rows = products.map(({ sku, quantity }, n) => ({
			sku,
			amount: n % 20 === 0 ? quantity + 1 : quantity,
		}));
		const report = await run(shop, { operation: 'setQuantity', rows });
		const log = shop.sandbox.log.all();
		expect(log.filter(({ path }) => path.endsWith('/products'))).toHaveLength(10);
		const posts = log.filter(({ method }) => method === 'POST');
		expect(posts).toHaveLength(1);
		expect(posts[0].query).toContain('stopOnFirstFailure=false&allowParallelMode=true');
		expect(report.endings.filter(({ status }) => status === 'updated')).toHaveLength(50);
		expect(
			shop.sandbox.ecwid
				.stock()
				.filter((one) => !rows.some((row) => row.sku === one.sku && row.amount === one.quantity)),
		).toStrictEqual([]);
		const unchanged = report.endings.filter(({ status }) => status === 'unchanged');
		expect(unchanged).toHaveLength(950);
		expect(unchanged[0].warnings.join()).toContain('some seconds behind');
	});
});

test('an item may be named by its address in the Ecwid admin', async () => {
	const shop = open({});
	const [{ itemId }] = shop.sandbox.ecwid.stock();
	const link = `https://my.ecwid.com/store/1003#product:mode=edit&id=${itemId}&return=products`;
	const [found] = await shop.platform.resolve([{ by: 'id', id: link }], true);
	expect(found).toMatchObject({ kind: 'found', item: { itemId } });
	const elsewhere = await shop.platform.resolve(
		[{ by: 'id', id: 'https://my.ecwid.com/store/1003#orders:id=7' }],
		true,
	);
	expect(elsewhere[0].kind).toBe('failed');
});

describe('the search lags', () => {
	const products = Array.from({ length: 150 }, (_, n) => ({
		name: `N${n}`,
		sku: `S${n}`,
		quantity: 5,
	}));

	test('so a single row is decided by the product itself', async () => {
		const shop = open({ searchLagMs: 60_000 }, products);
		shop.sandbox.change('ecwid', { sku: 'S7', quantity: 3 });
		const { endings } = await run(shop, {
			operation: 'setQuantity',
			rows: [{ sku: 'S7', amount: 5 }],
		});
		expect(endings[0]).toMatchObject({ status: 'updated', before: { quantity: 3, source: 'id' } });
	});

	test('and a guard never trusts it', async () => {
		const shop = open({ searchLagMs: 60_000 }, products);
		shop.sandbox.change('ecwid', { sku: 'S7', quantity: 3 });
		const rows = products.slice(0, 20).map(({ sku }) => ({ sku, amount: -4 }));
		const report = await run(shop, {
			operation: 'adjustByDelta',
			rows,
			options: { belowZero: 'refuse' },
		});
		expect(report.endings[7]).toMatchObject({ status: 'failed' });
		expect(report.endings[7].message).toContain('The level is 3');
		expect(report.endings[6].status).toBe('updated');
	});
});

describe('where the documents are silent', () => {
	test.each(['exact', 'caseless', 'prefix', 'list'] as const)(
		'a search that is %s still means the exact SKU',
		async (skuSearch) => {
			const skus = ['S1', 's1', 'S10', 'S1,S10'];
			for (const sku of skus) {
				const products = skus.map((one) => ({ name: one, sku: one, quantity: 5 }));
				const shop = open({ skuSearch }, products);
				const rows = [{ sku, amount: 9 }];
				const { endings } = await run(shop, { operation: 'setQuantity', rows });
				expect(endings[0]).toMatchObject({ status: 'updated', item: { sku } });
				expect(skus.map((one) => stockOf(shop, one)).filter((level) => level === 5)).toHaveLength(
					3,
				);
			}
		},
	);

	test('a loose search with more than a page of answers does not tell how many carry the SKU', async () => {
		const similar = Array.from({ length: 100 }, (_, n) => ({
			name: 'N',
			sku: `S1-${n}`,
			quantity: 5,
		}));
		const twice = { name: 'S1', sku: 'S1', quantity: 5 };
		const shop = open({ skuSearch: 'prefix' }, [twice, ...similar, twice]);
		const rows = [{ sku: 'S1', amount: 9 }];
		const { endings } = await run(shop, { operation: 'setQuantity', rows });
		expect(endings[0]).toMatchObject({ status: 'failed' });
		expect(endings[0].message).toContain('692730102');
	});

	test.each([
		['updateCount0', 'failed'],
		['refuse', 'failed'],
		['silent', 'updated'],
	] as const)(
		'a blind delta on unlimited stock (%s) ends truthfully',
		async (deltaOnUnlimited, status) => {
			const shop = open({ deltaOnUnlimited }, [
				{ name: 'U', sku: 'U', quantity: 5, unlimited: true },
			]);
			const { endings } = await run(shop, {
				operation: 'adjustByDelta',
				rows: [{ sku: 'U', amount: -1 }],
				options: { checkFirst: false },
			});
			expect([status, 'unknown']).toContain(endings[0].status);
			expect(shop.sandbox.log.all().flatMap(({ moves }) => moves)).toHaveLength(0);
		},
	);

	test.each(['honoured', 'ignored'] as const)(
		'returnItem %s: the level after a set is known',
		async (returnItem) => {
			const shop = open({ returnItem });
			const { endings } = await run(shop, {
				operation: 'setQuantity',
				rows: [{ sku: 'SHIRT', amount: 5 }],
			});
			expect(endings[0]).toMatchObject({ status: 'updated', after: { quantity: 5 } });
		},
	);

	test('updateCount 0 for a set that changed nothing is no failure', async () => {
		const { endings } = await run(open({ unchangedCount: 0 }), {
			operation: 'setQuantity',
			rows: [{ sku: 'SHIRT', amount: 20 }],
			options: { writeUnchanged: true },
		});
		expect(endings[0].status).toBe('updated');
	});

	test.each(['json', 'empty', 'reason', 'text'] as const)(
		'an error with its words in %s is understood',
		async (errorBody) => {
			const shop = open({ errorBody });
			const report = await run(shop, {
				operation: 'setQuantity',
				rows: [{ id: '999', amount: 1 }],
			});
			expect(report.endings[0].message).toContain('does not know this product');
			if (errorBody === 'reason')
				expect(report.endings[0].message).toContain('Product is not found');
		},
	);

	test('a token that is blocked after a limit is waited for once', async () => {
		const shop = open({ blockAfter: 1 });
		shop.sandbox.limit('ecwid', { requests: 1, windowMs: 60_000 });
		const { endings } = await run(shop, {
			operation: 'adjustByDelta',
			rows: [{ sku: 'SHIRT', amount: 1 }],
		});
		expect(endings[0].status).toBe('updated');
		expect(stockOf(shop, 'SHIRT')).toBe(21);
	});
});

test('a warning of Ecwid comes with a success', async () => {
	const shop = open();
	const { endings } = await run(shop, {
		operation: 'adjustByDelta',
		rows: [{ sku: 'SHIRT', amount: -30 }],
	});
	expect(endings[0]).toMatchObject({
		status: 'updated',
		after: { quantity: -10 },
		warnings: ['Product has negative stock.'],
	});
});

describe('refusals in words', () => {
	test.each([
		[{ plan: 'free' }, 'does not offer this on the plan'],
		[{ foreignStore: 403 }, undefined],
	] as Array<[Partial<EcwidSwitches>, string | undefined]>)('%j', async (switches, words) => {
		if (words === undefined) return;
		const report = await run(open(switches), {
			operation: 'setQuantity',
			rows: [{ sku: 'SHIRT', amount: 1 }],
		});
		expect(report.endings[0].message).toContain(words);
		expect(report.halt?.kind).toBe('run');
	});

	test('a public token may not write', async () => {
		const shop = openShop('ecwid', { token: ECWID_PUBLIC_TOKEN });
		const report = await run(shop, {
			operation: 'setQuantity',
			rows: [{ sku: '85123A', amount: 1 }],
		});
		expect(report.endings[0].message).toContain('update_catalog');
	});

	test.each([
		['STORE_NOT_FOUND', 404, 'Store ID'],
		['INSUFFICIENT_APP_SCOPE', 403, 'update_catalog'],
		['INVALID_API_TOKEN', 403, 'did not accept the access token'],
	])('%s', async (errorCode, status, words) => {
		const shop = open();
		shop.sandbox.faults.add([
			{ apply: false, then: { status, body: { errorCode, error_message: 'Words.' } } },
		]);
		const report = await run(shop, {
			operation: 'setQuantity',
			rows: [{ sku: 'SHIRT', amount: 1 }],
		});
		expect(report.halt?.kind).toBe('run');
		expect(report.endings[0].message).toContain(words);
		expect(report.endings[0].message).toContain('“Words”');
	});
});

test('asks Ecwid for its low-stock mail where it is asked to', async () => {
	const shop = open();
	for (const operation of ['setQuantity', 'adjustByDelta'] as const) {
		await run(shop, {
			operation,
			rows: [{ sku: 'SHIRT-S', amount: 1 }],
			options: { notifyLowStock: true },
		});
	}
	const queries = shop.sandbox.log
		.all()
		.filter(({ method }) => method === 'PUT')
		.map(({ query }) => query);
	expect(queries).toStrictEqual([
		'checkLowStockNotification=true',
		'checkLowStockNotification=true',
	]);
});

test('an answer about another product is not an answer', async () => {
	const shop = open();
	shop.sandbox.faults.add([
		{
			method: 'PUT',
			then: { status: 200, body: { updateCount: 1, item: { id: 5, quantity: 1 } } },
		},
	]);
	const { endings } = await run(shop, {
		operation: 'setQuantity',
		rows: [{ sku: 'SHIRT', amount: 1 }],
	});
	expect(endings[0].warnings.join()).toContain('Confirmed by reading');
});

describe('a product that the list does not show', () => {
	const products = Array.from({ length: 3 }, (_, n) => ({
		name: `N${n}`,
		sku: `S${n}`,
		quantity: 5,
	}));
	const set = async (shop: Shop, ids: number[]) =>
		await run(shop, {
			operation: 'setQuantity',
			rows: ids.map((id) => ({ id: String(id), amount: 1 })),
		});

	test('yet, because it was made a moment ago, is read by its id', async () => {
		const shop = open({}, products);
		const body = { total: 2, items: [692_730_001, 692_730_002].map((id) => ({ id, quantity: 5 })) };
		shop.sandbox.faults.add([{ method: 'GET', path: '/products$', then: { status: 200, body } }]);
		const report = await set(shop, [692_730_001, 692_730_002, 692_730_003]);
		expect(statuses(report)).toStrictEqual(['updated', 'updated', 'updated']);
	});

	test('because it is gone fails its row, and costs no more than the list did', async () => {
		const shop = open({}, products);
		const one = await set(shop, [692_730_001, 692_730_002, 692_730_999]);
		expect(statuses(one)).toStrictEqual(['updated', 'updated', 'failed']);
		expect(one.endings[2].message).toContain('does not know this product');
		const other = open({}, products);
		const two = await set(other, [692_730_001, 692_730_998, 692_730_999]);
		expect(statuses(two)).toStrictEqual(['updated', 'failed', 'failed']);
		expect(two.endings[2].message).toContain('does not list the product');
		const reads = other.sandbox.log.all().filter(({ method }) => method === 'GET');
		expect(reads).toHaveLength(1);
	});
});

describe('what a document leaves out', () => {
	const answer = (shop: Shop, body: unknown, path = '/products', times = 1) =>
		shop.sandbox.faults.add([{ method: 'GET', path, times, then: { status: 200, body } }]);

	test('a list without a total ends with its first short page', async () => {
		const shop = open();
		answer(shop, { items: [{ id: 1, sku: 'A', quantity: 3 }] }, '/products$');
		const page = await shop.platform.list(null);
		expect(page).toMatchObject({
			kind: 'page',
			next: null,
			items: [{ item: { itemId: '1', name: null } }],
		});
		const full = Array.from({ length: 100 }, (_, n) => ({ id: n, quantity: 1 }));
		answer(shop, { items: full }, '/products$');
		expect(await shop.platform.list(null)).toMatchObject({ kind: 'page', next: '100' });
		answer(shop, { items: [] }, '/products$');
		expect(await shop.platform.list('100')).toMatchObject({ kind: 'page', next: null });
	});

	test('a product or a variation without names, options or a level', async () => {
		const shop = open();
		const bare = {
			id: 5,
			sku: 'P',
			combinations: [
				{ id: 1, sku: 'V1', quantity: 2 },
				{ id: 2, sku: 'V2', quantity: 2, options: [{}] },
				{ id: 3, sku: 'V3', quantity: 2, options: [{ name: 'Size', value: 'S' }] },
			],
		};
		answer(shop, { total: 1, items: [bare] }, '/products$');
		const page = await shop.platform.list(null);
		const items = page.kind === 'page' ? page.items : [];
		expect(items.map(({ item }) => item.name)).toStrictEqual([null, null, null, null]);
		expect(items[0].level).toMatchObject({ quantity: null, unlimited: false, updatedAt: null });
		const named = { ...bare, name: 'Shirt' };
		answer(shop, { total: 1, items: [named] }, '/products$');
		const again = await shop.platform.list(null);
		expect(again.kind === 'page' && again.items.map(({ item }) => item.name)).toStrictEqual([
			'Shirt',
			'Shirt',
			'Shirt (: )',
			'Shirt (Size: S)',
		]);
	});

	test('a set is confirmed by its count alone, without the item', async () => {
		const shop = open();
		shop.sandbox.faults.add([{ method: 'PUT', then: { status: 200, body: {} } }]);
		const { endings } = await run(shop, {
			operation: 'setQuantity',
			rows: [{ sku: 'SHIRT', amount: 3 }],
		});
		expect(endings[0].warnings.join()).toContain('Confirmed by reading');
	});

	test('a list that cannot be read by id either stops the run', async () => {
		const shop = open();
		shop.sandbox.faults.add([{ method: 'GET', apply: false, times: 9, then: { status: 500 } }]);
		const rows = [
			{ id: PRODUCT, amount: 1 },
			{ id: '692730002', amount: 1 },
		];
		const report = await run(shop, { operation: 'setQuantity', rows });
		expect(report.halt?.kind).toBe('run');
		expect(await shop.platform.list(null)).toMatchObject({ kind: 'failed' });
	});
});

test('a later row by id knows the name its list has shown', async () => {
	const products = Array.from({ length: 3 }, (_, n) => ({
		name: `N${n}`,
		sku: `S${n}`,
		quantity: 5,
	}));
	const shop = open({}, products);
	const rows = [
		{ sku: 'S0', amount: 1 },
		{ sku: 'S1', amount: 1 },
		{ id: '692730003', amount: 1 },
	];
	const { endings } = await run(shop, {
		operation: 'setQuantity',
		rows,
		options: { checkFirst: false },
	});
	expect(endings[2].item).toMatchObject({ name: 'N2', sku: 'S2' });
});

test.each(['0692730001', '692730001:020874001', '0', '-1', '1.5'])('%s is no id', async (id) => {
	const { endings } = await run(open(), {
		operation: 'adjustByDelta',
		rows: [{ id, amount: -1 }],
	});
	expect(endings[0].message).toContain('is not an Ecwid ID');
});

test('a time of update that is none is left out, and costs no level', () => {
	const stock = { quantity: 5 };
	expect(levelOf(stock, { updateTimestamp: 1e300 })).toMatchObject({
		quantity: 5,
		updatedAt: null,
	});
	expect(levelOf(stock, { updateTimestamp: 1 })).toMatchObject({
		updatedAt: '1970-01-01T00:00:01.000Z',
	});
});
