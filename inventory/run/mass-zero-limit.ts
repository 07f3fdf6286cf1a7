/**
 * The mass-zero limit: a sheet with a broken quantity column looks like a sold-out shop. So a large Set Quantity run that
 * would set most of its items to 0 stops before the first write.
 */
import type { Fault } from '../model/fault';

/** Runs of fewer items are not limited. */
export const SMALLEST_LIMITED_RUN = 20;

export interface SetItem {
	target: number;
	/** The level before; null if it was unlimited or not read. */
	before: number | null;
}

/** Whether an item goes from another level to 0; an unlimited or unread level counts as another one. */
export function isEmptied({ target, before }: SetItem): boolean {
	return target === 0 && before !== 0;
}

/**
 * @param limit Percent of the items that may go to zero from another level; 100 switches the limit off.
 * @returns Why the run stops, or null.
 */
export function massZeroFault(items: SetItem[], limit: number): Fault | null {
	if (limit >= 100 || items.length < SMALLEST_LIMITED_RUN) return null;
	const emptied = items.filter(isEmptied).length;
	if (emptied * 100 <= items.length * limit) return null;
	return {
		message: `${emptied} of ${items.length} items would go to 0, more than the ${limit} % that Mass Zero Limit allows.`,
		advice:
			'Check the quantity column; if the zeros are intended, raise Mass Zero Limit in Options.',
		wholeRun: true,
	};
}
