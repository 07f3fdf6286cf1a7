/** How messages name rows. */

/** The most row numbers or items that a message lists. */
const MOST_LISTED = 10;

/**
 * "Row 3", "Rows 3 and 7", "Rows 3, 7, 9 and 12 more"; rows are counted from 1.
 * @param except The row that the message is for.
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

/** "Row 3 is for" or "Rows 3 and 7 are for": all rows but one. */
export function othersAreFor(indexes: number[], except: number): string {
	return `${rowList(indexes, except)} ${indexes.length === 2 ? 'is for' : 'are for'}`;
}

/** "a, b and c", or "… and 12 more" after ten. */
export function list(words: string[], total = words.length): string {
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
