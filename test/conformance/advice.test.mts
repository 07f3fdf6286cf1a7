/** What a person is told to do about a reference or a shop that does not work as it stands. */
import type { CatalogueProduct } from '../../sandbox/catalogue.mts';
import { run } from '../support/run.mts';
import { openShop, type Shop, type ShopName } from '../support/shops.mts';

const CATALOGUE: CatalogueProduct[] = [
	{ name: 'Lantern', sku: 'A', quantity: 50 },
	{ name: 'First', sku: 'DOUBLE', quantity: 1 },
	{ name: 'Second', sku: 'DOUBLE', quantity: 2 },
];

function open(name: ShopName): Shop {
	const shop = openShop(name);
	shop.sandbox.seed({ products: CATALOGUE });
	return shop;
}

const SHOPS: ShopName[] = ['webflow', 'webflowV1', 'ecwid', 'rootfi'];

describe.each(SHOPS)('a SKU of %s in the field of an ID', (name) => {
	test.each([true, false])(
		'a SKU is told from an ID that exists (Check First: %p)',
		async (checkFirst) => {
			const shop = open(name);
			const codes = ['A', '4006381333931', '12', 'f'.repeat(24)];
			for (const id of codes) {
				const { results } = await run(shop, {
					operation: 'setQuantity',
					rows: [{ id, amount: 7 }],
					options: { checkFirst },
				});
				expect(results[0].status).toBe('failed');
				// Without a reading before it, Webflow only says that something in the request is not right.
				const isTold = checkFirst || !name.startsWith('webflow') || id === codes[3];
				if (isTold) expect(results[0].message).toContain('set Item to By SKU');
			}
			const [{ itemId }] = shop.sandbox.service(shop.service).stock();
			const { results } = await run(shop, {
				operation: 'setQuantity',
				rows: [{ id: itemId, amount: 7 }],
				options: { checkFirst },
			});
			expect(results[0].status).toBe('updated');
		},
	);
});

describe.each<[ShopName, RegExp]>([
	['webflow', /First \(\w+\) and DOUBLE – Second/],
	['ecwid', /First \(\d+\) \[level 1\] and DOUBLE – Second \(\d+\) \[level 2\]/],
	['rootfi', /First \(\d+\) \[platform ID \w+, level 1\] and .*\[platform ID \w+, level 2\]/],
])('items of %s that share a SKU', (name, told) => {
	test('items that share a SKU are told apart', async () => {
		const rows = [{ sku: 'DOUBLE', amount: 1 }];
		const { results } = await run(open(name), { operation: 'setQuantity', rows });
		expect(results[0].message).toMatch(told);
	});
});

test.each([
	[{ isArchived: true }, {}, 'archived'],
	[{}, { isDraft: true }, 'draft'],
])('Webflow’s items are told apart by what is archived or a draft', async (product, sku, words) => {
	const shop = open('webflow');
	const items = [
		{
			product: { id: 'p1', ...product },
			skus: [{ id: 'a'.repeat(24), fieldData: { sku: 'D' }, ...sku }],
		},
		{ product: { id: 'p2' }, skus: [{ id: 'b'.repeat(24), fieldData: { sku: 'D' } }] },
	];
	shop.sandbox.faults.add([{ path: '/products$', then: { status: 200, body: { items } } }]);
	const [found] = await shop.platform.resolve([{ by: 'sku', sku: 'D' }], true);
	expect(found).toMatchObject({
		kind: 'ambiguous',
		candidates: [{ distinction: words }, { distinction: '' }],
	});
});

test('an Ecwid product that is disabled is told apart from one that is not', async () => {
	const shop = open('ecwid');
	const items = [
		{ id: 1, sku: 'D', quantity: 5, enabled: false },
		{ id: 2, sku: 'D', unlimited: true, enabled: true },
	];
	shop.sandbox.faults.add([
		{ path: '/products$', then: { status: 200, body: { total: 2, items } } },
	]);
	const [found] = await shop.platform.resolve([{ by: 'sku', sku: 'D' }], true);
	expect(found).toMatchObject({
		candidates: [{ distinction: 'disabled, level 5' }, { distinction: 'level unlimited' }],
	});
});

test.each([
	[402, 'STORE_IS_SUSPENDED', 'has suspended this store', true],
	[402, 'NOT_AVAILABLE_ON_CURRENT_PLAN', 'plan does not include this', true],
	[409, 'NOT_ALLOWED_TO_UPDATE_PARAMETER', 'comes from the point of sale', false],
	[409, 'CONSTRAINT_VIOLATION', 'answered with 409', false],
])('Ecwid’s %d %s is told in its own words', async (status, errorCode, words, isOfRun) => {
	const shop = open('ecwid');
	const body = { errorCode, errorMessage: 'No' };
	shop.sandbox.faults.add([{ method: 'PUT', apply: false, then: { status, body } }]);
	const report = await run(shop, { operation: 'setQuantity', rows: [{ sku: 'A', amount: 7 }] });
	expect(report.results[0].message).toContain(words);
	expect(report.abort !== null).toBe(isOfRun);
});
