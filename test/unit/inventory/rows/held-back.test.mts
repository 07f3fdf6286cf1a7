import fc from 'fast-check';
import { heldBackText, shownQuantity } from '../../../../inventory/rows/held-back.ts';

const limits = (safetyStock: number | null, maxQuantity: number | null) => ({
	safetyStock,
	maxQuantity,
});

test.each([
	[10, null, null, 10],
	[10, 2, null, 8],
	[1, 2, null, 0],
	[10, null, 5, 5],
	[10, 7, 5, 3],
	[10, 2, 5, 5],
	[0, 2, 5, 0],
	[10, 0, 0, 0],
])('of %d units, less %p and at most %p, %d are shown', (counted, safety, most, shown) => {
	expect(shownQuantity(counted, limits(safety, most))).toBe(shown);
});

test('the message names what was counted and what was held back, where that changed the number', () => {
	expect(heldBackText(10, limits(2, 5))).toBe(
		'10 counted, 2 held back as safety stock, at most 5 shown: the quantity is 5.',
	);
	expect(heldBackText(10, limits(2, null))).toBe(
		'10 counted, 2 held back as safety stock: the quantity is 8.',
	);
	expect(heldBackText(4, limits(0, 5))).toBeNull();
});

test('no more than was counted is ever shown, and never less than zero', () => {
	const units = fc.nat(1_000);
	fc.assert(
		fc.property(units, fc.option(units), fc.option(units), (counted, safety, most) => {
			const shown = shownQuantity(counted, limits(safety, most));
			expect(shown).toBeGreaterThanOrEqual(0);
			expect(shown).toBeLessThanOrEqual(counted);
			if (most !== null) expect(shown).toBeLessThanOrEqual(most);
		}),
	);
});
