/**
 * Finds changes of stock by polling: compares levels with those seen last.
 *
 * Each poll reads the items that the service says were updated and, every so often, all items, because no service
 * promises that every change of stock counts as an update. What does not fit into one poll continues in the next.
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
	/** A digest of the watched SKUs and the login: if it changes, items whose levels are not known may come into view. */
	choice: string;
	/** What this process wrote and no poll has subtracted yet. */
	pending: PendingWrites;
}

interface PollResult {
	changes: StockChange[];
	/** Why the poll could not read on; null if it read everything it wanted or ran out of time. */
	fault: Fault | null;
	hasRead: boolean;
}

/** Milliseconds by which we assume a service's clock to be behind ours, if it does not say what time it is. */
const ASSUMED_CLOCK_LAG = 5 * 60_000;

export class Poll {
	private readonly tracker: LevelTracker;
	private readonly changes: StockChange[] = [];
	/** Updates up to this time were known before this poll. */
	private readonly knownUntil: number | null;
	private hasRead = false;

	/** @param state Changed in place with every reading, so that nothing is reported twice, however the poll ends. */
	constructor(
		private readonly platform: Platform,
		private readonly clock: Clock,
		private readonly state: PollState,
		private readonly settings: PollSettings,
	) {
		this.tracker = new LevelTracker(state.levels, state.forgotten);
		this.knownUntil = state.caughtUpAt;
	}

	/** @param deadline Monotonic time, in milliseconds, after which no more pages are requested. */
	async poll(deadline: number): Promise<PollResult> {
		const { state } = this;
		const started = this.clock.now();
		this.startOverOnNewChoice();
		// A sweep that begins now also reads everything that was updated.
		const isSweepNext = state.sweep === null && this.isSweepDue(started);
		let fault = isSweepNext ? null : await this.readUpdated(deadline);
		if (fault === null && this.isSweepDue(started)) fault = await this.sweep(started, deadline);
		if (this.hasRead) state.at = started;
		return { changes: this.changes, fault, hasRead: this.hasRead };
	}

	/** If other items are to be watched than before, everything is read to learn their levels. */
	private startOverOnNewChoice(): void {
		const { state, settings } = this;
		if (state.choice === settings.choice) return;
		state.choice = settings.choice;
		state.sweep = null;
		state.sweptAt = 0;
	}

	private isSweepDue(now: number): boolean {
		const { sweep, sweptAt, hasTimes, caughtUpAt } = this.state;
		// Without update times, only sweeps find changes.
		if (sweep !== null || !hasTimes || caughtUpAt === null) return true;
		// A last sweep in the future means that our clock was put back since.
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
			const askedAt = this.clock.monotonic();
			const page = await this.platform.list(cursor, since);
			if (page.kind === 'failed') {
				// Resumed only if time ran out; otherwise the next poll starts over.
				if (cursor !== null && startedAt !== undefined && this.isOver(deadline))
					state.updates = { startedAt, since, next: cursor };
				return page.fault;
			}
			startedAt ??= this.serverTime(page);
			// The service's clock was put back, so new updates look older than they are: a sweep finds them.
			if (startedAt < since) state.sweptAt = 0;
			this.takePage(page.items, state.sweeps, askedAt);
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
			const askedAt = this.clock.monotonic();
			const page = await this.platform.list(sweep.next);
			if (page.kind === 'failed') {
				// A page that keeps failing must not block all sweeps: the next one starts over, unless the poll ran out of time.
				if (!this.isOver(deadline)) state.sweep = null;
				return page.fault;
			}
			// Whatever is updated during the sweep is read again afterwards.
			if (sweep.next === null) state.caughtUpAt = this.serverTime(page);
			if (page.leftOut.length > 0) sweep.leftOut = true;
			this.takePage(page.items, sweep.number, askedAt);
			sweep.next = page.next;
			if (page.next === null) {
				// An entry that could not be read has not disappeared.
				if (!sweep.leftOut) this.tracker.prune(sweep.number);
				state.sweptAt = sweep.startedAt;
				state.sweep = null;
			}
		} while (state.sweep !== null && this.clock.monotonic() < deadline);
		return null;
	}

	/** When the service answered a page, by its own clock. */
	private serverTime({ serverTime }: Extract<Listing, { kind: 'page' }>): number {
		return serverTime ?? this.clock.now() - ASSUMED_CLOCK_LAG;
	}

	/** Whether the time was up, so that a wait before the last page was cut short. */
	private isOver(deadline: number): boolean {
		return this.clock.monotonic() > deadline;
	}

	private takePage(items: ListedItem[], sweep: number, askedAt: number): void {
		this.hasRead = true;
		for (const listed of items) {
			if (!Number.isNaN(Date.parse(listed.level?.updatedAt ?? ''))) this.state.hasTimes = true;
			if (this.isWatched(listed)) this.takeLevel(listed, sweep, askedAt);
			else this.tracker.forget(itemKey(listed.item));
		}
	}

	private isWatched({ item }: ListedItem): boolean {
		const { skus } = this.settings;
		return skus.size === 0 || skus.has(item.sku ?? '');
	}

	/** Records how a reading differs from the last one and from what this process has written since. */
	private takeLevel(
		{ item, level, lowAt = null }: ListedItem,
		sweep: number,
		askedAt: number,
	): void {
		const { pending } = this.settings;
		const key = itemKey(item);
		const quantity = quantityOf(level);
		// A copy of the shop can show the level from before our write until its next sync.
		const isOld = level?.outdated !== undefined && pending.wasWritten(key, askedAt);
		if (level === null || quantity === undefined || isOld) {
			this.tracker.see(key, sweep);
			return;
		}
		const last = this.tracker.level(key);
		const expected = pending.subtract({ key, last, reading: quantity }, askedAt);
		const difference = this.tracker.take(key, quantity, sweep, expected);
		if (difference === null) return;
		const series = this.state.began;
		const at = pending.timeOf(key, this.timeOf(level), this.clock.now());
		this.changes.push({ item, lowAt, difference, series, at });
	}

	/** The update time, unless it is from before the last poll: then it is not the time of this change. */
	private timeOf({ updatedAt }: Level): number {
		const updated = Date.parse(updatedAt ?? '');
		return this.knownUntil !== null && updated >= this.knownUntil - LAG
			? updated
			: this.clock.now();
	}
}
