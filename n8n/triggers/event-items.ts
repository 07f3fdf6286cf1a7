/** The output of a trigger: one item per event. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { Item } from '../../inventory/model/item';
import { itemKey } from '../../inventory/model/item';
import type { StockChange, StockEvent } from '../../inventory/triggers/stock-events';
import { eventsOf } from '../../inventory/triggers/stock-events';
import { sha256 } from '../host/digest';
import type { TriggerSettings } from './trigger-settings';

/** Characters of an event ID: enough to be unique. */
const ID_LENGTH = 32;

export function eventItems(
	platform: string,
	change: StockChange,
	{ events, threshold, byService }: TriggerSettings,
): INodeExecutionData[] {
	const { difference, lowAt } = change;
	const mark = byService ? (lowAt ?? threshold) : threshold;
	return eventsOf(difference, mark)
		.filter((event) => events.has(event))
		.map((event) => ({ json: eventRow(platform, event, change) }));
}

/** A change as workflows see it. Missing values are null, never left out. */
export function eventRow(
	platform: string,
	event: StockEvent,
	{ item, difference: { from = null, to, changes }, series, at }: StockChange,
): IDataObject {
	return {
		event,
		sku: item.sku,
		name: item.name,
		previousQuantity: from,
		quantity: to,
		delta: from === null || to === null ? null : to - from,
		unlimited: to === null,
		platform,
		itemId: item.itemId,
		variantId: item.variantId,
		productId: item.productId ?? null,
		eventId: eventId(platform, item, event, [from, to, changes, series]),
		occurredAt: new Date(at).toISOString(),
	};
}

/** The same whenever the same change is read again, but different for the same levels at another time. */
function eventId(platform: string, item: Item, event: StockEvent, change: unknown[]): string {
	return sha256(JSON.stringify([platform, itemKey(item), event, ...change])).slice(0, ID_LENGTH);
}
