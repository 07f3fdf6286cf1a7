/**
 * Levels that this process saw confirmed, for runs that trust them for some minutes: where lists contain no levels, that
 * saves a request for each item.
 */
import { BoundedMap } from '../model/bounded-map';
import type { Level, Reading } from '../model/level';

interface Confirmed {
	/** Null if the level is not known: a write is in flight, or its outcome was never learned. */
	quantity: number | null;
	/** Monotonic time, in milliseconds. */
	at: number;
}

/** Items remembered; those confirmed longest ago are forgotten first. */
const MOST_ITEMS = 50_000;

export class ConfirmedLevels {
	private readonly levels = new BoundedMap<string, Confirmed>(MOST_ITEMS);

	/** Remembers a reported level, unless something newer is known. Unlimited stock and outdated levels are not trusted. */
	confirm(key: string, { quantity, unlimited, outdated }: Level, at: number): void {
		this.put(key, unlimited || outdated !== undefined ? null : quantity, at);
	}

	/** The level is unknown until it is confirmed again. */
	forget(key: string, at: number): void {
		this.put(key, null, at);
	}

	/** The level of an item if it was confirmed since `time`, as a reading for unguarded writes. */
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
