/** One write to one Ecwid product or variation: what is sent, and what the answer means. */
import type { Change } from '../../inventory/model/change';
import type { Problem } from '../http/problems';
import type { Level } from '../../inventory/model/level';
import type { Understand } from '../http/connection';
import type { HttpRequest } from '../http/transport';
import { pathSegment } from '../http/path-segment';
import { levelOf } from './stock-holder';
import { updated } from './schemas';

/** A product update can return the stored item; updates of variations and deltas cannot. */
const RETURN_ITEM = {
	returnItem: 'true',
	responseFields: 'updateCount,item(id,sku,quantity,unlimited)',
};

export function updateRequest(change: Change): HttpRequest {
	const { itemId, variantId } = change.item;
	const product = `/products/${pathSegment(itemId)}`;
	const path = variantId === null ? product : `${product}/combinations/${pathSegment(variantId)}`;
	const query: Record<string, string> = {};
	if (change.notifyLowStock) query.checkLowStockNotification = 'true';
	if (change.kind === 'delta') {
		const body = { quantityDelta: change.delta };
		return { method: 'PUT', path: `${path}/inventory`, query, body };
	}
	if (variantId === null) Object.assign(query, RETURN_ITEM);
	const unlimited = change.kind === 'unlimited';
	const body = unlimited ? { unlimited } : { quantity: change.quantity, unlimited };
	return { method: 'PUT', path, query, body };
}

/** A plan without variations still accepts products, so its refusal does not stop the run. */
export function faultOn({ item }: Change, fault: Problem): Problem {
	return item.variantId !== null && fault.httpStatus === 402
		? { ...fault, wholeRun: false }
		: fault;
}

/** The answer to a successful write: the level, if it reports one, and Ecwid's warning. */
export interface Update {
	level: Level | null;
	warning?: string;
}

export function understandUpdate(change: Change): Understand<Update> {
	return (body) => {
		const parsed = updated.safeParse(body);
		if (!parsed.success) return null;
		const { updateCount, warning, item } = parsed.data;
		if (updateCount === 0) return { sign: 'notUpdated' };
		if (updateCount == null && item == null) return null;
		if (item?.id != null && item.id !== change.item.itemId) return null;
		const named = item != null && (item.unlimited === true || item.quantity != null);
		return { value: { level: named ? levelOf(item) : null, ...(warning ? { warning } : {}) } };
	};
}
