import fc from 'fast-check';
import {
	massZeroFault,
	SMALLEST_LIMITED_RUN,
	type SetItem,
} from '../../../../inventory/run/mass-zero-limit.ts';

const items = (emptied: number, others: number): SetItem[] => [
	...Array.from({ length: emptied }, () => ({ target: 0, before: 5 })),
	...Array.from({ length: others }, () => ({ target: 3, before: 5 })),
];

test('half of a large run may go to zero, more may not', () => {
	expect(massZeroFault(items(10, 10), 50)).toBeNull();
	expect(massZeroFault(items(11, 9), 50)?.message).toBe(
		'11 of 20 items would go to 0, more than the 50 % that Mass Zero Limit allows.',
	);
});

test('a small run has no mass-zero limit', () => {
	expect(massZeroFault(items(SMALLEST_LIMITED_RUN - 1, 0), 0)).toBeNull();
});

test('0 allows no zero at all, 100 switches the limit off', () => {
	expect(massZeroFault(items(1, 19), 0)).not.toBeNull();
	expect(massZeroFault(items(20, 0), 100)).toBeNull();
});

test('what is at zero already does not go there; an unread or unlimited item does', () => {
	const atZero = Array.from({ length: 20 }, () => ({ target: 0, before: 0 }));
	expect(massZeroFault(atZero, 50)).toBeNull();
	const unread = Array.from({ length: 20 }, () => ({ target: 0, before: null }));
	expect(massZeroFault(unread, 50)).not.toBeNull();
});

test('a run stops exactly beyond its limit', () => {
	fc.assert(
		fc.property(fc.nat(60), fc.nat(60), fc.nat(99), (emptied, others, limit) => {
			const total = emptied + others;
			const expected = total >= SMALLEST_LIMITED_RUN && emptied / total > limit / 100;
			expect(massZeroFault(items(emptied, others), limit) !== null).toBe(expected);
		}),
	);
});
