/** Which writes travel as a batch, and how. */
import { run, statuses } from '../../support/run.mts';
import {
	adjust,
	keysPosted,
	line,
	linesOf,
	many,
	methods,
	moves,
	movesOf,
	open,
	posts,
	sizes,
	uniform,
} from './setup.mts';

describe('what travels as a batch', () => {
	test('keyed deltas travel as a batch, on products and variations', async () => {
		const shop = open();
		const mailed = { ...line('SHIRT-S'), options: { notifyLowStock: true } };
		const { results } = await adjust(shop, [line('A', -5), mailed]);
		expect(results[0]).toMatchObject({ status: 'updated', after: { quantity: 45 }, warnings: [] });
		const deduplicationKey = expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
		const item = (path: string, quantityDelta: number) => {
			const id = expect.any(String);
			return { id, path: `/products/${path}`, method: 'PUT', body: { quantityDelta } };
		};
		const variation = '692730003/combinations/20874201/inventory?checkLowStockNotification=true';
		const items = [item('692730001/inventory', -5), item(variation, -1)];
		expect(posts(shop)).toStrictEqual([{ stopOnFirstFailure: 'true', deduplicationKey, items }]);
		expect(moves(shop)).toStrictEqual(['A -5', 'SHIRT-S -1']);
	});

	test('a few sets, or a few deltas without a key, are sent one by one and in their place', async () => {
		const shop = open();
		await run(shop, { operation: 'setQuantity', rows: [line('A', 7)] });
		await run(shop, { operation: 'setUnlimited', rows: [line('B')] });
		expect(methods(shop)).toStrictEqual(['PUT', 'PUT']);
		await adjust(shop, [line('A'), { sku: 'SHIRT', amount: -1 }, line('SHIRT-S')]);
		expect(methods(shop).slice(2)).toStrictEqual(['POST', 'PUT', 'POST']);
		expect(moves(shop).slice(2)).toStrictEqual(['A -1', 'SHIRT -1', 'SHIRT-S -1']);
	});

	test('rows of one item travel as one request, unless one of them has no key', async () => {
		const shop = open();
		await adjust(shop, [line('A'), line('B'), { ...line('A', -2), key: 'order 8' }, line('A')]);
		expect(posts(shop)).toMatchObject([{ items: [{ body: { quantityDelta: -3 } }, {}] }]);
		await adjust(shop, [line('SHIRT'), { sku: 'SHIRT', amount: -2 }]);
		expect(methods(shop)).toStrictEqual(['POST', 'PUT']);
		expect(moves(shop)).toStrictEqual(['A -3', 'B -1', 'SHIRT -3']);
	});

	test.each([
		[{ belowZero: 'refuse' }, 'failed', []],
		[{ belowZero: 'stopAtZero' }, 'updated', ['B -2']],
		[{ onlyIfQuantityIs: 10 }, 'failed', []],
	])(
		'guarded rows (%j) never wait in Ecwid’s queue: each goes alone, after its own reading',
		async (options, status, moved) => {
			// While the first row is on its way, someone else buys what the second one was planned on.
			const shop = open([{ method: 'PUT', delayMs: 15_000, after: { sku: 'B', delta: -8 } }]);
			shop.sandbox.change('ecwid', { sku: 'A', quantity: 10 });
			const report = await adjust(shop, [line('A', -4), line('B', -4)], { options });
			expect(statuses(report)).toStrictEqual(['updated', status]);
			expect(methods(shop)).toStrictEqual(['PUT', ...moved.map(() => 'PUT')]);
			expect(moves(shop)).toStrictEqual(['A -4', ...moved]);
			const looks = shop.sandbox.log.all().filter(({ path }) => path.endsWith('/692730002'));
			// The plan's, the second, and the one that reads the new level back.
			expect(looks).toHaveLength(2 + moved.length);
		},
	);

	test('a batch takes at most 500 requests, and the next batch takes the rest', async () => {
		const shop = open([], {}, many(501));
		const rows = linesOf(many(501));
		const report = await adjust(shop, [...rows, { ...rows[0], key: 'order 8' }]);
		expect(uniform(report)).toStrictEqual(['updated']);
		expect([sizes(shop), keysPosted(shop).size]).toStrictEqual([[500, 1], 2]);
		expect(moves(shop)).toStrictEqual(['S0 -2', ...movesOf(rows).slice(1)]);
	});

	test.each([
		[20, 4],
		[21, null],
	])('of a batch of %d items the level afterwards is %p', async (count, quantity) => {
		const shop = open([], {}, many(count));
		const { results } = await adjust(shop, linesOf(many(count)));
		expect([...new Set(results.map(({ after }) => after?.quantity))]).toStrictEqual([quantity]);
	});
});
