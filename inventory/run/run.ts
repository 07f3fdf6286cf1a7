/**
 * A run: the plan becomes writes, in order, and every row gets a true ending.
 */
import type { RunContext } from './prepare-write';
import type { SetItem } from './mass-zero-limit';
import type { Recalled } from '../memory/execution-journal';
import { isKeyed, KEYS_NOT_ASKED } from './claim-keys';
import type { Group } from './merge-rows';
import type { PlannedWrite, PlanRequest } from './plan';
import { plan } from './plan';
import { Report } from './report';
import type { Row } from '../rows/row';
import { Sender } from './send';
import { batchesOf } from './batches';
import type { RowResult } from '../model/row-result';
import type { Fault } from '../model/fault';
import { faultText } from '../model/fault';
import { itemKey } from '../model/item';
import { levelText } from '../model/level';
import { rowName } from '../rows/row-text';

/** In runs of up to so many writes, a write whose answer names no level is read back. */
const MOST_READ_BACK = 20;

/** Writes under way at the same time, in long runs that go on whatever becomes of a row. */
const AT_ONCE = 4;

export interface RunRequest extends PlanRequest {
	/** On Error = Stop Workflow: one bad row keeps the others from being written. */
	stopOnFailure: boolean;
}

export type Abort =
	/** What every row would meet: a refused token, the brake, the service down. `index` is the row that met it when sent. */
	{ kind: 'run'; fault: Fault; index?: number } | RowAbort;

/** With Stop Workflow, the row that stopped the run. */
interface RowAbort {
	kind: 'row';
	index: number;
	phase: 'plan' | 'write';
}

export interface RunReport {
	/** One per row, in order. */
	results: RowResult[];
	/** Why rows were left out, or, with Stop Workflow, which row did not go through; null when all is well. */
	abort: Abort | null;
	/** How many items the plan would write. */
	planned: number;
	/** Whether a delta without a key was sent: running again would move the stock again. */
	unprotectedDelta: boolean;
}

export async function runInventory(request: RunRequest, room: RunContext): Promise<RunReport> {
	const run = new Run(request, room);
	return await run.go();
}

class Run {
	private readonly report = new Report();
	private halt: Abort | null = null;
	private planned: PlannedWrite[] = [];
	private unprotectedDelta = false;
	private earlier: SetItem[] = [];
	/** Whether an earlier try of this run sent something. */
	private wroteBefore = false;

	constructor(
		private readonly request: RunRequest,
		private readonly room: RunContext,
	) {}

	async go(): Promise<RunReport> {
		const { rows, operation, options } = this.request;
		const fresh = options.dryRun ? rows : this.recall(rows);
		if (this.halt === null) await this.plan(fresh);
		if (options.dryRun) this.preview();
		else await this.write();
		const text = this.haltText();
		const endings = rows.map((row) => this.report.get(row) ?? left(text));
		if (!options.dryRun) {
			for (const row of fresh) {
				const ending = endings[row.index];
				if (isDecided(ending)) this.room.journal.note(row, operation, ending, 'decided');
			}
		}
		return {
			results: endings,
			abort: this.halt ?? this.badRow(rows, 'write'),
			planned: this.planned.length,
			unprotectedDelta: this.unprotectedDelta,
		};
	}

	/**
	 * Rows that an earlier try of this execution sent return their first result. Returns the others.
	 *
	 * With Stop Workflow, a row that stopped the execution stops its further tries too; when a person retries the
	 * execution, what it could not settle stays as it is, and the rest goes on.
	 */
	private recall(rows: Row[]): Row[] {
		const known = new Map<Row, Recalled>();
		for (const row of rows) {
			const recalled = this.room.journal.recall(row, this.request.operation);
			if (recalled === null) continue;
			known.set(row, recalled);
			this.report.restore(row, recalled.ending);
		}
		this.earlier = itemsOf(known);
		this.wroteBefore = [...known.values()].some(({ hold }) => hold === 'sent');
		const stopper = [...known].find(
			([, { ending, sameExecution }]) => sameExecution && isBad(ending),
		);
		if (this.request.stopOnFailure && stopper !== undefined) {
			const [{ index }] = stopper;
			this.halt = { kind: 'row', index, phase: this.wroteBefore ? 'write' : 'plan' };
		}
		return rows.filter((row) => !known.has(row));
	}

	private async plan(rows: Row[]): Promise<void> {
		const keyless = this.room.keys === null && !this.request.options.dryRun;
		const sound = keyless ? rows.filter((row) => !this.failKeyed(row)) : rows;
		const { platform, keys, confirmedLevels: levels, timeOf, progress, clock } = this.room;
		const { trustRememberedMinutes: minutes } = this.request.options;
		const { writes, halt } = await plan(
			{ ...this.request, rows: sound, earlier: this.earlier },
			{
				platform,
				keys,
				timeOf,
				levels,
				trustSince: minutes > 0 ? clock.now() - minutes * 60_000 : undefined,
				tell: (done, total) => progress?.('read', done, total),
			},
			this.report,
		);
		this.planned = writes;
		this.halt = halt === null ? this.badRow(rows, 'plan') : { kind: 'run', fault: halt };
	}

	/** Ends a row whose key could not be remembered; true when it would use one up. */
	private failKeyed(row: Row): boolean {
		const { key, amount, earlyEnd } = row;
		if (key === null || amount.kind !== 'value' || amount.value === 0) return false;
		if (earlyEnd !== null) return false;
		this.report.endRow(
			row,
			'failed',
			'The key cannot be remembered: the workflow was never saved, or n8n cannot reach its database. Save it, then run again.',
		);
		return true;
	}

	private preview(): void {
		for (const write of this.planned) {
			if (this.halt === null) this.report.endGroup(write.group, wouldBe(write));
			else this.leave(write);
		}
	}

	private async write(): Promise<void> {
		const { platform, signal, progress } = this.room;
		const { operation, stopOnFailure } = this.request;
		const cut = batchesOf(this.planned, platform.capabilities);
		const isShort = this.planned.length <= MOST_READ_BACK;
		// Of a single request it is known how many writes are in it, once the keys have said which were made before.
		const isOne = cut.length === 1;
		const shipper = new Sender(
			operation,
			stopOnFailure,
			this.room,
			this.report,
			(sent) => isShort || (isOne && sent <= MOST_READ_BACK),
		);
		const waiting = cut.values();
		let done = 0;
		const work = async (): Promise<void> => {
			for (const shipment of waiting) {
				if (this.halt === null && signal?.aborted) this.halt = { kind: 'run', fault: CANCELED };
				if (this.halt === null) await this.ship(shipment, shipper);
				else shipment.forEach((write) => this.leave(write));
				done += shipment.length;
				progress?.('written', done, this.planned.length);
			}
		};
		const single = cut.every(({ length }) => length === 1);
		// One after the other where a bad row holds back the next, or the service itself takes them in turn.
		const atOnce = stopOnFailure || isShort || !single ? 1 : AT_ONCE;
		await Promise.all(Array.from({ length: atOnce }, work));
	}

	private async ship(shipment: PlannedWrite[], shipper: Sender): Promise<void> {
		const stop = await shipper.ship(shipment);
		for (const { group } of shipment) {
			this.unprotectedDelta = this.unprotectedDelta || this.movesUnprotected(group);
		}
		const rows = shipment.flatMap(({ group }) => rowsIn(group));
		const bad = this.badRow(rows, 'write');
		const halt: Abort | null =
			stop === null ? bad : { kind: 'run', fault: stop, index: bad?.index };
		this.halt = this.halt ?? halt;
	}

	private leave({ group, before }: PlannedWrite): void {
		this.report.endGroup(group, { status: 'notAttempted', before, message: this.haltText() });
	}

	/** Whether a delta without a key was, or may have been, applied. */
	private movesUnprotected({ intent, rows }: Group): boolean {
		if (intent.operation !== 'adjustByDelta') return false;
		return rows.some(({ row }) => {
			const status = this.report.get(row)?.status;
			return row.key === null && (status === 'updated' || status === 'unknown');
		});
	}

	/** With Stop Workflow, the first of these rows that did not go through. */
	private badRow(rows: Row[], phase: RowAbort['phase']): RowAbort | null {
		if (!this.request.stopOnFailure) return null;
		const bad = rows.find((row) => {
			const ending = this.report.get(row);
			return ending !== undefined && isBad(ending);
		});
		return bad === undefined ? null : { kind: 'row', index: bad.index, phase };
	}

	private haltText(): string {
		if (this.halt === null) return '';
		if (this.halt.kind === 'run') return faultText(this.halt.fault);
		const row = this.request.rows[this.halt.index];
		const why = `${rowName(row)} did not go through: ${this.report.get(row)?.message ?? ''}`;
		return this.halt.phase === 'plan' && !this.wroteBefore
			? `Nothing was written, because ${why}`
			: `The run stopped, because ${why}`;
	}
}

const CANCELED: Fault = {
	message: 'The execution was canceled before this row was sent.',
	advice: 'Run the workflow again for the remaining rows.',
	wholeRun: true,
};

function isBad({ status }: RowResult): boolean {
	return status === 'failed' || status === 'unknown';
}

/** Whether a row ended by what it is, so that another try of the same execution would end it alike. */
function isDecided({ status, failedByService }: RowResult): boolean {
	switch (status) {
		case 'failed':
			return failedByService !== true;
		case 'unchanged':
		case 'skipped':
		case 'duplicate':
			return true;
		default:
			return false;
	}
}

/** The items behind remembered rows, each once. */
function itemsOf(known: Map<Row, Recalled>): SetItem[] {
	const items = new Map<string, SetItem>();
	for (const [{ amount }, { ending }] of known) {
		if (ending.item === null || amount.kind !== 'value' || ending.status === 'failed') continue;
		items.set(itemKey(ending.item), {
			target: amount.value,
			before: ending.before?.quantity ?? null,
		});
	}
	return [...items.values()];
}

function rowsIn({ rows, repeated: twins }: Group): Row[] {
	return [...rows, ...twins.map(({ row }) => row)].map(({ row }) => row);
}

/** How a row ends that was not looked at any more. */
function left(message: string): RowResult {
	return {
		status: 'notAttempted',
		item: null,
		before: null,
		after: null,
		message,
		warnings: [],
	};
}

/** What a dry run says of a write. */
function wouldBe({ group, before, amount, warning }: PlannedWrite) {
	const from = before === null ? 'the present level' : levelText(before);
	const { operation } = group.intent;
	const would = {
		setQuantity: `Would be set from ${from} to ${amount}.`,
		adjustByDelta: `Would be changed by ${amount}, from ${from}.`,
		setUnlimited: `Would be made unlimited, from ${from}.`,
	}[operation];
	const message = isKeyed(group) ? `${would} ${KEYS_NOT_ASKED}` : would;
	const asked = group.intent.amount;
	const reduced =
		amount === asked ? null : `Only ${-amount} of ${-asked} would be taken: the level is ${from}.`;
	return { status: 'planned' as const, before, message, warnings: [reduced ?? warning] };
}
