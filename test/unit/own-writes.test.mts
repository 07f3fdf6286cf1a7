import { OwnWrites } from '../../inventory/own-writes.ts';

const MINUTE = 60_000;

test('a write hides one change to its level, and no other', () => {
	const own = new OwnWrites();
	own.announce('1', 6, 0);
	expect(own.take('2', 6, 1, 'lastOfSeveral')).toBe(false);
	expect(own.take('1', 6, 1, 'lastOfSeveral')).toBe(true);
	expect(own.take('1', 5, 2, 'lastOfSeveral')).toBe(false);
	expect(own.take('1', 6, 3, 'lastOfSeveral')).toBe(false);
});

test('a poll sees where several writes led, and uses them all up', () => {
	const own = new OwnWrites();
	for (const pieces of [8, 6, 8, 6]) own.announce('1', pieces, 0);
	expect(own.take('1', 6, 1, 'lastOfSeveral')).toBe(true);
	expect(own.take('1', 8, 2, 'lastOfSeveral')).toBe(false);
});

test('a webhook tells of each write', () => {
	const own = new OwnWrites();
	for (const pieces of [8, 6, 8]) own.announce('1', pieces, 0);
	expect([8, 6, 8, 6].map((pieces) => own.take('1', pieces, 1, 'each'))).toStrictEqual([
		true,
		true,
		true,
		false,
	]);
});

test('a write that was refused hides nothing', () => {
	const own = new OwnWrites();
	own.announce('1', 6, 0);
	own.announce('1', null, 0);
	own.withdraw('1', 6);
	expect(own.take('1', 6, 1, 'each')).toBe(false);
	expect(own.take('1', null, 1, 'each')).toBe(true);
	own.withdraw('1', null);
	own.withdraw('2', 1);
});

test('a write that a later reading cannot lag behind has been replaced', () => {
	const own = new OwnWrites();
	own.announce('1', 6, 0);
	own.outdate('1', MINUTE / 2);
	expect(own.take('1', 6, MINUTE / 2, 'lastOfSeveral')).toBe(true);
	own.announce('1', 6, 0);
	own.outdate('1', MINUTE);
	expect(own.take('1', 6, MINUTE, 'lastOfSeveral')).toBe(false);
	own.announce('2', 6, 0);
	expect(own.take('2', 7, MINUTE, 'lastOfSeveral')).toBe(false);
	expect(own.take('2', 6, MINUTE, 'lastOfSeveral')).toBe(false);
});

test('a write that no trigger ever saw is forgotten after a day', () => {
	const own = new OwnWrites();
	own.announce('1', 6, 0);
	own.announce('1', 5, 24 * 60 * MINUTE);
	expect(own.take('1', 6, 24 * 60 * MINUTE, 'each')).toBe(false);
});
