import type { IExecuteFunctions } from 'n8n-workflow';
import type { Capabilities } from '../../inventory/model/platform';
import type { RunReport } from '../../inventory/run/run';
import type { RowResult } from '../../inventory/model/row-result';
import { STATUSES } from '../../inventory/model/status';
import type { LevelList } from '../../inventory/lookup/list-levels';
import { list } from '../../inventory/rows/row-text';

/** Shows hints below the output: what to know before running the step again, and how the rows ended. */
export function addHints(
	context: IExecuteFunctions,
	{ dryRun, capabilities }: { dryRun: boolean; capabilities: Capabilities },
	report: RunReport,
): void {
	const { unprotectedDelta, results, abort } = report;
	// A dry run that stopped early does not know what would be written.
	if (dryRun && abort === null) {
		addHint(context, forecast(report, capabilities), 'info');
		return;
	}
	const isManual = context.getMode() === 'manual';
	if (isManual && unprotectedDelta) addHint(context, MOVES_AGAIN, 'warning');
	if (isManual && results.every(({ status }) => status === 'duplicate')) {
		addHint(context, ALL_DUPLICATES, 'warning');
	}
	if (results.length > 1) addSummary(context, results);
}

const MOVES_AGAIN =
	'Running this step again changes the stock again. Fill in Idempotency Key, and each row counts once.';

const ALL_DUPLICATES =
	'Every row is a duplicate: its key was used before, so nothing was sent. If these are new events, make Idempotency Key from columns that name each of them, such as the order number and line.';

function addHint(context: IExecuteFunctions, message: string, type: 'info' | 'warning'): void {
	context.addExecutionHints({ message, type, location: 'outputPane' });
}

/** How the rows ended, and what to do next. */
function addSummary(context: IExecuteFunctions, results: RowResult[]): void {
	const counts = Object.entries(STATUSES)
		.map(([status, { counted, advice }]) => {
			const count = results.filter((result) => result.status === status).length;
			return { count, counted, advice };
		})
		.filter(({ count }) => count > 0);
	const advice = counts.flatMap((one) => one.advice ?? []);
	const counted = counts.map((one) => `${one.count} ${one.counted}`).join(', ');
	addHint(context, [`${counted}.`, ...advice].join(' '), advice.length > 0 ? 'warning' : 'info');
}

/** How many items a real run would write, and how long that would take. */
function forecast({ planned, readAgain }: RunReport, capabilities: Capabilities): string {
	if (planned === 0) return 'Dry run: nothing would be written.';
	const { batch, batchPaysFrom, requestsPerMinute } = capabilities;
	// A batch is posted, and its ticket polled a few times.
	const isBatched = batch > 1 && planned >= batchPaysFrom;
	const requests = isBatched ? 4 * Math.ceil(planned / batch) : planned + readAgain;
	const minutes = requests / requestsPerMinute;
	const items = planned === 1 ? '1 item' : `${planned} items`;
	return `Dry run: ${items} would be written, which takes ${duration(minutes)} at the service's limit. Nothing was written.`;
}

/** Shows how many requests reading levels one by one took, and which entries of the list are missing from the output. */
export function addListHints(
	context: IExecuteFunctions,
	label: string,
	{ singleReads, leftOut }: LevelList,
): void {
	if (singleReads > 0) {
		const each = singleReads === 1 ? 'the level' : `each of the ${singleReads} levels`;
		const message = `${label} does not list levels, so ${each} took a request of its own.`;
		addHint(context, message, 'info');
	}
	if (leftOut.length > 0) {
		const entries = leftOut.length === 1 ? '1 entry was' : `${leftOut.length} entries were`;
		const message = `${entries} left out, because ${label} listed them in an unknown format: ${list(leftOut)}.`;
		addHint(context, message, 'warning');
	}
}

function duration(minutes: number): string {
	if (minutes < 1) return 'less than a minute';
	const whole = Math.ceil(minutes);
	return whole === 1 ? 'about a minute' : `about ${whole} minutes`;
}
