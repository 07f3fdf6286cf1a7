/** What is kept between polls: the state that n8n stores, and what the process remembers besides. */
import type { Clock } from '../model/clock';
import type { Forgotten, StoredLevels } from './level-tracker';
import { PendingWrites } from './own-writes';

/** Stored by n8n, so plain data. */
export interface PollState {
	/** The shop that the levels are from. */
	scope: string;
	/** A digest of the watched SKUs and the login at the last poll. */
	choice?: string;
	/** Wall-clock time of the last poll that read anything, in milliseconds. */
	at: number;
	/** All updates up to this time are known, in milliseconds since 1970 by the service's clock; null before the first sweep. */
	caughtUpAt: number | null;
	/** Whether the service reports when items were updated. */
	hasTimes: boolean;
	levels: StoredLevels;
	forgotten: Forgotten;
	/** Wall-clock time at which this state was started, in milliseconds. */
	began: number;
	/** A poll of updated items to be continued: when it began and since when it reads, by the service's clock, and its next page. */
	updates: { startedAt: number; since: number; next: string } | null;
	/** A sweep to be continued: its number, when it began, its next page, and whether entries could not be read. */
	sweep: { number: number; startedAt: number; next: string | null; leftOut?: true } | null;
	sweeps: number;
	/** Wall-clock time at which the last complete sweep began, in milliseconds. */
	sweptAt: number;
}

/** After a longer pause, in milliseconds, a workflow that is published again does not report what changed meanwhile. */
export const LONGEST_PAUSE = 24 * 60 * 60_000;

/** What a process remembers of one trigger's polls. */
export class PollMemory {
	readonly pending = new PendingWrites();
	isUnderWay = false;
	private state: PollState | undefined;
	/** Monotonic time of the last poll, in milliseconds. */
	private polledAt = Number.NEGATIVE_INFINITY;

	/**
	 * The state to continue from. n8n stores it only when something was reported, so the remembered one may be newer, and
	 * after a restart even an old one is the last that was reported.
	 *
	 * @param isPublished Whether this is the first poll since the workflow was published: an old state is then dropped.
	 */
	resume(
		stored: PollState | undefined,
		scope: string,
		clock: Clock,
		isPublished: boolean,
	): PollState {
		const [now, polledAt] = [clock.now(), this.polledAt];
		this.polledAt = clock.monotonic();
		const isPaused = isPublished && this.polledAt - polledAt > LONGEST_PAUSE;
		const known =
			stored !== undefined && this.state?.scope === scope && this.state.at > stored.at
				? this.state
				: stored;
		const isGood = known?.scope === scope && !(isPaused && now - known.at > LONGEST_PAUSE);
		if (!isGood) this.pending.clear();
		this.state = known !== undefined && isGood ? known : freshState(scope, now);
		return this.state;
	}
}

/** A state without levels, so that the next readings report nothing. */
function freshState(scope: string, now: number): PollState {
	return {
		scope,
		at: now,
		caughtUpAt: null,
		hasTimes: false,
		levels: {},
		forgotten: { changes: 0 },
		began: now,
		updates: null,
		sweep: null,
		sweeps: 0,
		sweptAt: 0,
	};
}
