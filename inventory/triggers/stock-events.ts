/**
 * What a change of stock means: pure, from one level to the next.
 */
import type { Quantity } from '../model/level';

export const STOCK_EVENTS = ['changed', 'lowStock', 'outOfStock', 'backInStock'] as const;
export type StockEvent = (typeof STOCK_EVENTS)[number];

/** One item's level at two times. */
export interface Difference {
	/** Undefined when the earlier level is not known. */
	from: Quantity | undefined;
	to: Quantity;
}

/**
 * The events of a difference, `changed` first. Each fires once per crossing: an item that was low and is low still fires
 * none. Uncounted stock is above every threshold, but starting not to count is `changed` only.
 *
 * @param threshold Pieces at which stock counts as low.
 */
export function eventsOf({ from, to }: Difference, threshold: number): StockEvent[] {
	if (from === to) return [];
	const fell = (mark: number): boolean =>
		!isAbove(to, mark) && (from === undefined || isAbove(from, mark));
	const rose = from !== undefined && !isAbove(from, 0) && to !== null && isAbove(to, 0);
	const crossings: Array<[StockEvent, boolean]> = [
		['lowStock', fell(threshold)],
		['outOfStock', fell(0)],
		['backInStock', rose],
	];
	return ['changed', ...crossings.filter(([, fires]) => fires).map(([event]) => event)];
}

function isAbove(pieces: Quantity, mark: number): boolean {
	return pieces === null || pieces > mark;
}
