/**
 * The words of the domain: an item, its stock level, a change to it, and what became of a row.
 */

export type PlatformName = 'webflow' | 'ecwid' | 'rootfi';

export type WriteOperation = 'setQuantity' | 'adjustByDelta' | 'setUnlimited';

/** Which shelf a level stands on: what rows are merged by and what is read and written. */
export interface ItemId {
	/** Webflow SKU id, Ecwid product id, RootFi `rootfi_id` (or `platform_id`), as text. */
	itemId: string;
	/** Ecwid combination id; null for a product, and always on the other services. */
	variantId: string | null;
}

export interface Item extends ItemId {
	sku: string | null;
	name: string | null;
}

export interface Level {
	/** Pieces on hand; may be below zero; null when unlimited or not named by the service. */
	quantity: number | null;
	/** True when the service does not count this item. */
	unlimited: boolean;
	/** RootFi: pieces held for open orders; null elsewhere. */
	reserved: number | null;
	/** ISO 8601, UTC, as the service names it; null where it names none. */
	updatedAt: string | null;
	/** Why the level is known to be outdated; nothing may be computed from it or hang on it then. */
	outdated?: string;
}

/** A level and how much weight it bears: a list may lag behind, a memory too, a reading by id does not. */
export interface Reading extends Level {
	source: 'id' | 'list' | 'memory';
	/** Clock time of the reading, in milliseconds. */
	at: number;
}

/** How a row names its item. */
export type Reference = { by: 'sku'; sku: string } | { by: 'id'; id: string };

/** One write to one item. A delta is added by the service itself, never by us. */
export type Change = { item: Item; notifyLowStock?: boolean } & (
	| {
			kind: 'set';
			quantity: number;
			reserved: number | null;
			/** The target of a read-add-put, for services without a delta of their own: never sent twice. */
			fromDelta?: boolean;
	  }
	| {
			kind: 'delta';
			delta: number;
			/** The keys behind the delta, when every row of it has one: by them a service can know it again. */
			keys: string[] | null;
			/** Some row has a key, which belongs to this very item: it must not be looked up anew. */
			pinned?: boolean;
	  }
	| { kind: 'unlimited' }
);

/**
 * Why something did not go as asked, in words for a shop owner.
 */
export interface Fault {
	/** What happened. */
	message: string;
	/** What to do next. */
	advice: string;
	/** True when every other row would meet the same: a refused token, a missing site, a list that cannot be read. */
	wholeRun?: boolean;
	/** HTTP status, where the service answered with one. */
	httpStatus?: number;
	/** When it makes sense to try again, in milliseconds since 1970, where the service said so. */
	until?: number;
}

export const STATUSES = [
	'updated',
	'unchanged',
	'skipped',
	'duplicate',
	'planned',
	'failed',
	'unknown',
	'notAttempted',
] as const;
export type Status = (typeof STATUSES)[number];

/** What became of one row. */
export interface Ending {
	status: Status;
	item: Item | null;
	before: Level | null;
	after: Level | null;
	/** What happened and what to do, or null when there is nothing to say. */
	message: string | null;
	warnings: string[];
	/** When the row ended, ISO 8601, UTC; left out where the end of the run is meant. */
	at?: string;
	/** Whether the service failed the row, which may be tried again, and not the row itself. */
	failedByService?: boolean;
}

export function itemKey({ itemId, variantId }: ItemId): string {
	return variantId === null ? itemId : `${itemId}:${variantId}`;
}

/** Pieces on hand, or null where stock is not counted; undefined where the service named no level. */
export function piecesOf(level: Level | null): number | null | undefined {
	if (level === null) return undefined;
	return level.unlimited ? null : (level.quantity ?? undefined);
}

/** A level as a sentence names it. */
export function shownLevel({ quantity, unlimited }: Level): string {
	return unlimited ? 'unlimited' : quantity === null ? 'no number' : String(quantity);
}

/** The sentence a row shows for a fault. */
export function faultText({ message, advice }: Pick<Fault, 'message' | 'advice'>): string {
	return advice === '' ? message : `${message} ${advice}`;
}

/** How an item is named to a person: its SKU where it has one, else its id. */
export function itemLabel(item: Item): string {
	const id = itemKey(item);
	if (item.sku === null || item.sku === '') return item.name === null ? id : `${item.name} (${id})`;
	return item.name === null ? `${item.sku} (${id})` : `${item.sku} – ${item.name} (${id})`;
}
