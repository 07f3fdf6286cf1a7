/**
 * What a service refused, in words: its own, quoted, inside ours.
 */
import type { Problem } from '../http/problems';

/** The service's own words, as an addition to a sentence; nothing where there are none. */
export function quoted(...words: Array<string | null | undefined>): string {
	const said = words.filter(Boolean).join('; ').replace(/\.$/, '');
	return said === '' ? '' : ` (“${said}”)`;
}

/** A refusal of one row. */
export function rowRefusal(httpStatus: number, message: string, advice: string): Problem {
	return { message, advice, httpStatus };
}

/** A refusal that every other row would meet. */
export function runRefusal(httpStatus: number, message: string, advice: string): Problem {
	return { message, advice, wholeRun: true, httpStatus };
}

/**
 * An answer without a sentence of its own.
 * @param said The service's words, quoted.
 * @param where What to compare the row with.
 */
export function otherAnswer(label: string, status: number, said: string, where: string): Problem {
	const advice =
		status >= 500
			? `${label} is having trouble; run the row again later.`
			: `Check the row against ${where}.`;
	return rowRefusal(status, `${label} answered with ${status}${said}.`, advice);
}
