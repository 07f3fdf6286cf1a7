/** Which events a change from one level to another is. */
import type { Item } from '../model/item';
import type { Quantity } from '../model/level';

export const STOCK_EVENTS = ['changed', 'lowStock', 'outOfStock', 'backInStock'] as const;
export type StockEvent = (typeof STOCK_EVENTS)[number];

/** One item's level at two times. */
export interface Difference {
	/** The level before; undefined where it is not known. */
	from: Quantity | undefined;
	to: Quantity;
}

/** A change of stock by others. */
export interface StockChange {
	item: Item;
	/** The service's own low-stock threshold for the item; null where it has none. */
	lowAt: number | null;
	/** `changes`: the number of this change of the item. */
	difference: Difference & { changes: number };
	/** Distinguishes changes with the same number after numbering started over. */
	series?: number;
	/** When it happened, as far as that is known, in milliseconds since 1970. */
	at: number;
}

/**
 * The events of a difference, `changed` first. The others fire once per crossing: an item that was low before fires no
 * `lowStock`. Unlimited stock is above every threshold, but becoming unlimited is `changed` only.
 *
 * @param threshold Units at which stock counts as low.
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

function isAbove(quantity: Quantity, mark: number): boolean {
	return quantity === null || quantity > mark;
}
