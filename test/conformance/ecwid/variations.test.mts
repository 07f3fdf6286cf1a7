/** Ecwid’s variations: with a stock of their own, or the product’s. */
import { run, statuses } from '../../support/run.mts';
import { open, PRODUCT, stockOf, variation } from './setup.mts';

describe('a variation with a SKU of its own', () => {
	test('a variation with a SKU of its own is written by SKU and by ID, with its own level', async () => {
		const shop = open();
		const report = await run(shop, {
			operation: 'setQuantity',
			rows: [{ sku: 'SHIRT-S', amount: 9 }],
		});
		expect(report.results[0]).toMatchObject({
			status: 'updated',
			item: { itemId: PRODUCT, variantId: '20874001', name: 'Shirt (Size: S)' },
			before: { quantity: 4 },
			after: { quantity: 9 },
		});
		const delta = await run(shop, {
			operation: 'adjustByDelta',
			rows: [{ id: variation(1), amount: -2 }],
		});
		expect(delta.results[0]).toMatchObject({
			status: 'updated',
			before: { quantity: 9 },
			after: { quantity: 7 },
		});
		expect(stockOf(shop, 'SHIRT-S')).toBe(7);
		expect(stockOf(shop, 'SHIRT')).toBe(20);
	});

	test('a variation with a SKU of its own that is unlimited is protected by itself', async () => {
		const report = await run(open(), {
			operation: 'adjustByDelta',
			rows: [{ sku: 'SHIRT-M', amount: -1 }],
		});
		expect(report.results[0]).toMatchObject({ status: 'failed', before: { unlimited: true } });
	});
});

describe('a variation without a SKU, or with its product’s', () => {
	test.each([3, 4])(
		'%#: a delta of a variation without stock of its own goes to the product, with a warning',
		async (n) => {
			const shop = open();
			const { results } = await run(shop, {
				operation: 'adjustByDelta',
				rows: [{ id: variation(n), amount: -2 }],
			});
			expect(results[0]).toMatchObject({
				status: 'updated',
				item: { itemId: PRODUCT, variantId: null },
				before: { quantity: 20 },
				after: { quantity: 18 },
			});
			expect(results[0].warnings.join()).toContain('has no stock of its own');
		},
	);

	test.each(['setQuantity', 'setUnlimited'] as const)(
		'%s of a variation without stock of its own fails and names the product',
		async (operation) => {
			const { results } = await run(open(), {
				operation,
				rows: [{ id: variation(3), amount: 5 }],
			});
			expect(results[0].status).toBe('failed');
			expect(results[0].message).toContain('SHIRT – Shirt');
		},
	);

	test('a variation without stock of its own is merged with the product it shares', async () => {
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

	test('a variation without stock of its own is looked up once even without Check First', async () => {
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
		const { results } = await run(open(), {
			operation: 'setQuantity',
			rows: [{ sku: 'SHIRT', amount: 5 }],
		});
		expect(results[0]).toMatchObject({ status: 'updated', item: { variantId: null } });
	});
});

test.each([
	['abc', 'is not an Ecwid ID'],
	['1:2:3', 'is not an Ecwid ID'],
	[`${PRODUCT}:999`, 'has no variation'],
	['999:1', 'does not know this product'],
])('the ID %s is refused in words', async (id, words) => {
	const { results } = await run(open(), {
		operation: 'setQuantity',
		rows: [{ id, amount: 1 }],
	});
	expect(results[0]).toMatchObject({ status: 'failed' });
	expect(results[0].message).toContain(words);
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
