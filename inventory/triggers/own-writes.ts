/**
 * Keeps triggers from reporting what this process wrote itself. Each trigger subtracts every own write once from the
 * changes it sees, so what it reports and the own writes add up to the change of the level. A write whose amount is not
 * known is not subtracted: a set without a reading before it, or a write with an unknown outcome.
 */
import { BoundedMap } from '../model/bounded-map';
import type { Quantity } from '../model/level';

/** What a write does to a level. */
export interface Move {
	/** The level before it, where it was read. */
	from?: Quantity;
	/** The level after it, where it is known. */
	to?: Quantity;
	/** The units it adds; left out if it starts or ends counting. */
	delta?: number;
	/** Of a set: monotonic time of the reading before it, in milliseconds. */
	readAt?: number;
}

export interface OwnWrite extends Move {
	key: string;
	/** Monotonic time, in milliseconds. */
	announcedAt: number;
	/** Monotonic time of its end; null while it is in flight. */
	endedAt: number | null;
	/** Wall-clock time of its end, as its result reports it. */
	stamp?: number;
}

/** Milliseconds a list or a call may lag behind a write: after that, every reading shows it. */
export const LAG = 2 * 60_000;

/** Milliseconds a write may be in flight: a large batch takes minutes. */
const LONGEST_FLIGHT = 40 * 60_000;

/** Milliseconds for which an item counts as written to. */
const LONGEST_MEMORY = 24 * 60 * 60_000;

const MOST_TRIGGERS = 200;
const MOST_ITEMS = 10_000;

/** Writes to one item that are kept as they are; older ones are added up. */
const MOST_SEPARATE = 8;

/** Tells the triggers that watch an account about each write to it. */
export class OwnWrites {
	private readonly triggers = new BoundedMap<string, PendingWrites>(MOST_TRIGGERS);

	attach(trigger: string, pending: PendingWrites): void {
		this.triggers.set(trigger, pending);
	}

	/** From now on the trigger reports own writes like any other change. */
	detach(trigger: string): void {
		this.triggers.get(trigger)?.clear();
		this.triggers.delete(trigger);
	}

	/**
	 * Called before a write is sent: a webhook may call before its answer arrives.
	 * Null if no trigger watches, or if the write changes nothing or by an unknown amount.
	 */
	announce(key: string, move: Move, now: number): OwnWrite | null {
		const { from, to, delta } = move;
		const isKnown = delta === undefined ? from !== undefined && from !== to : delta !== 0;
		if (this.triggers.size === 0 || !isKnown) return null;
		const write: OwnWrite = { ...move, key, announcedAt: now, endedAt: null };
		for (const [, pending] of this.triggers) pending.add(write);
		return write;
	}

	/**
	 * The write was applied.
	 * @param after The level that the service reported.
	 * @param stamp The wall-clock time in its result.
	 */
	confirm(write: OwnWrite, after: Quantity | undefined, now: number, stamp?: number): void {
		write.endedAt = now;
		write.stamp = stamp;
		// The level before a delta follows from the level after it.
		if (write.readAt === undefined && write.delta !== undefined && typeof after === 'number') {
			Object.assign(write, { from: after - write.delta, to: after });
		}
		for (const [, pending] of this.triggers) pending.confirm(write);
	}

	/** The write was refused, or its outcome is unknown. */
	withdraw(write: OwnWrite): void {
		for (const [, pending] of this.triggers) pending.withdraw(write);
	}
}

interface Entry {
	write: OwnWrite;
	/** Whether it was already subtracted, while it was in flight. */
	taken: boolean;
}

/** The writes that one trigger has yet to subtract. */
export class PendingWrites {
	private readonly items = new BoundedMap<string, Entry[]>(MOST_ITEMS);
	private readonly writtenAt = new BoundedMap<string, number>(MOST_ITEMS);
	/** Monotonic time at which a webhook last reported a change by others. */
	private readonly changedAt = new BoundedMap<string, number>(MOST_ITEMS);
	/** Wall-clock time at which the last subtracted write had ended. */
	private readonly takenUntil = new BoundedMap<string, number>(MOST_ITEMS);

	add(write: OwnWrite): void {
		const { key, announcedAt } = write;
		this.writtenAt.set(key, announcedAt);
		const entries = [...this.entriesOf(key, announcedAt), { write, taken: false }];
		if (entries.length > MOST_SEPARATE) {
			const [first, second] = entries;
			entries.splice(0, 2, ...merged(first, second));
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
		// What was subtracted for it was a change by others after all.
		const { from, to, delta } = write;
		if (taken) this.addReverse(write.key, { from: to, to: from, delta: delta && -delta });
	}

	/** A recorded change could not be reported: this move takes it back, so that the next reading reports it. */
	addReverse(key: string, move: Move): void {
		const past = Number.NEGATIVE_INFINITY;
		const write = { ...move, key, announcedAt: past, endedAt: past };
		this.put(key, [{ write, taken: false }, ...(this.items.get(key) ?? [])]);
	}

	/**
	 * Subtracts the writes that a reading shows. Returns the level that own writes alone would have led to: if the reading
	 * differs, others made the difference. Undefined for an item seen for the first time, unless an own write just led there.
	 *
	 * @param last The level before; undefined for an item seen for the first time.
	 * @param at Monotonic time at which the reading was requested, or the call arrived.
	 * @param lag Milliseconds the reading may lag behind; 0 for a reading by ID.
	 */
	subtract(
		{ key, last, reading }: { key: string; last: Quantity | undefined; reading: Quantity },
		at: number,
		lag = LAG,
	): Quantity | undefined {
		const entries = this.entriesOf(key, at);
		const open = entries.filter(({ taken }) => !taken).map(({ write }) => write);
		const mustBeShown = ({ endedAt }: OwnWrite): boolean => endedAt !== null && at - endedAt >= lag;
		const changedAt = this.changedAt.get(key) ?? Number.NEGATIVE_INFINITY;
		const after = (writes: OwnWrite[]): Quantity | undefined =>
			writes.reduce((level, write) => levelAfter(write, level, changedAt), last);
		// A reading shows the oldest writes, up to one of them. Which one: the level before or after it gives it away, or
		// the sum of what they added. Otherwise others changed the level too, and every write that has ended counts as shown.
		const least = open.reduce((count, write, n) => (mustBeShown(write) ? n + 1 : count), 0);
		const candidates = [...open.map((_, n) => open.length - n), 0].filter((n) => n >= least);
		const count =
			candidates.find((n) => open[n - 1]?.to === reading || open[n]?.from === reading) ??
			candidates.find((n) => after(open.slice(0, n)) === reading);
		const shown = count === undefined ? open.filter(hasEnded) : open.slice(0, count);
		for (const entry of entries) entry.taken = entry.taken || shown.includes(entry.write);
		for (const write of shown) this.noteTaken(write);
		this.put(
			key,
			entries.filter(({ taken, write }) => !taken || !hasEnded(write)),
		);
		// An item is seen for the first time right after an own write set this level.
		const [lately] = shown.slice(-1);
		const isOwn = lately !== undefined && lately.to === reading && !mustBeShown(lately);
		return last === undefined && isOwn ? reading : after(shown);
	}

	/**
	 * When a change by others happened. It is reported as following the own writes that were subtracted, so it never has an
	 * earlier time: a service's clock may be behind ours, and some report whole seconds only.
	 *
	 * @param stated The time by the service's clock.
	 * @param now Wall-clock time.
	 */
	timeOf(key: string, stated: number, now: number): number {
		const takenUntil = this.takenUntil.get(key) ?? Number.NEGATIVE_INFINITY;
		// Not in the future, even if our clock was put back since.
		return Math.max(stated, Math.min(takenUntil + 1, now));
	}

	/** A change by others was reported: a set whose reading is from before it does not count it again. */
	noteChange(key: string, now: number): void {
		this.changedAt.set(key, now);
	}

	/** Whether the item was written to within a day. */
	wasWritten(key: string, now: number): boolean {
		return now - (this.writtenAt.get(key) ?? Number.NEGATIVE_INFINITY) < LONGEST_MEMORY;
	}

	/** Forgets what there is to subtract; that the items were written to stays true. */
	clear(): void {
		this.items.clear();
	}

	/** Without writes whose end was never learned. */
	private entriesOf(key: string, now: number): Entry[] {
		return (this.items.get(key) ?? []).filter(
			({ write }) => hasEnded(write) || now - write.announcedAt < LONGEST_FLIGHT,
		);
	}

	private noteTaken({ key, stamp }: OwnWrite): void {
		if (stamp !== undefined) this.takenUntil.set(key, stamp);
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

/** The level that a write leads to. */
function levelAfter(
	{ from, to, delta, readAt, announcedAt }: OwnWrite,
	level: Quantity | undefined,
	changedAt: number,
): Quantity | undefined {
	if (level === undefined) return undefined;
	// What others changed between its reading and the write has been reported.
	const isReported = readAt !== undefined && readAt < changedAt && changedAt <= announcedAt;
	if (isReported && to !== undefined) return to;
	if (delta !== undefined) return level === null ? null : level + delta;
	// A write that starts or ends counting has no amount: it explains only a change from exactly this level.
	return from === level ? to : level;
}

/** Two writes as one; if they cannot be added up, the older one is dropped. */
function merged(first: Entry, second: Entry): Entry[] {
	const [one, other] = [first.write, second.write];
	if (!hasEnded(one) || !hasEnded(other)) return [second];
	if (one.delta === undefined || other.delta === undefined) return [second];
	const delta = one.delta + other.delta;
	return [{ write: { ...other, from: one.from, readAt: undefined, delta }, taken: false }];
}
