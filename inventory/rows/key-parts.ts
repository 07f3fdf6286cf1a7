/**
 * A key names an event, so each of its parts has to name something. A part that gives nothing would make one key of many
 * orders, and every order after the first a duplicate.
 */
import { isBlank, shown } from './cell';

/** What stands for nothing in sheets and programs; the errors of spreadsheets in more than one language. */
const NO_WORDS = new Set(['null', 'undefined', 'nan', 'none', 'n/a', '#n/a', '#nv']);
const SHEET_ERROR = /^#[\p{L}/0]+[!?]$/u;
const SEPARATORS = /[\s,:;/|_\p{Pd}\u2212]+/u;

/** Words that hold a separator: they are looked for before a value is split at its separators. */
const WORDS_WITH_SEPARATORS = /\[object \w+\]|(?<![^\s,:;/|_-])#?n\/a(?![^\s,:;/|_-])|#div\/0!/i;

/** What stands for nothing in the value of one part of a key, as a message shows it; null when all of it is something. */
export function nothingIn(value: unknown): string | null {
	if (isBlank(value)) return 'nothing';
	const text = String(value);
	const [whole] = WORDS_WITH_SEPARATORS.exec(text) ?? [];
	if (whole !== undefined) return shown(whole);
	const words = text.split(SEPARATORS).filter((word) => word !== '');
	if (words.length === 0) return shown(text);
	const empty = words.find((word) => NO_WORDS.has(word.toLowerCase()) || SHEET_ERROR.test(word));
	return empty === undefined ? null : shown(empty);
}

/** Why a key is refused of which a part gives nothing. */
export function keyPartFault(part: string, nothing: string): string {
	return `The idempotency key names no event: ${shown(part)} gives ${nothing}. Point Idempotency Key to columns that exist and are filled in, or leave the field empty.`;
}
