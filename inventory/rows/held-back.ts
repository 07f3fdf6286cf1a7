/**
 * What a shop is shown of a counted quantity: less the units held back from it, and no more than its maximum.
 */
import type { RowOptions } from './options';

type Limits = Pick<RowOptions, 'safetyStock' | 'maxQuantity'>;

/** The quantity to write; where rows add up, of their sum. */
export function shownQuantity(counted: number, { safetyStock, maxQuantity }: Limits): number {
	const left = Math.max(0, counted - (safetyStock ?? 0));
	return maxQuantity === null ? left : Math.min(left, maxQuantity);
}

/** What a message says of a quantity that was changed so; null where it was not. */
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
