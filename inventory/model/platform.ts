/**
 * The port through which the stock engine talks to a service; each service has one adapter.
 *
 * The error contract: nothing here throws for a row. `refused` means that the service certainly did not apply the
 * write; `uncertain` means that it may have. A null level means that the service reported none, never zero.
 */
import type { Change } from './change';
import type { Fault } from './fault';
import type { Item, Reference } from './item';
import type { Level, Reading } from './level';

export interface Capabilities {
	/** The service adds a delta itself. Otherwise the engine reads, adds and sets, and a change in between is lost. */
	atomicDelta: boolean;
	/** The list can lag a few seconds behind writes; a reading by ID does not. */
	listLags: boolean;
	/** The service has items that are not counted. */
	unlimited: boolean;
	/** A write can make an item unlimited. */
	setUnlimited: boolean;
	/** Most changes in one write; 1 if the service accepts them one by one. */
	batch: number;
	/** A batch is used for this many writes or more. */
	batchPaysFrom: number;
	/** Most levels that one request reads afresh; 1 if each is read by its ID. */
	levelsPerRead: number;
	/** A delta makes an unlimited item a counted one. */
	deltaStartsCounting: boolean;
	/** Requests a minute for one token, until the service reports another limit. */
	requestsPerMinute: number;
}

/** How to find out, by reading the level back, whether a write was applied. */
export interface ReadBackPolicy {
	/** How often to read while the level is still what it was before the write. */
	reads: 'once' | 'thrice';
	/** The outcome when the level shows the write: usually that it was applied. */
	whenShown: 'applied' | 'unknown';
	/** The outcome when the level does not show the write; for a delta, when the level did not move. */
	whenNotShown: 'again' | 'failed' | 'unknown';
	/** Only a level that did not move proves that a set was not applied: others may have changed it again since. */
	onlyIfUnmoved?: true;
}

/** For a set that was refused but may still have been applied: by an earlier try, or by the shop behind the service. */
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
			/** The level, if the look-up returned one. */
			reading: Reading | null;
			/** Ecwid: the variation that was asked for and has no stock of its own; `item` is the product that holds it. */
			sharedBy?: string;
	  }
	| { kind: 'notFound'; similar: Item[] }
	/** `distinction`: what tells an item apart from the others, in words; empty if nothing does. */
	| { kind: 'ambiguous'; candidates: Array<{ item: Item; distinction: string }> }
	| { kind: 'failed'; fault: Fault };

export type ReadOutcome =
	{ kind: 'level'; item: Item; reading: Reading } | { kind: 'failed'; fault: Fault };

export type WriteOutcome =
	/** `level` is what the service reported after the write, or null if it reported none. */
	| { kind: 'applied'; item?: Item; level: Level | null; warning?: string }
	| { kind: 'refused'; fault: Fault }
	/** `sentAt`: monotonic time at which the request left, after every wait, in milliseconds. */
	| { kind: 'uncertain'; fault: Fault; readBack: ReadBackPolicy; sentAt: number }
	/**
	 * Certainly not applied: the run was canceled, or the service asks for a longer wait than a run may take. `again`: it
	 * was only left out of a batch and may go into the next one. `maybe`: the service may still have applied an earlier
	 * try of its own. `stale`: it could not leave before `leaveBy`.
	 */
	| { kind: 'notSent'; fault: Fault; again?: boolean; maybe?: boolean; stale?: true };

export interface ListedItem {
	item: Item;
	/** Null on services whose list contains no levels. */
	level: Level | null;
	/** The service's own low-stock threshold for the item, if it has one. */
	lowAt?: number | null;
}

export type Listing =
	| {
			kind: 'page';
			items: ListedItem[];
			/** Entries that could not be identified, by their ID if they have one. */
			leftOut: string[];
			next: string | null;
			/** When the service answered, by its own clock, in milliseconds since 1970, if it says so. */
			serverTime?: number;
	  }
	| { kind: 'failed'; fault: Fault };

/**
 * `byId`: each level by the ID of its item. `cheapest`: from list pages if that costs fewer requests. `current`: read
 * again now, as cheaply as possible; a list can lag a few seconds.
 */
export type ReadMode = 'byId' | 'cheapest' | 'current';

/** Rate-limit slots taken in advance. */
export interface Reservation {
	/** Returns the slots that were not used. */
	release(): void;
}

export type ReserveOutcome =
	{ kind: 'reserved'; reservation: Reservation } | { kind: 'failed'; fault: Fault };

export interface ReadOptions {
	/** Called after each answer. */
	onAnswer?: () => void;
	reservation?: Reservation;
}

export interface WriteOptions {
	/** Monotonic time, in milliseconds: a request that cannot leave by then is neither sent nor repeated. */
	leaveBy?: number;
	reservation?: Reservation;
}

export interface Platform {
	readonly name: string;
	/** The service's name as it spells it. */
	readonly label: string;
	/** What the service calls its items, for messages. */
	readonly itemNoun: string;
	readonly capabilities: Capabilities;

	/**
	 * Finds the one item that each reference means, in the order given.
	 * @param lookUpIds If false, an ID is used as it is, without a request, wherever the service allows it.
	 */
	resolve(references: Reference[], lookUpIds: boolean): Promise<Resolution[]>;

	/**
	 * Takes slots of every rate limit before a level is read that a write depends on, so that the write can leave right
	 * after the reading.
	 */
	reserve(requests: number): Promise<ReserveOutcome>;

	/** Levels of items, in the order given. */
	read(items: Item[], mode: ReadMode, options?: ReadOptions): Promise<ReadOutcome[]>;

	/**
	 * One page of all items. `cursor` is null for the first page, then the `next` of the previous one.
	 * @param updatedSince Only items updated since then, oldest first, if the service can filter by it; in milliseconds
	 * since 1970 by the service's clock.
	 */
	list(cursor: string | null, updatedSince?: number): Promise<Listing>;

	/** Sends the changes, at most `capabilities.batch` of them, in the order given. */
	write(changes: Change[], options?: WriteOptions): Promise<WriteOutcome[]>;
}
