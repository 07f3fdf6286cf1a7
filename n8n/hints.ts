import type { IExecuteFunctions } from 'n8n-workflow';
import type { Capabilities } from '../inventory/platform';
import type { RunOptions } from '../inventory/row';
import type { RunReport } from '../inventory/run';
import type { WriteOperation } from '../inventory/stock';

/** Says under the output what a person should know before running the step again. */
export function addHints(
	context: IExecuteFunctions,
	capabilities: Capabilities,
	operation: WriteOperation,
	{ dryRun }: RunOptions,
	{ planned, unprotectedDelta }: RunReport,
): void {
	if (dryRun) {
		const minutes = requestsFor(planned, operation, capabilities) / capabilities.requestsPerMinute;
		context.addExecutionHints({
			message: `Dry run: ${planned} ${planned === 1 ? 'item' : 'items'} would be written, which takes ${duration(minutes)} at the service's limit. Nothing was written.`,
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
		message: `${label} names no levels in its lists, so each of the ${levels} levels cost a request of its own.`,
		location: 'outputPane',
	});
}

function duration(minutes: number): string {
	if (minutes < 1) return 'less than a minute';
	const whole = Math.ceil(minutes);
	return whole === 1 ? 'about a minute' : `about ${whole} minutes`;
}
