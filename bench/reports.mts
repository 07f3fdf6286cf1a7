/** What this package reported about its rows. */
import type { Execution } from '../test/host/n8n.mts';

/** What this package reported about a row. */
export interface Report {
	sku: string;
	status: string;
}

/** Statuses that promise that a row was not applied. */
export const NOT_DONE = ['failed', 'notAttempted', 'skipped'];

/** Result rows, from the outputs or from the error; other nodes report none. */
export function reportsOf(execution: Execution): Report[] {
	const carried = execution.error?.context?.results as Report[] | undefined;
	const items = [...execution.items('Stock', 0), ...execution.items('Stock', 1)];
	return carried ?? items.map(({ json }) => (json.details ?? json) as unknown as Report);
}

export function skusOf(reports: Report[], statuses: string[]): Set<string> {
	return new Set(reports.filter((one) => statuses.includes(one.status)).map(({ sku }) => sku));
}

export function countsOf(reports: Report[]): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const { status } of reports) counts[status] = (counts[status] ?? 0) + 1;
	return counts;
}
