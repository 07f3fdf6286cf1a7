import { OwnWrites } from '../../../../inventory/triggers/own-writes.ts';

const MINUTE = 60_000;

describe('a webhook tells of each write', () => {
	test('each hides one change to its level, and no other', () => {
		const own = new OwnWrites();
		for (const pieces of [8, 6, 8]) own.announce('1', pieces, 0);
		const seen = own.seenBy('trigger');
		expect(seen.takeNext('2', 8, 1, 0)).toBe(false);
		expect([8, 6, 8, 6].map((pieces) => seen.takeNext('1', pieces, 1, 0))).toStrictEqual([
			true,
			true,
			true,
			false,
		]);
	});

	test('to each trigger for itself', () => {
		const own = new OwnWrites();
		own.announce('1', 6, 0);
		for (const trigger of ['one', 'two']) {
			expect(own.seenBy(trigger).takeNext('1', 6, 1, 0)).toBe(true);
			expect(own.seenBy(trigger).takeNext('1', 6, 1, 0)).toBe(false);
		}
	});
});

test('a webhook is not told of what was written before it listened, or too long ago', () => {
	const own = new OwnWrites();
	own.announce('1', 6, 5);
	expect(own.seenBy('late').takeNext('1', 6, 10, 6)).toBe(false);
	expect(own.seenBy('trigger').takeNext('1', 6, 5 + 40 * MINUTE, 0)).toBe(false);
	expect(own.seenBy('trigger').takeNext('1', 6, 4 + 40 * MINUTE, 0)).toBe(true);
});

/** What was written and confirmed, at once. */
function write(own: OwnWrites, pieces: number, now: number, sure = true): void {
	own.announce('1', pieces, now);
	own.end('1', pieces, now, sure);
}

test('the first reading of an item shows where earlier writes have led', () => {
	const own = new OwnWrites();
	write(own, 6, 0);
	const seen = own.seenBy('new');
	expect(seen.judge('1', 9, undefined, 1)).toBe('foreign');
	expect(seen.judge('1', 6, 9, 2)).toBe('foreign');
});

test('the first reading of an item is from before a write that is under way', () => {
	const own = new OwnWrites();
	own.announce('1', 6, 0);
	const seen = own.seenBy('new');
	expect(seen.judge('1', 9, undefined, 1)).toBe('foreign');
	expect(seen.judge('1', 6, 9, 2)).toBe('own');
	expect(seen.judge('1', 6, 9, 3)).toBe('foreign');
});

describe('a poll sees where changes led', () => {
	test.each([
		['to the last of several writes', [8, 6, 8, 6], 6, 'own'],
		['to an earlier write, which the list lags behind with', [8, 6], 8, 'own'],
		['to another level', [8, 6], 5, { since: 6 }],
		['nowhere yet, or back', [8, 6], 10, 'unclear'],
	] as const)('%s', (_, writes, pieces, verdict) => {
		const own = new OwnWrites();
		for (const one of writes) write(own, one, 0);
		expect(own.seenBy('trigger').judge('1', pieces, 10, 1)).toStrictEqual(verdict);
	});

	test('what cannot lag any more was changed back', () => {
		const own = new OwnWrites();
		write(own, 6, 0);
		const seen = own.seenBy('trigger');
		expect(seen.judge('1', 10, 10, 2 * MINUTE - 1)).toBe('unclear');
		expect(seen.judge('1', 10, 10, 2 * MINUTE)).toStrictEqual({ since: 6 });
		expect(seen.judge('1', 6, 10, 2 * MINUTE)).toBe('foreign');
	});

	test('a write that changes nothing hides nothing, and is what others change', () => {
		const own = new OwnWrites();
		own.announce('1', 6, 0, false);
		own.end('1', 6, 0, true);
		expect(own.seenBy('webhook').takeNext('1', 6, 1, 0)).toBe(false);
		expect(own.seenBy('one').judge('1', 6, 5, 1)).toBe('foreign');
		expect(own.seenBy('two').judge('1', 5, 5, 2 * MINUTE)).toStrictEqual({ since: 6 });
		const both = new OwnWrites();
		both.announce('1', 6, 0);
		both.announce('1', 6, 0, false);
		expect(both.seenBy('one').judge('1', 6, 5, 1)).toBe('own');
	});

	test('a write that is under way is to come, however long it takes', () => {
		const own = new OwnWrites();
		own.announce('1', 6, 0);
		const seen = own.seenBy('trigger');
		expect(seen.judge('1', 10, 10, 5 * MINUTE)).toBe('unclear');
		own.end('1', 6, 5 * MINUTE, true);
		expect(seen.judge('1', 10, 10, 7 * MINUTE - 1)).toBe('unclear');
		expect(seen.judge('1', 6, 10, 7 * MINUTE)).toBe('own');
	});

	test('a change of another while a write is under way is told once, whichever came first', () => {
		const own = new OwnWrites();
		own.announce('1', 6, 0);
		const [first, second] = [own.seenBy('one'), own.seenBy('another')];
		for (const seen of [first, second]) expect(seen.judge('1', 5, 10, MINUTE)).toBe('foreign');
		own.end('1', 6, MINUTE, true);
		expect(first.judge('1', 6, 5, MINUTE)).toBe('own');
		expect(second.judge('1', 5, 5, 3 * MINUTE)).toBe('foreign');
	});

	test('a write that nobody knows the end of makes no change out of a level that stayed', () => {
		const own = new OwnWrites();
		write(own, 6, 0, false);
		const seen = own.seenBy('trigger');
		expect(seen.judge('1', 10, 10, 2 * MINUTE)).toBe('foreign');
		expect(seen.judge('1', 6, 10, 3 * MINUTE)).toBe('foreign');
		write(own, 5, 4 * MINUTE, false);
		expect(seen.judge('1', 5, 6, 5 * MINUTE)).toBe('own');
	});

	test('a write that has not ended after so long never will', () => {
		const own = new OwnWrites();
		own.announce('1', 6, 0);
		expect(own.seenBy('trigger').judge('1', 10, 10, 40 * MINUTE)).toBe('foreign');
	});

	test('a write hides one change, and what was written before it none', () => {
		const own = new OwnWrites();
		for (const pieces of [8, 6]) own.announce('1', pieces, 0);
		const seen = own.seenBy('trigger');
		expect(seen.judge('1', 6, 10, 1)).toBe('own');
		expect(seen.judge('1', 8, 6, 2)).toBe('foreign');
		expect(seen.judge('1', 6, 8, 3)).toBe('foreign');
	});
});

test('a write that was refused hides nothing', () => {
	const own = new OwnWrites();
	own.announce('1', 6, 0);
	own.announce('1', null, 0);
	own.withdraw('1', 6);
	own.withdraw('2', 1);
	const seen = own.seenBy('trigger');
	expect(seen.takeNext('1', 6, 1, 0)).toBe(false);
	expect(seen.takeNext('1', null, 1, 0)).toBe(true);
});

test('a write is forgotten after a day', () => {
	const own = new OwnWrites();
	own.announce('1', 6, 0);
	own.announce('1', 5, 24 * 60 * MINUTE);
	expect(own.seenBy('trigger').takeNext('1', 6, 24 * 60 * MINUTE, 0)).toBe(false);
});
