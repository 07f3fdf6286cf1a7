/**
 * Webflow Ecommerce: SKUs have stock, which is read and written one by one.
 *
 * - A delta (`updateQuantity`) is added by Webflow itself, atomically.
 * - Every write must include `inventoryType`, and `finite` makes an unlimited SKU a counted one. So the engine reads the
 *   level first, unless it is told not to.
 * - The product list has no levels: every level costs a request.
 * - There is no idempotency key and no precondition.
 *
 * Errors: `refused` is any 4xx but 408 and 429: nothing was applied. Any other answer to a write that does not report the
 * SKU's level is uncertain. A null level occurs in readings only.
 */
import type { Change } from '../../inventory/model/change';
import type { Problem } from '../http/problems';
import type { Item, Reference } from '../../inventory/model/item';
import type { Level } from '../../inventory/model/level';
import type { Answer, Connection, Exchange } from '../http/connection';
import { CONCURRENCY, mapInOrder } from '../http/map-in-order';
import { pathSegment } from '../http/path-segment';
import type {
	Capabilities,
	Listing,
	Platform,
	ReadMode,
	ReadOutcome,
	ReadOptions,
	ReserveOutcome,
	Resolution,
	WriteOptions,
	WriteOutcome,
} from '../../inventory/model/platform';
import { listingOf, writeInOrder } from '../shared/outcomes';
import { withSkuAdvice } from '../shared/refusal';
import type { Dialect } from './dialect';
import { REQUESTS_PER_MINUTE } from './client-policy';
import { fieldsFor, levelAfter, levelIn } from './inventory';
import type { WebflowSettings } from './site';
import { Site } from './site';
import type { SkuIndex } from './sku-index';
import { SkuLookup } from './sku-lookup';

export const WEBFLOW_CAPABILITIES: Capabilities = {
	atomicDelta: true,
	listLags: false,
	unlimited: true,
	setUnlimited: true,
	batch: 1,
	batchPaysFrom: 1,
	levelsPerRead: 1,
	deltaStartsCounting: true,
	requestsPerMinute: REQUESTS_PER_MINUTE,
};

/** Sends a request to the path of an item's stock. */
type Send = (path: string, item: Item) => Promise<Exchange<Level>>;

export class Webflow implements Platform {
	readonly site: Site;
	private readonly skus: SkuLookup;
	/** IDs that were found by their SKU, not given by the user: only for these may the SKU be looked up again. */
	private readonly foundBySku = new Set<string>();

	readonly name = 'webflow';
	readonly label = 'Webflow';
	readonly itemNoun = 'item';
	readonly capabilities = WEBFLOW_CAPABILITIES;

	constructor(
		private readonly connection: Connection,
		private readonly dialect: Dialect,
		private readonly index: SkuIndex,
		private readonly settings: WebflowSettings,
	) {
		this.site = new Site(connection, dialect, settings.site);
		this.skus = new SkuLookup(connection, this.site, index);
	}

	async resolve(references: Reference[], lookUpIds: boolean): Promise<Resolution[]> {
		const codes = references.flatMap((one) => (one.by === 'sku' ? [one.sku] : []));
		const ids = references.flatMap((one) => (one.by === 'id' && lookUpIds ? [one.id] : []));
		const fault = await this.skus.prepare(codes, ids);
		return references.map((reference) => {
			if (reference.by === 'id') {
				return { kind: 'found', item: this.skus.byId(reference.id), reading: null };
			}
			if (fault !== null) return { kind: 'failed', fault };
			const found = this.skus.bySku(reference.sku);
			if (found.kind === 'found') this.foundBySku.add(found.item.itemId);
			return found;
		});
	}

	async reserve(requests: number): Promise<ReserveOutcome> {
		return await this.connection.reserve(requests);
	}

	async read(items: Item[], _mode?: ReadMode, options: ReadOptions = {}): Promise<ReadOutcome[]> {
		const outcomes = await mapInOrder<Item, ReadOutcome>(
			items,
			async (item) => await this.readOne(item, options),
			(fault) => ({ kind: 'failed', fault }),
			{ atOnce: CONCURRENCY, onAnswer: options.onAnswer },
		);
		return outcomes.map((outcome, n) => withSkuAdvice(outcome, items[n]));
	}

	async list(cursor: string | null): Promise<Listing> {
		const answer = await this.site.productPage(cursor);
		if (answer.ok) this.index.note(this.settings.site, answer.value.entries);
		return listingOf(answer, ({ item }) => [{ item, level: null }]);
	}

	async write(changes: Change[], options?: WriteOptions): Promise<WriteOutcome[]> {
		return await writeInOrder(changes, async (change) => await this.writeOne(change, options));
	}

	/** An item by its ID, with its current SKU and name, or why those could not be read. */
	async named(itemId: string): Promise<{ item: Item; fault: Problem | null }> {
		return await this.skus.named(itemId);
	}

	private async readOne(item: Item, { reservation }: ReadOptions): Promise<ReadOutcome> {
		const { exchange, found } = await this.onItem(item, false, async (path, { itemId }) => {
			return await this.connection.send(
				'safe',
				{ method: 'GET', path, headers: this.dialect.headers },
				(body) => levelIn(body, itemId),
				{ reservation },
			);
		});
		if (exchange.kind !== 'accepted') return { kind: 'failed', fault: exchange.fault };
		const at = this.connection.clock.monotonic();
		return { kind: 'level', item: found, reading: { ...exchange.value, source: 'id', at } };
	}

	private async writeOne(change: Change, options?: WriteOptions): Promise<WriteOutcome> {
		const pinned = change.kind === 'delta' && change.pinned === true;
		const { exchange, found } = await this.onItem(change.item, pinned, async (path, { itemId }) => {
			return await this.connection.send(
				change.kind === 'delta' ? 'once' : 'idempotent',
				{
					method: 'PATCH',
					path,
					headers: this.dialect.headers,
					body: this.dialect.wrap(fieldsFor(change)),
				},
				(body) => levelAfter(body, itemId),
				options,
			);
		});
		if (exchange.kind !== 'accepted') return exchange;
		return { kind: 'applied', item: found, level: exchange.value };
	}

	/**
	 * Sends a request about an item. If Webflow does not know an ID that was found by its SKU, the catalog is read again and
	 * the request is sent to the ID that has the SKU now (a 404 is a refusal, so nothing can be applied twice).
	 * @param pinned A key belongs to this ID, so no other one may be written to.
	 */
	private async onItem(
		item: Item,
		pinned: boolean,
		send: Send,
	): Promise<{ exchange: Exchange<Level>; found: Item }> {
		const exchange = await this.sendTo(item, send);
		const first = { exchange, found: item };
		const gone = exchange.kind === 'refused' && exchange.fault.httpStatus === 404;
		if (!gone || item.sku === null || !this.foundBySku.has(item.itemId)) return first;
		const again = await this.skus.findInFreshCatalog(item.sku);
		if (pinned || again.kind !== 'found' || again.item.itemId === item.itemId) return first;
		this.foundBySku.add(again.item.itemId);
		return { exchange: await this.sendTo(again.item, send), found: again.item };
	}

	private async sendTo(item: Item, send: Send): Promise<Exchange<Level>> {
		const collection = await this.skuCollection();
		if (!collection.ok) return { kind: 'refused', fault: collection.fault };
		const path = `${this.dialect.prefix}/collections/${pathSegment(collection.value)}/items/${pathSegment(item.itemId)}/inventory`;
		return this.inCollection(await send(path, item));
	}

	/** The ID of the SKU collection: given, remembered, or looked up; callers at the same time share one look-up. */
	private async skuCollection(): Promise<Answer<string>> {
		const { site, skuCollectionId } = this.settings;
		if (skuCollectionId !== '') return { ok: true, value: skuCollectionId };
		return await this.index.mutex.run(`${site} collections`, async () => {
			const known = this.index.collections.get(site);
			if (known !== undefined) return { ok: true, value: known };
			const found = await this.site.skuCollection();
			if (found.ok) this.index.collections.set(site, found.value);
			return found;
		});
	}

	/** If the user gave the collection, an unknown item can mean that it is wrong. */
	private inCollection(exchange: Exchange<Level>): Exchange<Level> {
		const { skuCollectionId } = this.settings;
		const unknown = exchange.kind === 'refused' && exchange.fault.httpStatus === 404;
		if (!unknown || skuCollectionId === '') return exchange;
		const advice = `${exchange.fault.advice} Or SKU Collection ID in Options is wrong; leave it empty to have it looked up.`;
		return { ...exchange, fault: { ...exchange.fault, advice } };
	}
}
