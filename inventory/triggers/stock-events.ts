/**
 * What a change of stock means: pure, from one level to the next.
 */
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

/** A change of stock that others made. */
export interface StockChange {
	item: Item;
	/** Units at which the service itself counts the item as low; null where it has no such mark. */
	lowAt: number | null;
	/** `changes`: its number among the changes of the item. */
	difference: Difference & { changes: number };
	/** Tells changes of one number apart, where the count has begun again. */
	series?: number;
	/** When it happened, as well as is known, in milliseconds since 1970. */
	at: number;
}

/**
 * The events of a difference, `changed` first. Each fires once per crossing: an item that was low and is low still fires
 * none. Uncounted stock is above every threshold, but starting not to count is `changed` only.
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
