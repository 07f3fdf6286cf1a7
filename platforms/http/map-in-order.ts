import type { Problem } from './problems';

/**
 * Requests under way at the same time where their order does not matter: it hides how long answers take, and the rate stays
 * the same.
 */
export const CONCURRENCY = 4;

/**
 * Asks about one thing after the other, and about nothing more once the service has refused the whole run: using a wrong
 * token again and again gets an address blocked. Answers come in the order of the things.
 * @param atOnce How many may be under way together.
 * @param onAnswer Called after each answer.
 */
export async function mapInOrder<T, R extends { kind: string }>(
	things: T[],
	ask: (thing: T) => Promise<R>,
	unasked: (fault: Problem) => R,
	{ atOnce = 1, onAnswer = () => {} }: { atOnce?: number; onAnswer?: () => void } = {},
): Promise<R[]> {
	const answers: R[] = new Array<R>(things.length);
	const queue = things.entries();
	let refused: Problem | null = null;
	const work = async (): Promise<void> => {
		for (const [n, thing] of queue) {
			const answer: R = refused === null ? await ask(thing) : unasked(refused);
			const { fault } = answer as { fault?: Problem };
			if (fault?.wholeRun) refused = refused ?? fault;
			answers[n] = answer;
			onAnswer();
		}
	};
	await Promise.all(Array.from({ length: Math.min(atOnce, things.length) }, work));
	return answers;
}
