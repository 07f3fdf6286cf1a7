import type { IExecuteFunctions } from 'n8n-workflow';
import type { Capabilities } from '../../inventory/model/platform';
import type { RunOptions } from '../../inventory/rows/options';
import type { RunReport } from '../../inventory/run/run';
import type { RowResult } from '../../inventory/model/row-result';
import type { Status } from '../../inventory/model/status';
import type { WriteOperation } from '../../inventory/model/change';

/** Says under the output what a person should know before running the step again. */
export function addHints(
	context: IExecuteFunctions,
	capabilities: Capabilities,
	operation: WriteOperation,
	{ dryRun }: RunOptions,
	{ planned, unprotectedDelta, results: endings, abort: halt }: RunReport,
): void {
	// A dry run that stopped before it had a plan knows nothing of what would be written.
	if (dryRun && halt === null) {
		context.addExecutionHints({
			message: forecast(planned, operation, capabilities),
			location: 'outputPane',
		});
		return;
	}
	if (unprotectedDelta && context.getMode() === 'manual') {
		context.addExecutionHints({
			message:
				'Running this step again moves the stock again. Fill in Idempotency Key, and each row counts once.',
			type: 'warning',
			location: 'outputPane',
		});
	}
	if (endings.length > 1) addSummary(context, endings);
}

/** Statuses as a summary counts them, and what to do about those that need somebody. */
const COUNTED: Array<[Status, string, string?]> = [
	['updated', 'updated'],
	['unchanged', 'unchanged'],
	['duplicate', 'applied before'],
	['skipped', 'skipped'],
	['failed', 'failed', 'Each failed row says why: correct it and run it again.'],
	[
		'unknown',
		'unknown',
		'Look up the level of each unknown row in the shop before you run it again.',
	],
	['notAttempted', 'not attempted', 'Rows not attempted were not sent: run them again.'],
];

/** How the rows ended, and what to do next. */
function addSummary(context: IExecuteFunctions, endings: RowResult[]): void {
	const counts = COUNTED.map(([status, name, advice]) => {
		const count = endings.filter((ending) => ending.status === status).length;
		return { count, name, advice };
	}).filter(({ count }) => count > 0);
	const advice = counts.flatMap((one) => one.advice ?? []);
	const list = counts.map(({ count, name }) => `${count} ${name}`).join(', ');
	context.addExecutionHints({
		message: [`${list}.`, ...advice].join(' '),
		type: advice.length > 0 ? 'warning' : 'info',
		location: 'outputPane',
	});
}

/** What a dry run says of the real one. */
function forecast(planned: number, operation: WriteOperation, capabilities: Capabilities): string {
	if (planned === 0) return 'Dry run: nothing would be written.';
	const minutes = requestsFor(planned, operation, capabilities) / capabilities.requestsPerMinute;
	const items = planned === 1 ? '1 item' : `${planned} items`;
	return `Dry run: ${items} would be written, which takes ${duration(minutes)} at the service's limit. Nothing was written.`;
}

/** Requests that so many writes take. */
function requestsFor(
	planned: number,
	operation: WriteOperation,
	{ atomicDelta, batch, batchPaysFrom }: Capabilities,
): number {
	if (operation === 'adjustByDelta' && !atomicDelta) return 2 * planned;
	// A batch is posted, and looked at some times.
	return batch > 1 && planned >= batchPaysFrom ? 4 * Math.ceil(planned / batch) : planned;
}

/** What reading all levels one by one has cost. */
export function addRequestsHint(context: IExecuteFunctions, label: string, levels: number): void {
	context.addExecutionHints({
		message: `${label} names no levels in its lists, so ${levels === 1 ? 'the level that was read' : `each of the ${levels} levels that were read`} cost a request of its own.`,
		location: 'outputPane',
	});
}

function duration(minutes: number): string {
	if (minutes < 1) return 'less than a minute';
	const whole = Math.ceil(minutes);
	return whole === 1 ? 'about a minute' : `about ${whole} minutes`;
}
