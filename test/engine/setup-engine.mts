/**
 * n8n's engine keeps quiet, and the nodes' clock runs fast: their pauses are real, a minute just takes a second.
 */
import { setTimeout as wait } from 'node:timers/promises';

const SPEED = 60;

/** Pauses of minutes, and a machine that is busy with other tests. */
jest.setTimeout(30_000);

process.env.N8N_LOG_LEVEL = 'silent';

jest.mock('../../n8n/host/clock.ts', () => {
	const start = Date.now();
	const now = (): number => start + (Date.now() - start) * SPEED;
	return {
		systemClock: {
			now,
			monotonic: now,
			sleep: async (ms: number) => await wait(ms / SPEED),
		},
	};
});
