/** The execution's own memory: how its rows ended, so that a second try of the same step sends nothing again. */
import type { Row } from '../rows/row';
import type { RowResult } from '../model/row-result';
import type { WriteOperation } from '../model/change';

/** How long a note counts. */
export type Hold =
	/**
	 * The row was sent, or depends on one that was: it returns its first result as long as the execution can be tried,
	 * whatever its expressions give then. A key made of the time of day is different at every try.
	 */
	| 'sent'
	/**
	 * The row ended without being sent: it returns its result to the tries of this execution that ask for the same, and
	 * is looked at again when a person retries it later, perhaps after fixing what was wrong.
	 */
	| 'decided';

export interface ExecutionJournal {
	/** The first result of a row, in the same shop and operation, or null when it is to be planned. */
	recall(row: Row, operation: WriteOperation): Recalled | null;
	/** `decided` never takes the place of `sent`. */
	note(row: Row, operation: WriteOperation, result: RowResult, hold: Hold): void;
	/** The row was certainly not sent: it may be tried again. */
	erase(row: Row, operation: WriteOperation): void;
}

export interface Recalled {
	result: RowResult;
	hold: Hold;
	/** Whether this is another try of the execution that noted it, not a later one by a person. */
	sameExecution: boolean;
}

/** What is stored about a row. */
export interface Note {
	result: RowResult;
	hold: Hold;
	operation: WriteOperation;
	intent: string;
}

/** What a row that comes again learns from a note. */
export function recalled(
	note: Note,
	row: Row,
	operation: WriteOperation,
	sameExecution: boolean,
): Recalled | null {
	const { result, hold } = note;
	if (note.operation !== operation) return null;
	const sameIntent = note.intent === intentOf(row, operation);
	if (hold === 'decided')
		return sameExecution && sameIntent ? { result, hold, sameExecution } : null;
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
