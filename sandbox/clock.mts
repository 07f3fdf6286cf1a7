/** The sandbox's time, in milliseconds since 1970; tests pass one they can move. */
export interface Clock {
	now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
