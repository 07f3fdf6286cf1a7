import type { Difference } from '../../../../inventory/triggers/stock-events.ts';
import { WebhookCalls, type WebhookCall } from '../../../../inventory/triggers/webhook.ts';

const MINUTE = 60_000;

let made = 0;
const call = (
	quantity: number | null,
	at: number,
	some: Partial<WebhookCall> = {},
): WebhookCall => {
	made += 1;
	return { key: '1', quantity, at, id: String(made), isSigned: true, ...some };
};

/** The calls of one webhook, each taken in as it comes. */
function webhook() {
	const calls = new WebhookCalls();
	return {
		calls,
		take: (one: WebhookCall, missed = false) => calls.take(one, one.at, missed),
		takeLevel: (quantity: number, at: number) => calls.takeLevel({ key: '1', quantity, at }, at, 0),
	};
}

test('the level before is known once a call of the item was taken in', () => {
	const { take } = webhook();
	expect(take(call(5, 1))).toStrictEqual({ from: undefined, to: 5 });
	expect(take(call(4, 2))).toStrictEqual({ from: 5, to: 4 });
	expect(take(call(null, 3))).toStrictEqual({ from: 4, to: null });
	expect(take(call(4, 1, { key: '2' }))).toStrictEqual({ from: undefined, to: 4 });
});

test('the same level is no change, however often it is reported', () => {
	const { take } = webhook();
	take(call(5, 1));
	expect(take(call(5, 2))).toBeNull();
});

test('a repeated call is none, even after the level has changed', () => {
	const { take } = webhook();
	const first = call(5, 1);
	take(first);
	take(call(4, 2));
	expect(take(first)).toBe('repeated');
});

test('items whose last call came longest ago are forgotten: an unsigned call may name any', () => {
	const { calls } = webhook();
	const takeLevel = (key: string, quantity: number, at: number) =>
		calls.takeLevel({ key, quantity, at }, at);
	for (let n = 0; n <= 50_000; n += 1) takeLevel(`item ${n}`, 5, 1);
	expect(takeLevel('item 0', 4, 2)).toStrictEqual({ from: undefined, to: 4 });
	expect(takeLevel('item 50000', 4, 2)).toStrictEqual({ from: 5, to: 4 });
});

describe('a call that could not be told', () => {
	test('a call that could not be told counts when it comes again', () => {
		const { calls, take } = webhook();
		const first = call(5, 1);
		calls.undo(first, take(first) as Difference);
		expect(take(first)).toStrictEqual({ from: undefined, to: 5 });
		const known = webhook();
		known.take(call(5, 1));
		const second = call(4, 2);
		known.calls.undo(second, known.take(second) as Difference);
		expect(known.take(second)).toStrictEqual({ from: 5, to: 4 });
	});

	test('a call that could not be told is told with the next call of the item, whose level is read: the first may come again', () => {
		const { calls, take, takeLevel } = webhook();
		take(call(5, 1));
		const second = call(4, 2);
		const taken = take(second) as Difference;
		expect(take(call(3, 3))).toStrictEqual({ from: 4, to: 3 });
		calls.undo(second, taken);
		expect(take(call(2, 4))).toBe('unordered');
		expect(takeLevel(2, 4)).toStrictEqual({ from: 4, to: 2 });
		expect(take(call(1, 5 + 40 * MINUTE))).toStrictEqual({ from: 2, to: 1 });
	});
});

test('a call that was overtaken tells nothing', () => {
	const { take } = webhook();
	take(call(3, 9));
	expect(take(call(4, 8))).toBeNull();
	expect(take(call(2, 10))).toStrictEqual({ from: 3, to: 2 });
});

test('only the last ten thousand calls are known again', () => {
	const { take } = webhook();
	const first = call(5, 1);
	take(first);
	for (let n = 0; n < 10_000; n += 1) take(call(n % 2, 2 + n));
	expect(take({ ...first, at: 99_999 })).not.toBe('repeated');
});

test('a call that nobody answered may be made again at a new time, so a reading shows', () => {
	const { take, takeLevel } = webhook();
	const again = (quantity: number, at: number) => take(call(quantity, at), true);
	expect(again(48, MINUTE)).toStrictEqual({ from: undefined, to: 48 });
	expect(again(48, 2 * MINUTE)).toBeNull();
	expect(again(49, 1)).toBeNull();
	expect(again(49, 3 * MINUTE)).toBe('unordered');
	expect(takeLevel(48, 3 * MINUTE)).toBeNull();
	// By now all tries have been made.
	expect(again(49, 41 * MINUTE)).toStrictEqual({ from: 48, to: 49 });
});

describe('two calls of the same time', () => {
	test('two calls of the same time that report the same are one', () => {
		const { take } = webhook();
		take(call(5, 1));
		expect(take(call(5, 1))).toBeNull();
	});

	test.each([
		['the first was the last change', 4, null],
		['the second was', 3, { from: 4, to: 3 }],
		['it has moved on since', 2, { from: 4, to: 2 }],
	])(
		'two calls of the same time have no order; a reading shows that %s',
		(_, level, difference) => {
			const { take, takeLevel } = webhook();
			take(call(5, 1));
			expect(take(call(4, 2))).toStrictEqual({ from: 5, to: 4 });
			expect(take(call(3, 2))).toBe('unordered');
			expect(takeLevel(level, 2)).toStrictEqual(difference);
			expect(take(call(1, 3))).toStrictEqual({ from: level, to: 1 });
		},
	);

	test('two calls of the same time tell nothing once a younger one has come', () => {
		const { take, takeLevel } = webhook();
		take(call(4, 2));
		take(call(3, 2));
		take(call(2, 3));
		expect(takeLevel(3, 2)).toBeNull();
		expect(take(call(1, 4))).toStrictEqual({ from: 2, to: 1 });
	});
});
