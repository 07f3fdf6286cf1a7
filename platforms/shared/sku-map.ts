/**
 * Items by their SKU: exactly one, none (then with similar ones), or several.
 */
import { foldSku } from '../../inventory/lookup/similar-sku';
import type { Item } from '../../inventory/model/item';
import type { Resolution } from '../../inventory/model/platform';

/** How many similar SKUs a message names. */
const MOST_SIMILAR = 5;

export class SkuMap {
	private readonly bySku = new Map<string, Item[]>();
	private readonly byFold = new Map<string, Item[]>();

	constructor(
		items: Iterable<Item>,
		/** What tells an item apart from others with its SKU; empty where there is nothing. */
		private readonly tellApart: (item: Item) => string = () => '',
	) {
		for (const item of items) {
			if (item.sku === null) continue;
			add(this.bySku, item.sku, item);
			add(this.byFold, foldSku(item.sku), item);
		}
	}

	find(sku: string): Exclude<Resolution, { kind: 'failed' }> {
		const matches = this.bySku.get(sku) ?? [];
		if (matches.length === 1) return { kind: 'found', item: matches[0], reading: null };
		if (matches.length > 1) {
			const candidates = matches.map((item) => ({ item, distinction: this.tellApart(item) }));
			return { kind: 'ambiguous', candidates };
		}
		const similar = (this.byFold.get(foldSku(sku)) ?? []).slice(0, MOST_SIMILAR);
		return { kind: 'notFound', similar };
	}

	/** The one item that carries a SKU; undefined where there is none, or more than one. */
	only(sku: string): Item | undefined {
		const matches = this.bySku.get(sku) ?? [];
		return matches.length === 1 ? matches[0] : undefined;
	}

	has(sku: string): boolean {
		return this.only(sku) !== undefined;
	}
}

function add(map: Map<string, Item[]>, key: string, item: Item): void {
	const items = map.get(key);
	if (items === undefined) map.set(key, [item]);
	else items.push(item);
}
