/** Order lines to fire: the real ones of one day, as those of as many days as it takes. */
import type { CatalogueProduct } from '../../sandbox/catalogue.mts';
import { orderLines } from '../../sandbox/catalogue.mts';

export interface Line {
	/** Day, order number and line: what makes it one event. */
	key: string;
	sku: string;
	/** Units sold. */
	units: number;
}

/** More than all lines together sell. */
const PLENTY = 100_000;

/** Every item that is sold, once, with plenty of it. */
export function products(): CatalogueProduct[] {
	const names = new Map(orderLines().map(({ sku, description }) => [sku, description]));
	return [...names].map(([sku, name]) => ({ sku, name, quantity: PLENTY }));
}

/** Hands out order lines, each once. */
export class OrderBook {
	private taken = 0;
	private readonly day = orderLines();

	take(count: number): Line[] {
		return Array.from({ length: count }, () => this.next());
	}

	/** Lines of different items, so that what became of each can be told from its item. */
	takeOfDifferentItems(count: number): Line[] {
		const bySku = new Map<string, Line>();
		while (bySku.size < count) {
			const line = this.next();
			if (!bySku.has(line.sku)) bySku.set(line.sku, line);
		}
		return [...bySku.values()];
	}

	private next(): Line {
		const day = Math.floor(this.taken / this.day.length) + 1;
		const { invoice, line, sku, quantity } = this.day[this.taken % this.day.length];
		this.taken += 1;
		return { key: `day ${day}, ${invoice}, line ${line}`, sku, units: quantity };
	}
}
