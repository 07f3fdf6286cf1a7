/**
 * Time, passed in: the domain has no clock of its own, so tests need not wait for one.
 */
export interface Clock {
	/** Milliseconds since 1970, as this computer's clock is set: for stamps only. */
	now(): number;
	/** Milliseconds on a clock that cannot be set: for durations, ages, timeouts and slots. */
	monotonic(): number;
	/** Resolves after this many milliseconds. */
	sleep(ms: number): Promise<void>;
}

/** Says whether waiting is to end: the cancel signal of an execution, or the end of a poll's time. */
export type CancelSignal = Pick<AbortSignal, 'aborted'>;

/** For callers whose waits nobody ends. */
export const NEVER: CancelSignal = { aborted: false };

/** The longest nap, in milliseconds: how late a canceled execution may be noticed. */
const LONGEST_NAP = 1_000;

/**
 * Sleeps in naps until a time of the monotonic clock, checking between them whether the execution was canceled.
 * Returns false when it was.
 */
export async function sleepUntil(
	clock: Clock,
	time: number,
	signal?: CancelSignal,
): Promise<boolean> {
	for (;;) {
		if (signal?.aborted) return false;
		const left = time - clock.monotonic();
		if (left <= 0) return true;
		await clock.sleep(Math.min(left, LONGEST_NAP));
	}
}
