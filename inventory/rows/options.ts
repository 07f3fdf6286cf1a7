/** The options of a write: each parsed from its cell, or its default where the field was left empty. */
import type { Cell, NumberFormat } from './cell';
import { invalid, NOTHING, NUMBER_FORMATS, parseQuantity, valueOf, written } from './cell';

const BELOW_ZERO = ['allow', 'refuse', 'stopAtZero'] as const;
const UNLIMITED_STOCK = ['refuse', 'skip', 'convert'] as const;
const BLANK_QUANTITY = ['skip', 'fail'] as const;
const SAME_ITEM_ROWS = ['combine', 'sum', 'last', 'fail'] as const;

export type SameItemRows = (typeof SAME_ITEM_ROWS)[number];

/** Options that each row may set for itself. */
export interface RowOptions {
	writeUnchanged: boolean;
	belowZero: (typeof BELOW_ZERO)[number];
	unlimitedStock: (typeof UNLIMITED_STOCK)[number];
	onlyIfQuantityIs: number | null;
	blankQuantity: (typeof BLANK_QUANTITY)[number];
	notifyLowStock: boolean;
	reservedQuantity: number | null;
	/** Units held back from the shop, and the most it shows; both apply to the sum where rows are added up. */
	safetyStock: number | null;
	maxQuantity: number | null;
	reason: string | null;
	reference: string | null;
}

/** Options of the whole run, read from the first row. */
export interface RunOptions {
	dryRun: boolean;
	checkFirst: boolean;
	sameItemRows: SameItemRows;
	/** Percent of a Set Quantity run that may go to zero; 100 switches the limit off. */
	massZeroLimit: number;
	numberFormat: NumberFormat;
	/** Minutes for which a level that this process saw confirmed need not be read again; 0 to always read. */
	trustRememberedMinutes: number;
}

type Fields = Record<string, unknown>;

interface ReaderSettings {
	/** What to do about a field that cannot be used. */
	advice: string;
	format: NumberFormat;
	/** An invisible character in a column's name, which may be why an expression gives nothing. */
	columnNote: string | null;
}

/** Parses fields one by one and keeps the first fault. */
export class OptionReader {
	fault: string | null = null;

	constructor(
		private readonly fields: Fields,
		private readonly settings: Partial<ReaderSettings> = {},
	) {}

	/**
	 * A switch, perhaps from an expression: true, false, or those words. Anything else is refused, because text such as
	 * `"no"` is truthy in JavaScript.
	 */
	boolean(name: string, label: string, fallback: boolean): boolean {
		return this.read(name, label, fallback, (cell) => {
			if (cell === true || cell === 'true') return valueOf(true);
			if (cell === false || cell === 'false') return valueOf(false);
			return invalid(cell, 'neither true nor false');
		});
	}

	choice<T extends string>(name: string, label: string, choices: readonly T[], fallback: T): T {
		return this.read(name, label, fallback, (cell) => {
			const chosen = choices.find((choice) => choice === cell);
			return chosen === undefined ? invalid(cell, 'not one of its choices') : valueOf(chosen);
		});
	}

	/** A whole number, or null when there is none. */
	quantity(name: string, label: string, mayBeNegative = false): number | null {
		return this.read<number | null>(name, label, null, (cell) => {
			const quantity = parseQuantity(cell, this.settings.format);
			const isBelow = !mayBeNegative && quantity.kind === 'value' && quantity.value < 0;
			return isBelow ? invalid(cell, 'below zero') : quantity;
		});
	}

	/** A number between two bounds, both included. */
	range(
		name: string,
		label: string,
		fallback: number,
		[lowest, highest = Infinity]: [lowest: number, highest?: number],
	): number {
		return this.read(name, label, fallback, (cell) => {
			const value = typeof cell === 'string' && cell.trim() !== '' ? Number(cell) : cell;
			if (typeof value !== 'number' || !Number.isFinite(value))
				return invalid(cell, 'not a number');
			if (value >= lowest && value <= highest) return valueOf(value);
			const bounds = highest < Infinity ? `between ${lowest} and ${highest}` : `${lowest} or more`;
			return invalid(cell, `not ${bounds}`);
		});
	}

	/** Text, or null when there is none. */
	text(name: string, label: string): string | null {
		return this.read<string | null>(name, label, null, (cell) => {
			const text = typeof cell === 'string' ? cell.trim() : written(cell);
			return text === '' ? { kind: 'blank' } : valueOf(text);
		});
	}

	private read<T>(name: string, label: string, fallback: T, parse: (cell: unknown) => Cell<T>): T {
		const cell = this.fields[name];
		if (cell === undefined || cell === null || cell === '') return fallback;
		const { advice = 'Change it in Options.', columnNote } = this.settings;
		const parsed = cell === NOTHING ? givesNothing(columnNote) : parse(cell);
		if (parsed.kind === 'value') return parsed.value;
		if (parsed.kind === 'invalid') {
			this.fault = this.fault ?? `${label} ${parsed.problem}. ${parsed.advice ?? advice}`;
		}
		return fallback;
	}
}

/** A switch or guard that somebody set must not be off just because a cell is blank. */
function givesNothing(columnNote: string | null = null): Cell<never> {
	const advice = 'Point it to a column that exists and is filled in, or empty the field.';
	return {
		kind: 'invalid',
		problem: 'holds an expression that gives nothing here',
		advice: columnNote === null ? advice : `${advice} ${columnNote}`,
	};
}

/** `fault` names the first option that cannot be used. */
interface Parsed<T> {
	options: T;
	fault: string | null;
}

export function parseRowOptions(
	fields: Fields,
	settings: Pick<ReaderSettings, 'format' | 'columnNote'>,
): Parsed<RowOptions> {
	const reader = new OptionReader(fields, settings);
	const options: RowOptions = {
		writeUnchanged: reader.boolean('writeUnchanged', 'Write Unchanged', false),
		belowZero: reader.choice('belowZero', 'Below Zero', BELOW_ZERO, 'allow'),
		unlimitedStock: reader.choice('unlimitedStock', 'Unlimited Stock', UNLIMITED_STOCK, 'refuse'),
		onlyIfQuantityIs: reader.quantity('onlyIfQuantityIs', 'Only If Quantity Is', true),
		blankQuantity: reader.choice('blankQuantity', 'Blank Quantity', BLANK_QUANTITY, 'skip'),
		notifyLowStock: reader.boolean('notifyLowStock', 'Notify Low Stock', false),
		reservedQuantity: reader.quantity('reservedQuantity', 'Reserved Quantity'),
		safetyStock: reader.quantity('safetyStock', 'Safety Stock'),
		maxQuantity: reader.quantity('maxQuantity', 'Max Quantity'),
		reason: reader.text('reason', 'Reason'),
		reference: reader.text('reference', 'Reference'),
	};
	return { options, fault: reader.fault };
}

export function parseRunOptions(
	fields: Fields,
	columnNote: string | null = null,
): Parsed<RunOptions> {
	const reader = new OptionReader(fields, { columnNote });
	const sameItem = 'Rows of the Same Item';
	const remembered = 'Trust Remembered Levels (Minutes)';
	const options: RunOptions = {
		dryRun: reader.boolean('dryRun', 'Dry Run', false),
		checkFirst: reader.boolean('checkFirst', 'Check First', true),
		sameItemRows: reader.choice('sameItemRows', sameItem, SAME_ITEM_ROWS, 'combine'),
		massZeroLimit: reader.range('massZeroLimit', 'Mass Zero Limit', 50, [0, 100]),
		numberFormat: reader.choice('numberFormat', 'Number Format', NUMBER_FORMATS, 'plain'),
		trustRememberedMinutes: reader.range('trustRememberedMinutes', remembered, 0, [0]),
	};
	return { options, fault: reader.fault };
}
