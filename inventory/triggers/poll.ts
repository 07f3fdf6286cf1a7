/**
 * Watches a shop from poll to poll: what changed since, by the levels seen last.
 *
 * Each poll reads what the service says was updated lately; and, every so often, everything, because no service promises
 * that every change of stock moves an item's update time. What does not fit into one poll goes on in the next.
 */
import type { Clock } from '../model/clock';
import type { Fault } from '../model/fault';
import { itemKey } from '../model/item';
import type { Level } from '../model/level';
import { quantityOf } from '../model/level';
import type { ListedItem, Platform } from '../model/platform';
import { LevelTracker } from './level-tracker';
import type { PendingWrites } from './own-writes';
import { LAG } from './own-writes';
import type { PollState } from './poll-state';
import type { StockChange } from './stock-events';

export interface PollSettings {
	/** How often everything is read. */
	fullSweepMinutes: number;
	/** SKUs to watch; empty for all. */
	skus: ReadonlySet<string>;
	/** Names what is watched, and by whom: a change of it may bring items in sight whose levels are not known. */
	choice: string;
	/** What this process wrote since the poll before. */
	pending: PendingWrites;
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

export class Poll {
	private readonly tracker: LevelTracker;
	private readonly changes: StockChange[] = [];
	private readonly lastPoll: number;
	private hasRead = false;

	/** @param state Changed in place, reading by reading, so that nothing is seen twice whatever ends the poll. */
	constructor(
		private readonly platform: Platform,
		private readonly clock: Clock,
		private readonly state: PollState,
		private readonly settings: PollSettings,
	) {
		this.tracker = new LevelTracker(state.levels, state.forgotten);
		this.lastPoll = state.at;
	}

	/** @param deadline Monotonic clock time, in milliseconds, after which no further page is asked for. */
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
		return { changes: this.changes, fault, hasRead: this.hasRead };
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
			const asked = this.clock.monotonic();
			const page = await this.platform.list(cursor, walk.since);
			if (page.kind === 'failed') {
				if (this.isOver(deadline)) state.updates = { ...walk, next: cursor };
				return page.fault;
			}
			this.takeIn(page.items, state.sweeps, asked);
			cursor = page.next;
		} while (cursor !== null && this.clock.monotonic() < deadline);
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
			const asked = this.clock.monotonic();
			const page = await this.platform.list(sweep.next);
			if (page.kind === 'failed') {
				// A page that cannot be gone on with would fail for ever: the next walk begins at the first. A page the poll
				// had no time for is asked for by the next poll.
				if (!this.isOver(deadline)) state.sweep = null;
				return page.fault;
			}
			this.takeIn(page.items, sweep.number, asked);
			sweep.next = page.next;
			if (page.next === null) {
				this.tracker.prune(sweep.number);
				state.ahead = this.learned(sweep);
				state.sweptAt = sweep.startedAt;
				state.sweep = null;
			}
		} while (state.sweep !== null && this.clock.monotonic() < deadline);
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
		return this.clock.monotonic() > deadline;
	}

	private takeIn(items: ListedItem[], sweep: number, asked: number): void {
		this.hasRead = true;
		for (const listed of items) {
			this.noteUpdate(listed.level);
			if (this.isWatched(listed)) this.takeLevel(listed, sweep, asked);
			else this.tracker.forget(itemKey(listed.item));
		}
	}

	private isWatched({ item }: ListedItem): boolean {
		const { skus } = this.settings;
		return skus.size === 0 || skus.has(item.sku ?? '');
	}

	/** How a reading differs from the last one and what this process has written since. */
	private takeLevel({ item, level, lowAt = null }: ListedItem, sweep: number, asked: number): void {
		const { pending } = this.settings;
		const key = itemKey(item);
		const quantity = quantityOf(level);
		// A copy of the shop may show the level from before a write of ours until its next sync.
		const isOld = level?.outdated !== undefined && pending.wasWritten(key, asked);
		if (level === null || quantity === undefined || isOld) {
			this.tracker.see(key, sweep);
			return;
		}
		const last = this.tracker.level(key);
		const expected = pending.account({ key, last, reading: quantity }, asked);
		const difference = this.tracker.take(key, quantity, sweep, expected);
		if (difference === null) return;
		const series = this.state.began;
		this.changes.push({ item, lowAt, difference, series, at: this.timeOf(level) });
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
