/**
 * How Ecwid's products are found and read: by the list, by the search, and by their IDs.
 */
import type { Item, ItemId, Reference } from '../../inventory/model/item';
import type { Level, Reading } from '../../inventory/model/level';
import type {
	ListedItem,
	ReadMode,
	ReadOptions,
	ReadOutcome,
	Reservation,
	Resolution,
} from '../../inventory/model/platform';
import type { Problem } from '../http/problems';
import type { Answer, Connection } from '../http/connection';
import { answerOf } from '../http/connection';
import { CONCURRENCY, mapInOrder } from '../http/map-in-order';
import { pathSegment } from '../http/path-segment';
import { levelText } from '../../inventory/model/level';
import { Catalogue } from '../shared/catalogue';
import type { Listed } from './search';
import { searchByIds, searchProducts } from './search';
import { hasOwnStock, levelOf, productItem, stockHolders } from './stock-holder';
import type { Product } from './schemas';
import { product as productDocument, PRODUCT_FIELDS } from './schemas';
import { PAGE_SIZE } from './client-policy';

/** A product as the address bar of the Ecwid admin shows it: https://my.ecwid.com/store/1003#product:mode=edit&id=692. */
const ADMIN_LINK = /^https:\/\/[^#]+#product:(?:[^#]*&)?id=(\d+)(?:&|$)/;

export class Products {
	private readonly catalogue: Catalogue<Listed>;

	constructor(private readonly connection: Connection) {
		this.catalogue = new Catalogue(
			async (cursor) => await searchProducts(connection, cursor),
			({ product }) => product.id,
			({ product }) => stockHolders(product).map(({ item }) => item),
			({ variantId }, { product }) => distinctionOf(product, variantId),
		);
	}

	async resolve(references: Reference[]): Promise<Resolution[]> {
		const seen = new Map<string, Promise<Answer<Listed>>>();
		return await this.catalogue.resolve(references, {
			search: async (sku) => await this.search(sku),
			byId: async (id) => await this.byId(id, seen),
			atOnce: CONCURRENCY,
		});
	}

	async read(
		items: Item[],
		mode: ReadMode,
		{ onAnswer, reservation }: ReadOptions,
	): Promise<ReadOutcome[]> {
		const ids = [...new Set(items.map(({ itemId }) => itemId))];
		if (mode === 'current' && ids.length > 1) return await this.readAgain(items, ids, reservation);
		if (mode === 'cheapest' && ids.length > 1) {
			const fault = await this.catalogue.completeWithin(ids.length);
			if (fault !== null) return items.map(() => ({ kind: 'failed', fault }));
		}
		const pages = mode === 'cheapest' && this.catalogue.complete ? this.catalogue.pages : null;
		const listed = pages !== null && ids.length > pages;
		const unlisted = ids.filter((id) => !listed || this.catalogue.get(id) === undefined);
		// The list lags: what it does not show yet is read by its ID, where that costs no more than the list did.
		const toRead = listed && unlisted.length > pages ? [] : unlisted;
		const answers = await mapInOrder(
			toRead,
			async (id) => ({ kind: 'read', ...(await this.readProduct(id, reservation)) }),
			(fault) => ({ kind: 'read', ok: false as const, fault }),
			{ atOnce: CONCURRENCY, onAnswer },
		);
		const byProduct = new Map(toRead.map((id, n) => [id, answers[n]]));
		return items.map((item) => {
			const answer = byProduct.get(item.itemId);
			if (answer === undefined) return this.fromList(item);
			if (!answer.ok) return { kind: 'failed', fault: answer.fault };
			return onProduct(answer.value, item, 'id');
		});
	}

	/** Levels as they are now, a page of products in each request. What the index does not show is read by its ID. */
	private async readAgain(
		items: Item[],
		ids: string[],
		reservation?: Reservation,
	): Promise<ReadOutcome[]> {
		const pages = await mapInOrder(
			pagesOf(ids),
			async (some) => ({
				kind: 'page',
				...(await searchByIds(this.connection, some, { reservation })),
			}),
			(fault) => ({ kind: 'page', ok: false as const, fault }),
			{ atOnce: CONCURRENCY },
		);
		const listed = new Map<string, Listed>();
		for (const page of pages) {
			if (!page.ok) return items.map(() => ({ kind: 'failed', fault: page.fault }));
			for (const one of page.value.entries) listed.set(one.product.id, one);
		}
		const unlisted = items.filter(({ itemId }) => !listed.has(itemId));
		const readById = await this.read(unlisted, 'byId', {});
		const byId = new Map(unlisted.map((item, n) => [item, readById[n]]));
		return items.map((item) => {
			const found = listed.get(item.itemId);
			return found === undefined ? (byId.get(item) as ReadOutcome) : onProduct(found, item, 'list');
		});
	}

	private async search(sku: string): Promise<Resolution | null> {
		const answer = await searchProducts(this.connection, null, sku);
		// For an unknown code a search finds nothing; it does not fail. So a failure here is a failure for every row.
		if (!answer.ok) return { kind: 'failed', fault: { ...answer.fault, wholeRun: true } };
		const { entries, leftOut, next } = answer.value;
		// A search that answers with more than a page looks for something other than this SKU. How it takes one with a
		// comma is not documented either; the list holds it as it is.
		return next === null ? this.catalogue.among(entries, leftOut, sku) : null;
	}

	/**
	 * `productId`, or `productId:combinationId`. With a combination the product is always read, because only the product
	 * shows whose stock a variation has.
	 */
	private async byId(id: string, seen: Map<string, Promise<Answer<Listed>>>): Promise<Resolution> {
		const parts = /^([1-9]\d*)(?::([1-9]\d*))?$/.exec(ADMIN_LINK.exec(id)?.[1] ?? id);
		if (parts === null) return { kind: 'failed', fault: malformedId(id) };
		const [, productId, combinationId] = parts;
		if (combinationId === undefined) {
			const known = this.catalogue.get(productId);
			const unnamed = { itemId: productId, variantId: null, productId, sku: null, name: null };
			const item = known === undefined ? unnamed : productItem(known.product);
			return { kind: 'found', item, reading: null };
		}
		const reading = seen.get(productId) ?? this.readProduct(productId);
		seen.set(productId, reading);
		const answer = await reading;
		if (!answer.ok) return { kind: 'failed', fault: answer.fault };
		const { product, at } = answer.value;
		const variation = product.combinations.find((one) => one.id === combinationId);
		if (variation === undefined) return { kind: 'failed', fault: noSuchVariation(product, id) };
		if (!hasOwnStock(product, variation)) {
			return {
				kind: 'found',
				item: productItem(product),
				reading: { ...levelOf(product, product), source: 'id', at },
				sharedBy: id,
			};
		}
		const outcome = onProduct(answer.value, { itemId: productId, variantId: combinationId }, 'id');
		return outcome.kind === 'level' ? { ...outcome, kind: 'found' } : outcome;
	}

	private async readProduct(id: string, reservation?: Reservation): Promise<Answer<Listed>> {
		const exchange = await this.connection.send(
			'safe',
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

	private fromList(item: Item): ReadOutcome {
		const listed = this.catalogue.get(item.itemId);
		if (listed === undefined) return { kind: 'failed', fault: notListed(item) };
		return onProduct(listed, item, 'list');
	}
}

function pagesOf(ids: string[]): string[][] {
	const count = Math.ceil(ids.length / PAGE_SIZE);
	return Array.from({ length: count }, (_, n) => ids.slice(n * PAGE_SIZE, (n + 1) * PAGE_SIZE));
}

/** What distinguishes a product or variation from others with the same SKU; a variation's options are in its name. */
function distinctionOf(product: Product, variantId: string | null): string {
	const holder = stockHolders(product).find(({ item }) => item.variantId === variantId);
	const level = holder?.level ? `level ${levelText(holder.level)}` : '';
	return product.enabled === false ? `disabled, ${level}` : level;
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
	const { item, level } = found as ListedItem & { level: Level };
	return { kind: 'level', item, reading: { ...level, source, at } };
}

function malformedId(id: string): Problem {
	return {
		message: `“${id}” is not an Ecwid ID.`,
		advice: `If it is a SKU, set Item to By SKU. An ID is that of the product, or of product and variation with a colon between them, such as 123:456.`,
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
		notFound: true,
	};
}
