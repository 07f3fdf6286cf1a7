/** The part of a counted quantity that a shop shows: without the safety stock, and no more than its maximum. */
import type { RowOptions } from './options';

type Limits = Pick<RowOptions, 'safetyStock' | 'maxQuantity'>;

/** @param counted The row's quantity, or the sum where rows are added up. */
export function shownQuantity(counted: number, { safetyStock, maxQuantity }: Limits): number {
	const left = Math.max(0, counted - (safetyStock ?? 0));
	return maxQuantity === null ? left : Math.min(left, maxQuantity);
}

/** The note on a quantity that was reduced; null if it was not. */
export function heldBackText(counted: number, limits: Limits): string | null {
	const quantity = shownQuantity(counted, limits);
	if (quantity === counted) return null;
	const { safetyStock, maxQuantity } = limits;
	const limited = [
		safetyStock === null || safetyStock === 0 ? '' : `, ${safetyStock} held back as safety stock`,
		maxQuantity === null ? '' : `, at most ${maxQuantity} shown`,
	];
	return `${counted} counted${limited.join('')}: the quantity is ${quantity}.`;
}
