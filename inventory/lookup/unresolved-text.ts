/**
 * Why a reference stands for no item, or for more than one, and the way out.
 */
import type { Item, Reference } from '../model/item';
import { itemLabel } from '../model/item';
import type { Resolution } from '../model/platform';
import { list } from '../rows/row-text';

export function unresolvedText(
	reference: Reference,
	resolution: Exclude<Resolution, { kind: 'found' | 'failed' }>,
	itemNoun: string,
): string {
	const code = reference.by === 'sku' ? reference.sku : reference.id;
	if (resolution.kind === 'ambiguous') {
		const { candidates } = resolution;
		const named = candidates.map(({ item, distinction }) =>
			distinction === '' ? itemLabel(item) : `${itemLabel(item)}, ${distinction}`,
		);
		const listed = candidates.some(({ distinction }) => distinction !== '')
			? named.map((one) => `[${one}]`)
			: named;
		return `${candidates.length} items carry the SKU “${code}”: ${list(listed)}. Give each its own SKU, or choose the item by ID.`;
	}
	return `No ${itemNoun} with the SKU “${code}” was found. ${hintTo(resolution.similar)}`;
}

function hintTo(similar: Item[]): string {
	if (similar.length === 0) return 'Check the code in the shop, upper and lower case included.';
	const alike = list(similar.map(({ sku }) => `“${sku}”`));
	// A cell is trimmed, so it can never name a code with a blank at its end.
	const isPadded = similar.some(({ sku }) => sku !== sku?.trim());
	const wayOut = isPadded
		? 'Take the blank before or after the code away in the shop, or choose the item by ID.'
		: 'Codes must match to the letter; format the column as text, so that no zeros are lost.';
	return `Did you mean ${alike}? ${wayOut}`;
}
