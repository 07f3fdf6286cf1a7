/** A write to one item. */
import type { Item } from './item';

export type WriteOperation = 'setQuantity' | 'adjustByDelta' | 'setUnlimited';

/** One write to one item. The service itself adds a delta; we never do. */
export type Change = { item: Item; notifyLowStock?: boolean } & (
	| {
			kind: 'set';
			quantity: number;
			reserved: number | null;
			/** The target of a read-add-put, for services without a delta of their own: never sent twice. */
			fromDelta?: boolean;
	  }
	| {
			kind: 'delta';
			delta: number;
			/** The idempotency keys of the rows, if every row has one: a service can recognize the delta by them. */
			keys: string[] | null;
			/** A row has a key, which belongs to this item, so the SKU must not be resolved to another item. */
			pinned?: boolean;
	  }
	| { kind: 'unlimited' }
);

/** A delta, or the target of a read-add-put. */
export function isDelta(change: Change): change is Exclude<Change, { kind: 'unlimited' }> {
	return change.kind === 'delta' || (change.kind === 'set' && change.fromDelta === true);
}
