/**
 * A row as the canvas gives it becomes a row the engine can plan: every cell a value, a blank, or a reason why not.
 */
import { z } from 'zod';
import type { Cell } from './cell';
import { parseCode, parseKey, parseQuantity, shown, written } from './cell';
import type { Reference } from '../model/item';
import type { WriteOperation } from '../model/change';

/** Cells of one row, as n8n resolved them; nothing is checked yet. */
export interface RawRow {
	item: { by: 'sku' | 'id'; cell: unknown };
	amount: unknown;
	key: unknown;
	options: Record<string, unknown>;
	/** An expression of this row that could not be resolved. */
	fault: string | null;
	/** Why the item is not to be looked for: the row names another shop than the run writes to. */
	elsewhere?: string | null;
}

const belowZero = z.enum(['allow', 'refuse', 'stopAtZero']);
const unlimitedStock = z.enum(['refuse', 'skip', 'convert']);
const blankQuantity = z.enum(['skip', 'fail']);
export const sameItemRows = z.enum(['combine', 'last', 'fail']);

export type BelowZero = z.infer<typeof belowZero>;
export type UnlimitedStock = z.infer<typeof unlimitedStock>;
export type SameItemRows = z.infer<typeof sameItemRows>;

/** Options that each row may set for itself. */
export interface RowOptions {
	writeUnchanged: boolean;
	belowZero: BelowZero;
	unlimitedStock: UnlimitedStock;
	onlyIfQuantityIs: number | null;
	blankQuantity: 'skip' | 'fail';
	notifyLowStock: boolean;
	reservedQuantity: number | null;
	reason: string | null;
	reference: string | null;
}

/** Options that hold for the whole run; n8n reads them from the first row. */
export interface RunOptions {
	dryRun: boolean;
	checkFirst: boolean;
	sameItemRows: SameItemRows;
	/** Percent of a Set Quantity run that may go to zero; 100 switches the brake off. */
	massZeroLimit: number;
	/** Minutes for which a level this process itself confirmed counts as read; 0 for never. */
	trustRememberedMinutes: number;
}

/** A row as far as it names an item. */
export interface NamedRow {
	/** Counted from 0. */
	index: number;
	/** What the row calls its item, for messages; null when it names none. */
	label: string | null;
	reference: Reference | null;
	/** An expression of the row that could not be resolved: looked at before anything else, a blank included. */
	brokenExpression: string | null;
	/** What is wrong with the cell that names the item, or with where the item is; it is not looked for then. */
	itemFault: string | null;
}

export interface Row extends NamedRow {
	/** Quantity or delta in pieces; a value of 0 stands in for Set Unlimited, which has no number. */
	amount: Cell<number>;
	key: string | null;
	options: RowOptions;
	/** What is wrong with the key or an option: looked at last. */
	otherFault: string | null;
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
	return {
		index,
		label: code.kind === 'value' ? code.value : null,
		reference: code.kind === 'value' ? reference(item.by, code.value) : null,
		brokenExpression: fault,
		itemFault: codeFault(code, item.by === 'sku' ? 'SKU' : 'ID') ?? elsewhere,
	};
}

/** The item to look for, or null when the row has none that can be. */
export function wanted({ reference, itemFault }: NamedRow): Reference | null {
	return itemFault === null ? reference : null;
}

/**
 * Parses one row. Never throws: what is wrong is in its faults and in `amount`.
 */
export function parseRow(raw: RawRow, index: number, operation: WriteOperation): Row {
	const key: Cell<string> = operation === 'adjustByDelta' ? parseKey(raw.key) : { kind: 'blank' };
	const { options, fault } = parseRowOptions(raw.options);
	return {
		...parseNamedRow(raw, index),
		amount: operation === 'setUnlimited' ? { kind: 'value', value: 0 } : parseQuantity(raw.amount),
		key: key.kind === 'value' ? key.value : null,
		options,
		otherFault: key.kind === 'invalid' ? keyFault(key) : fault,
	};
}

function keyFault(key: { shown: string; reason: string }): string {
	return `The idempotency key ${key.shown} is ${key.reason}. Use one piece of text per row, such as the order number and line.`;
}

function reference(by: 'sku' | 'id', code: string): Reference {
	return by === 'sku' ? { by, sku: code } : { by, id: code };
}

function codeFault(code: Cell<string>, name: string): string | null {
	if (code.kind === 'blank') {
		return `The ${name} is empty. Fill in the cell, or point Item to the column that holds it.`;
	}
	if (code.kind === 'invalid') {
		return `The ${name} ${code.shown} is ${code.reason}. Format the column as text, with one code in each cell.`;
	}
	return null;
}

/** What is wrong with a row's number, or null. */
export function amountFault(row: Row, operation: WriteOperation): string | null {
	const label = amountLabel(operation);
	const { amount } = row;
	if (amount.kind === 'blank') {
		return `${label} is empty. Fill in the cell, or set Blank Quantity to skip such rows.`;
	}
	if (amount.kind === 'invalid') {
		return `${label} ${amount.shown} is ${amount.reason}. Write a whole number such as 12, without separators or units.`;
	}
	if (operation === 'setQuantity' && amount.value < 0) {
		return `Quantity ${amount.value} is below zero. A level can be set to 0 or more; use Adjust by Delta to take pieces away.`;
	}
	return null;
}

const booleanCell = z.union([
	z.boolean(),
	z.enum(['true', 'false']).transform((text) => text === 'true'),
]);

/**
 * A switch that may come from an expression: true, false, or those words. Anything else is refused, because
 * a text such as `"no"` counts as true in JavaScript.
 */
export function parseBoolean(cell: unknown, fallback: boolean): Cell<boolean> {
	if (cell === undefined || cell === null || cell === '') return { kind: 'value', value: fallback };
	const parsed = booleanCell.safeParse(cell);
	if (parsed.success) return { kind: 'value', value: parsed.data };
	return { kind: 'invalid', shown: shown(cell), reason: 'neither true nor false' };
}

/** One of a list of choices, or the fallback when nothing was chosen. */
export function parseChoice<T extends string>(
	choices: z.ZodType<T>,
	cell: unknown,
	fallback: T,
): Cell<T> {
	if (cell === undefined || cell === null || cell === '') return { kind: 'value', value: fallback };
	const parsed = choices.safeParse(cell);
	if (parsed.success) return { kind: 'value', value: parsed.data };
	return { kind: 'invalid', shown: shown(cell), reason: 'not one of its choices' };
}

/** Collects the first fault while reading options one after the other. */
export class OptionReader {
	fault: string | null = null;

	/** @param wayOut What to do about an option that is not usable. */
	constructor(private readonly wayOut = 'Change it in Options.') {}

	/** The value of a cell, or the fallback; the first invalid cell becomes the fault. */
	value<T>(label: string, cell: Cell<T>, fallback: T): T {
		if (cell.kind === 'value') return cell.value;
		if (cell.kind === 'invalid') {
			this.fault = this.fault ?? `${label} ${cell.shown} is ${cell.reason}. ${this.wayOut}`;
		}
		return fallback;
	}
}

function parseRowOptions(raw: Record<string, unknown>): {
	options: RowOptions;
	fault: string | null;
} {
	const reader = new OptionReader();
	const options: RowOptions = {
		writeUnchanged: reader.value('Write Unchanged', parseBoolean(raw.writeUnchanged, false), false),
		belowZero: reader.value('Below Zero', parseChoice(belowZero, raw.belowZero, 'allow'), 'allow'),
		unlimitedStock: reader.value(
			'Unlimited Stock',
			parseChoice(unlimitedStock, raw.unlimitedStock, 'refuse'),
			'refuse',
		),
		onlyIfQuantityIs: reader.value<number | null>(
			'Only If Quantity Is',
			parseQuantity(raw.onlyIfQuantityIs),
			null,
		),
		blankQuantity: reader.value(
			'Blank Quantity',
			parseChoice(blankQuantity, raw.blankQuantity, 'skip'),
			'skip',
		),
		notifyLowStock: reader.value(
			'Notify Low Stock',
			parseBoolean(raw.notifyLowStock, false),
			false,
		),
		reservedQuantity: reader.value<number | null>(
			'Reserved Quantity',
			parseQuantity(raw.reservedQuantity),
			null,
		),
		reason: note(raw.reason),
		reference: note(raw.reference),
	};
	if (options.reservedQuantity !== null && options.reservedQuantity < 0) {
		reader.fault =
			reader.fault ??
			`Reserved Quantity ${options.reservedQuantity} is below zero. Change it in Options.`;
	}
	return { options, fault: reader.fault };
}

/** Free text copied to the result row; null when there is none. */
function note(cell: unknown): string | null {
	if (cell === undefined || cell === null) return null;
	const text = typeof cell === 'string' ? cell.trim() : written(cell);
	return text === '' ? null : text;
}

/**
 * Reads the options that hold for the whole run. `fault` names the first one that is not usable.
 */
export function parseRunOptions(raw: Record<string, unknown>): {
	options: RunOptions;
	fault: string | null;
} {
	const reader = new OptionReader();
	const options: RunOptions = {
		dryRun: reader.value('Dry Run', parseBoolean(raw.dryRun, false), false),
		checkFirst: reader.value('Check First', parseBoolean(raw.checkFirst, true), true),
		sameItemRows: reader.value(
			'Rows of the Same Item',
			parseChoice(sameItemRows, raw.sameItemRows, 'combine'),
			'combine',
		),
		massZeroLimit: reader.value('Mass Zero Limit', parseRange(raw.massZeroLimit, 50, 0, 100), 50),
		trustRememberedMinutes: reader.value(
			'Trust Remembered Levels (Minutes)',
			parseRange(raw.trustRememberedMinutes, 0, 0),
			0,
		),
	};
	return { options, fault: reader.fault };
}

/** A number between two bounds, both included, or the fallback when nothing was filled in. */
export function parseRange(
	cell: unknown,
	fallback: number,
	lowest: number,
	highest = Number.POSITIVE_INFINITY,
): Cell<number> {
	if (cell === undefined || cell === null || cell === '') return { kind: 'value', value: fallback };
	const value = typeof cell === 'string' ? Number(cell.trim() === '' ? NaN : cell) : cell;
	if (typeof value !== 'number' || !Number.isFinite(value)) {
		return { kind: 'invalid', shown: shown(cell), reason: 'not a number' };
	}
	if (value < lowest || value > highest) {
		const bounds = Number.isFinite(highest)
			? `between ${lowest} and ${highest}`
			: `${lowest} or more`;
		return { kind: 'invalid', shown: shown(cell), reason: `not ${bounds}` };
	}
	return { kind: 'value', value };
}

export const BLANK = 'The cell is blank, and a blank is never a zero.';

/** Whether a row is left alone because its number is blank; looked at before anything else of it but its expressions. */
export function isSkippedBlank({ brokenExpression, amount, options }: Row): boolean {
	return brokenExpression === null && amount.kind === 'blank' && options.blankQuantity === 'skip';
}
