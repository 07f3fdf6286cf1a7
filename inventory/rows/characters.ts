/**
 * Characters that are invisible or look like others. A cell with one of them is not a number, although it looks like one
 * when a message quotes it. So the message names the character and its position.
 */

const NAMES: Record<string, string> = {
	'\u00AD': 'a soft hyphen',
	'\u200B': 'a zero-width space',
	'\u200C': 'a zero-width non-joiner',
	'\u200D': 'a zero-width joiner',
	'\u200E': 'a left-to-right mark',
	'\u200F': 'a right-to-left mark',
	'\u2010': 'a Unicode hyphen',
	'\u2011': 'a no-break hyphen',
	'\u2012': 'a figure dash',
	'\u2013': 'an en dash',
	'\u2014': 'an em dash',
	'\u2060': 'a word joiner',
	'\uFE63': 'a small hyphen',
	'\uFEFF': 'a byte order mark',
	'\uFF0D': 'a full-width hyphen',
};

/** Invisible characters, digits of other scripts, and unusual dashes. U+2212 is accepted as a minus. */
const ODD = /\p{Cf}|\p{DI}|[\u207B\u208B\u2796]|(?![0-9])\p{Nd}|(?!-)\p{Pd}/u;

/** The problem with a cell that has such a character, to follow "Quantity …"; null if it has none. */
export function oddCharacter(text: string): string | null {
	const found = ODD.exec(text);
	if (found === null) return null;
	const [character] = found;
	const place = [...text.slice(0, found.index)].length + 1;
	return `has ${nameOf(character)} (${codePoint(character)}) as character ${place}`;
}

/** A character by its number, such as U+200B. */
export function codePoint(character: string): string {
	return `U+${(character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Explains an invisible or similar-looking character in a column's name, and what to do; null if there is none. */
export function columnNote(names: string[]): string | null {
	for (const name of names) {
		const problem = oddCharacter(name);
		if (problem === null) continue;
		const advice = name.startsWith('\uFEFF')
			? 'In the node that reads the file, turn on Exclude Byte Order Mark (BOM)'
			: 'Rename it in the file';
		return `The name of column “${[...name].filter((one) => !ODD.test(one)).join('')}” ${problem}. ${advice}.`;
	}
	return null;
}

function nameOf(character: string): string {
	const name = NAMES[character];
	if (name !== undefined) return name;
	if (/\p{Nd}/u.test(character)) return `“${character}”, a digit of another script,`;
	if (/[\p{Pd}\u207B\u208B\u2796]/u.test(character)) return `“${character}”, another kind of dash,`;
	return /[\u202A-\u202E\u2066-\u2069\u061C]/.test(character)
		? 'a text direction mark'
		: 'an invisible character';
}
