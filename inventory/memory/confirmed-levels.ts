/**
 * Levels this process itself saw confirmed, for runs that are told to trust them for some minutes: where a list names no
 * levels, an item that is not read again saves a request.
 */
import type { Level, Reading } from '../model/level';

interface Confirmed {
	/** Null where the level is no longer known: a write is under way, or its outcome was never learned. */
	pieces: number | null;
	/** Clock time, in milliseconds. */
	at: number;
}

/** Items remembered; the ones confirmed longest ago are forgotten first. */
const MOST_ITEMS = 50_000;

export class ConfirmedLevels {
	private readonly levels = new Map<string, Confirmed>();

	/** A level the service named at a time; what was learned later stands. Unlimited stock is no level to trust. */
	confirm(key: string, { quantity, unlimited, outdated }: Level, at: number): void {
		this.put(key, unlimited || outdated !== undefined ? null : quantity, at);
	}

	/** From now on nobody knows the level, until it is confirmed anew. */
	forget(key: string, at: number): void {
		this.put(key, null, at);
	}

	/** The level of an item as confirmed since a time, as a reading that nothing hangs on. */
	since(key: string, time: number): Reading | null {
		const known = this.levels.get(key);
		if (known === undefined || known.pieces === null || known.at < time) return null;
		const { pieces: quantity, at } = known;
		return { quantity, unlimited: false, reserved: null, updatedAt: null, source: 'memory', at };
	}

	private put(key: string, pieces: number | null, at: number): void {
		const known = this.levels.get(key);
		if (known !== undefined && known.at > at) return;
		this.levels.delete(key);
		this.levels.set(key, { pieces, at });
		if (this.levels.size > MOST_ITEMS) {
			this.levels.delete(this.levels.keys().next().value as string);
		}
	}
}
