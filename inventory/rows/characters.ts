/**
 * Characters that look like nothing, or like another: a cell that holds one cannot be read as a number, and a message that
 * quotes the cell would show the right number. So the character is named, with its place.
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

/** Invisible, a digit of another script, or a minus or dash of another kind. U+2212 is a minus like any other. */
const ODD = /\p{Cf}|\p{DI}|[\u207B\u208B\u2796]|(?![0-9])\p{Nd}|(?!-)\p{Pd}/u;

/** What is wrong with a cell that holds such a character, continuing "Quantity …"; null for all others. */
export function oddCharacter(text: string): string | null {
	const found = ODD.exec(text);
	if (found === null) return null;
	const [character] = found;
	const code = (character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0');
	const place = [...text.slice(0, found.index)].length + 1;
	return `has ${nameOf(character)} (U+${code}) as character ${place}`;
}

/** What the name of a column has that nobody sees, and what to do about it; null where all names are as they look. */
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
