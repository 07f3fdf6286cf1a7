import { Snapshot, type StoredLevels } from '../../../../inventory/triggers/level-tracker.ts';

test('an item is silent the first time, then tells each difference and its number', () => {
	const snapshot = new Snapshot({});
	expect(snapshot.take('1', 5, 1)).toBeNull();
	expect(snapshot.take('1', 5, 1)).toBeNull();
	expect(snapshot.take('1', 6, 1)).toStrictEqual({ from: 5, to: 6, changes: 1 });
	expect(snapshot.take('1', 5, 1)).toStrictEqual({ from: 6, to: 5, changes: 2 });
	expect(snapshot.take('1', null, 1)).toStrictEqual({ from: 5, to: null, changes: 3 });
	expect(snapshot.take('2', 0, 1)).toBeNull();
});

test('goes on from what was stored', () => {
	const stored: StoredLevels = {};
	new Snapshot(stored).take('1', 5, 1);
	const again = JSON.parse(JSON.stringify(stored)) as StoredLevels;
	expect(new Snapshot(again).take('1', 4, 2)).toStrictEqual({ from: 5, to: 4, changes: 1 });
});

test('an item is forgotten once two sweeps in a row have missed it', () => {
	const snapshot = new Snapshot({});
	snapshot.take('here', 5, 1);
	snapshot.take('gone', 5, 1);
	snapshot.prune(1);
	snapshot.take('here', 5, 2);
	snapshot.prune(2);
	// Missed once: perhaps the list slid while it was read.
	expect(snapshot.take('gone', 4, 2)).toMatchObject({ from: 5, to: 4 });
	snapshot.take('here', 5, 3);
	snapshot.prune(3);
	snapshot.take('here', 5, 4);
	snapshot.prune(4);
	// Gone twice, and back: that is no change of stock.
	expect(snapshot.take('gone', 9, 4)).toBeNull();
	expect(snapshot.take('here', 4, 4)).toMatchObject({ from: 5 });
});

test('an item that comes back counts its changes on', () => {
	const [stored, forgotten] = [{}, { changes: 0 }];
	const snapshot = new Snapshot(stored, forgotten);
	for (const pieces of [5, 6, 5]) snapshot.take('1', pieces, 1);
	snapshot.forget('1');
	snapshot.forget('never seen');
	const again = new Snapshot(stored, forgotten);
	expect(again.take('1', 5, 3)).toBeNull();
	expect(again.take('1', 6, 3)).toStrictEqual({ from: 5, to: 6, changes: 3 });
});

test('10,000 items stay below 80 bytes each', () => {
	const stored: StoredLevels = {};
	const snapshot = new Snapshot(stored);
	for (let n = 0; n < 10_000; n += 1) {
		const key = `${692_730_001 + n}:${20_874_001 + n}`;
		for (let change = 0; change < 3; change += 1) snapshot.take(key, 1_000 + change, 99);
	}
	expect(JSON.stringify(stored).length / 10_000).toBeLessThan(80);
});
