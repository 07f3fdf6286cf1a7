/**
 * What each service must offer the stock engine. A fourth service is one more of these.
 *
 * The error contract: nothing here throws for a row. `refused` means the service certainly did not take the write;
 * `uncertain` means it may have; a null level means the service named none, never that it is zero.
 */
import type { Change } from './change';
import type { Fault } from './fault';
import type { Item, Reference } from './item';
import type { Level, Reading } from './level';

export interface Capabilities {
	/** The service adds a delta itself. Without it the engine reads, adds and sets, which others can interfere with. */
	atomicDelta: boolean;
	/** The list may be some seconds behind what was written; a reading by id is not. */
	listLags: boolean;
	/** The service knows items that are not counted. */
	unlimited: boolean;
	/** A write can make an item unlimited. */
	setUnlimited: boolean;
	/** Most changes in one write; 1 where the service takes them one by one. */
	batch: number;
	/** Writes from which on a batch is sooner done than one by one. */
	batchPaysFrom: number;
	/** Most levels that one request reads as they are now; 1 where each is read by its ID. */
	levelsPerRead: number;
	/** A delta makes an unlimited item a counted one. */
	deltaStartsCounting: boolean;
	/** Requests a minute for one token, until the service reports another limit. */
	requestsPerMinute: number;
}

/** How a write of which nobody knows whether it was applied is looked up by reading the level back. */
export interface ReadBackPolicy {
	/** How often to look again while the level stands where it stood before the write. */
	reads: 'once' | 'thrice';
	/** What follows when the level shows the write: as a rule, that it was applied. */
	whenShown: 'applied' | 'unknown';
	/** What follows when the level does not show the write. For a delta: when the level did not move. */
	whenNotShown: 'again' | 'failed' | 'unknown';
	/** A set that may have been applied and changed again since: only a level that did not move proves that it was not. */
	onlyIfUnmoved?: true;
}

/** A set was refused, and may have been applied all the same: by an earlier try, or by the shop behind the service. */
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
			/** A level that came with the look-up, where there was one. */
			reading: Reading | null;
			/** Ecwid: the variation that was asked for and has no stock of its own; `item` is the product that holds it. */
			sharedBy?: string;
	  }
	| { kind: 'notFound'; similar: Item[] }
	/** `distinction`: what tells an item apart, in words; empty where there is nothing. */
	| { kind: 'ambiguous'; candidates: Array<{ item: Item; distinction: string }> }
	| { kind: 'failed'; fault: Fault };

export type ReadOutcome =
	{ kind: 'level'; item: Item; reading: Reading } | { kind: 'failed'; fault: Fault };

export type WriteOutcome =
	/** `level` is what the service named after the write, or null when it named none. */
	| { kind: 'applied'; item?: Item; level: Level | null; warning?: string }
	| { kind: 'refused'; fault: Fault }
	/** `sentAt`: clock time at which the request really left, after every wait, in milliseconds. */
	| { kind: 'uncertain'; fault: Fault; readBack: ReadBackPolicy; sentAt: number }
	/**
	 * Certainly not taken: the run was canceled, or the service asks to wait for longer than a run may. `again` when it
	 * was merely left out of a batch and may be sent in the next; `maybe` when the service may have taken an earlier try
	 * of its own all the same; `stale` when it could not leave by the time it had to.
	 */
	| { kind: 'notSent'; fault: Fault; again?: boolean; maybe?: boolean; stale?: true };

export interface ListedItem {
	item: Item;
	/** Null on services whose list names no levels. */
	level: Level | null;
	/** Pieces at which the service itself counts the item as low, where it has such a mark. */
	lowAt?: number | null;
}

export type Listing =
	| {
			kind: 'page';
			items: ListedItem[];
			/** Entries that could not be told, by their ID where they have one. */
			leftOut: string[];
			next: string | null;
			/** When it was answered, by the service's clock, in milliseconds since 1970; left out where it does not tell. */
			serverTime?: number;
	  }
	| { kind: 'failed'; fault: Fault };

/**
 * `byId`: each level from its own item. `cheapest`: by list pages where those cost fewer requests. `current`: read again
 * now, as cheaply as that can be; a list may be some seconds behind.
 */
export type ReadMode = 'byId' | 'cheapest' | 'current';

/** Slots taken ahead: so many requests may leave at once. */
export interface Reservation {
	/** Gives back what was not used. */
	release(): void;
}

export type ReserveOutcome =
	{ kind: 'reserved'; reservation: Reservation } | { kind: 'failed'; fault: Fault };

export interface ReadOptions {
	/** Hears of each request that was answered. */
	tell?: () => void;
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
	/** What the service calls the things it keeps stock of, for messages. */
	readonly itemNoun: string;
	readonly capabilities: Capabilities;

	/**
	 * Finds the one item each reference means, in the order given.
	 * @param lookUpIds false: an id is taken as it is wherever the service allows it, without a request.
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
	 * One page of all items. `cursor` is null for the first, then what the page before named as next.
	 * @param updatedSince Only items updated since, oldest first, where the service can tell them; by its clock, in
	 * milliseconds since 1970.
	 */
	list(cursor: string | null, updatedSince?: number): Promise<Listing>;

	/** Sends the changes, at most `capabilities.batch` of them, in the order given. */
	write(changes: Change[], options?: WriteOptions): Promise<WriteOutcome[]>;
}
