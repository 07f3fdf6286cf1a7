import fc from 'fast-check';
import { BoundedMap } from '../../../../inventory/model/bounded-map.ts';
import { InstantClock } from '../../../support/clock.mts';

test('a full map forgets the entry that was set longest ago', () => {
	const map = new BoundedMap<string, number>(2);
	map.set('a', 1);
	map.set('b', 2);
	map.set('a', 3);
	map.set('c', 4);
	expect([...map]).toStrictEqual([
		['a', 3],
		['c', 4],
	]);
});

test('to look at an entry does not keep it, to use it does', () => {
	const map = new BoundedMap<string, number>(2);
	map.set('a', 1);
	map.set('b', 2);
	map.get('a');
	expect(map.use('b', () => 0)).toBe(2);
	map.set('c', 3);
	expect(map.has('a')).toBe(false);
	expect(map.use('b', () => 0)).toBe(2);
	map.set('d', 4);
	expect([...map].map(([key]) => key)).toStrictEqual(['b', 'd']);
	expect(map.use('e', () => 5)).toBe(5);
	expect(map.delete('e')).toBe(true);
});

test('an entry that is older than its life is gone, however often it was used', () => {
	const clock = new InstantClock();
	const map = new BoundedMap<string, number>(10, { ms: 1_000, clock });
	map.set('a', 1);
	clock.pass(999);
	expect(map.use('a', () => 2)).toBe(1);
	map.set('b', 1);
	clock.pass(1);
	expect(map.get('a')).toBeUndefined();
	expect([...map]).toStrictEqual([['b', 1]]);
	expect(map.size).toBe(1);
	expect(map.use('a', () => 2)).toBe(2);
});

test('a clock that is set back makes no entry younger', () => {
	const clock = new InstantClock();
	const map = new BoundedMap<string, number>(10, { ms: 1_000, clock });
	map.set('a', 1);
	clock.set(-3_600_000);
	clock.pass(1_000);
	expect(map.has('a')).toBe(false);
});

test('no sequence of entries makes a map larger than its bound', () => {
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 5 }), fc.array(fc.nat(9)), (most, keys) => {
			const map = new BoundedMap<number, number>(most);
			for (const key of keys) {
				map.set(key, key);
				expect(map.get(key)).toBe(key);
				expect(map.size).toBeLessThanOrEqual(most);
			}
		}),
	);
});
