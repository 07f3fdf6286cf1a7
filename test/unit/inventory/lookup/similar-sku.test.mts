import { foldSku } from '../../../../inventory/lookup/similar-sku.ts';

test.each([
	['0017', '17'],
	['abc', 'ABC'],
	['90.750', '90.75'],
	['90.0', '90'],
	['AB-12', 'ab 12'],
	['AB_12', 'AB12'],
	["'17", '17'],
	['000', '0'],
])('“%s” looks like “%s”', (a, b) => {
	expect(foldSku(a)).toBe(foldSku(b));
});

test.each([
	['17', '170'],
	['1.7', '17'],
	['A1', 'A2'],
	['0', '1'],
])('“%s” does not look like “%s”', (a, b) => {
	expect(foldSku(a)).not.toBe(foldSku(b));
});
