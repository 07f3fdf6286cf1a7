/**
 * The SKUs of an account's sites, remembered by the process so that not every order line has to read the whole catalog.
 * Holds IDs, codes and names, never levels.
 *
 * Times are monotonic, in milliseconds.
 */
import { KeyedMutex } from '../../inventory/memory/keyed-mutex';
import { BoundedMap } from '../../inventory/model/bounded-map';
import type { LeftOut } from '../shared/documents';
import { SkuMap } from '../shared/sku-map';
import type { ListedSku } from './site';

/** Milliseconds for which later runs can use a reading of the whole catalog. */
const INDEX_LIFE = 10 * 60_000;

/** Milliseconds for which a SKU that was seen counts as up to date; recent look-ups are counted over the same time. */
export const FRESH_FOR = 30_000;

/** SKUs remembered besides those of a full reading; those seen longest ago are forgotten first. */
const MOST_SEEN = 10_000;

/** Sites of one account whose catalog is remembered. */
const MOST_SITES = 20;

/** A reading of a site's whole catalog. */
interface CatalogReading {
	/** When it ended. */
	at: number;
	/** Requests it took. */
	pages: number;
	skus: SkuMap;
	leftOut: LeftOut[];
	byId: Map<string, ListedSku>;
}

export class SkuIndex {
	/** For requests whose answer several callers may need at the same time. */
	readonly mutex = new KeyedMutex();
	private readonly readings = new BoundedMap<string, CatalogReading>(MOST_SITES);
	private readonly readingCounts = new BoundedMap<string, number>(MOST_SITES);
	private readonly seen = new BoundedMap<string, ListedSku>(MOST_SEEN);
	/** IDs that a full reading did not contain, and when. */
	private readonly strangers = new BoundedMap<string, number>(MOST_SEEN);
	/** The ID of each site's collection of SKUs. */
	readonly collections = new BoundedMap<string, string>(MOST_SITES);
	/** When single products were looked up recently. */
	private readonly lookUps = new BoundedMap<string, number[]>(MOST_SITES);

	/** The last reading of a site's whole catalog, unless it is too old. */
	lastReading(site: string, now: number): CatalogReading | null {
		const reading = this.readings.get(site);
		return reading !== undefined && now - reading.at < INDEX_LIFE ? reading : null;
	}

	/** How often the whole catalog of a site was read. */
	readingsOf(site: string): number {
		return this.readingCounts.get(site) ?? 0;
	}

	put(
		site: string,
		listed: ListedSku[],
		reading: Pick<CatalogReading, 'at' | 'pages' | 'leftOut'>,
	): void {
		const byId = new Map(listed.map((one) => [one.item.itemId, one]));
		const skus = new SkuMap(
			listed.map(({ item }) => item),
			({ itemId }) => byId.get(itemId)?.state ?? '',
		);
		this.readingCounts.set(site, this.readingsOf(site) + 1);
		this.readings.set(site, { ...reading, skus, byId });
	}

	/** A SKU by its ID as it was last seen, however long ago. */
	known(site: string, itemId: string): ListedSku | undefined {
		const listed = this.readings.get(site)?.byId.get(itemId);
		const seen = this.seen.get(`${site} ${itemId}`);
		return listed !== undefined && seen !== undefined && listed.at < seen.at
			? seen
			: (listed ?? seen);
	}

	/** Remembers the SKUs of a listed page, or of a product that was looked up. */
	note(site: string, listed: ListedSku[]): void {
		for (const one of listed) this.seen.set(`${site} ${one.item.itemId}`, one);
	}

	/** Whether reading the whole catalog costs no more than looking up this many products, in addition to recent ones. */
	isCatalogCheaper(site: string, products: number, now: number): boolean {
		const pages = this.readings.get(site)?.pages ?? Number.POSITIVE_INFINITY;
		return this.latestLookUps(site, now).length + products >= pages;
	}

	noteLookUp(site: string, now: number): void {
		this.lookUps.set(site, [...this.latestLookUps(site, now), now]);
	}

	private latestLookUps(site: string, now: number): number[] {
		return (this.lookUps.get(site) ?? []).filter((at) => now - at < FRESH_FOR);
	}

	/** Whether a recent reading of the catalog did not contain this ID, so that it need not be read again for it. */
	isStranger(site: string, itemId: string, now: number): boolean {
		const at = this.strangers.get(`${site} ${itemId}`);
		return at !== undefined && now - at < INDEX_LIFE;
	}

	noteStranger(site: string, itemId: string, now: number): void {
		this.strangers.set(`${site} ${itemId}`, now);
	}

	drop(site: string): void {
		this.readings.delete(site);
		this.collections.delete(site);
	}
}
