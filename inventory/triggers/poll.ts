/**
 * Watches a shop from poll to poll: what changed since, by the levels seen last.
 *
 * Each poll reads what the service says was updated lately; and, every so often, everything, because no service promises
 * that every change of stock moves an item's update time. What does not fit into one poll goes on in the next.
 */
import type { Clock } from '../model/clock';
import type { Quantity, Level } from '../model/level';
import type { SeenWrites } from './own-writes';
import { LAG } from './own-writes';
import type { ListedItem, Platform } from '../model/platform';
import type { Forgotten, SeenDifference, StoredLevels } from './level-tracker';
import { Snapshot } from './level-tracker';
import type { Fault } from '../model/fault';
import type { Item } from '../model/item';
import { itemKey } from '../model/item';
import { quantityOf } from '../model/level';

/** What is kept between polls; plain data. */
export interface PollState {
	/** Which shop the levels are of. */
	scope: string;
	/** What was watched of it last, and by whom. */
	choice?: string;
	/** Clock time of the last poll that read anything, in milliseconds. */
	at: number;
	/** Clock time up to which all updates are known, in milliseconds. */
	caughtUpAt: number;
	/**
	 * Milliseconds from our clock to the service's, at the least, as its update times show; 0 where they are ahead of us,
	 * and null where it names none.
	 */
	ahead: number | null;
	levels: StoredLevels;
	forgotten: Forgotten;
	/** Clock time at which the levels began to be kept, in milliseconds. */
	began: number;
	/** The walk through what was updated: when it began, from when on it reads, and the page it goes on with. */
	updates: { startedAt: number; since: number; next: string | null } | null;
	/**
	 * The walk through everything: its number, when it began, the page it goes on with, and what it has shown of the
	 * clocks; null when it has ended.
	 */
	sweep: {
		number: number;
		startedAt: number;
		next: string | null;
		ahead: number | null;
	} | null;
	sweeps: number;
	/** When the last whole sweep began, in milliseconds. */
	sweptAt: number;
}

export interface PollSettings {
	/** How often everything is read. */
	fullSweepMinutes: number;
	/** SKUs to watch; empty for all. */
	skus: ReadonlySet<string>;
	/** Names what is watched, and by whom: a change of it may bring items in sight whose levels are not known. */
	choice: string;
	/** Null: changes this process wrote count like any other. */
	ownWrites: SeenWrites | null;
}

export interface StockChange {
	item: Item;
	/** Pieces at which the service itself counts the item as low; null where it has no such mark. */
	lowAt: number | null;
	difference: SeenDifference;
	/** Tells changes of one number apart, where the count has begun anew. */
	series?: number;
	/** When it happened, as well as can be told, in milliseconds since 1970. */
	at: number;
}

export interface PollResult {
	changes: StockChange[];
	/** Why the poll ended before it had read what it wanted; null when it had, or ran out of time. */
	fault: Fault | null;
	/** Whether any page was read. */
	hasRead: boolean;
}

/** Milliseconds the clocks are taken to be apart at the most, until everything was read once. */
const CLOCKS_APART = 5 * 60_000;

/** Milliseconds in one by which what is known of the clocks becomes less sure; below 1, or updates come in sight again. */
const FADING = 0.9;

/** Levels older than this, in milliseconds, are no longer compared with: nobody wants yesterday's changes. */
export const LONGEST_MEMORY = 24 * 60 * 60_000;

/** The state to go on from: the stored one, or a fresh one that makes the next readings silent. */
export function resume(stored: PollState | undefined, scope: string, now: number): PollState {
	if (stored !== undefined && stored.scope === scope && now - stored.at <= LONGEST_MEMORY) {
		return stored;
	}
	return {
		scope,
		at: now,
		caughtUpAt: now,
		ahead: null,
		levels: {},
		forgotten: { changes: 0 },
		began: now,
		updates: null,
		sweep: null,
		sweeps: 0,
		sweptAt: 0,
	};
}

export class Poll {
	private readonly snapshot: Snapshot;
	private readonly occurrences: StockChange[] = [];
	private readonly lastPoll: number;
	private hasRead = false;

	/** @param state Changed in place, reading by reading, so that nothing is seen twice whatever ends the poll. */
	constructor(
		private readonly platform: Platform,
		private readonly clock: Clock,
		private readonly state: PollState,
		private readonly settings: PollSettings,
	) {
		this.snapshot = new Snapshot(state.levels, state.forgotten);
		this.lastPoll = state.at;
	}

	/** @param deadline Clock time, in milliseconds, after which no further page is asked for. */
	async poll(deadline: number): Promise<PollResult> {
		const { state } = this;
		const started = this.clock.now();
		this.heedChoice();
		const sweepNow = this.isSweepDue(started);
		// A sweep that begins now reads everything that was updated as well.
		const since = state.sweep === null && sweepNow ? null : this.updatedSince();
		let fault = since === null ? null : await this.readUpdated(since, started, deadline);
		if (fault === null && sweepNow) fault = await this.sweep(started, deadline);
		// Levels that could not be read grow older.
		if (this.hasRead) state.at = started;
		return { changes: this.occurrences, fault, hasRead: this.hasRead };
	}

	/** Where others are to be watched than so far, everything is read: of what is new the level has to be known. */
	private heedChoice(): void {
		const { state, settings } = this;
		if (state.choice === settings.choice) return;
		state.choice = settings.choice;
		state.sweep = null;
		state.sweptAt = 0;
	}

	private isSweepDue(now: number): boolean {
		const { sweep, sweptAt, ahead } = this.state;
		// Without update times there is nothing else to go by.
		if (sweep !== null || ahead === null) return true;
		// A sweep that is still to come was made before our clock was put back.
		return now < sweptAt || now - sweptAt >= this.settings.fullSweepMinutes * 60_000;
	}

	/** From when on updates are read again, by the service's clock; null where nothing is known of it. */
	private updatedSince(): number | null {
		const { ahead, caughtUpAt, sweptAt } = this.state;
		if (ahead === null) return null;
		// Before everything was read once, the last update may be one that was not read yet.
		return caughtUpAt - LAG + (sweptAt === 0 ? Math.max(ahead, -CLOCKS_APART) : ahead);
	}

	private async readUpdated(
		since: number,
		started: number,
		deadline: number,
	): Promise<Fault | null> {
		const { state } = this;
		const walk = state.updates ?? { startedAt: started, since, next: null };
		state.updates = null;
		let cursor: string | null = walk.next;
		do {
			const page = await this.platform.list(cursor, walk.since);
			if (page.kind === 'failed') {
				if (this.isOver(deadline)) state.updates = { ...walk, next: cursor };
				return page.fault;
			}
			this.takeIn(page.items, state.sweeps);
			cursor = page.next;
		} while (cursor !== null && this.clock.now() < deadline);
		if (cursor === null) state.caughtUpAt = walk.startedAt;
		else state.updates = { ...walk, next: cursor };
		return null;
	}

	private async sweep(started: number, deadline: number): Promise<Fault | null> {
		const { state } = this;
		if (state.sweep === null) {
			state.sweeps += 1;
			state.caughtUpAt = started;
			state.sweep = { number: state.sweeps, startedAt: started, next: null, ahead: null };
			// After a gap nobody knows what became of the clocks.
			const longest = this.settings.fullSweepMinutes * 60_000;
			if (started < state.sweptAt || started - this.lastPoll >= longest) state.ahead = null;
		}
		const { sweep } = state;
		do {
			const page = await this.platform.list(sweep.next);
			if (page.kind === 'failed') {
				// A page that cannot be gone on with would fail for ever: the next walk begins at the first. A page the poll
				// had no time for is asked for by the next poll.
				if (!this.isOver(deadline)) state.sweep = null;
				return page.fault;
			}
			this.takeIn(page.items, sweep.number);
			sweep.next = page.next;
			if (page.next === null) {
				this.snapshot.prune(sweep.number);
				state.ahead = this.learned(sweep);
				state.sweptAt = sweep.startedAt;
				state.sweep = null;
			}
		} while (state.sweep !== null && this.clock.now() < deadline);
		return null;
	}

	/**
	 * How far ahead the service's clock is by a whole sweep. What was known before counts less and less, for a clock may
	 * have been put right; but where nothing was updated since, a sweep alone would have old updates read again.
	 */
	private learned({ startedAt, ahead }: NonNullable<PollState['sweep']>): number | null {
		const { state } = this;
		const apart = startedAt - state.sweptAt;
		if (ahead === null || state.ahead === null || apart < 0) return ahead;
		return Math.max(ahead, state.ahead - FADING * apart);
	}

	/** Whether a wait before the last page was cut short, because the time of the poll was up. */
	private isOver(deadline: number): boolean {
		return this.clock.now() > deadline;
	}

	private takeIn(items: ListedItem[], sweep: number): void {
		const { skus } = this.settings;
		this.hasRead = true;
		for (const { item, level, lowAt } of items) {
			this.noteUpdate(level);
			if (skus.size > 0 && !skus.has(item.sku ?? '')) {
				this.snapshot.forget(itemKey(item));
				continue;
			}
			const pieces = quantityOf(level);
			if (level === null || pieces === undefined) continue;
			const difference = this.differenceOf(itemKey(item), { ...level, pieces }, sweep);
			if (difference !== null) {
				const at = this.timeOf(level);
				const series = this.state.began;
				this.occurrences.push({ item, lowAt: lowAt ?? null, difference, series, at });
			}
		}
	}

	/** How a reading differs from the last one, or from what this process itself has written since. */
	private differenceOf(
		key: string,
		{ pieces, outdated }: Level & { pieces: Quantity },
		sweep: number,
	): SeenDifference | null {
		const { ownWrites } = this.settings;
		const now = this.clock.now();
		const before = this.snapshot.level(key);
		// A copy of the shop may show the level from before a write of ours until its next sync.
		const isOld = outdated !== undefined && ownWrites?.hasWritten(key, now) === true;
		const verdict = isOld ? 'unclear' : (ownWrites?.judge(key, pieces, before, now) ?? 'foreign');
		if (verdict === 'unclear') {
			// The item is there, whatever its level.
			if (before !== undefined) this.snapshot.take(key, before, sweep);
			return null;
		}
		if (typeof verdict === 'object') this.snapshot.take(key, verdict.since, sweep);
		const difference = this.snapshot.take(key, pieces, sweep);
		return verdict === 'own' ? null : difference;
	}

	/** The update time, unless it is from before the last poll: then something else moved it. */
	private timeOf({ updatedAt }: Level): number {
		const updated = Date.parse(updatedAt ?? '');
		return updated >= this.lastPoll - LAG ? updated : this.clock.now();
	}

	/**
	 * An update time is not from the future of the service's own clock, so that is ahead of ours by their difference at
	 * the least. How much further does not matter, and a single time may be wrong.
	 */
	private noteUpdate(level: Level | null): void {
		const at = Date.parse(level?.updatedAt ?? '');
		if (Number.isNaN(at)) return;
		const ahead = Math.min(at - this.clock.now(), 0);
		const { state } = this;
		state.ahead = Math.max(state.ahead ?? ahead, ahead);
		if (state.sweep !== null) state.sweep.ahead = Math.max(state.sweep.ahead ?? ahead, ahead);
	}
}
