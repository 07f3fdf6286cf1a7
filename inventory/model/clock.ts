/** Time, passed in: the domain has no clock of its own, so tests need not wait. */
export interface Clock {
	/** Wall-clock time in milliseconds since 1970: for timestamps only. */
	now(): number;
	/** Milliseconds on a clock that nobody can set: for durations, ages, timeouts and slots. */
	monotonic(): number;
	/** Resolves after this many milliseconds. */
	sleep(ms: number): Promise<void>;
}

/** Whether to stop waiting: an execution's cancel signal, or the end of a poll's time. */
export type CancelSignal = Pick<AbortSignal, 'aborted'>;

/** For callers that cannot be canceled. */
export const NEVER: CancelSignal = { aborted: false };

/** Milliseconds between two checks of the cancel signal. */
const CANCEL_CHECK = 1_000;

/** Sleeps until a monotonic time. Returns false if the execution was canceled meanwhile. */
export async function sleepUntil(
	clock: Clock,
	time: number,
	signal?: CancelSignal,
): Promise<boolean> {
	for (;;) {
		if (signal?.aborted) return false;
		const left = time - clock.monotonic();
		if (left <= 0) return true;
		await clock.sleep(Math.min(left, CANCEL_CHECK));
	}
}
