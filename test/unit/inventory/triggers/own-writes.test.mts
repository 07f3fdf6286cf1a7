import type { Quantity } from '../../../../inventory/model/level.ts';
import type { Move } from '../../../../inventory/triggers/own-writes.ts';
import { LAG, OwnWrites, PendingWrites } from '../../../../inventory/triggers/own-writes.ts';

const MINUTE = 60_000;

/** A trigger that took in level 10 of an item last. */
function watching() {
	const own = new OwnWrites();
	const pending = new PendingWrites();
	own.attach('trigger', pending);
	let last: Quantity | undefined = 10;
	return {
		own,
		pending,
		/** What was written and confirmed at once. */
		write(move: Move, now = 0, after = move.to): void {
			const write = own.announce('1', move, now);
			if (write !== null) own.confirm(write, after, now);
		},
		/** The level a reading is compared with. */
		see(reading: Quantity, at = 1, lag = LAG): Quantity | undefined {
			const expected = pending.subtract({ key: '1', last, reading }, at, lag);
			last = reading;
			return expected;
		},
		forget: () => void (last = undefined),
	};
}

const delta = (by: number, from = 10): Move => ({ from, to: from + by, delta: by });
const set = (from: number, to: number, readAt = 0): Move => ({
	from,
	to,
	delta: to - from,
	readAt,
});

describe('an own write', () => {
	test('an own write is taken off the first reading that shows it, and off no other', () => {
		const trigger = watching();
		trigger.write(delta(-2));
		expect(trigger.see(8)).toBe(8);
		expect(trigger.see(6)).toBe(8);
	});

	test('an own write is taken off by its own amount, whichever came first, the sale or the write', () => {
		const before = watching();
		before.write(delta(-1, 9));
		expect(before.see(8)).toBe(9);
		const after = watching();
		after.write(delta(-1));
		expect(after.see(8)).toBe(9);
	});

	test('an own write is taken off once by each trigger', () => {
		const trigger = watching();
		const other = new PendingWrites();
		trigger.own.attach('other', other);
		trigger.write(delta(-2));
		expect(trigger.see(8)).toBe(8);
		expect(other.subtract({ key: '1', last: 10, reading: 8 }, 1)).toBe(8);
	});

	test('an own write belongs to its item alone', () => {
		const trigger = watching();
		trigger.write(delta(-2));
		expect(trigger.pending.subtract({ key: '2', last: 10, reading: 8 }, 1)).toBe(10);
	});

	test('an own write that changed nothing is taken off nothing', () => {
		const trigger = watching();
		trigger.write(set(10, 10));
		trigger.write({ from: null, to: null });
		expect(trigger.see(9)).toBe(10);
		expect(trigger.see(10)).toBe(9);
	});

	test('an own write of which the level before is not known is taken off nothing, if it is a set', () => {
		const trigger = watching();
		trigger.write({ to: 8 });
		expect(trigger.see(8)).toBe(10);
	});

	test('an own write that brought no call is taken off the next one by its amount, however late that comes', () => {
		const trigger = watching();
		trigger.write(delta(-5));
		expect(trigger.see(4, 600 * MINUTE)).toBe(5);
	});

	test('an own write that ended long before hides no later change of the same size', () => {
		const trigger = watching();
		trigger.write(delta(-5));
		expect(trigger.see(5)).toBe(5);
		expect(trigger.see(10, 5 * MINUTE)).toBe(5);
		expect(trigger.see(5, 9 * MINUTE)).toBe(10);
	});

	test('an own write that nobody watches is not kept', () => {
		expect(new OwnWrites().announce('1', delta(-1), 0)).toBeNull();
	});

	test('an own write is not taken off by a trigger that counts it like any other', () => {
		const trigger = watching();
		trigger.write(delta(-2));
		trigger.own.detach('trigger');
		trigger.write(delta(-2));
		expect(trigger.see(6)).toBe(10);
	});

	test('an own write of which only the delta is known is taken off all the same', () => {
		const trigger = watching();
		trigger.write({ delta: -2 }, 0, undefined);
		expect(trigger.see(7)).toBe(8);
	});
});

describe('a reading that may lag', () => {
	test('a reading that may lag shows none of the writes as long as the level is that before them', () => {
		const trigger = watching();
		trigger.write(delta(-2));
		expect(trigger.see(10, LAG - 1)).toBe(10);
		expect(trigger.see(8, LAG - 1)).toBe(8);
	});

	test('a reading cannot lag any longer after a while: others brought the level back', () => {
		const trigger = watching();
		trigger.write(delta(-2));
		expect(trigger.see(10, LAG)).toBe(8);
	});

	test('a reading by ID cannot lag: others brought the level back', () => {
		const trigger = watching();
		trigger.write(delta(-2));
		expect(trigger.see(10, 0, 0)).toBe(8);
	});

	test('a reading that may lag shows the writes up to the one that led to its level', () => {
		const trigger = watching();
		trigger.write(delta(-2));
		trigger.write(delta(-2, 8));
		expect(trigger.see(8)).toBe(8);
		expect(trigger.see(6)).toBe(6);
	});

	test('a reading that may lag shows all of several writes, the last of which led to its level', () => {
		const trigger = watching();
		for (const [from, by] of [
			[10, -2],
			[8, -2],
			[6, 2],
			[8, -2],
		])
			trigger.write(delta(by, from));
		expect(trigger.see(6)).toBe(6);
		expect(trigger.see(8)).toBe(6);
	});

	test('a reading at the level a write met shows the change before it, and not the write', () => {
		const trigger = watching();
		trigger.write(delta(-4, 9));
		expect(trigger.see(9)).toBe(10);
		expect(trigger.see(5)).toBe(5);
	});

	test('a reading at no known level shows all writes that have ended', () => {
		const trigger = watching();
		trigger.write(delta(-2));
		trigger.write(delta(-2, 8));
		expect(trigger.see(5)).toBe(6);
	});
});

describe('a write under way', () => {
	test('a write under way is taken off a reading it explains, and not again when it has ended', () => {
		const trigger = watching();
		const write = trigger.own.announce('1', delta(-2), 0);
		expect(trigger.see(8)).toBe(8);
		if (write !== null) trigger.own.confirm(write, 8, 2);
		expect(trigger.see(6, 3)).toBe(8);
	});

	test('a write under way is not taken off a reading it does not explain', () => {
		const trigger = watching();
		const write = trigger.own.announce('1', delta(-2), 0);
		expect(trigger.see(9)).toBe(10);
		if (write !== null) trigger.own.confirm(write, 7, 2);
		expect(trigger.see(7, 3)).toBe(7);
	});

	test('a write under way that is refused gives back what was taken off for it', () => {
		const trigger = watching();
		const write = trigger.own.announce('1', delta(-2), 0);
		expect(trigger.see(8)).toBe(8);
		if (write !== null) trigger.own.withdraw(write);
		expect(trigger.see(7, 3)).toBe(10);
	});

	test('a write under way that is refused hides nothing afterwards', () => {
		const trigger = watching();
		const write = trigger.own.announce('1', delta(-2), 0);
		if (write !== null) trigger.own.withdraw(write);
		expect(trigger.see(8)).toBe(10);
	});

	test('a write under way that has not ended after forty minutes never will', () => {
		const trigger = watching();
		trigger.own.announce('1', delta(-2), 0);
		expect(trigger.see(8, 40 * MINUTE)).toBe(10);
	});
});

describe('a set', () => {
	test('a set is taken off from its reading on: what others moved before it is told', () => {
		const trigger = watching();
		trigger.write(set(9, 20));
		expect(trigger.see(20)).toBe(21);
	});

	test('a set leaves nothing to tell where the sale between its reading and the write was told', () => {
		const trigger = watching();
		expect(trigger.see(9, 5)).toBe(10);
		trigger.pending.noteChange('1', 5);
		trigger.write(set(10, 20, 4), 6);
		expect(trigger.see(20, 7)).toBe(20);
	});
});

describe('stock that is not counted', () => {
	test('a write to stock that is not counted explains the change from the level it met', () => {
		const trigger = watching();
		trigger.write({ from: 10, to: null });
		expect(trigger.see(null)).toBeNull();
		trigger.write({ from: null, to: 4 });
		expect(trigger.see(4, 2)).toBe(4);
	});

	test('a write to stock that is not counted explains no change from another level', () => {
		const trigger = watching();
		trigger.write({ from: 9, to: null });
		expect(trigger.see(null)).toBe(10);
	});

	test('stock that is not counted is not moved by a delta', () => {
		const trigger = watching();
		expect(trigger.see(null)).toBe(10);
		trigger.write({ delta: -2 }, 2, undefined);
		expect(trigger.see(null, 3)).toBeNull();
	});
});

describe('an item seen for the first time', () => {
	test('an item seen for the first time is at a level of ours, if a write just led there', () => {
		const trigger = watching();
		trigger.forget();
		trigger.write(set(10, 6));
		expect(trigger.see(6)).toBe(6);
	});

	test('an item seen for the first time is at a level of others, if the write that led there ended long before', () => {
		const trigger = watching();
		trigger.forget();
		trigger.write(set(10, 6));
		expect(trigger.see(6, LAG)).toBeUndefined();
	});

	test('an item seen for the first time shows where earlier writes have led, but not one that is under way', () => {
		const trigger = watching();
		trigger.forget();
		trigger.write(delta(-1));
		const write = trigger.own.announce('1', delta(-3, 9), 1);
		expect(trigger.see(9, 2)).toBe(9);
		if (write !== null) trigger.own.confirm(write, 6, 3);
		expect(trigger.see(6, 4)).toBe(6);
	});
});

test('many writes to one item are added up, and none is lost', () => {
	const trigger = watching();
	for (let n = 0; n < 100; n += 1) trigger.write({ delta: -1 }, n, undefined);
	expect(trigger.see(-91, 200)).toBe(-90);
});

test('a change that could not be told is told with the next reading', () => {
	const trigger = watching();
	expect(trigger.see(8)).toBe(10);
	trigger.pending.addReverse('1', { from: 8, to: 10, delta: 2 });
	expect(trigger.see(7, 2)).toBe(10);
});
