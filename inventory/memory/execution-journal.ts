/** The execution's own memory: how its rows ended, so that another try of the same step sends nothing twice. */
import type { Row } from '../rows/row';
import type { RowResult } from '../model/row-result';
import type { WriteOperation } from '../model/change';

/** How long a note is valid. */
export type Hold =
	/**
	 * The row was sent, or depends on one that was: every later try of the execution returns its first result, whatever
	 * its expressions give by then. A key made from the time of day, for example, differs with every try.
	 */
	| 'sent'
	/**
	 * The row ended without being sent: tries of this execution that ask for the same return its result. A person who
	 * retries later may have fixed the cause, so the row is then planned again.
	 */
	| 'decided';

export interface ExecutionJournal {
	/** The first result of a row in the same shop and operation; null if it is to be planned. */
	recall(row: Row, operation: WriteOperation): Recalled | null;
	/** `decided` never replaces `sent`. */
	note(row: Row, operation: WriteOperation, result: RowResult, hold: Hold): void;
	/** The row was certainly not sent: it may be tried again. */
	erase(row: Row, operation: WriteOperation): void;
}

export interface Recalled {
	result: RowResult;
	hold: Hold;
	/** Whether this is another try within the execution that noted it, not a later retry by a person. */
	sameExecution: boolean;
}

export interface Note {
	result: RowResult;
	hold: Hold;
	operation: WriteOperation;
	intent: string;
}

/** What a note means for a row that is tried again. */
export function recalled(
	note: Note,
	row: Row,
	operation: WriteOperation,
	sameExecution: boolean,
): Recalled | null {
	const { result, hold } = note;
	if (note.operation !== operation) return null;
	const sameIntent = note.intent === intentOf(row, operation);
	if (hold === 'decided' && !(sameExecution && sameIntent)) return null;
	if (sameIntent) return { result, hold, sameExecution };
	const warnings = [...result.warnings, OTHER_INTENT];
	return { result: { ...result, warnings }, hold, sameExecution };
}

const OTHER_INTENT =
	'This row now asks for something different from what was sent; it is not sent again in this execution.';

/** What a row asks for, as text. */
export function intentOf(row: Row, operation: WriteOperation): string {
	const amount = row.amount.kind === 'value' ? row.amount.value : row.amount;
	return JSON.stringify([operation, row.reference, amount, row.key]);
}
