import fc from 'fast-check';
import { eventsOf, type StockEvent } from '../../../../inventory/triggers/stock-events.ts';
import { type Quantity } from '../../../../inventory/model/level.ts';

const LOW = 5;

/** From, to, and what that means at a threshold of 5. */
test.each<[Quantity | undefined, Quantity, StockEvent[]]>([
	[9, 9, []],
	[null, null, []],
	[9, 8, ['changed']],
	[6, 5, ['changed', 'lowStock']],
	[5, 4, ['changed']],
	[4, 6, ['changed']],
	[9, 0, ['changed', 'lowStock', 'outOfStock']],
	[3, 0, ['changed', 'outOfStock']],
	[3, -2, ['changed', 'outOfStock']],
	[0, -2, ['changed']],
	[0, 1, ['changed', 'backInStock']],
	[-2, 0, ['changed']],
	[-2, 9, ['changed', 'backInStock']],
	// Uncounted stock is above every mark; starting not to count is a change only.
	[null, 9, ['changed']],
	[null, 5, ['changed', 'lowStock']],
	[null, 0, ['changed', 'lowStock', 'outOfStock']],
	[0, null, ['changed']],
	[9, null, ['changed']],
	// A level that nothing is known from before.
	[undefined, 9, ['changed']],
	[undefined, 5, ['changed', 'lowStock']],
	[undefined, 0, ['changed', 'lowStock', 'outOfStock']],
	[undefined, null, ['changed']],
])('a change from %p to %p gives %j', (from, to, events) => {
	expect(eventsOf({ from, to }, LOW)).toStrictEqual(events);
});

test('a threshold below zero, or of zero, is a mark like any other', () => {
	expect(eventsOf({ from: 1, to: 0 }, 0)).toStrictEqual(['changed', 'lowStock', 'outOfStock']);
	expect(eventsOf({ from: 0, to: -3 }, -3)).toStrictEqual(['changed', 'lowStock']);
});

test('between two crossings into low stock there is always a way out of it', () => {
	const levels = fc.array(fc.option(fc.integer({ min: -3, max: 12 })), { minLength: 2 });
	fc.assert(
		fc.property(levels, (walk) => {
			let low = walk[0] !== null && walk[0] <= LOW;
			for (const [n, to] of walk.slice(1).entries()) {
				const fires = eventsOf({ from: walk[n], to }, LOW).includes('lowStock');
				const isLow = to !== null && to <= LOW;
				expect(fires).toBe(isLow && !low);
				low = isLow;
			}
		}),
	);
});
