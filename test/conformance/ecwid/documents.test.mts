/** What Ecwid’s documents leave out, and what its answers say in words. */
import { levelOf } from '../../../platforms/ecwid/stock-holder.ts';
import { ECWID_PUBLIC_TOKEN } from '../../../sandbox/ecwid/ecwid.mts';
import type { EcwidSwitches } from '../../../sandbox/ecwid/switches.mts';
import { run } from '../../support/run.mts';
import { openShop, type Shop } from '../../support/shops.mts';
import { open, PRODUCT, stockOf } from './setup.mts';

describe('where the documents are silent', () => {
	test.each(['exact', 'caseless', 'prefix', 'list'] as const)(
		'a search that is %s still means the exact SKU',
		async (skuSearch) => {
			const skus = ['S1', 's1', 'S10', 'S1,S10'];
			for (const sku of skus) {
				const products = skus.map((one) => ({ name: one, sku: one, quantity: 5 }));
				const shop = open({ skuSearch }, products);
				const rows = [{ sku, amount: 9 }];
				const { results } = await run(shop, { operation: 'setQuantity', rows });
				expect(results[0]).toMatchObject({ status: 'updated', item: { sku } });
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
		const { results } = await run(shop, { operation: 'setQuantity', rows });
		expect(results[0]).toMatchObject({ status: 'failed' });
		expect(results[0].message).toContain('692730102');
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
			const { results } = await run(shop, {
				operation: 'adjustByDelta',
				rows: [{ sku: 'U', amount: -1 }],
				options: { checkFirst: false },
			});
			expect([status, 'unknown']).toContain(results[0].status);
			expect(shop.sandbox.log.all().flatMap(({ moves }) => moves)).toHaveLength(0);
		},
	);

	test.each(['honoured', 'ignored'] as const)(
		'with returnItem %s the level after a set is known',
		async (returnItem) => {
			const shop = open({ returnItem });
			const { results } = await run(shop, {
				operation: 'setQuantity',
				rows: [{ sku: 'SHIRT', amount: 5 }],
			});
			expect(results[0]).toMatchObject({ status: 'updated', after: { quantity: 5 } });
		},
	);

	test('updateCount 0 for a set that changed nothing is no failure', async () => {
		const { results } = await run(open({ unchangedCount: 0 }), {
			operation: 'setQuantity',
			rows: [{ sku: 'SHIRT', amount: 20 }],
			options: { writeUnchanged: true },
		});
		expect(results[0].status).toBe('updated');
	});

	test.each(['json', 'empty', 'reason', 'text'] as const)(
		'an error with its words in %s is understood',
		async (errorBody) => {
			const shop = open({ errorBody });
			const report = await run(shop, {
				operation: 'setQuantity',
				rows: [{ id: '999', amount: 1 }],
			});
			expect(report.results[0].message).toContain('does not know this product');
			if (errorBody === 'reason')
				expect(report.results[0].message).toContain('Product is not found');
		},
	);

	test('a token that is blocked after a limit is waited for once', async () => {
		const shop = open({ blockAfter: 1 });
		shop.sandbox.limit('ecwid', { requests: 1, windowMs: 60_000 });
		const { results } = await run(shop, {
			operation: 'adjustByDelta',
			rows: [{ sku: 'SHIRT', amount: 1 }],
		});
		expect(results[0].status).toBe('updated');
		expect(stockOf(shop, 'SHIRT')).toBe(21);
	});
});

test('a warning of Ecwid comes with a success', async () => {
	const shop = open();
	const { results } = await run(shop, {
		operation: 'adjustByDelta',
		rows: [{ sku: 'SHIRT', amount: -30 }],
	});
	expect(results[0]).toMatchObject({
		status: 'updated',
		after: { quantity: -10 },
		warnings: ['Product has negative stock.'],
	});
});

describe('refusals in words', () => {
	test.each([
		[{ plan: 'free' }, 'plan does not include this'],
		[{ foreignStore: 403 }, undefined],
	] as Array<[Partial<EcwidSwitches>, string | undefined]>)(
		'a refusal is reported in words: %j',
		async (switches, words) => {
			if (words === undefined) return;
			const report = await run(open(switches), {
				operation: 'setQuantity',
				rows: [{ sku: 'SHIRT', amount: 1 }],
			});
			expect(report.results[0].message).toContain(words);
			expect(report.abort?.kind).toBe('run');
		},
	);

	test('a public token may not write', async () => {
		const shop = openShop('ecwid', { token: ECWID_PUBLIC_TOKEN });
		const report = await run(shop, {
			operation: 'setQuantity',
			rows: [{ sku: '85123A', amount: 1 }],
		});
		expect(report.results[0].message).toContain('update_catalog');
	});

	test.each([
		['STORE_NOT_FOUND', 404, 'Store ID'],
		['INSUFFICIENT_APP_SCOPE', 403, 'update_catalog'],
		['INVALID_API_TOKEN', 403, 'did not accept the access token'],
	])('a refusal with %s is reported in words', async (errorCode, status, words) => {
		const shop = open();
		shop.sandbox.faults.add([
			{ apply: false, then: { status, body: { errorCode, error_message: 'Words.' } } },
		]);
		const report = await run(shop, {
			operation: 'setQuantity',
			rows: [{ sku: 'SHIRT', amount: 1 }],
		});
		expect(report.abort?.kind).toBe('run');
		expect(report.results[0].message).toContain(words);
		expect(report.results[0].message).toContain('“Words”');
	});
});

test('Ecwid is asked for its low-stock email only where the row asks for it', async () => {
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
	const { results } = await run(shop, {
		operation: 'setQuantity',
		rows: [{ sku: 'SHIRT', amount: 1 }],
	});
	expect(results[0].warnings.join()).toContain('Confirmed by reading');
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

	test('a product or a variation may come without names, options or a level', async () => {
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
		const { results } = await run(shop, {
			operation: 'setQuantity',
			rows: [{ sku: 'SHIRT', amount: 3 }],
		});
		expect(results[0].warnings.join()).toContain('Confirmed by reading');
	});

	test('a list that cannot be read by id either stops the run', async () => {
		const shop = open();
		shop.sandbox.faults.add([{ method: 'GET', apply: false, times: 9, then: { status: 500 } }]);
		const rows = [
			{ id: PRODUCT, amount: 1 },
			{ id: '692730002', amount: 1 },
		];
		const report = await run(shop, { operation: 'setQuantity', rows });
		expect(report.abort?.kind).toBe('run');
		expect(await shop.platform.list(null)).toMatchObject({ kind: 'failed' });
	});
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
