/** The stock of one SKU: what is sent to change it, and how an answer is read. */
import type { Change } from '../../inventory/model/change';
import type { Level } from '../../inventory/model/level';
import { notKnown, readLevel } from '../shared/documents';
import { idOf, inventory } from './schemas';

/** Every write has to include `inventoryType`. */
export function fieldsFor(change: Change): Record<string, unknown> {
	switch (change.kind) {
		case 'set':
			return { inventoryType: 'finite', quantity: change.quantity };
		case 'delta':
			return { inventoryType: 'finite', updateQuantity: change.delta };
		case 'unlimited':
			return { inventoryType: 'infinite' };
	}
}

/** The level in the answer to a write, if it has one and is about the right SKU. */
export function levelAfter(body: unknown, itemId: string): { value: Level } | null {
	const read = levelIn(body, itemId);
	return read === null || read.value.isUnreadable ? null : read;
}

/** The level in the answer to a reading; if it is neither a number nor unlimited, it is marked as unreadable. */
export function levelIn(body: unknown, itemId: string): { value: Level } | null {
	const parsed = inventory.safeParse(body);
	if (!parsed.success) return null;
	const { quantity, inventoryType } = parsed.data;
	const named = idOf(parsed.data);
	if (named !== '' && named !== itemId) return null;
	// An object without an ID or any part of a level is some other document.
	if (named === '' && quantity == null && inventoryType == null) return null;
	const level = readLevel('Webflow', { quantity, unlimited: inventoryType === 'infinite' });
	const isLevel = level.unlimited || level.quantity !== null || level.isUnreadable;
	return { value: isLevel ? level : notKnown(level, 'Webflow', quantity ?? null) };
}
