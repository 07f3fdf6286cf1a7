/**
 * A row as the canvas gives it becomes a row the engine can plan: every cell a value, a blank, or a reason why not.
 *
 * Here, and nowhere else, stands the order in which a row's own faults are told: an expression that could not be
 * resolved; a blank number that is to be skipped; the SKU or ID. Then the item is looked up. Then the number, the key,
 * the options.
 */
import type { WriteOperation } from '../model/change';
import type { Reference } from '../model/item';
import type { Cell } from './cell';
import { parseCode, parseKey, parseQuantity } from './cell';
import type { RowOptions } from './options';
import { parseRowOptions } from './options';

/** Cells of one row, as n8n resolved them; nothing is checked yet. */
export interface RawRow {
	item: { by: 'sku' | 'id'; cell: unknown };
	amount: unknown;
	/** There is no number to look at, in any row: the field was left empty. */
	noAmount?: boolean;
	key: unknown;
	options: Record<string, unknown>;
	/** An expression of this row that could not be resolved. */
	fault: string | null;
	/** Why the item is not to be looked for: the row names another shop than the run writes to. */
	elsewhere?: string | null;
}

/** How a row ends by what it is itself. */
export interface RowEnd {
	status: 'failed' | 'skipped';
	message: string;
}

/** A row as far as it names an item. */
export interface NamedRow {
	/** Counted from 0. */
	index: number;
	/** What the row calls its item, for messages; null when it names none. */
	label: string | null;
	reference: Reference | null;
	/** How the row ends before its item is looked up; null when it is to be looked up. */
	earlyEnd: RowEnd | null;
}

export interface Row extends NamedRow {
	/** Quantity or delta, in units; a value of 0 stands in for Set Unlimited, which has no number. */
	amount: Cell<number>;
	key: string | null;
	options: RowOptions;
	/** What fails the row once its item is found. */
	lateFault: string | null;
}

const AMOUNT_LABELS: Record<WriteOperation, string> = {
	setQuantity: 'Quantity',
	adjustByDelta: 'Delta',
	setUnlimited: 'Quantity',
};

export function amountLabel(operation: WriteOperation): string {
	return AMOUNT_LABELS[operation];
}

/** What a row names, without its number. */
export function parseNamedRow(
	{ item, fault, elsewhere = null }: Pick<RawRow, 'item' | 'fault' | 'elsewhere'>,
	index: number,
): NamedRow {
	const code = parseCode(item.cell);
	const message = fault ?? codeFault(code, item.by === 'sku' ? 'SKU' : 'ID') ?? elsewhere;
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

/** Parses one row. Never throws: what is wrong with it is in `earlyEnd` and `lateFault`. */
export function parseRow(raw: RawRow, index: number, operation: WriteOperation): Row {
	const named = parseNamedRow(raw, index);
	const amount = amountOf(raw, operation);
	const key: Cell<string> = operation === 'adjustByDelta' ? parseKey(raw.key) : { kind: 'blank' };
	const { options, fault } = parseRowOptions(raw.options);
	const numberFault = raw.noAmount ? null : amountFault(amount, operation);
	const isSkipped = !raw.noAmount && amount.kind === 'blank' && options.blankQuantity === 'skip';
	return {
		...named,
		earlyEnd: isSkipped && raw.fault === null ? SKIPPED_BLANK : named.earlyEnd,
		amount,
		key: key.kind === 'value' ? key.value : null,
		options,
		lateFault: numberFault ?? keyFault(key) ?? fault,
	};
}

const SKIPPED_BLANK: RowEnd = {
	status: 'skipped',
	message: 'The cell is blank, and a blank is never a zero.',
};

function amountOf({ amount }: RawRow, operation: WriteOperation): Cell<number> {
	return operation === 'setUnlimited' ? { kind: 'value', value: 0 } : parseQuantity(amount);
}

function keyFault(key: Cell<string>): string | null {
	return key.kind === 'invalid'
		? `The idempotency key ${key.shown} is ${key.reason}. Use one piece of text per row, such as the order number and line.`
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
			return `The ${name} ${code.shown} is ${code.reason}. Format the column as text, with one code in each cell.`;
	}
}

function amountFault(amount: Cell<number>, operation: WriteOperation): string | null {
	const label = amountLabel(operation);
	if (amount.kind === 'blank') {
		return `${label} is empty. Fill in the cell, or set Blank Quantity to skip such rows.`;
	}
	if (amount.kind === 'invalid') {
		return `${label} ${amount.shown} is ${amount.reason}. Write a whole number such as 12, without separators or units.`;
	}
	if (operation === 'setQuantity' && amount.value < 0) {
		return `Quantity ${amount.value} is below zero. A level can be set to 0 or more; use Adjust by Delta to reduce the stock.`;
	}
	return null;
}
