/**
 * What the three services have in common: stock, a token, a limit, and switches for what their documents
 * leave open.
 */
import type { Clock } from './clock.mts';
import type { CatalogueProduct } from './catalogue.mts';
import type { Handled, Request, StockMove } from './http.mts';
import { Meter, type Limit, type Quota } from './limits.mts';

/** A level as the sandbox itself knows it, whatever the service shows. */
export interface Stocked {
	itemId: string;
	variantId: string | null;
	sku: string | null;
	name: string;
	quantity: number;
	unlimited: boolean;
}

/** A change as a sale, or a person in the shop's admin, would make it. */
export interface OutsideChange {
	itemId?: string;
	variantId?: string | null;
	sku?: string;
	quantity?: number;
	delta?: number;
	unlimited?: boolean;
	/** Gives the item another code. */
	rename?: string;
	/** Deletes the item, and creates it again as it was, under another ID. */
	recreate?: boolean;
}

export abstract class Service<Switches extends object> {
	abstract readonly name: 'webflow' | 'ecwid' | 'rootfi';
	readonly meter: Meter;
	switches: Switches;

	constructor(
		protected readonly clock: Clock,
		limit: Limit,
		protected readonly defaults: Switches,
	) {
		this.meter = new Meter(clock, { ...limit });
		this.switches = { ...defaults };
	}

	abstract handle(request: Request): Handled;
	/** The same, from a copy that has not followed the last change; where there is no copy, there is no difference. */
	handleStale(request: Request): Handled {
		return this.handle(request);
	}
	abstract seed(products: CatalogueProduct[]): void;
	/** Everything with stock of its own. */
	abstract stock(): Stocked[];
	/** Changes a level without a request. */
	protected abstract put(item: Stocked, quantity: number, unlimited: boolean): void;
	/** Gives an item another code. */
	protected abstract rename(item: Stocked, sku: string): void;
	/** Replaces an item by one that differs in nothing but its ID. */
	protected abstract recreate(item: Stocked): void;

	reset(): void {
		this.switches = { ...this.defaults };
		this.meter.reset();
	}

	/** Sells, restocks or recounts as someone else would; the first item that fits is meant. */
	change(change: OutsideChange): StockMove {
		const item = this.stock().find(
			({ itemId, variantId, sku }) =>
				(change.itemId === undefined || itemId === change.itemId) &&
				(change.variantId === undefined || variantId === change.variantId) &&
				(change.sku === undefined || sku === change.sku),
		);
		if (item === undefined)
			throw new Error(`No such item on ${this.name}: ${JSON.stringify(change)}`);
		if (change.rename !== undefined) this.rename(item, change.rename);
		if (change.recreate === true) this.recreate(item);
		const isShelfAlone = change.rename !== undefined || change.recreate === true;
		if (isShelfAlone) return move(item, item);
		const unlimited = change.unlimited ?? (change.quantity === undefined ? item.unlimited : false);
		const quantity = (change.quantity ?? item.quantity) + (change.delta ?? 0);
		this.put(item, quantity, unlimited);
		return move(item, { quantity, unlimited });
	}

	protected quota(token: string): Quota {
		return this.meter.count(token);
	}
}

export function move(
	item: Pick<Stocked, 'itemId' | 'variantId' | 'sku' | 'quantity' | 'unlimited'>,
	to: { quantity: number; unlimited: boolean },
): StockMove {
	return {
		itemId: item.itemId,
		variantId: item.variantId,
		sku: item.sku,
		from: item.unlimited ? 'unlimited' : item.quantity,
		to: to.unlimited ? 'unlimited' : to.quantity,
	};
}
