/**
 * Ecwid: stock stands on products and on variations that have a SKU of their own.
 *
 * - A delta (`…/inventory`, `quantityDelta`) is added by Ecwid itself. Its answer names no level. Below zero it is applied
 *   all the same, with a warning.
 * - A set must send `unlimited: false` beside the quantity, or an unlimited product stays unlimited.
 * - Many writes travel as a batch. A delta whose rows have keys does so even alone: Ecwid knows a batch again for an hour.
 * - The list is a search index and lags; a product read by its id does not.
 */
import type { Change } from '../../inventory/model/change';
import type { Problem } from '../http/problems';
import type { Item, ItemId, Reference } from '../../inventory/model/item';
import type { Level, Reading } from '../../inventory/model/level';
import { PagedList } from '../shared/paged-list';
import type { Answer, Connection } from '../http/connection';
import { answerOf } from '../http/connection';
import { CONCURRENCY, mapInOrder } from '../http/map-in-order';
import { pathSegment } from '../http/path-segment';
import { SkuMap } from '../shared/sku-map';
import type {
	Capabilities,
	Listing,
	Platform,
	ReadMode,
	ReadOutcome,
	ReadOptions,
	Reservation,
	ReserveOutcome,
	Resolution,
	WriteOptions,
	WriteOutcome,
} from '../../inventory/model/platform';
import type { BatchAttempts } from './batch-attempts';
import { MOST_ITEMS, PAYS_FROM, sendBatch } from './batch';
import { isKeyed } from './batch-schemas';
import { REQUESTS_PER_MINUTE } from './client-policy';
import type { Listed } from './search';
import { searchProducts, searchUpdated } from './search';
import { hasOwnStock, productItem, productLevel, stockHolders } from './stock-holder';
import { faultOn, understandUpdate, updateRequest } from './update';
import type { Product } from './schemas';
import { product as productDocument, PRODUCT_FIELDS } from './schemas';

export const ECWID_CAPABILITIES: Capabilities = {
	atomicDelta: true,
	listLags: true,
	unlimited: true,
	batch: MOST_ITEMS,
	batchPaysFrom: PAYS_FROM,
	deltaStartsCounting: false,
	requestsPerMinute: REQUESTS_PER_MINUTE,
};

/** Pages read at the most to name SKUs that look like one that was not found. */
const LOOK_ALIKE_PAGES = 10;

/** A product as the address bar of the Ecwid admin shows it: https://my.ecwid.com/store/1003#product:mode=edit&id=692. */
const ADMIN_LINK = /^https:\/\/[^#]+#product:(?:[^#]*&)?id=(\d+)(?:&|$)/;

export class Ecwid implements Platform {
	readonly name = 'ecwid';
	readonly label = 'Ecwid';
	readonly itemNoun = 'product or variation';
	readonly capabilities = ECWID_CAPABILITIES;
	private readonly catalogue: PagedList<Listed>;
	private skus: SkuMap | null = null;

	constructor(
		private readonly connection: Connection,
		private readonly attempts: BatchAttempts,
	) {
		this.catalogue = new PagedList(
			async (cursor) => await searchProducts(connection, cursor),
			({ product }) => product.id,
		);
	}

	async resolve(references: Reference[]): Promise<Resolution[]> {
		const codes = references.filter((reference) => reference.by === 'sku').length;
		if (codes > 1) {
			const fault = await this.catalogue.completeWithin(codes);
			if (fault !== null) return references.map(() => ({ kind: 'failed', fault }));
		}
		const seen = new Map<string, Promise<Answer<Listed>>>();
		return await mapInOrder<Reference, Resolution>(
			references,
			async (reference) =>
				reference.by === 'sku'
					? await this.bySku(reference.sku)
					: await this.byId(reference.id, seen),
			(fault) => ({ kind: 'failed', fault }),
			{ atOnce: CONCURRENCY },
		);
	}

	async read(
		items: Item[],
		mode: ReadMode,
		{ tell, reservation }: ReadOptions = {},
	): Promise<ReadOutcome[]> {
		const ids = [...new Set(items.map(({ itemId }) => itemId))];
		if (mode === 'cheapest' && ids.length > 1) {
			const fault = await this.catalogue.completeWithin(ids.length);
			if (fault !== null) return items.map(() => ({ kind: 'failed', fault }));
		}
		const pages = mode === 'cheapest' && this.catalogue.complete ? this.catalogue.pages : null;
		const listed = pages !== null && ids.length > pages;
		const unlisted = ids.filter((id) => !listed || this.catalogue.get(id) === undefined);
		// The list lags: what it does not show yet is read by its id, where that costs no more than the list did.
		const toRead = listed && unlisted.length > pages ? [] : unlisted;
		const answers = await mapInOrder(
			toRead,
			async (id) => ({ kind: 'read', ...(await this.readProduct(id, reservation)) }),
			(fault) => ({ kind: 'read', ok: false as const, fault }),
			{ atOnce: CONCURRENCY, tell },
		);
		const byProduct = new Map(toRead.map((id, n) => [id, answers[n]]));
		return items.map((item) => {
			const answer = byProduct.get(item.itemId);
			if (answer === undefined) return this.fromList(item);
			if (!answer.ok) return { kind: 'failed', fault: answer.fault };
			return onProduct(answer.value, item, 'id');
		});
	}

	async list(cursor: string | null, updatedSince?: number): Promise<Listing> {
		const answer =
			updatedSince === undefined
				? await searchProducts(this.connection, cursor)
				: await searchUpdated(this.connection, cursor, updatedSince);
		if (!answer.ok) return { kind: 'failed', fault: answer.fault };
		const { entries, next } = answer.value;
		return { kind: 'page', items: entries.flatMap(({ product }) => stockHolders(product)), next };
	}

	async reserve(requests: number): Promise<ReserveOutcome> {
		return await this.connection.reserve(requests);
	}

	async write(changes: Change[], options: WriteOptions = {}): Promise<WriteOutcome[]> {
		// A batch waits in Ecwid's queue for as long as it pleases Ecwid: what must leave by a time goes by itself.
		if (changes.length > 1 || (changes.every(isKeyed) && options.leaveBy === undefined))
			return await sendBatch(changes, this.connection, this.attempts);
		return await mapInOrder<Change, WriteOutcome>(
			changes,
			async (change) => {
				const exchange = await this.connection.send(
					change.kind === 'delta' ? 'delta' : 'set',
					updateRequest(change),
					understandUpdate(change),
					options,
				);
				return exchange.kind === 'accepted'
					? { kind: 'applied', ...exchange.value }
					: { ...exchange, fault: faultOn(change, exchange.fault) };
			},
			(fault) => ({ kind: 'notSent', fault }),
		);
	}

	private async bySku(sku: string): Promise<Resolution> {
		if (this.catalogue.complete) return this.listed().find(sku);
		const answer = await searchProducts(this.connection, null, sku);
		// A search finds nothing rather than failing for one code: what fails here fails for every row.
		if (!answer.ok) return { kind: 'failed', fault: { ...answer.fault, wholeRun: true } };
		const { entries, next } = answer.value;
		// A search that answers with more than a page looks for something else than this SKU: the list tells.
		const isLoose = next !== null;
		const found = skuMap(entries).find(sku);
		if (!isLoose && (found.kind !== 'notFound' || found.similar.length > 0)) return found;
		const fault = await this.catalogue.completeWithin(
			isLoose ? Number.POSITIVE_INFINITY : LOOK_ALIKE_PAGES,
		);
		// Where it is only to help, a page that cannot be read names no look-alikes.
		if (isLoose && fault !== null) return { kind: 'failed', fault };
		// How the search takes a SKU with a comma is not documented; the list holds it as it is.
		return this.catalogue.complete ? this.listed().find(sku) : { kind: 'notFound', similar: [] };
	}

	/**
	 * `productId`, or `productId:combinationId`. With a combination the product is read whatever the caller wants: only
	 * the product tells whose stock a variation shows.
	 */
	private async byId(id: string, seen: Map<string, Promise<Answer<Listed>>>): Promise<Resolution> {
		const parts = /^([1-9]\d*)(?::([1-9]\d*))?$/.exec(ADMIN_LINK.exec(id)?.[1] ?? id);
		if (parts === null) return { kind: 'failed', fault: malformedId(id) };
		const [, productId, combinationId] = parts;
		if (combinationId === undefined) {
			const known = this.catalogue.get(productId);
			const unnamed = { itemId: productId, variantId: null, sku: null, name: null };
			const item = known === undefined ? unnamed : productItem(known.product);
			return { kind: 'found', item, reading: null };
		}
		const reading = seen.get(productId) ?? this.readProduct(productId);
		seen.set(productId, reading);
		const answer = await reading;
		if (!answer.ok) return { kind: 'failed', fault: answer.fault };
		const { product, at } = answer.value;
		const variation = (product.combinations ?? []).find((one) => one.id === combinationId);
		if (variation === undefined) return { kind: 'failed', fault: noSuchVariation(product, id) };
		if (!hasOwnStock(product, variation)) {
			return {
				kind: 'found',
				item: productItem(product),
				reading: { ...productLevel(product), source: 'id', at },
				sharedBy: id,
			};
		}
		const outcome = onProduct(answer.value, { itemId: productId, variantId: combinationId }, 'id');
		return outcome.kind === 'level' ? { ...outcome, kind: 'found' } : outcome;
	}

	private async readProduct(id: string, reservation?: Reservation): Promise<Answer<Listed>> {
		const exchange = await this.connection.send(
			'read',
			{
				method: 'GET',
				path: `/products/${pathSegment(id)}`,
				query: { responseFields: PRODUCT_FIELDS },
			},
			(body) => {
				const parsed = productDocument.safeParse(body);
				if (!parsed.success || parsed.data.id !== id) return null;
				return { value: { product: parsed.data, at: this.connection.clock.monotonic() } };
			},
			{ reservation },
		);
		return answerOf(exchange);
	}

	/** The complete catalogue by SKU; made once. */
	private listed(): SkuMap {
		this.skus = this.skus ?? skuMap(this.catalogue.all);
		return this.skus;
	}

	private fromList(item: Item): ReadOutcome {
		const listed = this.catalogue.get(item.itemId);
		if (listed === undefined) return { kind: 'failed', fault: notListed(item) };
		return onProduct(listed, item, 'list');
	}
}

/** Items by their own code; the search may answer more loosely than exactly. */
function skuMap(listed: Listed[]): SkuMap {
	return new SkuMap(listed.flatMap(({ product }) => stockHolders(product)).map(({ item }) => item));
}

/** The level of one item on a product that was read. */
function onProduct(
	{ product, at }: Listed,
	wanted: ItemId,
	source: Reading['source'],
): ReadOutcome {
	const found = stockHolders(product).find(({ item }) => item.variantId === wanted.variantId);
	if (found === undefined) {
		const id = `${wanted.itemId}:${wanted.variantId}`;
		return { kind: 'failed', fault: noSuchVariation(product, id) };
	}
	return { kind: 'level', item: found.item, reading: { ...(found.level as Level), source, at } };
}

function malformedId(id: string): Problem {
	return {
		message: `“${id}” is not an Ecwid ID.`,
		advice:
			'Use the product ID, or product ID and variation ID with a colon between them, such as 123:456.',
	};
}

function noSuchVariation(product: Product, id: string): Problem {
	return {
		message: `The product ${product.name ?? product.id} has no variation ${id} with stock of its own.`,
		advice: 'Choose the item again; the variation may have been deleted.',
		// What Ecwid answers to the variation itself; the product is there.
		httpStatus: 404,
		notFound: true,
	};
}

function notListed(item: Item): Problem {
	return {
		message: `Ecwid does not list the product ${item.itemId}.`,
		advice: 'Choose the item again; it may have been deleted.',
	};
}
