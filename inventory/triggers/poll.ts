/**
 * Watches a shop from poll to poll: what changed since, by the levels seen last.
 *
 * Each poll reads what the service says was updated lately; and, every so often, everything, because no service promises
 * that every change of stock moves an item's update time. What does not fit into one poll continues in the next.
 */
import type { Clock } from '../model/clock';
import type { Fault } from '../model/fault';
import { itemKey } from '../model/item';
import type { Level } from '../model/level';
import { quantityOf } from '../model/level';
import type { ListedItem, Listing, Platform } from '../model/platform';
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

interface PollResult {
	changes: StockChange[];
	/** Why the poll ended before it had read what it wanted; null when it had, or ran out of time. */
	fault: Fault | null;
	/** Whether any page was read. */
	hasRead: boolean;
}

/** Milliseconds by which a service that does not tell its time is taken to be behind our clock. */
const CLOCK_UNTOLD = 5 * 60_000;

export class Poll {
	private readonly tracker: LevelTracker;
	private readonly changes: StockChange[] = [];
	/** Up to when updates were known before this poll. */
	private readonly knownUntil: number | null;
	private hasRead = false;

	/** @param state Changed in place, reading by reading, so that nothing is seen twice whatever ends the poll. */
	constructor(
		private readonly platform: Platform,
		private readonly clock: Clock,
		private readonly state: PollState,
		private readonly settings: PollSettings,
	) {
		this.tracker = new LevelTracker(state.levels, state.forgotten);
		this.knownUntil = state.caughtUpAt;
	}

	/** @param deadline Monotonic clock time, in milliseconds, after which no further page is asked for. */
	async poll(deadline: number): Promise<PollResult> {
		const { state } = this;
		const started = this.clock.now();
		this.heedChoice();
		// A sweep that begins now reads everything that was updated as well.
		const isSweepNext = state.sweep === null && this.isSweepDue(started);
		let fault = isSweepNext ? null : await this.readUpdated(deadline);
		if (fault === null && this.isSweepDue(started)) fault = await this.sweep(started, deadline);
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
		const { sweep, sweptAt, hasTimes, caughtUpAt } = this.state;
		// Without update times there is nothing else to go by.
		if (sweep !== null || !hasTimes || caughtUpAt === null) return true;
		// A sweep that is still to come was made before our clock was put back.
		return now < sweptAt || now - sweptAt >= this.settings.fullSweepMinutes * 60_000;
	}

	private async readUpdated(deadline: number): Promise<Fault | null> {
		const { state } = this;
		const { caughtUpAt, hasTimes, updates } = state;
		if (caughtUpAt === null || !hasTimes) return null;
		const since = updates?.since ?? caughtUpAt - LAG;
		let startedAt = updates?.startedAt;
		let cursor = updates?.next ?? null;
		state.updates = null;
		do {
			const asked = this.clock.monotonic();
			const page = await this.platform.list(cursor, since);
			if (page.kind === 'failed') {
				if (cursor !== null && startedAt !== undefined && this.isOver(deadline))
					state.updates = { startedAt, since, next: cursor };
				return page.fault;
			}
			startedAt ??= this.serverTime(page);
			// The service's clock was put back: updates since then are older than they should be.
			if (startedAt < since) state.sweptAt = 0;
			this.takeIn(page.items, state.sweeps, asked);
			cursor = page.next;
		} while (cursor !== null && this.clock.monotonic() < deadline);
		if (cursor === null) state.caughtUpAt = startedAt;
		else state.updates = { startedAt, since, next: cursor };
		return null;
	}

	private async sweep(started: number, deadline: number): Promise<Fault | null> {
		const { state } = this;
		if (state.sweep === null) {
			state.sweeps += 1;
			state.sweep = { number: state.sweeps, startedAt: started, next: null };
		}
		const { sweep } = state;
		do {
			const asked = this.clock.monotonic();
			const page = await this.platform.list(sweep.next);
			if (page.kind === 'failed') {
				// A page that cannot be continued from would fail for ever: the next walk begins at the first. A page the poll
				// had no time for is asked for by the next poll.
				if (!this.isOver(deadline)) state.sweep = null;
				return page.fault;
			}
			// What is updated while everything is read is read again afterwards.
			if (sweep.next === null) state.caughtUpAt = this.serverTime(page);
			if (page.leftOut.length > 0) sweep.leftOut = true;
			this.takeIn(page.items, sweep.number, asked);
			sweep.next = page.next;
			if (page.next === null) this.endSweep(sweep);
		} while (state.sweep !== null && this.clock.monotonic() < deadline);
		return null;
	}

	private endSweep({ number, startedAt, leftOut }: NonNullable<PollState['sweep']>): void {
		const { state } = this;
		// An entry that could not be read has not vanished.
		if (!leftOut) this.tracker.prune(number);
		state.sweptAt = startedAt;
		state.sweep = null;
	}

	/** When a page was answered, by the service's clock. */
	private serverTime({ serverTime }: Extract<Listing, { kind: 'page' }>): number {
		return serverTime ?? this.clock.now() - CLOCK_UNTOLD;
	}

	/** Whether a wait before the last page was cut short, because the time of the poll was up. */
	private isOver(deadline: number): boolean {
		return this.clock.monotonic() > deadline;
	}

	private takeIn(items: ListedItem[], sweep: number, asked: number): void {
		this.hasRead = true;
		for (const listed of items) {
			if (!Number.isNaN(Date.parse(listed.level?.updatedAt ?? ''))) this.state.hasTimes = true;
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
		const at = pending.timeOf(key, this.timeOf(level), this.clock.now());
		this.changes.push({ item, lowAt, difference, series, at });
	}

	/** The update time, unless it is from before the last poll: then something else moved it. */
	private timeOf({ updatedAt }: Level): number {
		const updated = Date.parse(updatedAt ?? '');
		return this.knownUntil !== null && updated >= this.knownUntil - LAG
			? updated
			: this.clock.now();
	}
}
