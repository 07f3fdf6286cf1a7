import { LevelTracker, type StoredLevels } from '../../../../inventory/triggers/level-tracker.ts';

test('an item is silent the first time, then tells each difference and its number', () => {
	const tracker = new LevelTracker({});
	expect(tracker.take('1', 5, 1)).toBeNull();
	expect(tracker.take('1', 5, 1)).toBeNull();
	expect(tracker.take('1', 6, 1)).toStrictEqual({ from: 5, to: 6, changes: 1 });
	expect(tracker.take('1', 5, 1)).toStrictEqual({ from: 6, to: 5, changes: 2 });
	expect(tracker.take('1', null, 1)).toStrictEqual({ from: 5, to: null, changes: 3 });
	expect(tracker.take('2', 0, 1)).toBeNull();
});

test('a tracker continues from what was stored', () => {
	const stored: StoredLevels = {};
	new LevelTracker(stored).take('1', 5, 1);
	const again = JSON.parse(JSON.stringify(stored)) as StoredLevels;
	expect(new LevelTracker(again).take('1', 4, 2)).toStrictEqual({ from: 5, to: 4, changes: 1 });
});

test('an item is forgotten once two sweeps in a row have missed it', () => {
	const tracker = new LevelTracker({});
	tracker.take('here', 5, 1);
	tracker.take('gone', 5, 1);
	tracker.prune(1);
	tracker.take('here', 5, 2);
	tracker.prune(2);
	// Missed once: perhaps the list slid while it was read.
	expect(tracker.take('gone', 4, 2)).toMatchObject({ from: 5, to: 4 });
	tracker.take('here', 5, 3);
	tracker.prune(3);
	tracker.take('here', 5, 4);
	tracker.prune(4);
	// Gone twice, and back: that is no change of stock.
	expect(tracker.take('gone', 9, 4)).toBeNull();
	expect(tracker.take('here', 4, 4)).toMatchObject({ from: 5 });
});

test('a reading is compared with the level that is expected, and an expected one is no change', () => {
	const tracker = new LevelTracker({});
	tracker.take('1', 10, 1);
	expect(tracker.take('1', 8, 1, 8)).toBeNull();
	expect(tracker.take('1', 7, 1, 6)).toStrictEqual({ from: 6, to: 7, changes: 1 });
	expect(tracker.level('1')).toBe(7);
});

test('an item that comes back counts its changes on', () => {
	const [stored, forgotten] = [{}, { changes: 0 }];
	const tracker = new LevelTracker(stored, forgotten);
	for (const quantity of [5, 6, 5]) tracker.take('1', quantity, 1);
	tracker.forget('1');
	tracker.forget('never seen');
	const again = new LevelTracker(stored, forgotten);
	expect(again.take('1', 5, 3)).toBeNull();
	expect(again.take('1', 6, 3)).toStrictEqual({ from: 5, to: 6, changes: 3 });
});

test('10,000 items stay below 80 bytes each', () => {
	const stored: StoredLevels = {};
	const tracker = new LevelTracker(stored);
	for (let n = 0; n < 10_000; n += 1) {
		const key = `${692_730_001 + n}:${20_874_001 + n}`;
		for (let change = 0; change < 3; change += 1) tracker.take(key, 1_000 + change, 99);
	}
	expect(JSON.stringify(stored).length / 10_000).toBeLessThan(80);
});
