/**
 * The SKUs of a site, kept for a while so that an order line does not cost a walk through the catalogue.
 * It holds ids and names, never levels.
 */
import type { Item } from '../../inventory/model/item';
import { KeyedMutex } from '../../inventory/memory/keyed-mutex';
import { SkuMap } from '../shared/sku-map';

/** Milliseconds an index serves later runs. */
const INDEX_LIFE = 10 * 60_000;

/** Items of pages remembered; those seen longest ago are forgotten first. */
const MOST_SEEN = 10_000;

export class SkuIndex {
	private readonly seen = new Map<string, Item>();
	private readonly sites = new Map<string, { at: number; skus: SkuMap }>();
	/** For walks through a site's catalogue, and what else everyone needs at the same time. */
	readonly turns = new KeyedMutex();
	private readonly walks = new Map<string, number>();
	/** Ids that a walk did not find, and when. */
	private readonly strangers = new Map<string, number>();
	private readonly collections = new Map<string, string>();

	/** The SKUs of a site, unless they were read too long ago. */
	get(site: string, now: number): SkuMap | null {
		const entry = this.sites.get(site);
		return entry !== undefined && now - entry.at < INDEX_LIFE ? entry.skus : null;
	}

	/** How often the catalogue of a site was read to its end. */
	walksOf(site: string): number {
		return this.walks.get(site) ?? 0;
	}

	/** An item by its id, however long ago it was read: ids keep their SKU. */
	item(site: string, itemId: string): Item | undefined {
		return this.sites.get(site)?.skus.item(itemId) ?? this.seen.get(`${site} ${itemId}`);
	}

	/** Whether a catalogue that was read lately has no such id, so that it need not be read again for it. */
	isStranger(site: string, itemId: string, now: number): boolean {
		const at = this.strangers.get(`${site} ${itemId}`);
		return at !== undefined && now - at < INDEX_LIFE;
	}

	noteStranger(site: string, itemId: string, now: number): void {
		this.strangers.delete(`${site} ${itemId}`);
		this.strangers.set(`${site} ${itemId}`, now);
		if (this.strangers.size > MOST_SEEN)
			this.strangers.delete(this.strangers.keys().next().value as string);
	}

	/** Items of a page that somebody looked through, who may go on to choose one of them by its id. */
	note(site: string, items: Item[]): void {
		for (const item of items) this.seen.set(`${site} ${item.itemId}`, item);
		while (this.seen.size > MOST_SEEN) this.seen.delete(this.seen.keys().next().value as string);
	}

	put(site: string, items: Item[], now: number): void {
		this.walks.set(site, this.walksOf(site) + 1);
		this.sites.set(site, { at: now, skus: new SkuMap(items) });
	}

	drop(site: string): void {
		this.sites.delete(site);
		this.collections.delete(site);
	}

	collection(site: string): string | undefined {
		return this.collections.get(site);
	}

	rememberCollection(site: string, collection: string): void {
		this.collections.set(site, collection);
	}
}
