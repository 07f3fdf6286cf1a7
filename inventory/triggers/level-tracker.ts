/** The last levels a polling trigger saw, small enough to be stored between polls: some thirty bytes per item. */
import type { StockChange } from './stock-events';
import type { Quantity } from '../model/level';

/** An item's level, how many of its changes were reported, and the last sweep that saw it. */
type Entry = [quantity: Quantity, changes: number, sweep: number];

/** As n8n stores them, by item. */
export type StoredLevels = Record<string, Entry>;

/** Sweeps an item may be missing from: entries can move between pages while a list is read. */
const MOST_MISSED = 1;

/** The most changes that one of the forgotten items had. */
export interface Forgotten {
	changes: number;
}

export class LevelTracker {
	/** Both parameters are changed in place. */
	constructor(
		private readonly stored: StoredLevels,
		private readonly forgotten: Forgotten = { changes: 0 },
	) {}

	/** The last level; undefined for a new item. */
	level(key: string): Quantity | undefined {
		return this.stored[key]?.[0];
	}

	/**
	 * Records a reading. Returns how it differs from the expected level, with the number of the change, which is the same
	 * whenever the change is read again. Null if it does not differ, and for a new item, which is no change of stock.
	 */
	take(
		key: string,
		quantity: Quantity,
		sweep: number,
		expected = this.level(key),
	): StockChange['difference'] | null {
		const known: Entry | undefined = this.stored[key];
		if (known === undefined) {
			// An item that comes back continues counting, so that no two of its changes have the same number.
			this.stored[key] = [quantity, this.forgotten.changes, sweep];
			return null;
		}
		known[0] = quantity;
		known[2] = sweep;
		if (expected === quantity) return null;
		known[1] += 1;
		return { from: expected, to: quantity, changes: known[1] };
	}

	/** The item still exists, but its level is not known. */
	see(key: string, sweep: number): void {
		const known: Entry | undefined = this.stored[key];
		if (known !== undefined) known[2] = sweep;
	}

	/** For an item that is no longer watched: its level would be outdated once it is watched again. */
	forget(key: string): void {
		const known: Entry | undefined = this.stored[key];
		if (known === undefined) return;
		this.forgotten.changes = Math.max(this.forgotten.changes, known[1]);
		delete this.stored[key];
	}

	/** After a complete sweep, forgets items that have disappeared from the shop. */
	prune(sweep: number): void {
		for (const [key, [, , seen]] of Object.entries(this.stored)) {
			if (seen < sweep - MOST_MISSED) this.forget(key);
		}
	}
}
