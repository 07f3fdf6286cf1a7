import type { IExecuteFunctions } from 'n8n-workflow';
import type { Row } from '../../inventory/rows/row';
import type { Abort, RunReport } from '../../inventory/run/run';
import type { Status } from '../../inventory/model/status';
import { STATUSES } from '../../inventory/model/status';
import { rowName } from '../../inventory/rows/row-text';
import { faultError, plainError } from './errors';
import type { ResultRow } from './results';

/** How many bad rows an error lists. */
const MOST_LISTED = 50;

const RETRY = 'Retry on this execution does not send the written rows again.';

/** Like the hint of a run that was not stopped: an error has no hints. */
const MOVES_AGAIN =
	'Running the step again moves their stock again: fill in Idempotency Key, and each row counts once.';

const CLEAR_UP =
	'As long as the input contains this row with this key, the run stops here. Check the level in the shop, then remove the row, or give the missing change a new key; or set On Error to Continue.';

const CONTINUE =
	'To write the other rows anyway, set On Error to Continue (using error output) in the Settings of this node.';

/** The error of a run that was stopped: by which rows, how far it got, and what to do. */
export function stopError(
	context: IExecuteFunctions,
	rows: Row[],
	report: RunReport,
	results: ResultRow[],
): Error {
	const node = context.getNode();
	const isManual = context.getMode() === 'manual';
	const abort = report.abort as Abort;
	const count = (status: Status): number => results.filter((row) => row.status === status).length;
	const wrote = count('updated') > 0;
	const movesAgain = isManual && wrote && report.unprotectedDelta ? ` ${MOVES_AGAIN}` : '';
	const soFar = `${rowsWere(count('updated'))} applied, ${rowsWere(count('notAttempted'))} not attempted. ${RETRY}${movesAgain}`;
	if (abort.kind === 'run') {
		const stopped = abort.index === undefined ? [] : [stoppedAt(rows[abort.index])];
		const description = wrote || stopped.length > 0 ? [...stopped, soFar].join(' ') : '';
		return faultError(node, abort.fault, { description, results });
	}
	const stopper = rows[abort.index];
	const sentence = (row: Row): string => `${rowName(row)}: ${results[row.index].message}`;
	const bad = rows.filter((row) => STATUSES[results[row.index].status].stopsRun);
	const open = bad.some((row) => results[row.index].status === 'unknown' && row.key !== null);
	const clearUp = open ? [CLEAR_UP] : [];
	const others = !open && bad.length < rows.length ? [CONTINUE] : [];
	if (abort.phase === 'write') {
		const description = [soFar, ...clearUp].join(' ');
		return plainError(node, sentence(stopper), { description, results });
	}
	const listed = bad.slice(0, MOST_LISTED).map((row) => asText(sentence(row)));
	const more = bad.length > listed.length ? [`… and ${bad.length - listed.length} more rows`] : [];
	const description = [
		wrote ? soFar : 'Nothing was written.',
		...clearUp,
		...others,
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

/** The editor shows descriptions as HTML, so text from a cell or a service is escaped. */
function asText(words: string): string {
	return words.replace(/</g, '&lt;');
}

function rowsWere(count: number): string {
	return count === 1 ? '1 row was' : `${count} rows were`;
}
