/**
 * A run: the plan becomes writes, in order, and every row gets a true ending.
 */
import type { Concluded, Room } from './attempt';
import { prepare, send } from './attempt';
import type { Group } from './merge';
import type { PlannedWrite, PlanRequest } from './plan';
import { plan } from './plan';
import { Report } from './report';
import type { Ending, Fault } from './stock';
import { faultText } from './stock';
import { rowName } from './wording';

/** In runs of up to so many writes, a write whose answer names no level is read back. */
export const MOST_READ_BACK = 20;

export interface RunRequest extends PlanRequest {
	/** On Error = Stop Workflow: one bad row keeps the others from being written. */
	stopOnFailure: boolean;
}

export type Halt =
	/** What every row would meet: a refused token, the brake, the service down. */
	| { kind: 'run'; fault: Fault }
	/** With Stop Workflow, the row that stopped the run. */
	| { kind: 'row'; index: number; phase: 'plan' | 'write' };

export interface RunReport {
	/** One per row, in order. */
	endings: Ending[];
	/** Why rows were left out; null when the run went to its end. */
	halt: Halt | null;
	/** How many items the plan would write. */
	planned: number;
	/** Whether a delta without a key was sent: running again would move the stock again. */
	unprotectedDelta: boolean;
}

export async function runStock(request: RunRequest, room: Room): Promise<RunReport> {
	const report = new Report();
	const { writes, halt: planHalt } = await plan(request, room.platform, report);
	let unprotectedDelta = false;
	let halt: Halt | null =
		planHalt === null ? badRow(request, report) : { kind: 'run', fault: planHalt };

	const readBack = writes.length <= MOST_READ_BACK;
	for (const write of writes) {
		const { group, before } = write;
		if (halt !== null) {
			const message = haltText(halt, request, report);
			report.endGroup(group, { status: 'notAttempted', before, message });
		} else if (request.options.dryRun) {
			report.endGroup(group, wouldBe(write));
		} else {
			const { ending, stop } = await attempt(write, room, readBack);
			report.endGroup(group, ending);
			unprotectedDelta = unprotectedDelta || movesUnprotected(group, ending.status);
			if (stop !== null) halt = { kind: 'run', fault: stop };
			else if (request.stopOnFailure) halt = stopAt(group, report);
		}
	}
	const text = haltText(halt, request, report);
	return {
		endings: request.rows.map((row) => report.get(row) ?? left(text)),
		halt,
		planned: writes.length,
		unprotectedDelta,
	};
}

async function attempt(write: PlannedWrite, room: Room, readBack: boolean): Promise<Concluded> {
	const prepared = await prepare(write, room);
	return 'ready' in prepared ? await send(prepared.ready, room, readBack) : prepared.concluded;
}

/** Whether a delta without a key was, or may have been, applied. */
function movesUnprotected({ intent, rows }: Group, status: Ending['status']): boolean {
	if (intent.operation !== 'adjustByDelta') return false;
	return (status === 'updated' || status === 'unknown') && rows.some(({ row }) => row.key === null);
}

/** With Stop Workflow, the first row that failed in the plan. */
function badRow(request: RunRequest, report: Report): Halt | null {
	if (!request.stopOnFailure) return null;
	const bad = request.rows.find((row) => report.get(row)?.status === 'failed');
	return bad === undefined ? null : { kind: 'row', index: bad.index, phase: 'plan' };
}

/** With Stop Workflow, the row of a write whose ending stops the run. */
function stopAt({ rows }: Group, report: Report): Halt | null {
	const stopper = rows.find(({ row }) => {
		const status = report.get(row)?.status;
		return status === 'failed' || status === 'unknown';
	});
	return stopper === undefined ? null : { kind: 'row', index: stopper.row.index, phase: 'write' };
}

/** How a row ends that was not looked at any more. */
function left(message: string): Ending {
	return {
		status: 'notAttempted',
		item: null,
		before: null,
		after: null,
		message,
		warnings: [],
	};
}

function haltText(halt: Halt | null, request: RunRequest, report: Report): string {
	if (halt === null) return '';
	if (halt.kind === 'run') return faultText(halt.fault);
	const row = request.rows[halt.index];
	const why = `${rowName(row)} did not go through: ${report.get(row)?.message ?? ''}`;
	return halt.phase === 'plan'
		? `Nothing was written, because ${why}`
		: `The run stopped, because ${why}`;
}

/** What a dry run says of a write. */
function wouldBe({ group, before, amount, warning }: PlannedWrite) {
	const from = before === null ? 'the present level' : (before.quantity ?? 'unlimited');
	const { operation } = group.intent;
	const would = {
		setQuantity: `Would be set from ${from} to ${amount}.`,
		adjustByDelta: `Would be changed by ${amount}, from ${from}.`,
		setUnlimited: `Would be made unlimited, from ${from}.`,
	}[operation];
	const keyed = group.rows.some(({ row }) => row.key !== null);
	const message = keyed
		? `${would} A dry run does not look up which keys were applied before.`
		: would;
	return { status: 'planned' as const, before, message, warnings: [warning] };
}
