/**
 * Sentences that more than one room says. What a guard, a merge or a service says stands where it is decided.
 */
import type { Resolution } from '../model/platform';
import type { Item, Reference } from '../model/item';
import { itemLabel } from '../model/item';

/** How many row numbers or items a message lists. */
const MOST_LISTED = 10;

/**
 * "Row 3", "Rows 3 and 7", "Rows 3, 7, 9 and 12 more"; rows are counted from 1.
 * @param except A row not to be named: the one the sentence is told to.
 */
export function rowList(indexes: number[], except?: number): string {
	const shown: string[] = [];
	for (const index of indexes) {
		if (shown.length === MOST_LISTED) break;
		if (index !== except) shown.push(String(index + 1));
	}
	const total = indexes.length - (except === undefined ? 0 : 1);
	return `${total === 1 ? 'Row' : 'Rows'} ${list(shown, total)}`;
}

function list(words: string[], total = words.length): string {
	const shown = words.slice(0, MOST_LISTED);
	const more = total - shown.length;
	if (more > 0) return `${shown.join(', ')} and ${more} more`;
	if (shown.length < 2) return shown.join('');
	return `${shown.slice(0, -1).join(', ')} and ${shown[shown.length - 1]}`;
}

/** How a row is named: "Row 7 (0017)". */
export function rowName({ index, label }: { index: number; label: string | null }): string {
	return label === null ? `Row ${index + 1}` : `Row ${index + 1} (${label})`;
}

/** Why a reference stands for no item, or for more than one, and the way out. */
export function unresolvedText(
	reference: Reference,
	resolution: Exclude<Resolution, { kind: 'found' | 'failed' }>,
	itemNoun: string,
): string {
	const code = reference.by === 'sku' ? reference.sku : reference.id;
	if (resolution.kind === 'ambiguous') {
		const named = list(resolution.candidates.map(itemLabel));
		return `${resolution.candidates.length} items carry the SKU “${code}”: ${named}. Give each its own SKU, or choose the item by ID.`;
	}
	return `No ${itemNoun} with the SKU “${code}” was found. ${hintTo(resolution.similar)}`;
}

function hintTo(similar: Item[]): string {
	if (similar.length === 0) return 'Check the code in the shop, upper and lower case included.';
	const alike = list(similar.map(({ sku }) => `“${sku}”`));
	// A cell is trimmed, so it can never name a code with a blank at its end.
	const isPadded = similar.some(({ sku }) => sku !== sku?.trim());
	const wayOut = isPadded
		? 'Take the blank before or behind the code away in the shop, or choose the item by ID.'
		: 'Codes must match to the letter; format the column as text, so that no zeros are lost.';
	return `Did you mean ${alike}? ${wayOut}`;
}
