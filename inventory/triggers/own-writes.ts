/**
 * Writes of this process, as triggers account for them. Each trigger takes a write off what it sees once, by the units the
 * write moved, so the changes it tells and the own writes add up to the change of the level. A write whose amount is not
 * known is taken off nothing: a set without a reading before it, or an outcome that was never learned.
 */
import { BoundedMap } from '../model/bounded-map';
import type { Quantity } from '../model/level';

/** What a write does to a level. */
export interface Move {
	/** The level before it, where it was read. */
	from?: Quantity;
	/** The level after it, where it is known. */
	to?: Quantity;
	/** The units it adds; left out where counting starts or ends. */
	delta?: number;
	/** A set: monotonic clock time of the reading before it, in milliseconds. */
	readAt?: number;
}

/** A write that was announced. */
export interface OwnWrite extends Move {
	key: string;
	/** Monotonic clock time, in milliseconds. */
	announcedAt: number;
	/** Monotonic clock time of its end; null while it is under way. */
	endedAt: number | null;
	/** Wall time of its end, as its result tells it. */
	stamp?: number;
}

/** Milliseconds a list or a call may lag behind a write: an older one shows in every reading. */
export const LAG = 2 * 60_000;

/** Milliseconds a write may be under way: a large batch takes minutes. */
const LONGEST_WAY = 40 * 60_000;

/** Milliseconds for which an item counts as written to. */
const LONGEST_MEMORY = 24 * 60 * 60_000;

const MOST_TRIGGERS = 200;
const MOST_ITEMS = 10_000;

/** Writes to one item that are kept apart; older ones are added up. */
const MOST_APART = 8;

/** The writes to one account, told to the triggers that watch it. */
export class OwnWrites {
	private readonly triggers = new BoundedMap<string, PendingWrites>(MOST_TRIGGERS);

	/** From now on the trigger is told of every write. */
	attach(trigger: string, pending: PendingWrites): void {
		this.triggers.set(trigger, pending);
	}

	/** The trigger counts own writes like any other change. */
	detach(trigger: string): void {
		this.triggers.get(trigger)?.clear();
		this.triggers.delete(trigger);
	}

	/**
	 * A write is about to leave: a webhook may call before the write's answer comes.
	 * Null where no trigger watches, and where the write changes nothing or nobody knows what.
	 */
	announce(key: string, move: Move, now: number): OwnWrite | null {
		const { from, to, delta } = move;
		const isKnown = delta === undefined ? from !== undefined && from !== to : delta !== 0;
		if (this.triggers.size === 0 || !isKnown) return null;
		const write: OwnWrite = { ...move, key, announcedAt: now, endedAt: null };
		for (const [, pending] of this.triggers) pending.add(write);
		return write;
	}

	/** The write was applied. @param after The level the service reported then. @param stamp Wall time, for its result. */
	confirm(write: OwnWrite, after: Quantity | undefined, now: number, stamp?: number): void {
		write.endedAt = now;
		write.stamp = stamp;
		// The level after a delta tells the level before it.
		if (write.readAt === undefined && write.delta !== undefined && typeof after === 'number') {
			Object.assign(write, { from: after - write.delta, to: after });
		}
		for (const [, pending] of this.triggers) pending.confirm(write);
	}

	/** The write was refused, or nobody knows what came of it. */
	withdraw(write: OwnWrite): void {
		for (const [, pending] of this.triggers) pending.withdraw(write);
	}
}

interface Entry {
	write: OwnWrite;
	/** Taken off while it was under way. */
	taken: boolean;
}

/** The writes that one trigger has yet to take off. */
export class PendingWrites {
	private readonly items = new BoundedMap<string, Entry[]>(MOST_ITEMS);
	private readonly writtenAt = new BoundedMap<string, number>(MOST_ITEMS);
	/** When a change of others was last reported at once, by the monotonic clock. */
	private readonly changedAt = new BoundedMap<string, number>(MOST_ITEMS);
	/** Wall time at which the last write that was taken off had ended. */
	private readonly takenOffAt = new BoundedMap<string, number>(MOST_ITEMS);

	add(write: OwnWrite): void {
		const { key, announcedAt } = write;
		this.writtenAt.set(key, announcedAt);
		const entries = [...this.entriesOf(key, announcedAt), { write, taken: false }];
		if (entries.length > MOST_APART) {
			const [first, second] = entries;
			entries.splice(0, 2, ...summed(first, second));
		}
		this.put(key, entries);
	}

	confirm(write: OwnWrite): void {
		const isTaken = this.items
			.get(write.key)
			?.some((entry) => entry.write === write && entry.taken);
		if (isTaken) this.noteTaken(write);
		this.keep(write.key, (entry) => entry.write !== write || !entry.taken);
	}

	withdraw(write: OwnWrite): void {
		const taken = this.items.get(write.key)?.find((entry) => entry.write === write)?.taken;
		this.keep(write.key, (entry) => entry.write !== write);
		// What was taken off for it was the change of another after all.
		const { from, to, delta } = write;
		if (taken) this.owe(write.key, { from: to, to: from, delta: delta && -delta });
	}

	/** A change that was taken in and could not be reported is reported with the next reading: this leads back to before it. */
	owe(key: string, move: Move): void {
		const past = Number.NEGATIVE_INFINITY;
		const write = { ...move, key, announcedAt: past, endedAt: past };
		this.put(key, [{ write, taken: false }, ...(this.items.get(key) ?? [])]);
	}

	/**
	 * Takes off a reading the writes it shows. Returns the level that own writes alone would have led to: where the reading
	 * differs, others moved it from there. Undefined for an item seen for the first time, unless an own write just led there.
	 *
	 * @param last The level taken in before; undefined for an item seen for the first time.
	 * @param at Monotonic clock time at which the reading was asked for, or the call came.
	 * @param lag Milliseconds the reading may be behind; 0 for a reading by ID.
	 */
	account(
		{ key, last, reading }: { key: string; last: Quantity | undefined; reading: Quantity },
		at: number,
		lag = LAG,
	): Quantity | undefined {
		const entries = this.entriesOf(key, at);
		const open = entries.filter(({ taken }) => !taken).map(({ write }) => write);
		const isShown = ({ endedAt }: OwnWrite): boolean => endedAt !== null && at - endedAt >= lag;
		const changedAt = this.changedAt.get(key) ?? Number.NEGATIVE_INFINITY;
		const after = (writes: OwnWrite[]): Quantity | undefined =>
			writes.reduce((level, write) => levelAfter(write, level, changedAt), last);
		const least = open.reduce((count, write, n) => (isShown(write) ? n + 1 : count), 0);
		const counts = open.map((_, n) => open.length - n).concat(0);
		const possible = counts.filter((count) => count >= least);
		// Where the level before or after a write is known, the reading tells which writes it shows.
		const count =
			possible.find((n) => open[n - 1]?.to === reading || open[n]?.from === reading) ??
			possible.find((n) => after(open.slice(0, n)) === reading);
		const shown = count === undefined ? open.filter(hasEnded) : open.slice(0, count);
		for (const entry of entries) entry.taken = entry.taken || shown.includes(entry.write);
		for (const write of shown) this.noteTaken(write);
		this.put(
			key,
			entries.filter(({ taken, write }) => !taken || !hasEnded(write)),
		);
		const [lately] = shown.slice(-1);
		const isOwn = lately !== undefined && lately.to === reading && !isShown(lately);
		const expected = last === undefined && isOwn ? reading : after(shown);
		return expected;
	}

	/**
	 * When a change of others happened. Told as coming after the own writes that were taken off, it is never of a time before
	 * them: a service's clock may be behind ours, and some tell whole seconds only.
	 *
	 * @param stated The service's time of it.
	 * @param now Wall time.
	 */
	timeOf(key: string, stated: number, now: number): number {
		const takenOffAt = this.takenOffAt.get(key) ?? Number.NEGATIVE_INFINITY;
		// Where our clock was put back since, it is the present.
		return Math.max(stated, Math.min(takenOffAt + 1, now));
	}

	/** A change others made was reported at once: a set that was read before and leaves after has not met it. */
	noteChange(key: string, now: number): void {
		this.changedAt.set(key, now);
	}

	/** Whether the item was written to within a day. */
	wasWritten(key: string, now: number): boolean {
		return now - (this.writtenAt.get(key) ?? Number.NEGATIVE_INFINITY) < LONGEST_MEMORY;
	}

	clear(): void {
		for (const [key] of [...this.items]) this.items.delete(key);
	}

	/** Those whose end is still to come, or was learned. */
	private entriesOf(key: string, now: number): Entry[] {
		return (this.items.get(key) ?? []).filter(
			({ write }) => hasEnded(write) || now - write.announcedAt < LONGEST_WAY,
		);
	}

	private noteTaken({ key, stamp }: OwnWrite): void {
		if (stamp !== undefined) this.takenOffAt.set(key, stamp);
	}

	private keep(key: string, stays: (entry: Entry) => boolean): void {
		this.put(key, (this.items.get(key) ?? []).filter(stays));
	}

	private put(key: string, entries: Entry[]): void {
		if (entries.length === 0) this.items.delete(key);
		else this.items.set(key, entries);
	}
}

function hasEnded({ endedAt }: OwnWrite): boolean {
	return endedAt !== null;
}

/** Where a write leads from a level. */
function levelAfter(
	{ from, to, delta, readAt, announcedAt }: OwnWrite,
	level: Quantity | undefined,
	changedAt: number,
): Quantity | undefined {
	if (level === undefined) return undefined;
	// What others moved between its reading and the write has been reported.
	const isTold = readAt !== undefined && readAt < changedAt && changedAt <= announcedAt;
	if (isTold && to !== undefined) return to;
	if (delta !== undefined) return level === null ? null : level + delta;
	// Where counting starts or ends there is no amount: the write explains the change from just this level.
	return from === level ? to : level;
}

/** Two writes as one; where they cannot be added up, the older one is given up. */
function summed(first: Entry, second: Entry): Entry[] {
	const [one, other] = [first.write, second.write];
	const amounts = [one.delta, other.delta];
	const canBe = hasEnded(one) && hasEnded(other) && !amounts.includes(undefined);
	if (!canBe) return [second];
	const delta = (one.delta as number) + (other.delta as number);
	return [{ write: { ...other, from: one.from, readAt: undefined, delta }, taken: false }];
}
