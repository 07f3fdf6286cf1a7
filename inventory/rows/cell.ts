/**
 * Parses a spreadsheet cell into a whole number, a code, a blank, or the reason why it is none of these.
 * A blank is never zero, and nothing is guessed: anything but a plain whole number is refused.
 */
import { oddCharacter } from './characters';

/** A parsed cell. `problem` follows the name of its field in a sentence: "“n/a” is not a whole number". */
export type Cell<T> =
	| { kind: 'value'; value: T }
	| { kind: 'blank' }
	| { kind: 'invalid'; problem: string; advice?: string };

/** The value of an expression that gives nothing, as opposed to a field that was left empty. */
export const NOTHING = Symbol('an expression that gives nothing');

/** How numbers are written as text: 1234, 1,234.00 or 1.234,00. */
export const NUMBER_FORMATS = ['plain', 'commaThousands', 'pointThousands'] as const;
export type NumberFormat = (typeof NUMBER_FORMATS)[number];

/** The largest stock level all three services can hold: a signed 32-bit whole number. */
export const LARGEST_QUANTITY = 2 ** 31 - 1;

/** The most characters an idempotency key may have. */
const LONGEST_KEY = 255;

/** The most characters a SKU or an ID may have: it has to fit in a URL and in a line of a log. */
const LONGEST_CODE = 500;

const LONGEST_SHOWN = 60;

/** Groups of three digits with the same separator throughout; spaces and apostrophes separate in all but the plain format. */
const WHOLE_NUMBERS: Record<NumberFormat, RegExp> = {
	plain: /^-?\d+(?:\.0+)?$/,
	commaThousands: /^-?(?:\d+|\d{1,3}(?:([, \u00A0\u202F'’])\d{3})(?:\1\d{3})*)(?:\.0+)?$/,
	pointThousands: /^-?(?:\d+|\d{1,3}(?:([. \u00A0\u202F'’])\d{3})(?:\1\d{3})*)(?:,0+)?$/,
};

/** `1.000` means one to some people and a thousand to others. */
const ONE_OR_A_THOUSAND = /^-?(?!0\.)\d{1,3}\.000$/;

/** The cell as a message shows it: text in quotes and on one line, anything else as JSON. */
export function shown(cell: unknown): string {
	if (typeof cell === 'string') return `“${shortened(cell.replace(/[\s\p{Cc}]/gu, ' '))}”`;
	return shortened(written(cell));
}

/** The whole cell as text. */
export function written(cell: unknown): string {
	if (typeof cell === 'number' || typeof cell === 'boolean' || typeof cell === 'bigint') {
		return String(cell);
	}
	if (cell === NOTHING) return 'nothing';
	try {
		return JSON.stringify(cell) ?? `a ${typeof cell}`;
	} catch {
		return `a ${typeof cell}`;
	}
}

function shortened(text: string): string {
	return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

export function isBlank(cell: unknown): boolean {
	return cell === null || cell === undefined || (typeof cell === 'string' && cell.trim() === '');
}

export function valueOf<T>(value: T): Cell<T> {
	return { kind: 'value', value };
}

/** A cell that cannot be used; `reason` ends the sentence "“n/a” is …". */
export function invalid(cell: unknown, reason: string, advice?: string): Cell<never> {
	return { kind: 'invalid', problem: `${shown(cell)} is ${reason}`, advice };
}

/** What is wrong with a cell, and what to do; null if nothing is. `blank`: what else to do, unless it may be blank. */
export function cellFault(
	name: string,
	cell: Cell<unknown>,
	advice: { blank?: string; invalid: string },
): string | null {
	if (cell.kind === 'invalid') return `${name} ${cell.problem}. ${cell.advice ?? advice.invalid}`;
	return cell.kind === 'blank' && advice.blank
		? `${name} is empty. Fill in the cell, or ${advice.blank}.`
		: null;
}

/**
 * A quantity or a delta, in units: a whole number, as a number or as text that is one after trimming (`" 7 "`, `"-3"`,
 * `"12.0"`, and `"'7"`, the apostrophe a spreadsheet puts before text).
 * Everything else is invalid: `"1.5"`, `"1e3"`, `"0x10"`, booleans, dates, lists, objects, numbers beyond ±2^31-1; and,
 * unless the format settles what they mean, `"1,000"` and `"1.000"`.
 */
export function parseQuantity(cell: unknown, format: NumberFormat = 'plain'): Cell<number> {
	if (isBlank(cell)) return { kind: 'blank' };
	if (typeof cell === 'number') return wholeNumber(cell, cell);
	return typeof cell === 'string' ? writtenNumber(cell, format) : invalid(cell, NOT_WHOLE);
}

const NOT_WHOLE = 'not a whole number';
const CHOOSE_FORMAT = 'Choose in Number Format, under Options, how the column writes numbers.';

function writtenNumber(cell: string, format: NumberFormat): Cell<number> {
	const text = cell.trim().replace(/^'/, '').trim().replace(/^−/, '-');
	if (format === 'plain' && ONE_OR_A_THOUSAND.test(text)) {
		return invalid(cell, 'one or one thousand', CHOOSE_FORMAT);
	}
	if (!WHOLE_NUMBERS[format].test(text)) {
		const odd = oddCharacter(cell.trim());
		if (odd !== null) return { kind: 'invalid', problem: odd, advice: 'Type the cell again.' };
		const isGrouped =
			format === 'plain' &&
			(WHOLE_NUMBERS.commaThousands.test(text) || WHOLE_NUMBERS.pointThousands.test(text));
		return invalid(cell, NOT_WHOLE, isGrouped ? CHOOSE_FORMAT : undefined);
	}
	const [whole] = text.split(format === 'pointThousands' ? ',' : '.0');
	const digits = format === 'plain' ? whole : whole.replace(/[^\d-]/g, '');
	return wholeNumber(cell, Number(digits));
}

function wholeNumber(cell: unknown, value: number): Cell<number> {
	if (!Number.isFinite(value)) return invalid(cell, NOT_WHOLE);
	if (Math.abs(value) > LARGEST_QUANTITY) return invalid(cell, 'too large for a stock level');
	return Number.isInteger(value) ? valueOf(value === 0 ? 0 : value) : invalid(cell, NOT_WHOLE);
}

/**
 * A SKU or an ID: trimmed text, otherwise unchanged (`0017` is not `17`); a number becomes its shortest decimal text
 * (17, 90.75).
 */
export function parseCode(cell: unknown): Cell<string> {
	return parseText(cell, LONGEST_CODE);
}

/** An idempotency key: trimmed text, numbers as their text; a blank is no key. */
export function parseKey(cell: unknown): Cell<string> {
	return parseText(cell, LONGEST_KEY);
}

function parseText(cell: unknown, longest: number): Cell<string> {
	if (isBlank(cell)) return { kind: 'blank' };
	if (typeof cell !== 'number' && typeof cell !== 'string') return invalid(cell, 'not text');
	const text = typeof cell === 'number' ? numberAsText(cell) : valueOf(cell.trim());
	const isTooLong = text.kind === 'value' && text.value.length > longest;
	return isTooLong ? invalid(cell, `longer than ${longest} characters`) : text;
}

function numberAsText(value: number): Cell<string> {
	if (!Number.isFinite(value)) return invalid(value, 'not a code');
	if (Math.abs(value) > Number.MAX_SAFE_INTEGER) {
		return invalid(value, 'too long for a number: the cell has already lost its last digits');
	}
	return valueOf(decimal(value));
}

/** The shortest decimal text of a number, without the exponent JavaScript writes below 1e-6. */
function decimal(value: number): string {
	const text = String(value === 0 ? 0 : value);
	const [mantissa, exponent] = text.split('e-');
	if (exponent === undefined) return text;
	const sign = mantissa.startsWith('-') ? '-' : '';
	const digits = mantissa.replace(/[-.]/g, '');
	return `${sign}0.${'0'.repeat(Number(exponent) - 1)}${digits}`;
}
