/**
 * Levels this process itself wrote, so that a trigger need not start the workflow that wrote them. A write is announced
 * before it is sent, because a webhook may arrive before its answer; each hides one change at the most.
 */
import type { Pieces } from './events';

interface Write {
	pieces: Pieces;
	/** Clock time of the write, in milliseconds. */
	at: number;
}

/** Milliseconds after which a write that no trigger has seen is forgotten. */
const LONGEST = 24 * 60 * 60_000;

/** Milliseconds a reading may lag behind a write. An older write has been replaced by what the reading shows. */
const LAG = 60_000;

/** Items remembered; the ones written longest ago are forgotten first. */
const MOST_ITEMS = 50_000;

export class OwnWrites {
	private readonly writes = new Map<string, Write[]>();

	announce(key: string, pieces: Pieces, now: number): void {
		const known = (this.writes.get(key) ?? []).filter(({ at }) => now - at < LONGEST);
		this.writes.delete(key);
		this.writes.set(key, [...known, { pieces, at: now }]);
		if (this.writes.size > MOST_ITEMS) {
			this.writes.delete(this.writes.keys().next().value as string);
		}
	}

	/** The write was refused, or left another level than was announced. */
	withdraw(key: string, pieces: Pieces): void {
		const known = this.writes.get(key) ?? [];
		const at = known.map((write) => write.pieces).lastIndexOf(pieces);
		if (at !== -1) this.keep(key, [...known.slice(0, at), ...known.slice(at + 1)]);
	}

	/**
	 * Whether a change to this level is one of ours; then it and what was written before it are used up.
	 * @param seen A poll sees where several writes led; a webhook tells of each.
	 */
	take(key: string, pieces: Pieces, now: number, seen: 'lastOfSeveral' | 'each'): boolean {
		const known = this.writes.get(key)?.map((write) => write.pieces) ?? [];
		const at = seen === 'each' ? known.indexOf(pieces) : known.lastIndexOf(pieces);
		if (at === -1) this.outdate(key, now);
		else this.keep(key, (this.writes.get(key) as Write[]).slice(at + 1));
		return at !== -1;
	}

	/** The item was read, and shows none of our writes: those that a reading cannot lag behind have been replaced. */
	outdate(key: string, now: number): void {
		const known = this.writes.get(key);
		if (known !== undefined)
			this.keep(
				key,
				known.filter(({ at }) => now - at < LAG),
			);
	}

	private keep(key: string, writes: Write[]): void {
		if (writes.length === 0) this.writes.delete(key);
		else this.writes.set(key, writes);
	}
}
