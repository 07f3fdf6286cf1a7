/** Which writes go in one request. */
import type { PlannedWrite } from '../../../../inventory/run/write-records.ts';
import { batchesOf } from '../../../../inventory/run/batches.ts';
import { Bench } from '../../../support/keyed-shop.mts';

describe('what goes in one request', () => {
	const write = (
		keys: Array<string | null>,
		intent: Partial<PlannedWrite['intent']> = {},
		amount = -1,
	) =>
		({
			amount,
			rows: keys.map((key) => ({ key })),
			intent: {
				operation: 'adjustByDelta',
				amount,
				belowZero: 'allow',
				onlyIfQuantityIs: null,
				...intent,
			},
		}) as unknown as PlannedWrite;
	const capabilities = (batch: number) => ({ ...new Bench().shop.capabilities, batch });
	const sizes = (writes: PlannedWrite[], batch: number): number[] =>
		batchesOf(writes, capabilities(batch)).map(({ length }) => length);

	test.each<[string, PlannedWrite[], number, number[]]>([
		['keyed deltas, as many as fit', Array.from({ length: 5 }, () => write(['k'])), 2, [2, 2, 1]],
		['one by one where there are no batches', [write(['k']), write(['k'])], 1, [1, 1]],
		['a delta without a key alone', [write(['k']), write([null]), write(['k'])], 9, [1, 1, 1]],
		['a sum with one row without a key alone', [write(['k', null]), write(['k'])], 9, [1, 1]],
		['a guarded one alone', [write(['k']), write(['k'], { belowZero: 'refuse' })], 9, [1, 1]],
		['sets alone', [write([null], { operation: 'setQuantity' }), write(['k'])], 9, [1, 1]],
		['what sends nothing alone', [write(['k'], {}, 0), write(['k']), write(['k'])], 9, [1, 2]],
	])('one request carries %s', (_, writes, batch, expected) => {
		expect(sizes(writes, batch)).toStrictEqual(expected);
	});
});
