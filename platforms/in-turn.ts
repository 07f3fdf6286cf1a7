import type { Fault } from '../inventory/stock';

/**
 * Asks for one thing after the other, and for nothing more once the service has refused the whole run: a wrong token
 * asked with again and again gets an address blocked.
 */
export async function inTurn<T, R extends { kind: string }>(
	things: T[],
	ask: (thing: T) => Promise<R>,
	unasked: (fault: Fault) => R,
): Promise<R[]> {
	const answers: R[] = [];
	let refused: Fault | null = null;
	for (const thing of things) {
		const answer: R = refused === null ? await ask(thing) : unasked(refused);
		const { fault } = answer as { fault?: Fault };
		if (fault?.wholeRun) refused = fault;
		answers.push(answer);
	}
	return answers;
}
