/** Explains why a reference matched no item, or more than one, and what to do. */
import type { Item, Reference } from '../model/item';
import { itemLabel } from '../model/item';
import type { Resolution } from '../model/platform';
import { codePoint } from '../rows/characters';
import { list } from '../rows/row-text';
import { differences, foldSku, INVISIBLE, readDamaged } from './similar-sku';

type Unresolved = Exclude<Resolution, { kind: 'found' | 'failed' }>;

export function unresolvedText(
	reference: Reference,
	resolution: Unresolved,
	itemNoun: string,
): string {
	const code = reference.by === 'sku' ? reference.sku : reference.id;
	if (resolution.kind === 'ambiguous') {
		const { candidates } = resolution;
		const named = candidates.map(({ item, distinction }) =>
			distinction === '' ? itemLabel(item) : `${itemLabel(item)} [${distinction}]`,
		);
		return `${candidates.length} items carry the SKU “${code}”: ${list(named)}. Give each its own SKU, or choose the item by ID.`;
	}
	return `No ${itemNoun} with the SKU “${code}” was found. ${hintTo(code, resolution.similar)}`;
}

function hintTo(code: string, similar: Item[]): string {
	const skus = similar.flatMap(({ sku }) => (sku === null ? [] : [sku]));
	if (skus.length === 0) {
		return readDamaged(code) === null
			? 'Check the code in the shop, upper and lower case included.'
			: 'It looks like a long number that a spreadsheet rounded: format the column as text before the codes are filled in.';
	}
	const meant = `Did you mean ${list(skus.map((sku) => `“${visible(sku)}”`))}?`;
	if (skus.some((sku) => foldSku(sku) !== foldSku(code))) {
		return `${meant} A spreadsheet rounded the code, as it does with long numbers. Format the column as text before the codes are filled in, and fill them in again.`;
	}
	const differing = [...new Set(skus.flatMap((sku) => differences(code, sku)))];
	// A cell is trimmed, so it can never match a code with a space at its end.
	const isPadded = skus.some((sku) => sku !== sku.trim());
	const advice = isPadded
		? 'Remove the space before or after the code in the shop, or choose the item by ID.'
		: 'Codes must match to the letter: correct the code, or format the column as text so that it stays whole.';
	const said = differing.length === 0 ? '' : ` They differ in ${list(differing)}.`;
	return `${meant}${said} ${advice}`;
}

/** A code with its invisible characters shown by their numbers. */
function visible(sku: string): string {
	return sku.replace(INVISIBLE, (character) => `[${codePoint(character)}]`);
}
