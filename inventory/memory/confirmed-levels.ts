/**
 * Levels this process itself saw confirmed, for runs that trust them for some minutes: where a list contains no levels,
 * not reading an item again saves a request.
 */
import { BoundedMap } from '../model/bounded-map';
import type { Level, Reading } from '../model/level';

interface Confirmed {
	/** Null if the level is no longer known: a write is in flight, or its outcome was never learned. */
	quantity: number | null;
	/** Monotonic clock time, in milliseconds. */
	at: number;
}

/** Items remembered; the ones confirmed longest ago are forgotten first. */
const MOST_ITEMS = 50_000;

export class ConfirmedLevels {
	private readonly levels = new BoundedMap<string, Confirmed>(MOST_ITEMS);

	/**
	 * A level that the service reported at a time; anything learned later counts. Unlimited stock is not a level to
	 * trust.
	 */
	confirm(key: string, { quantity, unlimited, outdated }: Level, at: number): void {
		this.put(key, unlimited || outdated !== undefined ? null : quantity, at);
	}

	/** From now on the level is not known, until it is confirmed again. */
	forget(key: string, at: number): void {
		this.put(key, null, at);
	}

	/** The level of an item as confirmed since a time, as a reading that nothing depends on. */
	since(key: string, time: number): Reading | null {
		const known = this.levels.get(key);
		if (known === undefined || known.quantity === null || known.at < time) return null;
		const { quantity, at } = known;
		return { quantity, unlimited: false, reserved: null, updatedAt: null, source: 'memory', at };
	}

	private put(key: string, quantity: number | null, at: number): void {
		const known = this.levels.get(key);
		if (known !== undefined && known.at > at) return;
		this.levels.set(key, { quantity, at });
	}
}
