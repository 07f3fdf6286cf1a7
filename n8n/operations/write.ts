/** Set Quantity, Adjust by Delta and Set Unlimited: rows in, results out. */
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Row } from '../../inventory/rows/row';
import { ConfirmedLevels } from '../../inventory/memory/confirmed-levels';
import { amountLabel } from '../../inventory/rows/amount';
import { shown } from '../../inventory/rows/cell';
import { parseRow } from '../../inventory/rows/row';
import { list } from '../../inventory/rows/row-text';
import type { RunReport } from '../../inventory/run/run';
import { NEVER } from '../../inventory/model/clock';
import { runInventory } from '../../inventory/run/run';
import type { RowResult } from '../../inventory/model/row-result';
import type { Fault } from '../../inventory/model/fault';
import { STATUSES } from '../../inventory/model/status';
import type { WriteOperation } from '../../inventory/model/change';
import { faultText } from '../../inventory/model/fault';
import { systemClock } from '../host/clock';
import { addHints } from '../output/hints';
import { stepOf } from '../host/step';
import { ContextJournal, ToolJournal } from '../storage/journals';
import { openItemLocks, openKeys } from '../storage/key-store';
import { Rounds } from '../storage/rounds';
import { isTool } from '../host/compatibility';
import { amountParameter, Parameters, readRow } from '../input/parameters';
import type { ResultRow } from '../output/results';
import { outputItem, resultRow } from '../output/results';
import { progressOf } from '../output/progress';
import { itemMutexOf, ownWritesOf, toolMutex } from '../storage/process-memory';
import type { Service } from '../services/service';
import { connect } from '../services/service';
import { readSettings, shopFaults } from '../input/run-settings';
import { stopError } from '../output/stop-error';
import { signalOf } from '../host/transport';

export async function write(
	context: IExecuteFunctions,
	service: Service,
	operation: WriteOperation,
): Promise<INodeExecutionData[]> {
	const parameters = new Parameters(context);
	const settings = readSettings(parameters, operation, service);
	const { fields, requestsPerMinute, options } = settings;
	const { dryRun } = options;
	const amountFault = missingAmount(parameters, operation);
	const rows = context.getInputData().map((_, index) => {
		const raw = readRow(parameters, operation, index);
		const { fault, elsewhere } = shopFaults(parameters, service, fields, index);
		const noAmount = amountFault !== null;
		const cells = { ...raw, fault: raw.fault ?? fault, elsewhere, noAmount };
		return parseRow(cells, index, operation, options.numberFormat);
	});
	const stopOnFailure = !context.continueOnFail();
	const fault = amountFault ?? settings.fault;
	const step = stepOf(context);
	const run = { step, operation, requestsPerMinute };
	const connected = await connect(service, context, { fields, fault }, run);
	const account = connected.ok ? connected.value.account : '';
	const shop = [service.name, account, ...Object.values(fields.shop)].join(' ');
	const round = String(context.getWorkflowDataProxy(0).$runIndex);
	// For a tool by what was asked, otherwise by round and row.
	const journal = isTool(context)
		? new ToolJournal(context, shop)
		: new ContextJournal(context, round, shop);
	const execute = async (): Promise<RunReport> => {
		if (!connected.ok) return neverStarted(rows, connected.fault);
		const { platform, confirmedLevels } = connected.value;
		const scope = `${service.name} ${account}`;
		const hasKeys = rows.some(({ key }) => key !== null);
		const mutex = itemMutexOf(account);
		// If a delta is a reading and a write, items are also locked against other processes.
		const isSplit = operation === 'adjustByDelta' && !service.capabilities.atomicDelta;
		const rounds = new Rounds(context, isTool(context) ? null : round, shop);
		const report = await runInventory(
			{ operation, rows, options, stopOnFailure, earlier: rounds.earlier },
			{
				platform,
				clock: systemClock,
				signal: signalOf(context) ?? NEVER,
				keys: hasKeys && !dryRun ? await openKeys(context, scope) : null,
				journal,
				itemMutex: isSplit && !dryRun ? await openItemLocks(context, scope, mutex) : mutex,
				ownWrites: ownWritesOf(account),
				// Where nobody will read them, they are forgotten with the run.
				confirmedLevels: confirmedLevels ?? new ConfirmedLevels(),
				timeOf: (time) => timeIn(context, time),
				progress: progressOf(context, service.label),
			},
		);
		// An agent's call that was stopped set nothing; a stopped round of a loop is retried under its own number.
		if (!isTool(context) || report.abort === null) rounds.note(report.setItems);
		return report;
	};
	// An agent may call its tool several times at once: later calls have to know of the first.
	const report = isTool(context)
		? await toolMutex.run(`${step} ${context.getExecutionId()}`, execute)
		: await execute();
	const results = rows.map((row, n) =>
		resultRow(row, report.results[n], {
			platform: service.name,
			operation,
			dryRun,
			at: new Date(systemClock.now()).toISOString(),
			isKeyLiteral: parameters.isLiteral('idempotencyKey'),
		}),
	);
	if (stopOnFailure && report.abort !== null && !mustReport(context, results)) {
		throw stopError(context, rows, report, results);
	}
	addHints(context, { dryRun, capabilities: service.capabilities }, report);
	const items = rows.map((row, n) =>
		outputItem(results[n], row, STATUSES[results[n].status].isError === true),
	);
	// An error on the first item makes n8n run the step again if Retry On Fail is on.
	if (items[0]?.json.error === undefined && journal instanceof ContextJournal) journal.forget();
	return items;
}

/** A time of day in the workflow's time zone, such as 09:02. */
function timeIn(context: IExecuteFunctions, time: number): string {
	const format = { hour: '2-digit', minute: '2-digit', timeZone: context.getTimezone() } as const;
	return new Intl.DateTimeFormat('en-GB', format).format(time);
}

/** An agent that gets an error tries again, so a tool that sent something reports the result instead. */
function mustReport(context: IExecuteFunctions, results: ResultRow[]): boolean {
	return isTool(context) && results.some(({ status }) => STATUSES[status].mayBeApplied);
}

/** Why no row has a number: the field was left empty, or names a column that does not exist. */
function missingAmount(parameters: Parameters, operation: WriteOperation): Fault | null {
	const name = amountParameter(operation);
	if (name === null) return null;
	const label = amountLabel(operation);
	if (parameters.isForgotten(name)) {
		return {
			message: `Fill in ${label}.`,
			advice: `The field ${label} is empty. Type a whole number, or drag the column of a spreadsheet into it. Nothing was written.`,
			wholeRun: true,
		};
	}
	const instead = parameters.columnsInsteadOf(name);
	if (instead === null) return null;
	const note = parameters.columnNote === null ? '' : `${parameters.columnNote} `;
	const columns = instead.columns.length === 0 ? 'none' : list(instead.columns.map(shown));
	return {
		message: `${label} uses the column ${shown(instead.missing)}, which no row has.`,
		advice: `The columns are: ${columns}. Drag the right one into ${label}; a single column with separators in its name was read with the wrong delimiter. ${note}Nothing was written.`,
		wholeRun: true,
	};
}

/** The report of a run that could not connect. Rows with a fault of their own report that. */
function neverStarted(rows: Row[], fault: Fault): RunReport {
	const nothing = { item: null, before: null, after: null, warnings: [] };
	const results = rows.map(({ earlyEnd, lateFault }): RowResult => {
		if (earlyEnd !== null) return { ...nothing, ...earlyEnd };
		return lateFault === null
			? { ...nothing, status: 'notAttempted', message: faultText(fault) }
			: { ...nothing, status: 'failed', message: lateFault };
	});
	return {
		results,
		abort: { kind: 'run', fault },
		planned: 0,
		readAgain: 0,
		setItems: [],
		unprotectedDelta: false,
	};
}
