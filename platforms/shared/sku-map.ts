import { foldSku } from '../../inventory/lookup/similar-sku';
import type { Item } from '../../inventory/model/item';
import type { Resolution } from '../../inventory/model/platform';

/** How many look-alikes a message names. */
const MOST_LOOK_ALIKES = 5;

/**
 * Finds items by their SKU: exactly one, none (then with those a person would take for it), or several.
 */
export class SkuMap {
	private readonly bySku = new Map<string, Item[]>();
	private readonly byFold = new Map<string, Item[]>();
	private readonly byId = new Map<string, Item>();

	constructor(items: Iterable<Item>) {
		for (const item of items) {
			this.byId.set(item.itemId, item);
			if (item.sku === null) continue;
			add(this.bySku, item.sku, item);
			add(this.byFold, foldSku(item.sku), item);
		}
	}

	find(sku: string): Exclude<Resolution, { kind: 'failed' }> {
		const matches = this.bySku.get(sku) ?? [];
		if (matches.length === 1) return { kind: 'found', item: matches[0], reading: null };
		if (matches.length > 1) return { kind: 'ambiguous', candidates: matches };
		const similar = (this.byFold.get(foldSku(sku)) ?? []).slice(0, MOST_LOOK_ALIKES);
		return { kind: 'notFound', similar };
	}

	/** Whether the code stands for exactly one item. */
	has(sku: string): boolean {
		return this.bySku.get(sku)?.length === 1;
	}

	/** An item by `itemId`; of an item with variants, the last one. */
	item(itemId: string): Item | undefined {
		return this.byId.get(itemId);
	}
}

function add(map: Map<string, Item[]>, key: string, item: Item): void {
	const items = map.get(key);
	if (items === undefined) map.set(key, [item]);
	else items.push(item);
}
