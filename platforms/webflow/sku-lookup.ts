/**
 * Finds the SKU that a code or an ID stands for now.
 *
 * The process remembers a site's SKUs, but codes can be renamed or swapped. A SKU seen more than half a minute ago is
 * therefore looked up again before it is used: product by product, or by reading the whole catalog if that costs no
 * more. So if a code was moved more than a minute ago, a write never goes to its former item.
 */
import type { Item } from '../../inventory/model/item';
import type { Resolution } from '../../inventory/model/platform';
import type { Problem } from '../http/problems';
import type { Connection } from '../http/connection';
import { CONCURRENCY, mapInOrder } from '../http/map-in-order';
import { orUnreadable } from '../shared/documents';
import { PagedList } from '../shared/paged-list';
import type { ListedSku, Site } from './site';
import { MISSING_SITE } from './site';
import type { SkuIndex } from './sku-index';
import { FRESH_FOR } from './sku-index';

export class SkuLookup {
	/** Whether this run has read the catalog. */
	private hasRead = false;

	constructor(
		private readonly connection: Connection,
		private readonly site: Site,
		private readonly index: SkuIndex,
	) {}

	/** Brings the index up to date for these codes and IDs. Returns why that failed, or null. */
	async prepare(skus: string[], itemIds: string[]): Promise<Problem | null> {
		if (this.site.id === '') return skus.length > 0 ? MISSING_SITE : null;
		const reading = this.index.lastReading(this.site.id, this.now);
		if (skus.some((sku) => !reading?.skus.only(sku))) return await this.readCatalog();
		const old = [...skus.map((sku) => reading?.skus.only(sku)?.itemId ?? ''), ...itemIds]
			.filter((itemId) => this.freshly(itemId) === undefined)
			.flatMap((itemId) => this.index.known(this.site.id, itemId) ?? []);
		if (old.length === 0) return null;
		const products = new Set(old.map(({ item }) => item.productId ?? ''));
		// A SKU can only be looked up through its product; one whose product is not known takes the whole catalog.
		const readsAll =
			products.has('') || this.index.isCatalogCheaper(this.site.id, products.size, this.now);
		if (readsAll) return await this.readCatalog();
		const answers = await mapInOrder<string, { fault: Problem | null }>(
			[...products],
			async (product) => ({ fault: await this.lookUp(product) }),
			(fault) => ({ fault }),
			{ atOnce: CONCURRENCY },
		);
		// A code that is no longer on its item may now be on any other.
		if (skus.every((sku) => this.isConfirmed(sku))) return null;
		const fault = answers.find((answer) => answer.fault !== null)?.fault ?? null;
		return fault === null ? await this.readCatalog() : { ...fault, wholeRun: true };
	}

	/** @param sku One of the codes that the index was brought up to date for. */
	bySku(sku: string): Resolution {
		const reading = this.index.lastReading(this.site.id, this.now);
		if (reading === null) return { kind: 'notFound', similar: [] };
		return orUnreadable(reading.skus.find(sku), reading.leftOut, sku);
	}

	/** An item by its ID, with its SKU and name if those are up to date. */
	byId(itemId: string): Item {
		const fresh = this.freshly(itemId);
		if (fresh !== undefined) return fresh.item;
		const productId = this.index.known(this.site.id, itemId)?.item.productId ?? null;
		return { itemId, variantId: null, productId, sku: null, name: null };
	}

	/** An item by its ID, with its current SKU and name, or why those could not be read. */
	async named(itemId: string): Promise<{ item: Item; fault: Problem | null }> {
		const { id: site } = this.site;
		const isNamed = (): boolean => this.freshly(itemId) !== undefined;
		// One at a time: the look-up for one call may serve the next.
		return await this.index.mutex.run(`${site} names`, async () => {
			let fault = await this.prepare([], [itemId]);
			if (!isNamed() && fault === null && !this.index.isStranger(site, itemId, this.now)) {
				fault = await this.readCatalog();
				if (fault === null && !isNamed()) this.index.noteStranger(site, itemId, this.now);
			}
			return { item: this.byId(itemId), fault };
		});
	}

	/** Finds a code in a catalog that was read in this run, at most once. */
	async findInFreshCatalog(sku: string): Promise<Resolution> {
		if (this.hasRead) return this.bySku(sku);
		this.index.drop(this.site.id);
		const fault = await this.prepare([sku], []);
		return fault === null ? this.bySku(sku) : { kind: 'failed', fault };
	}

	/** Reads the catalog; callers at the same time share one reading. */
	private async readCatalog(): Promise<Problem | null> {
		const { id: site } = this.site;
		const readings = this.index.readingsOf(site);
		return await this.index.mutex.run(site, async () => {
			if (this.index.readingsOf(site) > readings) return null;
			this.hasRead = true;
			const catalogue = new PagedList<ListedSku>(
				async (cursor) => await this.site.productPage(cursor),
				({ item }) => item.itemId,
			);
			const fault = await catalogue.completeWithin(Number.POSITIVE_INFINITY);
			if (fault !== null) return fault;
			const { all, pages, leftOut } = catalogue;
			this.index.put(site, all, { at: this.now, pages: pages ?? 0, leftOut });
			return null;
		});
	}

	private async lookUp(product: string): Promise<Problem | null> {
		const { id: site } = this.site;
		this.index.noteLookUp(site, this.now);
		const answer = await this.site.product(product);
		if (!answer.ok) return answer.fault;
		this.index.note(site, answer.value);
		return null;
	}

	/** Whether the item that has this code in the index is known to still have it. */
	private isConfirmed(sku: string): boolean {
		const item = this.index.lastReading(this.site.id, this.now)?.skus.only(sku);
		return item !== undefined && this.freshly(item.itemId)?.item.sku === sku;
	}

	/** A SKU by its ID, if it was seen so recently that it counts as up to date. */
	private freshly(itemId: string): ListedSku | undefined {
		const known = this.index.known(this.site.id, itemId);
		return known !== undefined && this.now - known.at < FRESH_FOR ? known : undefined;
	}

	private get now(): number {
		return this.connection.clock.monotonic();
	}
}
