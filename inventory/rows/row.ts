/**
 * Parses a row of the canvas into a row the engine can plan.
 *
 * This file alone decides in which order a row's own faults are reported: an expression that could not be resolved, a
 * blank number to be skipped, the SKU or ID, another shop than that of the run; then, once the item was found, the
 * number, the direction, the key and the options.
 */
import type { WriteOperation } from '../model/change';
import type { Reference } from '../model/item';
import { amountFault, DIRECTIONS, isFilledIn, parseAmount } from './amount';
import type { Cell, NumberFormat } from './cell';
import { cellFault, NOTHING, parseCode, parseKey } from './cell';
import type { RowOptions } from './options';
import { OptionReader, parseRowOptions } from './options';

/** Cells of one row as n8n resolved them, unchecked; `NOTHING` where an expression gave nothing. */
export interface RawRow {
	item: { by: 'sku' | 'id'; cell: unknown };
	/** Why a cell may seem empty: an invisible character in a column's name. */
	columnNote?: string | null;
	amount: unknown;
	/** No row has a number: the field was left empty, or names a column that does not exist. */
	noAmount?: boolean;
	direction?: unknown;
	key: unknown;
	/** Which part of the key is empty. */
	keyFault?: string | null;
	options: Record<string, unknown>;
	/** An expression of this row that could not be resolved. */
	fault: string | null;
	/** Set if the row is for another shop than the one the run writes to: its item is not looked up. */
	elsewhere?: string | null;
}

/** How a row ends before anything is sent for it. */
export interface RowEnd {
	status: 'failed' | 'skipped';
	message: string;
}

/** The part of a row that refers to its item. */
export interface NamedRow {
	/** Counted from 0. */
	index: number;
	/** The row's SKU or ID, for messages; null if it has none. */
	label: string | null;
	reference: Reference | null;
	/** How the row ends without its item being looked up; null if it is to be looked up. */
	earlyEnd: RowEnd | null;
}

export interface Row extends NamedRow {
	/** Units to set, before safety stock and maximum, or the signed delta; 0 for Set Unlimited, which has no number. */
	amount: Cell<number>;
	/** How the number was calculated, for the row's message; null if there is nothing to explain. */
	note: string | null;
	key: string | null;
	options: RowOptions;
	/** The fault that fails the row once its item was found. */
	lateFault: string | null;
}

/** Parses the part of a row that refers to its item. */
export function parseNamedRow(
	{ item, columnNote, fault, elsewhere }: Omit<RawRow, 'amount' | 'key' | 'options'>,
	index: number,
): NamedRow {
	const code = parseCode(item.cell);
	const codeProblem = cellFault(item.by === 'sku' ? 'The SKU' : 'The ID', code, CODE_ADVICE);
	const note = code.kind === 'blank' && columnNote ? ` ${columnNote}` : '';
	const message = fault ?? (codeProblem === null ? (elsewhere ?? null) : codeProblem + note);
	return {
		index,
		label: code.kind === 'value' ? code.value : null,
		reference: code.kind === 'value' ? reference(item.by, code.value) : null,
		earlyEnd: message === null ? null : { status: 'failed', message },
	};
}

/** Parses one row. Never throws: faults go to `earlyEnd` and `lateFault`. */
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
		{ advice: 'Change it in the node.', columnNote },
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
			(isDelta ? (raw.keyFault ?? cellFault('The idempotency key', key, KEY_ADVICE)) : null) ??
			fault,
	};
}

const CODE_ADVICE = {
	blank: 'point Item to the column that holds it',
	invalid: 'Format the column as text, with one code in each cell.',
};

const KEY_ADVICE = { invalid: 'Use one text per row, such as the order number and line.' };

const COUNT_WITH_DIRECTION =
	'With Level When Counted, Delta holds a count, which has no direction. Choose As Signed in Direction, or remove the option.';

const SKIPPED_BLANK: RowEnd = {
	status: 'skipped',
	message: 'The cell is blank, and a blank is never a zero.',
};

function reference(by: 'sku' | 'id', code: string): Reference {
	return by === 'sku' ? { by, sku: code } : { by, id: code };
}
