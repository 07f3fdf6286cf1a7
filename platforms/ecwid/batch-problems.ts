/** Why rows of a batch may not be applied, in words. */
import type { Problem } from '../http/problems';

export function stalledFault(): Problem {
	return {
		message: 'Ecwid accepted the batch and did not come to it within ten minutes.',
		advice: 'Run the remaining rows again later.',
		wholeRun: true,
	};
}

export function noBatchesFault(): Problem {
	return {
		message: 'Ecwid knows no such store, or takes no batches for it (404).',
		advice: 'Check Store ID in the credential.',
		wholeRun: true,
		httpStatus: 404,
	};
}

export function leftOutFault(): Problem {
	return {
		message:
			'Ecwid left this row out, because a row before it in the same batch did not go through.',
		advice: 'Run it again.',
	};
}

export function incompleteFault(): Problem {
	return {
		message: 'Ecwid answered the batch without saying what became of every row.',
		advice: 'Look at the level in the shop before you run this row again.',
	};
}

export function oddAnswerFault(): Problem {
	return {
		message: 'Ecwid answered this row of the batch in a way that is not documented.',
		advice: 'Look at the level in the shop before you run this row again.',
	};
}
