/**
 * The same text for SKUs that a person could mistake for each other: upper and lower case, spaces and dashes, and the
 * zeros a spreadsheet drops (`0017` and `17`, `90.750` and `90.75`). Only used to help with a code that was not found;
 * matching is exact.
 */
export function foldSku(sku: string): string {
	const bare = sku.toLowerCase().replace(/[\s\-_']/g, '');
	const trailing = /^\d+\.\d+$/.test(bare) ? bare.replace(/\.?0+$/, '') : bare;
	return trailing.replace(/^0+(?=.)/, '');
}
