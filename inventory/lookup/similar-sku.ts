/**
 * SKUs that a person could mistake for each other, and how they differ. Only used in hints about a code that was not
 * found: matching is exact.
 */

/** One way in which two codes can look alike: they are equal once `fold` has been applied to both. */
interface Likeness {
	fold(code: string): string;
	/** What differs, as the end of the sentence "They differ in …". */
	differs: string;
}

/** Letters of other scripts, in lower case, that look like Latin ones in lower or upper case. */
const LOOK_ALIKE = {
	// Cyrillic
	...{ а: 'a', в: 'b', е: 'e', к: 'k', м: 'm', н: 'h', о: 'o', р: 'p', с: 'c', т: 't', у: 'y' },
	...{ х: 'x', ѕ: 's', і: 'i', ј: 'j', ԁ: 'd', ԛ: 'q', ԝ: 'w', һ: 'h' },
	// Greek
	...{ α: 'a', β: 'b', ε: 'e', ζ: 'z', η: 'h', ι: 'i', κ: 'k', μ: 'm', ν: 'n', ο: 'o', ρ: 'p' },
	...{ τ: 't', υ: 'y', χ: 'x' },
} as Record<string, string>;

function latin(letter: string): string {
	const lower = letter.toLowerCase();
	const alike = LOOK_ALIKE[lower] ?? lower;
	return letter === lower ? alike : alike.toUpperCase();
}

/** Characters that take no space: formats, controls, the grapheme joiner and variation selectors. */
export const INVISIBLE = /[\p{Cf}\p{Cc}\u034f\ufe00-\ufe0f]/gu;

/** In this order: each relies on those before it. */
const LIKENESSES: Likeness[] = [
	{
		differs: 'quotes or ="…" around the code',
		fold: (code) => code.replace(/^\s*=(?=\s*["“”])/, '').replace(/["'“”„‟‘’‚‛«»‹›`´]/g, ''),
	},
	{
		differs: 'the Unicode form of a letter or digit',
		fold: (code) => code.normalize('NFKC'),
	},
	{
		differs: 'an invisible character',
		fold: (code) => code.replace(INVISIBLE, ''),
	},
	{ differs: 'blanks', fold: (code) => code.replace(/[^\S\ufeff]/g, '') },
	{ differs: 'dashes', fold: (code) => code.replace(/[\p{Pd}_\u2212]/gu, '') },
	{ differs: 'upper and lower case', fold: (code) => code.toLowerCase() },
	{
		differs: 'a letter of another alphabet that looks the same',
		fold: (code) => [...code].map(latin).join(''),
	},
	{
		differs: 'zeros, as a spreadsheet drops them',
		fold: (code) => {
			const short = /^\d+\.\d+$/.test(code) ? code.replace(/\.?0+$/, '') : code;
			return short.replace(/^0+(?=.)/, '');
		},
	},
];

/** The same text for codes that look alike. */
export function foldSku(sku: string): string {
	return foldWith(LIKENESSES, sku);
}

function foldWith(likenesses: Likeness[], sku: string): string {
	return likenesses.reduce((code, { fold }) => fold(code), sku);
}

/** How two codes that look alike differ: each fold without which they would not be equal is a difference. */
export function differences(one: string, other: string): string[] {
	return LIKENESSES.filter((likeness) => {
		const others = LIKENESSES.filter((some) => some !== likeness);
		return foldWith(others, one) !== foldWith(others, other);
	}).map(({ differs }) => differs);
}

/** A long code that a spreadsheet turned into a number. */
interface Damaged {
	/** The range in which the original number lies. */
	from: number;
	to: number;
}

/** The fewest digits a spreadsheet shows of a long number, and the length from which it may round one. */
const FEWEST_DIGITS = 3;
const LONG_CODE = 9;

/**
 * Reads `4.00638E+12`, or its full form `4006380000000`: a long code rounded, or cut off, after some digits. Null for
 * anything else. Many spreadsheets write the decimal point as a comma.
 */
export function readDamaged(sku: string): Damaged | null {
	const scientific = /^(\d)(?:[.,](\d+))?e\+?(\d+)$/i.exec(sku.trim());
	const [, first, fraction = '', exponent] = scientific ?? [];
	const zeros = scientific
		? Number(exponent) - fraction.length
		: (/^[1-9]\d*?(0+)$/.exec(sku)?.[1].length ?? 0);
	const digits = scientific ? `${first}${fraction}` : sku.slice(0, sku.length - zeros);
	const isLong = digits.length + zeros >= LONG_CODE && digits.length + zeros <= 21;
	if (!/^\d+$/.test(digits) || digits.length < FEWEST_DIGITS || zeros < 1 || !isLong) return null;
	const unit = 10 ** zeros;
	const value = Number(digits) * unit;
	return { from: value - unit / 2, to: value + unit };
}
