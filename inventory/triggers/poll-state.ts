/**
 * What is kept from poll to poll: what n8n stores, and what the process remembers beside it.
 */
import type { Clock } from '../model/clock';
import type { Forgotten, StoredLevels } from './level-tracker';
import { PendingWrites } from './own-writes';

/** What is kept between polls; plain data. */
export interface PollState {
	/** Which shop the levels are of. */
	scope: string;
	/** What was watched of it last, and by whom. */
	choice?: string;
	/** Wall time of the last poll that read anything, in milliseconds. */
	at: number;
	/** Time up to which all updates are known, by the service's clock, in milliseconds since 1970; null before the first. */
	caughtUpAt: number | null;
	/** Whether the service reports when items were updated. */
	hasTimes: boolean;
	levels: StoredLevels;
	forgotten: Forgotten;
	/** Wall time at which the levels began to be kept, in milliseconds. */
	began: number;
	/** The walk through what was updated: when it began and from when on it reads, by the service's clock, and its next page. */
	updates: { startedAt: number; since: number; next: string } | null;
	/** The walk through everything: its number, when it began, its next page, and whether entries could not be read. */
	sweep: { number: number; startedAt: number; next: string | null; leftOut?: true } | null;
	sweeps: number;
	/** Wall time at which the last whole sweep began, in milliseconds. */
	sweptAt: number;
}

/** Milliseconds after which a workflow that is published again does not want to hear what changed meanwhile. */
export const LONGEST_PAUSE = 24 * 60 * 60_000;

/** What a process remembers of one trigger's polls. */
export class PollMemory {
	readonly pending = new PendingWrites();
	/** Whether a poll is on its way. */
	isUnderWay = false;
	private state: PollState | undefined;
	/** Monotonic clock time of the last poll, in milliseconds. */
	private polledAt = Number.NEGATIVE_INFINITY;

	/**
	 * The state to continue from. n8n stores one only when something was reported, so the one remembered may be younger, and
	 * after a restart an old one is still the last that was reported.
	 *
	 * @param isPublished Whether this is the first poll since the workflow was published; then an old state is dropped.
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

/** A state that makes the next readings silent. */
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
