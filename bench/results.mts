/**
 * The measurements by cell: medians of as many runs as there was time for.
 */
import { idOf, type Cell } from './cells.mts';
import type { Measured } from './contest.mts';
import { median } from './measure.mts';

export interface Result {
	id: string;
	cell: Cell;
	/** The number of runs. */
	runs: number;
	measured: Measured;
}

/** The median of every number; everything else is from the last run. */
export function resultOf(cell: Cell, runs: Measured[]): Result {
	const last = runs[runs.length - 1];
	const numbers = Object.entries(last)
		.filter(([, value]) => typeof value === 'number')
		.map(([name]) => [name, median(runs.map((run) => run[name as 'wall']))]);
	const measured = { ...last, ...Object.fromEntries(numbers) } as Measured;
	return { id: idOf(cell), cell, runs: runs.length, measured };
}

export class Results {
	private readonly byId = new Map<string, Result>();

	add(result: Result): void {
		this.byId.set(result.id, result);
	}

	all(): Result[] {
		return [...this.byId.values()];
	}

	of(cell: Cell): Result | undefined {
		return this.byId.get(idOf(cell));
	}

	/** The HTTP Request node's result for the same rows, which does not depend on what has changed. */
	rival({ service, operation, rows }: Cell): Result | undefined {
		return this.all().find(
			({ cell }) =>
				cell.contestant === 'httpRequest' &&
				cell.service === service &&
				cell.operation === operation &&
				cell.rows === rows &&
				cell.faultEvery === undefined,
		);
	}
}
