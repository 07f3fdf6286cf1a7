/** Finds items by SKU: exactly one, none (then similar ones), or several. */
import { foldSku, readDamaged } from '../../inventory/lookup/similar-sku';
import type { Item } from '../../inventory/model/item';
import type { Resolution } from '../../inventory/model/platform';

/** The most similar SKUs that a message names. */
const MOST_SIMILAR = 5;

export class SkuMap {
	private readonly bySku = new Map<string, Item[]>();
	/** By folded SKU; built when a code is not found. */
	private byFold: Map<string, Item[]> | null = null;
	/** Those whose SKU is all digits, sorted by that number; built when a rounded code is looked up. */
	private numbered: Array<{ item: Item; number: number }> | null = null;

	constructor(
		items: Iterable<Item>,
		/** What tells an item apart from others with the same SKU; empty if nothing does. */
		private readonly tellApart: (item: Item) => string = () => '',
	) {
		for (const item of items) {
			if (item.sku !== null) add(this.bySku, item.sku, item);
		}
	}

	find(sku: string): Exclude<Resolution, { kind: 'failed' }> {
		const matches = this.bySku.get(sku) ?? [];
		if (matches.length === 1) return { kind: 'found', item: matches[0], reading: null };
		if (matches.length > 1) {
			const candidates = matches.map((item) => ({ item, distinction: this.tellApart(item) }));
			return { kind: 'ambiguous', candidates };
		}
		this.byFold ??= this.folded();
		const similar = this.byFold.get(foldSku(sku)) ?? this.undamaged(sku);
		return { kind: 'notFound', similar: similar.slice(0, MOST_SIMILAR) };
	}

	/** The only item with a SKU; undefined if there is none or more than one. */
	only(sku: string): Item | undefined {
		const matches = this.bySku.get(sku) ?? [];
		return matches.length === 1 ? matches[0] : undefined;
	}

	private folded(): Map<string, Item[]> {
		const byFold = new Map<string, Item[]>();
		for (const [sku, items] of this.bySku) {
			const fold = foldSku(sku);
			for (const item of items) add(byFold, fold, item);
		}
		return byFold;
	}

	/** Items whose SKU a spreadsheet may have rounded to this code. */
	private undamaged(sku: string): Item[] {
		const damaged = readDamaged(sku);
		if (damaged === null) return [];
		this.numbered ??= this.numbers();
		return this.numbered
			.filter(({ number }) => number >= damaged.from && number <= damaged.to)
			.map(({ item }) => item);
	}

	private numbers(): Array<{ item: Item; number: number }> {
		return [...this.bySku]
			.filter(([sku]) => /^\d+$/.test(sku))
			.flatMap(([sku, items]) => items.map((item) => ({ item, number: Number(sku) })))
			.sort((one, other) => one.number - other.number);
	}
}

function add(map: Map<string, Item[]>, key: string, item: Item): void {
	const items = map.get(key);
	if (items === undefined) map.set(key, [item]);
	else items.push(item);
}
