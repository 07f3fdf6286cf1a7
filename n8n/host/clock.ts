import { sleep } from 'n8n-workflow';
import type { Clock } from '../../inventory/model/clock';

export const systemClock: Clock = {
	now: () => Date.now(),
	// Not affected when the computer's clock is set.
	monotonic: () => performance.timeOrigin + performance.now(),
	sleep: async (ms) => await sleep(ms),
};
