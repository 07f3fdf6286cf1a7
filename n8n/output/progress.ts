/** Reports the progress of a long run in n8n's log and, if a person started it, in the browser's console. */
import type { IExecuteFunctions } from 'n8n-workflow';
import type { Phase, RunContext } from '../../inventory/run/run-context';
import { systemClock } from '../host/clock';

/** Milliseconds between two progress messages. A run that finishes sooner sends none. */
const REPORT_EVERY = 30_000;

const MINUTE = 60_000;

export function progressOf(
	context: IExecuteFunctions,
	label: string,
): NonNullable<RunContext['progress']> {
	const begun = new Map<Phase, number>();
	let last = systemClock.monotonic();
	return (phase, done, total) => {
		const now = systemClock.monotonic();
		const since = begun.get(phase) ?? now;
		begun.set(phase, since);
		if (now - last < REPORT_EVERY) return;
		last = now;
		const left = Math.ceil(((now - since) * (total - done)) / Math.max(done, 1) / MINUTE);
		const text = `${context.getNode().name}: ${done} of ${total} items ${phase} at ${label}, about ${left} min left`;
		context.logger.info(text);
		if (context.getMode() === 'manual') context.sendMessageToUI(text);
	};
}
