import type { Difference } from '../../../../inventory/triggers/stock-events.ts';
import { WebhookCalls, type WebhookCall } from '../../../../inventory/triggers/webhook.ts';

let mark = 0;
const told = (pieces: number | null, at: number, some: Partial<WebhookCall> = {}): WebhookCall => {
	mark += 1;
	return { key: '1', pieces, at, mark: String(mark), ...some };
};

test('the level before is known once an item was seen', () => {
	const deliveries = new WebhookCalls();
	expect(deliveries.take(told(5, 1))).toStrictEqual({ from: undefined, to: 5 });
	expect(deliveries.take(told(4, 2))).toStrictEqual({ from: 5, to: 4 });
	expect(deliveries.take(told(null, 3))).toStrictEqual({ from: 4, to: null });
	expect(deliveries.take(told(4, 1, { key: '2' }))).toStrictEqual({ from: undefined, to: 4 });
});

test('the same level is no change, however often it is told', () => {
	const deliveries = new WebhookCalls();
	deliveries.take(told(5, 1));
	expect(deliveries.take(told(5, 2))).toBeNull();
});

test('a repeated delivery is none, even after the level has changed', () => {
	const deliveries = new WebhookCalls();
	const first = told(5, 1);
	deliveries.take(first);
	deliveries.take(told(4, 2));
	expect(deliveries.take(first)).toBe('repeated');
});

test('items told of longest ago are forgotten: an unsigned call may name any', () => {
	const deliveries = new WebhookCalls();
	for (let n = 0; n <= 50_000; n += 1) deliveries.settle(`item ${n}`, 5, 1);
	expect(deliveries.settle('item 0', 4, 2)).toStrictEqual({ from: undefined, to: 4 });
	expect(deliveries.settle('item 50000', 4, 2)).toStrictEqual({ from: 5, to: 4 });
});

test('one that is given back counts again, unless a younger one has come', () => {
	const deliveries = new WebhookCalls();
	const [first, second, third] = [told(5, 1), told(4, 2), told(3, 3)];
	const difference = deliveries.take(first) as Difference;
	deliveries.giveBack(first, difference);
	expect(deliveries.take(first)).toStrictEqual({ from: undefined, to: 5 });
	deliveries.giveBack(second, deliveries.take(second) as Difference);
	expect(deliveries.take(second)).toStrictEqual({ from: 5, to: 4 });
	deliveries.take(third);
	deliveries.giveBack(second, { from: 5, to: 4 });
	expect(deliveries.take(told(2, 4))).toStrictEqual({ from: 3, to: 2 });
});

test('one that was overtaken is old news', () => {
	const deliveries = new WebhookCalls();
	deliveries.take(told(3, 9));
	expect(deliveries.take(told(4, 8))).toBeNull();
	expect(deliveries.take(told(2, 10))).toStrictEqual({ from: 3, to: 2 });
});

test('only the last ten thousand are known again', () => {
	const deliveries = new WebhookCalls();
	const first = told(5, 1);
	deliveries.take(first);
	for (let n = 0; n < 10_000; n += 1) deliveries.take(told(n % 2, 2 + n));
	expect(deliveries.take({ ...first, at: 99_999 })).not.toBe('repeated');
});

test('what nobody took the first time may be told again, at a new time: a reading shows', () => {
	const MINUTE = 60_000;
	const deliveries = new WebhookCalls();
	const again = (pieces: number, at: number) => deliveries.take(told(pieces, at), true);
	expect(again(48, MINUTE)).toStrictEqual({ from: undefined, to: 48 });
	expect(again(48, 2 * MINUTE)).toBeNull();
	expect(again(49, 1)).toBeNull();
	expect(again(49, 3 * MINUTE)).toBe('unordered');
	expect(deliveries.settle('1', 48, 3 * MINUTE)).toBeNull();
	// By now all tries have been made.
	expect(again(49, 41 * MINUTE)).toStrictEqual({ from: 48, to: 49 });
});

describe('two of the same time', () => {
	test('that tell the same are one', () => {
		const deliveries = new WebhookCalls();
		deliveries.take(told(5, 1));
		expect(deliveries.take(told(5, 1))).toBeNull();
	});

	test.each([
		['the first was the last change', 4, null],
		['the second was', 3, { from: 4, to: 3 }],
		['it has moved on since', 2, { from: 4, to: 2 }],
	])('have no order; a reading shows that %s', (_, level, difference) => {
		const deliveries = new WebhookCalls();
		deliveries.take(told(5, 1));
		expect(deliveries.take(told(4, 2))).toStrictEqual({ from: 5, to: 4 });
		expect(deliveries.take(told(3, 2))).toBe('unordered');
		expect(deliveries.settle('1', level, 2)).toStrictEqual(difference);
		expect(deliveries.take(told(1, 3))).toStrictEqual({ from: level, to: 1 });
	});

	test('are old news once a younger one has come', () => {
		const deliveries = new WebhookCalls();
		deliveries.take(told(4, 2));
		deliveries.take(told(3, 2));
		deliveries.take(told(2, 3));
		expect(deliveries.settle('1', 3, 2)).toBeNull();
		expect(deliveries.take(told(1, 4))).toStrictEqual({ from: 2, to: 1 });
	});
});
