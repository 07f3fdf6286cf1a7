/**
 * A key names an event, so every part of it needs a value. With an empty part, many orders would have the same key, and
 * all but the first would be duplicates.
 */
import { isBlank, shown } from './cell';

/** Placeholders for an empty value in sheets and programs; spreadsheet errors differ by language. */
const PLACEHOLDERS = new Set(['null', 'undefined', 'nan', 'none', 'n/a', '#n/a', '#nv']);
const SHEET_ERROR = /^#[\p{L}/0]+[!?]$/u;
const SEPARATORS = /[\s,:;/|_\p{Pd}\u2212]+/u;

/** Placeholders that contain a separator, so they are matched before the value is split. */
const PLACEHOLDERS_WITH_SEPARATORS =
	/\[object \w+\]|(?<![^\s,:;/|_-])#?n\/a(?![^\s,:;/|_-])|#div\/0!/i;

/** The empty value or placeholder in one part of a key, as a message shows it; null if there is none. */
export function nothingIn(value: unknown): string | null {
	if (isBlank(value)) return 'nothing';
	const text = String(value);
	const [whole] = PLACEHOLDERS_WITH_SEPARATORS.exec(text) ?? [];
	if (whole !== undefined) return shown(whole);
	const words = text.split(SEPARATORS).filter((word) => word !== '');
	if (words.length === 0) return shown(text);
	const empty = words.find(
		(word) => PLACEHOLDERS.has(word.toLowerCase()) || SHEET_ERROR.test(word),
	);
	return empty === undefined ? null : shown(empty);
}

/** Why a key with an empty part is refused. */
export function keyPartFault(part: string, nothing: string): string {
	return `The idempotency key names no event: ${shown(part)} gives ${nothing}. Point Idempotency Key to columns that exist and are filled in, or leave the field empty.`;
}
