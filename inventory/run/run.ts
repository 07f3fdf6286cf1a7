/** One run: plans its rows, sends the writes in order, and gives every row a result. */
import type { Recalled } from '../memory/execution-journal';
import type { Fault } from '../model/fault';
import { faultText } from '../model/fault';
import { itemKey } from '../model/item';
import type { RowResult } from '../model/row-result';
import { STATUSES } from '../model/status';
import { shownQuantity } from '../rows/held-back';
import type { Row } from '../rows/row';
import { rowName } from '../rows/row-text';
import { batchesOf } from './batches';
import { claimsOf } from './claim-keys';
import { dryRunRows } from './dry-run';
import type { SetItem } from './mass-zero-limit';
import type { PlanRequest } from './plan';
import { plan } from './plan';
import { dependsOnReading } from './prepare-write';
import { endRow, endRows } from './report';
import type { RunContext } from './run-context';
import type { SendOptions } from './send';
import { sendWrites } from './send';
import { SentRows } from './sent-rows';
import type { EndedRow, PlannedWrite } from './write-records';

/** In runs of up to this many writes, a level that the answer to a write does not report is read back. */
const READ_BACK_UP_TO = 20;

/** Requests in flight at the same time, in long runs that do not stop at a failed row. */
const CONCURRENCY = 4;

interface RunRequest extends PlanRequest {
	/** On Error = Stop Workflow: one bad row keeps the others from being written. */
	stopOnFailure: boolean;
}

export type Abort =
	/** A fault that every row would meet: a refused token, the mass-zero limit, a service that is down. `index`: the row that met it. */
	| { kind: 'run'; fault: Fault; index?: number }
	/** With Stop Workflow, the row that stopped the run. */
	| { kind: 'row'; index: number; phase: 'plan' | 'write' };

export interface RunReport {
	/** One per row, in order. */
	results: RowResult[];
	/** Why rows were left out or, with Stop Workflow, which row failed; null if neither. */
	abort: Abort | null;
	/** How many items the plan would write. */
	planned: number;
	/** How many of them are read once more before they are written, if that takes longer than a moment. */
	readAgain: number;
	/** The items of a Set Quantity run, as the mass-zero limit counts them. */
	setItems: SetItem[];
	/** Whether a delta without a key was sent: running again would move the stock again. */
	unprotectedDelta: boolean;
}

const CANCELED: Fault = {
	message: 'The execution was canceled before this row was sent.',
	advice: 'Run the workflow again for the remaining rows.',
	wholeRun: true,
};

const NO_KEY_MEMORY =
	'The key cannot be remembered: the workflow was never saved, or n8n cannot reach its database. Save it, then run again.';

export async function runInventory(request: RunRequest, context: RunContext): Promise<RunReport> {
	return await new Run(request, context).run();
}

class Run {
	private readonly results = new Map<number, RowResult>();
	private abort: Abort | null = null;
	private planned: PlannedWrite[] = [];
	private setItems: SetItem[] = [];
	private unprotectedDelta = false;
	/** Whether an earlier try of this run sent something. */
	private wroteBefore = false;

	constructor(
		private readonly request: RunRequest,
		private readonly context: RunContext,
	) {}

	async run(): Promise<RunReport> {
		const { rows, options } = this.request;
		const recalled = options.dryRun ? new Map<Row, Recalled>() : this.recall();
		const fresh = rows.filter((row) => !recalled.has(row));
		if (this.abort === null) await this.plan(fresh, itemsOf(recalled));
		if (!options.dryRun) await this.write();
		else if (this.abort === null) this.record(this.planned.flatMap(dryRunRows));
		else this.leaveOut(this.planned);
		const reason = this.abortText();
		this.record(
			rows
				.filter((row) => !this.results.has(row.index))
				.map((row) => endRow(row, 'notAttempted', reason)),
		);
		if (!options.dryRun) this.noteDecided(fresh);
		return {
			results: rows.map(({ index }) => this.resultOf(index)),
			abort: this.abort ?? this.badRow(rows, 'write'),
			planned: this.planned.length,
			readAgain: this.planned.filter((write) => dependsOnReading(write, this.context.platform))
				.length,
			setItems: this.setItems,
			unprotectedDelta: this.unprotectedDelta,
		};
	}

	/**
	 * Rows that an earlier try of this execution sent return their first result.
	 *
	 * With Stop Workflow, a row that stopped the execution also stops its next tries. When a person retries the execution,
	 * rows with an unknown outcome keep their result, and the rest is sent.
	 */
	private recall(): Map<Row, Recalled> {
		const { rows, operation, stopOnFailure } = this.request;
		const known = new Map<Row, Recalled>();
		for (const row of rows) {
			const recalled = this.context.journal.recall(row, operation);
			if (recalled === null) continue;
			known.set(row, recalled);
			this.results.set(row.index, recalled.result);
			this.wroteBefore ||= recalled.hold === 'sent';
		}
		const stopper = [...known].find(
			([, { result, sameExecution }]) => sameExecution && STATUSES[result.status].stopsRun,
		);
		if (stopOnFailure && stopper !== undefined) {
			const [{ index }] = stopper;
			this.abort = { kind: 'row', index, phase: this.wroteBefore ? 'write' : 'plan' };
		}
		return known;
	}

	private async plan(rows: Row[], recalled: SetItem[]): Promise<void> {
		const { options, earlier } = this.request;
		const { clock, timeOf, progress } = this.context;
		const noMemory = this.context.keys === null && !options.dryRun;
		const unkept = noMemory ? rows.filter(needsKeyMemory) : [];
		this.record(unkept.map((row) => endRow(row, 'failed', NO_KEY_MEMORY)));
		const { trustRememberedMinutes: minutes } = options;
		const planned = await plan(
			{
				...this.request,
				rows: rows.filter((row) => !unkept.includes(row)),
				earlier: [...earlier, ...recalled],
			},
			{
				...this.context,
				trustSince: minutes > 0 ? clock.monotonic() - minutes * 60_000 : Number.POSITIVE_INFINITY,
				timeOf: (at) => timeOf(clock.now() - (clock.monotonic() - at)),
				progress: (done, total) => progress('read', done, total),
			},
		);
		this.record(planned.ended);
		this.planned = planned.kept;
		this.setItems = [...recalled, ...planned.setItems];
		this.abort =
			planned.abort === null ? this.badRow(rows, 'plan') : { kind: 'run', fault: planned.abort };
	}

	private async write(): Promise<void> {
		const { platform, signal, progress } = this.context;
		const { operation, stopOnFailure, rows } = this.request;
		const batches = batchesOf(this.planned, platform.capabilities);
		const isShort = this.planned.length <= READ_BACK_UP_TO;
		const sent = new SentRows(rows, operation, this.context);
		// In a single request, only once the keys are looked up is it known how many writes are left.
		const readBackUpTo = isShort || batches.length === 1 ? READ_BACK_UP_TO : 0;
		const waiting = batches.values();
		let done = 0;
		const work = async (): Promise<void> => {
			for (const batch of waiting) {
				if (this.abort === null && signal.aborted) this.abort = { kind: 'run', fault: CANCELED };
				if (this.abort === null) await this.send(batch, { stopOnFailure, readBackUpTo }, sent);
				else this.leaveOut(batch);
				done += batch.length;
				progress('written', done, this.planned.length);
			}
		};
		const single = batches.every(({ length }) => length === 1);
		// One at a time if a bad row stops the next ones, or if the service itself processes batches in order.
		const workers = stopOnFailure || isShort || !single ? 1 : CONCURRENCY;
		const { keys } = this.context;
		keys?.expect(batches.map((writes) => writes.flatMap(claimsOf)));
		try {
			await Promise.all(Array.from({ length: workers }, work));
		} finally {
			await keys?.close();
		}
	}

	private async send(batch: PlannedWrite[], options: SendOptions, sent: SentRows): Promise<void> {
		const { ended, abort } = await sendWrites(batch, options, this.context, sent);
		this.record(ended);
		this.unprotectedDelta ||= ended.some((row) => this.movedUnprotected(row));
		const bad = this.badRow(ended, 'write');
		this.abort ??= abort === null ? bad : { kind: 'run', fault: abort, index: bad?.index };
	}

	private leaveOut(writes: PlannedWrite[]): void {
		const message = this.abortText();
		for (const write of writes)
			this.record(endRows(write, { status: 'notAttempted', before: write.before, message }));
	}

	private record(ended: EndedRow[]): void {
		for (const { index, result } of ended) this.results.set(index, result);
	}

	/** Notes rows that would end the same way at another try of this execution. */
	private noteDecided(rows: Row[]): void {
		const { journal } = this.context;
		for (const row of rows) {
			const result = this.resultOf(row.index);
			if (STATUSES[result.status].isDecided && !result.failedByService)
				journal.note(row, this.request.operation, result, 'decided');
		}
	}

	/** Whether a delta without a key was, or may have been, applied. */
	private movedUnprotected({ index, result }: EndedRow): boolean {
		const { operation, rows } = this.request;
		const isUnprotected = operation === 'adjustByDelta' && rows[index].key === null;
		return isUnprotected && STATUSES[result.status].mayBeApplied === true;
	}

	/** With Stop Workflow, the first of these rows that failed. */
	private badRow(rows: Array<{ index: number }>, phase: 'plan' | 'write') {
		if (!this.request.stopOnFailure) return null;
		const indexes = rows.map(({ index }) => index).sort((a, b) => a - b);
		const bad = indexes.find((index) => {
			const result = this.results.get(index);
			return result !== undefined && STATUSES[result.status].stopsRun;
		});
		return bad === undefined ? null : { kind: 'row' as const, index: bad, phase };
	}

	private resultOf(index: number): RowResult {
		return this.results.get(index) as RowResult;
	}

	private abortText(): string {
		if (this.abort === null) return '';
		if (this.abort.kind === 'run') return faultText(this.abort.fault);
		const { index, phase } = this.abort;
		const why = `${rowName(this.request.rows[index])} did not go through: ${this.resultOf(index).message ?? ''}`;
		return phase === 'plan' && !this.wroteBefore
			? `Nothing was written, because ${why}`
			: `The run stopped, because ${why}`;
	}
}

function needsKeyMemory({ key, amount, earlyEnd }: Row): boolean {
	return key !== null && earlyEnd === null && amount.kind === 'value' && amount.value !== 0;
}

/** The items of recalled rows, as the mass-zero limit counts them. */
function itemsOf(known: Map<Row, Recalled>): SetItem[] {
	const items = new Map<string, SetItem>();
	for (const [{ amount, options }, { result }] of known) {
		if (result.item === null || amount.kind !== 'value' || result.status === 'failed') continue;
		const before = result.before?.quantity ?? null;
		items.set(itemKey(result.item), { target: shownQuantity(amount.value, options), before });
	}
	return [...items.values()];
}
