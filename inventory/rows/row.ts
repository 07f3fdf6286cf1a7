/**
 * A row as the canvas gives it becomes a row the engine can plan: every cell a value, a blank, or a reason why not.
 *
 * The order in which a row's own faults are reported is decided here and nowhere else: an expression that could not be
 * resolved; a blank number that is to be skipped; the SKU or ID. Then the item is looked up. Then the number, the key,
 * the options.
 */
import type { WriteOperation } from '../model/change';
import type { Reference } from '../model/item';
import { amountFault, DIRECTIONS, isFilledIn, parseAmount } from './amount';
import type { Cell, NumberFormat } from './cell';
import { NOTHING, parseCode, parseKey } from './cell';
import type { RowOptions } from './options';
import { OptionReader, parseRowOptions } from './options';

/** Cells of one row, as n8n resolved them, with `NOTHING` where an expression gave nothing; nothing is checked yet. */
export interface RawRow {
	item: { by: 'sku' | 'id'; cell: unknown };
	/** Why a cell may look empty: what the name of a column has that nobody sees. */
	columnNote?: string | null;
	amount: unknown;
	/** There is no number to look at, in any row: the field was left empty, or names a column that is not there. */
	noAmount?: boolean;
	direction?: unknown;
	key: unknown;
	/** What is wrong with the parts the key is made of: some give nothing. */
	keyFault?: string | null;
	options: Record<string, unknown>;
	/** An expression of this row that could not be resolved. */
	fault: string | null;
	/** Why the item is not looked up: the row is for another shop than the one the run writes to. */
	elsewhere?: string | null;
}

/** How a row ends on its own account. */
export interface RowEnd {
	status: 'failed' | 'skipped';
	message: string;
}

/** The part of a row that gives its item. */
export interface NamedRow {
	/** Counted from 0. */
	index: number;
	/** What the row calls its item, for messages; null if it gives none. */
	label: string | null;
	reference: Reference | null;
	/** How the row ends before its item is looked up; null when it is to be looked up. */
	earlyEnd: RowEnd | null;
}

export interface Row extends NamedRow {
	/**
	 * Units to set, before safety stock and maximum, or the delta, sign and all; a value of 0 stands in for Set Unlimited,
	 * which has no number.
	 */
	amount: Cell<number>;
	/** What the row's message says of how its number came about; null when there is nothing to say. */
	note: string | null;
	key: string | null;
	options: RowOptions;
	/** What fails the row once its item is found. */
	lateFault: string | null;
}

/** What a row gives, without its number. */
export function parseNamedRow(
	{ item, columnNote, fault, elsewhere }: Omit<RawRow, 'amount' | 'key' | 'options'>,
	index: number,
): NamedRow {
	const code = parseCode(item.cell);
	const codeProblem = codeFault(code, item.by === 'sku' ? 'SKU' : 'ID');
	const note = code.kind === 'blank' && columnNote ? ` ${columnNote}` : '';
	const message = fault ?? (codeProblem === null ? (elsewhere ?? null) : codeProblem + note);
	return {
		index,
		label: code.kind === 'value' ? code.value : null,
		reference: code.kind === 'value' ? reference(item.by, code.value) : null,
		earlyEnd: message === null ? null : { status: 'failed', message },
	};
}

/** The item to look for, or null when the row ended before. */
export function wanted({ reference, earlyEnd }: NamedRow): Reference | null {
	return earlyEnd === null ? reference : null;
}

/**
 * Parses one row. Never throws: what is wrong with it is in `earlyEnd` and `lateFault`.
 * @param format How numbers are written as text; from the options of the run.
 */
export function parseRow(
	raw: RawRow,
	index: number,
	operation: WriteOperation,
	format: NumberFormat = 'plain',
): Row {
	const named = parseNamedRow(raw, index);
	const { columnNote = null } = raw;
	const isDelta = operation === 'adjustByDelta';
	const key: Cell<string> = isDelta ? parseKey(raw.key) : { kind: 'blank' };
	const reader = new OptionReader(
		{ direction: raw.direction },
		{ wayOut: 'Change it in the node.', columnNote },
	);
	const direction = reader.choice('direction', 'Direction', DIRECTIONS, 'asSigned');
	const { levelWhenCounted, ...fields } = raw.options;
	const { options, fault } = parseRowOptions(fields, { format, columnNote });
	const cells = { amount: raw.amount, direction, levelWhenCounted };
	const { amount, note } = parseAmount(cells, operation, format);
	const isCount = isDelta && isFilledIn(levelWhenCounted) && direction !== 'asSigned';
	const isSkipped =
		!raw.noAmount &&
		amount.kind === 'blank' &&
		options.blankQuantity === 'skip' &&
		fields.blankQuantity !== NOTHING;
	return {
		...named,
		earlyEnd: isSkipped && raw.fault === null ? SKIPPED_BLANK : named.earlyEnd,
		amount,
		note,
		key: key.kind === 'value' ? key.value : null,
		options,
		lateFault:
			(raw.noAmount ? null : amountFault(amount, operation)) ??
			(isDelta ? reader.fault : null) ??
			(isCount ? COUNT_WITH_DIRECTION : null) ??
			(isDelta ? (raw.keyFault ?? keyFault(key)) : null) ??
			fault,
	};
}

const COUNT_WITH_DIRECTION =
	'With Level When Counted, Delta holds a count, which has no direction. Choose As Signed in Direction, or remove the option.';

const SKIPPED_BLANK: RowEnd = {
	status: 'skipped',
	message: 'The cell is blank, and a blank is never a zero.',
};

function keyFault(key: Cell<string>): string | null {
	return key.kind === 'invalid'
		? `The idempotency key ${key.problem}. Use one text per row, such as the order number and line.`
		: null;
}

function reference(by: 'sku' | 'id', code: string): Reference {
	return by === 'sku' ? { by, sku: code } : { by, id: code };
}

function codeFault(code: Cell<string>, name: string): string | null {
	switch (code.kind) {
		case 'value':
			return null;
		case 'blank':
			return `The ${name} is empty. Fill in the cell, or point Item to the column that holds it.`;
		case 'invalid':
			return `The ${name} ${code.problem}. Format the column as text, with one code in each cell.`;
	}
}
