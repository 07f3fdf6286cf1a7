import { sleep } from 'n8n-workflow';
import type { Clock } from '../../inventory/model/clock';

/** The clock of this computer. */
export const systemClock: Clock = {
	now: () => Date.now(),
	// Counted from the start of this process.
	monotonic: () => performance.timeOrigin + performance.now(),
	sleep: async (ms) => await sleep(ms),
};
