/**
 * Webflow Ecommerce: stock stands on SKUs, read and written one by one.
 *
 * - A delta (`updateQuantity`) is added by Webflow itself, atomically.
 * - `inventoryType` must be sent with every write; `finite` makes an unlimited SKU a counted one. So a write without a
 *   reading before it can switch counting on; the engine reads first unless it is told not to.
 * - The product list names no levels: every level costs a request.
 * - There is no key against double writes and no precondition.
 */
import type { Change } from '../../inventory/model/change';
import type { Problem } from '../http/problems';
import type { Item, Reference } from '../../inventory/model/item';
import type { Level } from '../../inventory/model/level';
import type { Connection, Exchange } from '../http/connection';
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
import type { Dialect } from './dialect';
import { REQUESTS_PER_MINUTE } from './client-policy';
import type { WebflowSettings } from './site';
import { missingSite, Site } from './site';
import type { SkuIndex } from './sku-index';
import { idOf, inventory } from './schemas';

export const WEBFLOW_CAPABILITIES: Capabilities = {
	atomicDelta: true,
	listLags: false,
	unlimited: true,
	batch: 1,
	batchPaysFrom: 1,
	deltaStartsCounting: true,
	requestsPerMinute: REQUESTS_PER_MINUTE,
};

export class Webflow implements Platform {
	/** What there is beside the shelves: its catalogue and collections. */
	readonly site: Site;
	/** Ids that came from the index, not from the user: only these may be looked up anew. */
	private readonly fromIndex = new Set<string>();

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
		this.site = new Site(connection, dialect, index, settings);
	}

	async resolve(references: Reference[]): Promise<Resolution[]> {
		const codes = references.filter((reference) => reference.by === 'sku');
		const fault = codes.length > 0 ? await this.prepareIndex(codes) : null;
		return references.map((reference) => {
			if (reference.by === 'id') {
				return { kind: 'found', item: this.byId(reference.id), reading: null };
			}
			return fault === null ? this.lookUp(reference.sku) : { kind: 'failed', fault };
		});
	}

	async read(items: Item[], _mode?: ReadMode, options: ReadOptions = {}): Promise<ReadOutcome[]> {
		return await mapInOrder<Item, ReadOutcome>(
			items,
			async (item) => await this.readOne(item, options),
			(fault) => ({ kind: 'failed', fault }),
			{ atOnce: CONCURRENCY, tell: options.tell },
		);
	}

	async list(cursor: string | null): Promise<Listing> {
		const answer = await this.site.productPage(cursor);
		if (!answer.ok) return { kind: 'failed', fault: answer.fault };
		const { entries, next } = answer.value;
		this.index.note(this.settings.site, entries);
		return { kind: 'page', items: entries.map((item) => ({ item, level: null })), next };
	}

	async reserve(requests: number): Promise<ReserveOutcome> {
		return await this.connection.reserve(requests);
	}

	async write(changes: Change[], options?: WriteOptions): Promise<WriteOutcome[]> {
		return await mapInOrder<Change, WriteOutcome>(
			changes,
			async (change) => await this.writeOne(change, options),
			(fault) => ({ kind: 'notSent', fault }),
		);
	}

	/** An item by its id, with its SKU and name where the catalogue has it; else why that could not be read. */
	async named(itemId: string): Promise<{ item: Item; fault: Problem | null }> {
		const { site } = this.settings;
		const now = this.connection.clock.monotonic();
		if (this.index.item(site, itemId) === undefined && !this.index.isStranger(site, itemId, now)) {
			const fault = await this.walk();
			if (fault !== null) return { item: this.byId(itemId), fault };
			if (this.index.item(site, itemId) === undefined) this.index.noteStranger(site, itemId, now);
		}
		return { item: this.byId(itemId), fault: null };
	}

	/** Makes sure that the index answers for these codes; a code it does not hold exactly once is looked for anew. */
	private async prepareIndex(codes: Array<{ sku: string }>): Promise<Problem | null> {
		const { site } = this.settings;
		if (site === '') return missingSite();
		const known = this.index.get(site, this.connection.clock.monotonic());
		if (known !== null && codes.every(({ sku }) => known.has(sku))) return null;
		return await this.walk();
	}

	/** Reads the catalogue; everyone who asks while somebody does waits for that one walk. */
	private async walk(): Promise<Problem | null> {
		const { site } = this.settings;
		const walks = this.index.walksOf(site);
		return await this.index.turns.run(site, async () =>
			this.index.walksOf(site) > walks ? null : await this.site.readIndex(),
		);
	}

	private lookUp(sku: string): Resolution {
		const skus = this.index.get(this.settings.site, this.connection.clock.monotonic());
		const found = skus?.find(sku) ?? { kind: 'notFound', similar: [] };
		if (found.kind === 'found') this.fromIndex.add(found.item.itemId);
		return found;
	}

	/** An item named by its id; with its SKU and name where the index happens to hold them. */
	private byId(itemId: string): Item {
		const known = this.index.item(this.settings.site, itemId);
		return known ?? { itemId, variantId: null, sku: null, name: null };
	}

	private async readOne(item: Item, { reservation }: ReadOptions): Promise<ReadOutcome> {
		const { exchange, found } = await this.onShelf(item, false, async (path, at) => {
			return await this.connection.send(
				'read',
				{ method: 'GET', path, headers: this.dialect.headers },
				(body) => levelOf(body, at.itemId),
				{ reservation },
			);
		});
		if (exchange.kind !== 'accepted') return { kind: 'failed', fault: exchange.fault };
		const reading = {
			...exchange.value,
			source: 'id' as const,
			at: this.connection.clock.monotonic(),
		};
		return { kind: 'level', item: found, reading };
	}

	private async writeOne(change: Change, options?: WriteOptions): Promise<WriteOutcome> {
		const pinned = change.kind === 'delta' && change.pinned === true;
		const { exchange, found } = await this.onShelf(change.item, pinned, async (path, at) => {
			return await this.connection.send(
				change.kind === 'delta' ? 'delta' : 'set',
				{
					method: 'PATCH',
					path,
					headers: this.dialect.headers,
					body: this.dialect.wrap(fieldsFor(change)),
				},
				(body) => levelOf(body, at.itemId),
				options,
			);
		});
		if (exchange.kind !== 'accepted') return exchange;
		return { kind: 'applied', item: found, level: exchange.value };
	}

	/**
	 * Sends a request to an item's shelf. When Webflow does not know an id that came from the index, the index was out of
	 * date: it is made anew and the SKU looked up once more (a 404 is a refusal, so nothing can be applied twice).
	 */
	private async onShelf(
		item: Item,
		pinned: boolean,
		send: (path: string, item: Item) => Promise<Exchange<Level>>,
	): Promise<{ exchange: Exchange<Level>; found: Item }> {
		const exchange = await this.sendTo(item, send);
		const gone = exchange.kind === 'refused' && exchange.fault.httpStatus === 404;
		if (!gone || item.sku === null || !this.fromIndex.has(item.itemId)) {
			return { exchange, found: item };
		}
		const again = await this.lookUpAnew(item.sku);
		if (pinned) return { exchange, found: item };
		if (again.kind !== 'found' || again.item.itemId === item.itemId) {
			return { exchange, found: item };
		}
		return { exchange: await this.sendTo(again.item, send), found: again.item };
	}

	/** What a SKU stands for by a catalogue that this run has read itself; it reads it once. */
	private async lookUpAnew(sku: string): Promise<Resolution> {
		if (this.site.hasWalked) return this.lookUp(sku);
		this.index.drop(this.settings.site);
		const [again] = await this.resolve([{ by: 'sku', sku }]);
		return again;
	}

	private async sendTo(
		item: Item,
		send: (path: string, item: Item) => Promise<Exchange<Level>>,
	): Promise<Exchange<Level>> {
		const collection = await this.site.skuCollection();
		if (!collection.ok) return { kind: 'refused', fault: collection.fault };
		return this.inCollection(await send(this.shelf(collection.value, item), item));
	}

	/** Where the collection was typed in, an unknown item can mean that. */
	private inCollection(exchange: Exchange<Level>): Exchange<Level> {
		const { skuCollectionId } = this.settings;
		const unknown = exchange.kind === 'refused' && exchange.fault.httpStatus === 404;
		if (!unknown || skuCollectionId === '') return exchange;
		const advice = `${exchange.fault.advice} Or SKU Collection ID in Options is not that of the SKUs; leave it empty to have it looked up.`;
		return { ...exchange, fault: { ...exchange.fault, advice } };
	}

	private shelf(collection: string, { itemId }: Item): string {
		return `${this.dialect.prefix}/collections/${pathSegment(collection)}/items/${pathSegment(itemId)}/inventory`;
	}
}

function fieldsFor(change: Change): Record<string, unknown> {
	switch (change.kind) {
		case 'set':
			return { inventoryType: 'finite', quantity: change.quantity };
		case 'delta':
			return { inventoryType: 'finite', updateQuantity: change.delta };
		case 'unlimited':
			return { inventoryType: 'infinite' };
	}
}

/** A level, when the body is one and speaks of the item asked for. */
function levelOf(body: unknown, itemId: string): { value: Level } | null {
	const parsed = inventory.safeParse(body);
	if (!parsed.success) return null;
	const { quantity, inventoryType } = parsed.data;
	const named = idOf(parsed.data);
	if (named !== '' && named !== itemId) return null;
	if (inventoryType === 'infinite') {
		return { value: { quantity: null, unlimited: true, reserved: null, updatedAt: null } };
	}
	if (typeof quantity !== 'number') return null;
	return { value: { quantity, unlimited: false, reserved: null, updatedAt: null } };
}
