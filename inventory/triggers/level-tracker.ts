/**
 * The levels a polling trigger took in last, small enough to be kept between polls: some thirty bytes an item.
 */
import type { StockChange } from './stock-events';
import type { Quantity } from '../model/level';

/** An item: its level, how many changes were reported of it, and the sweep in which it was last seen. */
type Entry = [quantity: Quantity, changes: number, sweep: number];

/** As it is stored, by item. */
export type StoredLevels = Record<string, Entry>;

/** Sweeps an item may be missing from: one can be missed when a list slides while it is read. */
const MOST_MISSED = 1;

/** What is kept of items that were forgotten: the most changes one of them had. */
export interface Forgotten {
	changes: number;
}

export class LevelTracker {
	/** Both are changed in place. */
	constructor(
		private readonly stored: StoredLevels,
		private readonly forgotten: Forgotten = { changes: 0 },
	) {}

	/** The level taken in last; undefined for an item that is new. */
	level(key: string): Quantity | undefined {
		return this.stored[key]?.[0];
	}

	/**
	 * Takes a reading in. Returns how it differs from the level expected, and the number of the change: the same whoever
	 * reads it again. Null where it does not differ, and for an item that is new, which is no change of stock.
	 */
	take(
		key: string,
		quantity: Quantity,
		sweep: number,
		expected = this.level(key),
	): StockChange['difference'] | null {
		const known: Entry | undefined = this.stored[key];
		if (known === undefined) {
			// An item that comes back counts on, so that no two changes of it have the same number.
			this.stored[key] = [quantity, this.forgotten.changes, sweep];
			return null;
		}
		known[0] = quantity;
		known[2] = sweep;
		if (expected === quantity) return null;
		known[1] += 1;
		return { from: expected, to: quantity, changes: known[1] };
	}

	/** The item is there, and its level is not known. */
	see(key: string, sweep: number): void {
		const known: Entry | undefined = this.stored[key];
		if (known !== undefined) known[2] = sweep;
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
