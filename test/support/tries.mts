/**
 * Five rows, one of which fails, tried again by n8n: what may have moved, and what is to be said. For n8n's engine and
 * for a real n8n alike.
 */
import type { Fault } from '../../sandbox/faults.mts';
import type { LogEntry } from '../../sandbox/log.mts';
import type { Sandbox, ServiceName } from '../../sandbox/sandbox.mts';

export const SKUS = ['A', 'B', 'C', 'D', 'E'];

export const PRODUCTS = SKUS.map((sku) => ({ name: sku, sku, quantity: 50 }));

/** A delta of its own for each item. */
export const rows = () => SKUS.map((sku, n) => ({ sku, qty: -1 - n, key: '' }));

export type Moves = Record<string, number[]>;

/** Every row applied once. */
export const ALL: Moves = Object.fromEntries(SKUS.map((sku, n) => [sku, [-1 - n]]));

/** n8n's settings of On Error, as a node has them. */
export const MODES = [
	['Stop Workflow', {}],
	['Continue', { onError: 'continueRegularOutput' }],
	['Continue (using error output)', { onError: 'continueErrorOutput' }],
] as const;

export const POSITIONS = [
	['first', 0],
	['in the middle', 2],
	['last', 4],
] as const;

export const again = (tries: number) => ({
	retryOnFail: true,
	maxTries: tries,
	waitBetweenTries: 1,
});

export function writesOf(sandbox: Sandbox): LogEntry[] {
	return sandbox.log.all().filter(({ method }) => /^(PUT|PATCH|POST|DELETE)$/.test(method));
}

/** How often each item was really moved, and by how much. */
export function movesOf(sandbox: Sandbox, service: ServiceName): Moves {
	const moves = writesOf(sandbox)
		.filter(({ platform }) => platform === service)
		.flatMap((entry) => entry.moves);
	return Object.fromEntries(
		SKUS.map((sku) => [
			sku,
			moves.filter((one) => one.sku === sku).map(({ from, to }) => Number(to) - Number(from)),
		]),
	);
}

/** Meets the write of the row at a position, the first time it is sent. */
export function meet(
	sandbox: Sandbox,
	service: ServiceName,
	position: number,
	fault: Partial<Fault>,
): void {
	const method = service === 'webflow' ? 'PATCH' : 'PUT';
	sandbox.faults.add([{ platform: service, method, skip: position, ...fault }]);
}

/** The service refuses the write. */
export const REFUSED: Partial<Fault> = { apply: false, then: { status: 422, body: {} } };

/** The write is applied, its answer is lost, and a sale hides what became of it. */
export const untold = (position: number): Partial<Fault> => ({
	then: 'reset',
	after: { sku: SKUS[position], delta: -7 },
});

/** What may have moved, and the statuses of the rows, once n8n has stopped trying. */
export interface Outcome {
	moves: Moves;
	statuses: string[];
}

/**
 * The service refused the row once. Another try sends what is left; under Continue, n8n makes one only when the first
 * item carries an error.
 */
export function afterRefusal(position: number, stops: boolean): Outcome {
	const tried = stops || position === 0;
	return {
		moves: tried ? ALL : { ...ALL, [SKUS[position]]: [] },
		statuses: SKUS.map((_, n) => (!tried && n === position ? 'failed' : 'updated')),
	};
}

/** Nobody can tell whether the row was applied: it is never sent again, and under Stop Workflow nothing behind it. */
export function afterUntold(position: number, stops: boolean): Outcome {
	const left = (n: number): boolean => stops && n > position;
	return {
		moves: Object.fromEntries(SKUS.map((sku, n) => [sku, left(n) ? [] : ALL[sku]])),
		statuses: SKUS.map((_, n) =>
			n === position ? 'unknown' : left(n) ? 'notAttempted' : 'updated',
		),
	};
}

/** Result rows in the order of the items, wherever n8n put them. */
export function inOrder<T extends { sku?: unknown }>(results: T[]): T[] {
	return [...results].sort((a, b) => SKUS.indexOf(String(a.sku)) - SKUS.indexOf(String(b.sku)));
}
