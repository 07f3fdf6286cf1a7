/**
 * Set Quantity, Adjust by Delta and Set Unlimited: rows in, results out.
 */
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Row, RunOptions } from '../inventory/row';
import { amountLabel, parseRow } from '../inventory/row';
import type { Halt, RunReport } from '../inventory/run';
import { runStock } from '../inventory/run';
import type { Platform } from '../inventory/platform';
import type { Ending, Fault, Status, WriteOperation } from '../inventory/stock';
import { faultText } from '../inventory/stock';
import type { Answer } from '../platforms/connection';
import { rowName } from '../inventory/wording';
import { systemClock } from './clock';
import { faultError, plainError } from './errors';
import { addHints } from './hints';
import { amountParameter, Parameters, readRow } from './parameters';
import type { ResultRow } from './results';
import { isErrorStatus, outputItem, resultRow } from './results';
import type { Service } from './services/service';
import { connect } from './services/service';
import { otherShopFault, readSettings } from './settings';
import { signalOf } from './transport';

/** How many bad rows an error lists. */
const MOST_LISTED = 50;

export async function write(
	context: IExecuteFunctions,
	service: Service,
	operation: WriteOperation,
): Promise<INodeExecutionData[]> {
	const parameters = new Parameters(context);
	const { settings, options, fault: settingsFault } = readSettings(parameters, operation);
	const forgotten = forgottenField(parameters, operation);
	const rows = context.getInputData().map((_, index) => {
		const raw = readRow(parameters, operation, index);
		const otherShop = raw.fault === null ? otherShopFault(parameters, settings, index) : null;
		return parseRow({ ...raw, fault: raw.fault ?? otherShop }, index, operation);
	});
	const stopOnFailure = !context.continueOnFail();
	const fault = forgotten ?? settingsFault;
	const platform: Answer<Platform> =
		fault === null ? await connect(service, context, settings) : { ok: false, fault };
	const report = platform.ok
		? await runStock(
				{ operation, rows, options, stopOnFailure },
				{ platform: platform.value, clock: systemClock, signal: signalOf(context) },
			)
		: neverStarted(rows, platform.fault);
	const results = resultRows(rows, report, service, operation, options);
	if (stopOnFailure && report.halt !== null) throw stopError(context, rows, report, results);
	addHints(context, service.capabilities, operation, options, report);
	return rows.map((row, n) => outputItem(results[n], row, isErrorStatus(results[n].status)));
}

/** A field that was left empty by hand is not a column of blank cells. */
function forgottenField(parameters: Parameters, operation: WriteOperation): Fault | null {
	const name = amountParameter(operation);
	if (name === null || !parameters.isForgotten(name)) return null;
	const label = amountLabel(operation);
	return {
		message: `Fill in ${label}.`,
		advice: `The field ${label} is empty. Type a whole number, or drag the column of a spreadsheet into it. Nothing was written.`,
		wholeRun: true,
	};
}

/** The report of a run that had no shop to talk to. */
function neverStarted(rows: Row[], fault: Fault): RunReport {
	const endings = rows.map(({ brokenExpression }): Ending => {
		const status = brokenExpression === null ? 'notAttempted' : 'failed';
		const message = brokenExpression ?? faultText(fault);
		return { status, item: null, before: null, after: null, message, warnings: [] };
	});
	return { endings, halt: { kind: 'run', fault }, planned: 0, unprotectedDelta: false };
}

function resultRows(
	rows: Row[],
	{ endings }: RunReport,
	service: Service,
	operation: WriteOperation,
	{ dryRun }: RunOptions,
): ResultRow[] {
	const at = new Date(systemClock.now()).toISOString();
	const run = { platform: service.name, operation, dryRun, at };
	return rows.map((row, n) => resultRow(row, endings[n], run));
}

function stopError(
	context: IExecuteFunctions,
	rows: Row[],
	report: RunReport,
	results: ResultRow[],
): Error {
	const node = context.getNode();
	const halt = report.halt as Halt;
	const count = (...statuses: Status[]): number =>
		results.filter(({ status }) => statuses.includes(status)).length;
	if (halt.kind === 'run') {
		const applied = count('updated');
		const left = count('notAttempted');
		const description =
			applied === 0 ? '' : `${pieces(applied)} applied, ${pieces(left)} not attempted.`;
		return faultError(node, halt.fault, { description, results });
	}
	const stopper = rows[halt.index];
	const sentence = (row: Row): string => `${rowName(row)}: ${results[row.index].message}`;
	if (halt.phase === 'write') {
		const description = `${pieces(count('updated'))} applied before it, ${pieces(count('notAttempted'))} not attempted.`;
		return plainError(node, sentence(stopper), { description, results });
	}
	const bad = rows.filter((row) => results[row.index].status === 'failed');
	const listed = bad.slice(0, MOST_LISTED).map(sentence);
	const more = bad.length > listed.length ? [`… and ${bad.length - listed.length} more rows`] : [];
	const description = [
		'Nothing was written.',
		...(bad.length > 1 ? [...listed, ...more] : []),
	].join('<br>');
	const message =
		bad.length === 1
			? sentence(stopper)
			: `${bad.length} of ${rows.length} rows cannot be written. ${sentence(stopper)}`;
	return plainError(node, message, { description, results });
}

function pieces(count: number): string {
	return count === 1 ? '1 row was' : `${count} rows were`;
}
