/** Problems of batches, in words. */
import type { Problem } from '../http/problems';

export const STALLED: Problem = {
	message: 'Ecwid accepted the batch but did not process it within ten minutes.',
	advice: 'Run the remaining rows again later.',
	wholeRun: true,
};

export const NO_BATCHES: Problem = {
	message: 'Ecwid does not know this store, or accepts no batches for it (404).',
	advice: 'Check Store ID in the credential.',
	wholeRun: true,
	httpStatus: 404,
};

export const LEFT_OUT: Problem = {
	message: 'Ecwid did not process this row because an earlier row in the same batch failed.',
	advice: 'Run it again.',
};

export const INCOMPLETE: Problem = {
	message: 'Ecwid answered the batch without a result for every row.',
	advice: 'Check the level in the shop before you run this row again.',
};

export const ODD_ANSWER: Problem = {
	message: 'Ecwid answered this row of the batch in a way that is not documented.',
	advice: 'Check the level in the shop before you run this row again.',
};
