import type { Problem } from './problems';

/** Requests in flight at the same time if their order does not matter; the rate limit stays the same. */
export const CONCURRENCY = 4;

/**
 * Sends a request for each input, but no more once the service has refused the whole run: repeated requests with a wrong
 * token can get an address blocked. Returns the answers in the order of the inputs.
 * @param unsent The answer for an input whose request was not sent.
 * @param atOnce How many requests may be in flight at the same time.
 * @param onAnswer Called after each answer.
 */
export async function mapInOrder<T, R extends object>(
	inputs: T[],
	request: (input: T) => Promise<R>,
	unsent: (fault: Problem) => R,
	{ atOnce = 1, onAnswer = () => {} }: { atOnce?: number; onAnswer?: () => void } = {},
): Promise<R[]> {
	const answers: R[] = new Array<R>(inputs.length);
	const queue = inputs.entries();
	let refused: Problem | null = null;
	const work = async (): Promise<void> => {
		for (const [n, input] of queue) {
			const answer: R = refused === null ? await request(input) : unsent(refused);
			const { fault } = answer as { fault?: Problem | null };
			if (fault?.wholeRun) refused = refused ?? fault;
			answers[n] = answer;
			onAnswer();
		}
	};
	await Promise.all(Array.from({ length: Math.min(atOnce, inputs.length) }, work));
	return answers;
}
