import type { INode } from 'n8n-workflow';
import type { Row } from '../../inventory/rows/row';
import type { Abort, RunReport } from '../../inventory/run/run';
import type { Status } from '../../inventory/model/status';
import { rowName } from '../../inventory/rows/row-text';
import { faultError, plainError } from './errors';
import type { ResultRow } from './results';

/** How many bad rows an error lists. */
const MOST_LISTED = 50;

const RETRY = 'Retry on this execution does not send the written rows again.';

/** What a hint says under the output, which a run that stopped does not have. */
const ANEW =
	'Running the step anew moves their stock again: fill in Idempotency Key, and each row counts once.';

const CLEAR_UP =
	'As long as this row stands in the input with this key, it stops the run here: once you have looked at the level, take it out or give what is missing a new key, or set On Error to Continue.';

const GO_ON =
	'To write the other rows all the same, set On Error to Continue (using error output) in the Settings of this node.';

/** What stopped a run: which rows, how far it came, and how to go on. */
export function stopError(
	node: INode,
	rows: Row[],
	report: RunReport,
	results: ResultRow[],
	isManual: boolean,
): Error {
	const halt = report.abort as Abort;
	const count = (...statuses: Status[]): number =>
		results.filter(({ status }) => statuses.includes(status)).length;
	const wrote = count('updated') > 0;
	const anew = isManual && wrote && report.unprotectedDelta ? ` ${ANEW}` : '';
	const soFar = `${pieces(count('updated'))} applied, ${pieces(count('notAttempted'))} not attempted. ${RETRY}${anew}`;
	if (halt.kind === 'run') {
		const stopped = halt.index === undefined ? [] : [stoppedAt(rows[halt.index])];
		const description = wrote || stopped.length > 0 ? [...stopped, soFar].join(' ') : '';
		return faultError(node, halt.fault, { description, results });
	}
	const stopper = rows[halt.index];
	const sentence = (row: Row): string => `${rowName(row)}: ${results[row.index].message}`;
	const bad = rows.filter((row) => isBad(results[row.index]));
	const open = bad.some((row) => results[row.index].status === 'unknown' && row.key !== null);
	const clearUp = open ? [CLEAR_UP] : [];
	const goOn = !open && bad.length < rows.length ? [GO_ON] : [];
	if (halt.phase === 'write') {
		const description = [soFar, ...clearUp].join(' ');
		return plainError(node, sentence(stopper), { description, results });
	}
	const listed = bad.slice(0, MOST_LISTED).map((row) => asText(sentence(row)));
	const more = bad.length > listed.length ? [`… and ${bad.length - listed.length} more rows`] : [];
	const description = [
		wrote ? soFar : 'Nothing was written.',
		...clearUp,
		...goOn,
		...(bad.length > 1 ? [...listed, ...more] : []),
	].join('<br>');
	const message =
		bad.length === 1
			? sentence(stopper)
			: `${bad.length} of ${rows.length} rows cannot be written. ${sentence(stopper)}`;
	return plainError(node, message, { description, results });
}

function stoppedAt(row: Row): string {
	return `The run stopped at ${asText(rowName(row))}.`;
}

/** The editor shows a description as HTML: what a cell or a service says stays text there. */
function asText(words: string): string {
	return words.replace(/</g, '&lt;');
}

function isBad({ status }: ResultRow): boolean {
	return status === 'failed' || status === 'unknown';
}

function pieces(count: number): string {
	return count === 1 ? '1 row was' : `${count} rows were`;
}
