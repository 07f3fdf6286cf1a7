/**
 * The levels a trigger saw last, small enough to be kept between polls: some thirty bytes an item.
 */
import type { Difference } from './stock-events';
import type { Quantity } from '../model/level';

/** An item: its level, how often it has changed, and the sweep in which it was last seen. */
type Entry = [pieces: Quantity, changes: number, sweep: number];

/** As it is stored, by item. */
export type StoredLevels = Record<string, Entry>;

/** A change, and how many the item has had: the same change has the same number, whoever reads it again. */
export interface SeenDifference extends Difference {
	changes: number;
}

/** Sweeps an item may be missing from: one can be missed when a list slides while it is read. */
const MOST_MISSED = 1;

/** What is kept of items that were forgotten: the most changes one of them had. */
export interface Forgotten {
	changes: number;
}

export class Snapshot {
	/** Both are changed in place. */
	constructor(
		private readonly stored: StoredLevels,
		private readonly forgotten: Forgotten = { changes: 0 },
	) {}

	/** The level seen last; undefined for an item that is new. */
	level(key: string): Quantity | undefined {
		return this.stored[key]?.[0];
	}

	/** Takes a reading in. Returns how it differs, or null: also for an item that is new, which is no change of stock. */
	take(key: string, pieces: Quantity, sweep: number): SeenDifference | null {
		const known: Entry | undefined = this.stored[key];
		if (known === undefined) {
			// One that comes back counts on, so that no two changes of an item have the same number.
			this.stored[key] = [pieces, this.forgotten.changes, sweep];
			return null;
		}
		const [from, changes] = known;
		known[2] = sweep;
		if (from === pieces) return null;
		known[0] = pieces;
		known[1] = changes + 1;
		return { from, to: pieces, changes: changes + 1 };
	}

	/** An item that is no longer watched: its level would be old when it is again. */
	forget(key: string): void {
		const known: Entry | undefined = this.stored[key];
		if (known === undefined) return;
		this.forgotten.changes = Math.max(this.forgotten.changes, known[1]);
		delete this.stored[key];
	}

	/** After a whole sweep: items that have vanished from the shop are forgotten. */
	prune(sweep: number): void {
		for (const [key, [, , seen]] of Object.entries(this.stored)) {
			if (seen < sweep - MOST_MISSED) this.forget(key);
		}
	}
}
