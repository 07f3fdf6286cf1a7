import { differences, foldSku, readDamaged } from '../../../../inventory/lookup/similar-sku.ts';
import { unresolvedText } from '../../../../inventory/lookup/unresolved-text.ts';
import { SkuMap } from '../../../../platforms/shared/sku-map.ts';

const ZEROS = 'zeros, as a spreadsheet drops them';
const CASE = 'upper and lower case';
const INVISIBLE = 'an invisible character';
const UNICODE = 'the Unicode form of a letter or digit';
const ALPHABET = 'a letter of another alphabet that looks the same';
const QUOTES = 'quotes or ="…" around the code';

test.each<[string, string, string[]]>([
	['0017', '17', [ZEROS]],
	['abc', 'ABC', [CASE]],
	['90.750', '90.75', [ZEROS]],
	['90.0', '90', [ZEROS]],
	['AB-12', 'ab 12', ['blanks', 'dashes', CASE]],
	['AB_12', 'AB12', ['dashes']],
	['AB\u201312', 'AB-12', ['dashes']],
	['AB\u221212', 'AB-12', ['dashes']],
	["'17", '17', [QUOTES]],
	['"17"', '17', [QUOTES]],
	['="0017"', '0017', [QUOTES]],
	['000', '0', [ZEROS]],
	['A\u200b1', 'A1', [INVISIBLE]],
	['\ufeffA1', 'A1', [INVISIBLE]],
	['A\u00ad1', 'A1', [INVISIBLE]],
	['A\u00a01', 'A1', ['blanks']],
	['CAFE\u0301', 'CAFÉ', [UNICODE]],
	['\uff21\uff11', 'A1', [UNICODE]],
	['\u0410B-1', 'AB-1', [ALPHABET]],
	['\u0391B-1', 'ab-1', [CASE, ALPHABET]],
])('“%s” looks like “%s”, and what they differ in is named', (one, other, named) => {
	expect(foldSku(one)).toBe(foldSku(other));
	expect(differences(one, other)).toStrictEqual(named);
	expect(differences(other, one)).toStrictEqual(named);
});

test.each([
	['17', '170'],
	['1.7', '17'],
	['A1', 'A2'],
	['0', '1'],
	['CAFE', 'CAFÉ'],
])('“%s” does not look like “%s”', (a, b) => {
	expect(foldSku(a)).not.toBe(foldSku(b));
});

describe('a long code that a spreadsheet took for a number', () => {
	const item = (sku: string) => ({ itemId: sku, variantId: null, sku, name: null });
	const map = new SkuMap(['4006381333931', '4016381333931', '400638', 'A'].map(item));

	test.each(['4.00638E+12', '4,00638E+12', '4.00638e12', '4006380000000', '4.006E+12'])(
		'a long code that a spreadsheet took for a number, as %s, is found by the digits that are left',
		(sku) => {
			const found = map.find(sku);
			expect(found).toMatchObject({ kind: 'notFound', similar: [{ sku: '4006381333931' }] });
			const message = unresolvedText(
				{ by: 'sku', sku },
				found as Parameters<typeof unresolvedText>[1],
				'item',
			);
			expect(message).toContain('Did you mean “4006381333931”? A spreadsheet rounded the code');
		},
	);

	test('a long code that was cut off after fifteen digits is found, too', () => {
		const long = new SkuMap([item('123456789012345678')]);
		expect(long.find('123456789012345000')).toMatchObject({
			similar: [{ sku: '123456789012345678' }],
		});
	});

	test.each(['4006380000001', '4.00638', '40E+1', '400000', 'E+12', '5.1E+12', '4.00639E+12'])(
		'no long code is seen in %s',
		(sku) => {
			expect(map.find(sku)).toStrictEqual({ kind: 'notFound', similar: [] });
		},
	);

	test('a long code that no item may have been is said to look like one', () => {
		expect(
			unresolvedText({ by: 'sku', sku: '5.12E+12' }, { kind: 'notFound', similar: [] }, 'item'),
		).toContain('a long number that a spreadsheet rounded');
		expect(readDamaged('5.1E+12')).toStrictEqual(null);
		expect(readDamaged('5.12E+12')).not.toBeNull();
	});
});

test('invisible characters of a code in the shop are shown', () => {
	const similar = [{ itemId: '1', variantId: null, sku: 'A\u200b1', name: null }];
	expect(unresolvedText({ by: 'sku', sku: 'A1' }, { kind: 'notFound', similar }, 'item')).toBe(
		'No item with the SKU “A1” was found. Did you mean “A[U+200B]1”? They differ in an invisible character. Codes must match to the letter: correct the code, or format the column as text so that it stays whole.',
	);
});

test('items that share a SKU are told apart by what the service says of them', () => {
	const item = (itemId: string) => ({ itemId, variantId: null, sku: 'D', name: 'Lamp' });
	const candidates = [
		{ item: item('1'), distinction: 'archived' },
		{ item: item('2'), distinction: '' },
	];
	expect(unresolvedText({ by: 'sku', sku: 'D' }, { kind: 'ambiguous', candidates }, 'item')).toBe(
		'2 items carry the SKU “D”: D – Lamp (1) [archived] and D – Lamp (2). Give each its own SKU, or choose the item by ID.',
	);
});
