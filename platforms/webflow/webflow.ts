/**
 * Webflow Ecommerce: stock stands on SKUs, read and written one by one.
 *
 * - A delta (`updateQuantity`) is added by Webflow itself, atomically.
 * - `inventoryType` must be sent with every write; `finite` makes an unlimited SKU a counted one. So a write without a
 *   reading before it can switch counting on; the engine reads first unless it is told not to.
 * - The product list names no levels: every level costs a request.
 * - There is no key against double writes and no precondition.
 */
import type { Change, Fault, Item, Level, Reference } from '../../inventory/stock';
import type { Page } from '../catalogue';
import { Catalogue } from '../catalogue';
import type { Answer, Connection, Exchange, HttpRequest, Understand } from '../connection';
import { answerOf } from '../connection';
import { inTurn } from '../in-turn';
import { segment } from '../path';
import type {
	Capabilities,
	Listing,
	Platform,
	ReadOutcome,
	Resolution,
	WriteOutcome,
} from '../../inventory/platform';
import type { Dialect } from './dialect';
import { PAGE_SIZE, REQUESTS_PER_MINUTE } from './manners';
import type { SkuIndex } from './sku-index';
import type { ProductWithSkus } from './wire';
import { collections, fieldsOf, idOf, inventory, products, sites } from './wire';

export const WEBFLOW_CAPABILITIES: Capabilities = {
	atomicDelta: true,
	listsLevels: false,
	listLags: false,
	unlimited: true,
	deltaNamesLevel: true,
	batch: 1,
	maxPerPage: PAGE_SIZE,
	nativeDeduplication: false,
	requestsPerMinute: REQUESTS_PER_MINUTE,
};

/** Slug of the built-in collection of SKUs, as the official example of List Collections shows it. */
const SKU_COLLECTION_SLUG = 'sku';

export interface WebflowSettings {
	/** Site id; may stay empty when every item is named by id and the SKU collection is known. */
	site: string;
	/** Saves the look-up of the collection; empty when not known. */
	skuCollectionId: string;
}

export class Webflow implements Platform {
	/** Ids that came from the index, not from the user: only these may be looked up anew. */
	private readonly fromIndex = new Set<string>();
	/** Whether this run has read the catalogue itself. */
	private hasWalked = false;

	readonly name = 'webflow';
	readonly label = 'Webflow';
	readonly itemNoun = 'item';
	readonly capabilities = WEBFLOW_CAPABILITIES;

	constructor(
		private readonly connection: Connection,
		private readonly dialect: Dialect,
		private readonly index: SkuIndex,
		private readonly settings: WebflowSettings,
	) {}

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

	async read(items: Item[]): Promise<ReadOutcome[]> {
		return await inTurn<Item, ReadOutcome>(
			items,
			async (item) => await this.readOne(item),
			(fault) => ({ kind: 'failed', fault }),
		);
	}

	async list(cursor: string | null): Promise<Listing> {
		const answer = await this.productPage(cursor);
		if (!answer.ok) return { kind: 'failed', fault: answer.fault };
		const { entries, next } = answer.value;
		return { kind: 'page', items: entries.map((item) => ({ item, level: null })), next };
	}

	async write(changes: Change[]): Promise<WriteOutcome[]> {
		return await inTurn<Change, WriteOutcome>(
			changes,
			async (change) => await this.writeOne(change),
			(fault) => ({ kind: 'notSent', fault }),
		);
	}

	/** An item by its id, with its SKU and name where they can be found out. */
	async named(itemId: string): Promise<Item> {
		const { site } = this.settings;
		const known = this.index.item(site, itemId);
		if (known !== undefined) return known;
		// Everyone who asks at the same time waits for one walk through the catalogue.
		await this.index.turns.inTurn(site, async () => {
			if (this.index.item(site, itemId) === undefined) await this.readIndex();
		});
		return this.index.item(site, itemId) ?? this.byId(itemId);
	}

	/** Sites this token can see, for the list in the editor. */
	async sites(): Promise<Answer<Array<{ id: string; name: string }>>> {
		return await this.get('/sites', (body) => {
			const parsed = sites.safeParse(body);
			if (!parsed.success) return null;
			const named = parsed.data.map((site) => ({
				id: idOf(site),
				name: site.displayName ?? site.name ?? idOf(site),
			}));
			return { value: named };
		});
	}

	/** Makes sure that the index answers for these codes; a code it does not hold exactly once is looked for anew. */
	private async prepareIndex(codes: Array<{ sku: string }>): Promise<Fault | null> {
		const { site } = this.settings;
		if (site === '') return missingSite();
		const known = this.index.get(site, this.connection.now());
		if (known !== null && codes.every(({ sku }) => known.has(sku))) return null;
		return await this.readIndex();
	}

	private async readIndex(): Promise<Fault | null> {
		this.hasWalked = true;
		const { site } = this.settings;
		const catalogue = new Catalogue(
			async (cursor) => await this.productPage(cursor),
			({ itemId }) => itemId,
		);
		const fault = await catalogue.completeWithin(Number.POSITIVE_INFINITY);
		if (fault === null) this.index.put(site, catalogue.all, this.connection.now());
		return fault;
	}

	private lookUp(sku: string): Resolution {
		const skus = this.index.get(this.settings.site, this.connection.now());
		const found = skus?.find(sku) ?? { kind: 'notFound', lookAlikes: [] };
		if (found.kind === 'found') this.fromIndex.add(found.item.itemId);
		return found;
	}

	/** An item named by its id; with its SKU and name where the index happens to hold them. */
	private byId(itemId: string): Item {
		const skus = this.index.get(this.settings.site, this.connection.now());
		return skus?.item(itemId) ?? { itemId, variantId: null, sku: null, name: null };
	}

	private async readOne(item: Item): Promise<ReadOutcome> {
		const { exchange, found } = await this.onShelf(item, false, async (path, at) => {
			return await this.connection.send(
				'read',
				{ method: 'GET', path, headers: this.dialect.headers },
				(body) => levelOf(body, at.itemId),
			);
		});
		if (exchange.kind !== 'accepted') return { kind: 'failed', fault: exchange.fault };
		const reading = { ...exchange.value, source: 'id' as const, at: this.connection.now() };
		return { kind: 'level', item: found, reading };
	}

	private async writeOne(change: Change): Promise<WriteOutcome> {
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
		if (this.hasWalked) return this.lookUp(sku);
		this.index.drop(this.settings.site);
		const [again] = await this.resolve([{ by: 'sku', sku }]);
		return again;
	}

	private async sendTo(
		item: Item,
		send: (path: string, item: Item) => Promise<Exchange<Level>>,
	): Promise<Exchange<Level>> {
		const collection = await this.skuCollection();
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
		return `${this.dialect.prefix}/collections/${segment(collection)}/items/${segment(itemId)}/inventory`;
	}

	/** The id of the collection that holds the site's SKUs. */
	private async skuCollection(): Promise<Answer<string>> {
		const { site, skuCollectionId } = this.settings;
		if (skuCollectionId !== '') return { ok: true, value: skuCollectionId };
		if (site === '') return { ok: false, fault: missingSite() };
		const known = this.index.collection(site);
		if (known !== undefined) return { ok: true, value: known };
		const listed = await this.getOfSite('/collections', (body) => {
			const parsed = collections.safeParse(body);
			return parsed.success ? { value: parsed.data } : null;
		});
		if (!listed.ok) return { ok: false, fault: { ...listed.fault, wholeRun: true } };
		const found = listed.value.find(({ slug }) => slug === SKU_COLLECTION_SLUG);
		if (found === undefined) return { ok: false, fault: noSkuCollection() };
		this.index.rememberCollection(site, idOf(found));
		return { ok: true, value: idOf(found) };
	}

	private async productPage(cursor: string | null): Promise<Answer<Page<Item>>> {
		const { site } = this.settings;
		if (site === '') return { ok: false, fault: missingSite() };
		const offset = Number(cursor ?? 0);
		return await this.getOfSite(
			'/products',
			(body) => {
				const parsed = products.safeParse(body);
				if (!parsed.success) return null;
				const { items, pagination, total: totalOfV1 } = parsed.data;
				const total = pagination?.total ?? totalOfV1 ?? null;
				const reached = offset + items.length;
				const end = items.length === 0 || (total !== null && reached >= total);
				const entries = items.flatMap(skusOf);
				// Pages count products, entries are SKUs: how many requests are left is not known from the total.
				return { value: { entries, next: end ? null : String(reached), total: null } };
			},
			{ limit: String(PAGE_SIZE), offset: String(offset) },
		);
	}

	/** Reads something of the chosen site; an unknown path here can only mean an unknown site. */
	private async getOfSite<T>(
		path: string,
		understand: Understand<T>,
		query?: HttpRequest['query'],
	): Promise<Answer<T>> {
		const { site } = this.settings;
		const answer = await this.get(`/sites/${segment(site)}${path}`, understand, query);
		const unknown = !answer.ok && [400, 404].includes(answer.fault.httpStatus ?? 0);
		return unknown ? { ok: false, fault: unknownSite(site) } : answer;
	}

	private async get<T>(
		path: string,
		understand: Understand<T>,
		query?: HttpRequest['query'],
	): Promise<Answer<T>> {
		const exchange = await this.connection.send(
			'read',
			{
				method: 'GET',
				path: `${this.dialect.prefix}${path}`,
				query,
				headers: this.dialect.headers,
			},
			understand,
		);
		return answerOf(exchange);
	}
}

function missingSite(): Fault {
	return {
		message: 'No Site is chosen.',
		advice:
			'Choose the Site in the node, or name items by ID and fill in SKU Collection ID in Options.',
		wholeRun: true,
	};
}

function unknownSite(site: string): Fault {
	return {
		message: `Webflow does not know the Site ${site}.`,
		advice: 'Choose the Site again; the token of the credential must belong to it.',
		wholeRun: true,
		httpStatus: 404,
	};
}

function noSkuCollection(): Fault {
	return {
		message: 'This site has no collection of SKUs.',
		advice: 'Check in Webflow that Ecommerce is switched on for the site, or choose another Site.',
		wholeRun: true,
	};
}

function skusOf({ product, skus }: ProductWithSkus): Item[] {
	const productName = product ? fieldsOf(product).name : null;
	return (skus ?? []).map((sku) => ({
		itemId: idOf(sku),
		variantId: null,
		sku: fieldsOf(sku).sku || null,
		name: fieldsOf(sku).name || productName || null,
	}));
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
