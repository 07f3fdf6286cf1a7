/**
 * What each service must offer the stock engine. A fourth service implements it too.
 *
 * The error contract: nothing here throws for a row. `refused` means that the service certainly did not apply the
 * write; `uncertain` means that it may have; a null level means that the service reported none, never that it is zero.
 */
import type { Change } from './change';
import type { Fault } from './fault';
import type { Item, Reference } from './item';
import type { Level, Reading } from './level';

export interface Capabilities {
	/** The service adds a delta itself. Otherwise the engine reads, adds and sets, and others can interfere. */
	atomicDelta: boolean;
	/** The list may lag a few seconds behind what was written; a reading by ID does not. */
	listLags: boolean;
	/** The service has items that are not counted. */
	unlimited: boolean;
	/** A write can make an item unlimited. */
	setUnlimited: boolean;
	/** Most changes in one write; 1 if the service accepts them one by one. */
	batch: number;
	/** From this many writes on, a batch is used. */
	batchPaysFrom: number;
	/** Most current levels that one request reads; 1 if each is read by its ID. */
	levelsPerRead: number;
	/** A delta makes an unlimited item a counted one. */
	deltaStartsCounting: boolean;
	/** Requests a minute for one token, until the service reports another limit. */
	requestsPerMinute: number;
}

/** How to find out, by reading the level back, whether a write was applied. */
export interface ReadBackPolicy {
	/** How often to look again while the level is what it was before the write. */
	reads: 'once' | 'thrice';
	/** What follows when the level shows the write: as a rule, that it was applied. */
	whenShown: 'applied' | 'unknown';
	/** What follows when the level does not show the write. For a delta: when the level did not move. */
	whenNotShown: 'again' | 'failed' | 'unknown';
	/**
	 * A set may have been applied and the level changed again since: only a level that did not move proves that it was
	 * not.
	 */
	onlyIfUnmoved?: true;
}

/** A set was refused but may still have been applied: by an earlier try, or by the shop behind the service. */
export const REFUSED_BUT_MAYBE_APPLIED: ReadBackPolicy = {
	reads: 'once',
	whenShown: 'applied',
	whenNotShown: 'failed',
	onlyIfUnmoved: true,
};

export type Resolution =
	| {
			kind: 'found';
			item: Item;
			/** A level that came with the look-up, if there was one. */
			reading: Reading | null;
			/** Ecwid: the variation that was asked for and has no stock of its own; `item` is the product that holds it. */
			sharedBy?: string;
	  }
	| { kind: 'notFound'; similar: Item[] }
	/** `distinction`: what distinguishes an item, in words; empty if nothing does. */
	| { kind: 'ambiguous'; candidates: Array<{ item: Item; distinction: string }> }
	| { kind: 'failed'; fault: Fault };

export type ReadOutcome =
	{ kind: 'level'; item: Item; reading: Reading } | { kind: 'failed'; fault: Fault };

export type WriteOutcome =
	/** `level` is what the service reported after the write, or null if it reported none. */
	| { kind: 'applied'; item?: Item; level: Level | null; warning?: string }
	| { kind: 'refused'; fault: Fault }
	/** `sentAt`: monotonic time at which the request actually left, after every wait, in milliseconds. */
	| { kind: 'uncertain'; fault: Fault; readBack: ReadBackPolicy; sentAt: number }
	/**
	 * Certainly not applied: the run was canceled, or the service asks for a longer wait than a run may take. `again`: it
	 * was merely left out of a batch and may be sent in the next one; `maybe`: the service may still have applied an
	 * earlier try of its own; `stale`: it could not leave by the time it had to.
	 */
	| { kind: 'notSent'; fault: Fault; again?: boolean; maybe?: boolean; stale?: true };

export interface ListedItem {
	item: Item;
	/** Null on services whose list contains no levels. */
	level: Level | null;
	/** Units at which the service itself counts the item as low, if it has such a mark. */
	lowAt?: number | null;
}

export type Listing =
	| {
			kind: 'page';
			items: ListedItem[];
			/** Entries that could not be identified, by their ID if they have one. */
			leftOut: string[];
			next: string | null;
			/** When it was answered, by the service's clock, in milliseconds since 1970; left out where it does not tell. */
			serverTime?: number;
	  }
	| { kind: 'failed'; fault: Fault };

/**
 * `byId`: each level from its own item. `cheapest`: from list pages if those cost fewer requests. `current`: read again
 * now, as cheaply as possible; a list may lag a few seconds.
 */
export type ReadMode = 'byId' | 'cheapest' | 'current';

/** Slots taken ahead: this many requests may leave at once. */
export interface Reservation {
	/** Gives back what was not used. */
	release(): void;
}

export type ReserveOutcome =
	{ kind: 'reserved'; reservation: Reservation } | { kind: 'failed'; fault: Fault };

export interface ReadOptions {
	/** Called after each request that was answered. */
	onAnswer?: () => void;
	reservation?: Reservation;
}

export interface WriteOptions {
	/** Monotonic clock time, in milliseconds: a request that cannot leave by then is not sent, and not sent again. */
	leaveBy?: number;
	reservation?: Reservation;
}

export interface Platform {
	readonly name: string;
	/** The service's name as its owner writes it. */
	readonly label: string;
	/** What the service calls its items, for messages. */
	readonly itemNoun: string;
	readonly capabilities: Capabilities;

	/**
	 * Finds the one item that each reference means, in the order given.
	 * @param lookUpIds false: an ID is used as it is wherever the service allows it, without a request.
	 */
	resolve(references: Reference[], lookUpIds: boolean): Promise<Resolution[]>;

	/**
	 * Takes slots of every rate limit before something is read on which a write depends, so that the write can leave
	 * directly after the reading.
	 */
	reserve(requests: number): Promise<ReserveOutcome>;

	/** Levels of items, in the order given. */
	read(items: Item[], mode: ReadMode, options?: ReadOptions): Promise<ReadOutcome[]>;

	/**
	 * One page of all items. `cursor` is null for the first, then what the previous page returned as next.
	 * @param updatedSince Only items updated since then, oldest first, if the service can filter by it; by its clock, in
	 * milliseconds since 1970.
	 */
	list(cursor: string | null, updatedSince?: number): Promise<Listing>;

	/** Sends the changes, at most `capabilities.batch` of them, in the order given. */
	write(changes: Change[], options?: WriteOptions): Promise<WriteOutcome[]>;
}
