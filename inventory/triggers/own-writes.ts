/**
 * Levels this process itself wrote, so that a trigger need not start the workflow that wrote them. A write is announced
 * before it is sent, because a webhook may arrive before its answer; for each trigger it hides one change at the most.
 */
import { LATEST_REDELIVERY } from './webhook';
import type { Quantity } from '../model/level';

interface Write {
	pieces: Quantity;
	/** False where the level was that before. */
	changes: boolean;
	/** Clock time at which it was announced, in milliseconds. */
	at: number;
	/** Clock time of its end, in milliseconds; null while it is under way. */
	endedAt: number | null;
	/** Whether the level was surely there. */
	sure: boolean;
	/** Triggers that have seen it, or what replaced it, and the clock time of the poll that did. */
	seenBy: Map<string, number>;
	/** Triggers that saw another's change while it was under way: nobody can tell which of the two came first. */
	passedBy: Set<string>;
}

/** A poll, in clock times. */
export interface PollTimes {
	at: number;
	/** The poll before, as it was kept: what a later one has seen is forgotten together with the levels it saw. */
	before: number;
}

/** A webhook keeps no levels that could be lost. */
const LISTENING: PollTimes = { at: 0, before: 0 };

/** Milliseconds after which a write is forgotten. */
const LONGEST = 24 * 60 * 60_000;

/** Milliseconds a list may lag behind what is written. An older write has been replaced by what the reading shows. */
export const LAG = 2 * 60_000;

/** Milliseconds a write may be under way: a large batch takes minutes. */
const LONGEST_WAY = 40 * 60_000;

/** Items remembered; the ones written longest ago are forgotten first. */
const MOST_ITEMS = 50_000;

export class OwnWrites {
	private readonly writes = new Map<string, Write[]>();

	announce(key: string, pieces: Quantity, now: number, changes = true): void {
		const known = (this.writes.get(key) ?? []).filter(({ at }) => now - at < LONGEST);
		this.writes.delete(key);
		const write = { pieces, changes, at: now, endedAt: null, sure: false };
		this.writes.set(key, [...known, { ...write, seenBy: new Map(), passedBy: new Set() }]);
		if (this.writes.size > MOST_ITEMS) {
			this.writes.delete(this.writes.keys().next().value as string);
		}
	}

	/** The write has ended. @param sure Whether it was applied; else nobody can say. */
	end(key: string, pieces: Quantity, now: number, sure: boolean): void {
		const known = this.writes.get(key) ?? [];
		const write = lastUnderWay(known, pieces);
		if (write !== undefined) Object.assign(write, { endedAt: now, sure });
	}

	/** The write was refused, or left another level than was announced. */
	withdraw(key: string, pieces: Quantity): void {
		const known = this.writes.get(key) ?? [];
		const refused = lastUnderWay(known, pieces);
		if (refused !== undefined)
			this.writes.set(
				key,
				known.filter((write) => write !== refused),
			);
	}

	/** @param trigger Names a trigger; each has to see a write for itself. */
	seenBy(trigger: string, poll: PollTimes = LISTENING): SeenWrites {
		return new SeenWrites(trigger, poll, (key) => this.writes.get(key) ?? []);
	}
}

/** What one trigger makes of the writes. */
export class SeenWrites {
	constructor(
		private readonly trigger: string,
		private readonly poll: PollTimes,
		private readonly writesTo: (key: string) => Write[],
	) {}

	/**
	 * A webhook tells of each write: whether this change is the next of ours.
	 * @param listeningSince When the webhook was registered: it is not told of what was before.
	 */
	takeNext(key: string, pieces: Quantity, now: number, listeningSince: number): boolean {
		const unseen = this.unseen(key).filter(
			({ at, changes }) => changes && at >= listeningSince && now - at < LATEST_REDELIVERY,
		);
		const at = unseen.findIndex((write) => write.pieces === pieces);
		this.use(unseen.slice(0, at + 1));
		return at !== -1;
	}

	/**
	 * A poll sees where several changes led. Returns `own` when that is a level of ours; `unclear` when it may be from
	 * before our last write; else the level of ours that somebody has changed since, or `foreign` where there is none.
	 *
	 * @param before The level the poll before saw.
	 */
	judge(
		key: string,
		pieces: Quantity,
		before: Quantity | undefined,
		now: number,
	): 'own' | 'unclear' | 'foreign' | { since: Quantity } {
		const unseen = this.unseen(key);
		const hasEnded = (write: Write): boolean => !isUnderWay(write, now);
		if (before === undefined) {
			// The first reading of an item shows where earlier writes have led.
			this.pass(unseen, hasEnded);
			return 'foreign';
		}
		const at = unseen.map((write) => write.pieces).lastIndexOf(pieces);
		if (at !== -1) {
			const used = unseen.slice(0, at + 1);
			this.use(used);
			return used.some((write) => write.changes && write.pieces === pieces) ? 'own' : 'foreign';
		}
		if (pieces === before && unseen.some((write) => mayBeToCome(write, now))) return 'unclear';
		const last = unseen.filter((write) => hasEnded(write) && this.isSure(write)).pop();
		this.pass(unseen, hasEnded);
		return last === undefined ? 'foreign' : { since: last.pieces };
	}

	/** Whether the item was written to lately, seen or not. */
	hasWritten(key: string, now: number): boolean {
		return this.writesTo(key).some(({ at }) => now - at < LONGEST);
	}

	private unseen(key: string): Write[] {
		const { at, before } = this.poll;
		const isUnseen = (seenAt: number | undefined): boolean =>
			seenAt === undefined || (seenAt > before && seenAt !== at);
		return this.writesTo(key).filter(({ seenBy }) => isUnseen(seenBy.get(this.trigger)));
	}

	private isSure({ sure, passedBy }: Write): boolean {
		return sure && !passedBy.has(this.trigger);
	}

	/** Another's change was seen: of these writes some are history, and the others may come before it or after. */
	private pass(writes: Write[], isHistory: (write: Write) => boolean): void {
		this.use(writes.filter(isHistory));
		for (const { passedBy } of writes) passedBy.add(this.trigger);
	}

	private use(writes: Write[]): void {
		for (const { seenBy } of writes) seenBy.set(this.trigger, this.poll.at);
	}
}

function lastUnderWay(writes: Write[], pieces: Quantity): Write | undefined {
	return writes.filter((write) => write.pieces === pieces && write.endedAt === null).pop();
}

function isUnderWay({ at, endedAt }: Write, now: number): boolean {
	return endedAt === null && now - at < LONGEST_WAY;
}

/** Whether a reading may be from before a write. */
function mayBeToCome(write: Write, now: number): boolean {
	return isUnderWay(write, now) || now - (write.endedAt ?? write.at) < LAG;
}
