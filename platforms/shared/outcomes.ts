/** What an adapter tells the engine: the outcomes of its writes, and a page of its list. */
import type { Change } from '../../inventory/model/change';
import type { ListedItem, Listing, WriteOutcome } from '../../inventory/model/platform';
import type { Answer } from '../http/connection';
import { mapInOrder } from '../http/map-in-order';
import type { Page } from './paged-list';
import { withSkuAdvice } from './refusal';

/** Writes one change after the other. */
export async function writeInOrder(
	changes: Change[],
	write: (change: Change) => Promise<WriteOutcome>,
): Promise<WriteOutcome[]> {
	const outcomes = await mapInOrder<Change, WriteOutcome>(changes, write, (fault) => ({
		kind: 'notSent',
		fault,
	}));
	return outcomes.map((outcome, n) => withSkuAdvice(outcome, changes[n].item));
}

/** @param itemsOf The items of an entry that have stock. */
export function listingOf<T>(
	answer: Answer<Page<T>>,
	itemsOf: (entry: T) => ListedItem[],
): Listing {
	if (!answer.ok) return { kind: 'failed', fault: answer.fault };
	const { entries, leftOut, next } = answer.value;
	return {
		kind: 'page',
		items: entries.flatMap((entry) => itemsOf(entry)),
		leftOut: leftOut.map(({ label }) => label),
		next,
		serverTime: answer.serverTime,
	};
}
