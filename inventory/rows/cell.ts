/**
 * A spreadsheet cell becomes a whole number, a code, a blank, or a reason why not.
 * A blank is never zero, and nothing is guessed: what is not plainly a whole number is refused.
 */

/** A cell once looked at. `reason` continues the sentence `… is `. */
export type Cell<T> =
	| { kind: 'value'; value: T }
	| { kind: 'blank' }
	| { kind: 'invalid'; shown: string; reason: string };

/** The largest stock level all three services can hold: a signed 32-bit whole number. */
export const LARGEST_QUANTITY = 2 ** 31 - 1;

/** The most characters an idempotency key may have. */
const LONGEST_KEY = 255;

/** The most characters a SKU or an id may have: an address has to hold it, and the line of a log. */
const LONGEST_CODE = 500;

const LONGEST_SHOWN = 60;
const WHOLE_NUMBER = /^-?\d+(?:\.0+)?$/;

/** The cell as a person would recognize it in a message: text in quotes and on one line, anything else as JSON. */
export function shown(cell: unknown): string {
	if (typeof cell === 'string') return `“${shortened(cell.replace(/[\s\p{Cc}]/gu, ' '))}”`;
	return shortened(written(cell));
}

/** The whole cell as text. */
export function written(cell: unknown): string {
	if (typeof cell === 'number' || typeof cell === 'boolean' || typeof cell === 'bigint') {
		return String(cell);
	}
	let text: string | undefined;
	try {
		text = JSON.stringify(cell);
	} catch {
		text = undefined;
	}
	return text ?? `a ${typeof cell}`;
}

function shortened(text: string): string {
	return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

function isBlank(cell: unknown): boolean {
	return cell === null || cell === undefined || (typeof cell === 'string' && cell.trim() === '');
}

export function invalid(
	cell: unknown,
	reason: string,
): { kind: 'invalid'; shown: string; reason: string } {
	return { kind: 'invalid', shown: shown(cell), reason };
}

/**
 * A quantity or a delta, in pieces: a whole number, as a number or as text that is one after trimming
 * (`" 7 "`, `"-3"`, `"12.0"`, and `"'7"`, the apostrophe a spreadsheet puts before text).
 * Everything else is invalid: `"1,000"`, `"1.5"`, `"1e3"`, `"0x10"`, booleans, dates, lists, objects, beyond ±2^31-1.
 */
export function parseQuantity(cell: unknown): Cell<number> {
	if (isBlank(cell)) return { kind: 'blank' };
	let value: number;
	if (typeof cell === 'number') {
		value = cell;
	} else if (typeof cell === 'string') {
		const text = cell.trim().replace(/^'/, '').trim();
		if (!WHOLE_NUMBER.test(text)) return invalid(cell, 'not a whole number');
		value = Number(text);
	} else {
		return invalid(cell, 'not a whole number');
	}
	if (!Number.isFinite(value)) return invalid(cell, 'not a whole number');
	if (Math.abs(value) > LARGEST_QUANTITY) return invalid(cell, 'too large for a stock level');
	if (!Number.isInteger(value)) return invalid(cell, 'not a whole number');
	return { kind: 'value', value: value === 0 ? 0 : value };
}

/**
 * A SKU or an id: text, trimmed; a numeric cell is its shortest decimal text (17, 90.75).
 * The text is kept as it is otherwise: `0017` is not `17`.
 */
export function parseCode(cell: unknown): Cell<string> {
	return parseText(cell, LONGEST_CODE);
}

/** An idempotency key: text after trimming, numbers as their text, blank = none. */
export function parseKey(cell: unknown): Cell<string> {
	return parseText(cell, LONGEST_KEY);
}

function parseText(cell: unknown, longest: number): Cell<string> {
	if (isBlank(cell)) return { kind: 'blank' };
	if (typeof cell !== 'number' && typeof cell !== 'string') return invalid(cell, 'not text');
	const text: Cell<string> =
		typeof cell === 'number' ? numberAsText(cell) : { kind: 'value', value: cell.trim() };
	const isTooLong = text.kind === 'value' && text.value.length > longest;
	return isTooLong ? invalid(cell, `longer than ${longest} characters`) : text;
}

function numberAsText(value: number): Cell<string> {
	if (!Number.isFinite(value)) return invalid(value, 'not a code');
	if (Math.abs(value) > Number.MAX_SAFE_INTEGER) {
		return invalid(value, 'too long for a number: the cell has already lost its last digits');
	}
	return { kind: 'value', value: decimal(value) };
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
