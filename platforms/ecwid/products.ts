/** Finds and reads Ecwid's products: by the list, by the search, and by their IDs. */
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
import { CONCURRENCY, mapInOrder } from '../http/map-in-order';
import { pathSegment } from '../http/path-segment';
import { levelText } from '../../inventory/model/level';
import { Catalogue } from '../shared/catalogue';
import { parsedBy } from '../shared/documents';
import type { Page } from '../shared/paged-list';
import type { Listed } from './search';
import { searchProducts } from './search';
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
		// The list lags: products missing from it are read by their IDs, if that costs no more than the list did.
		const toRead = listed && unlisted.length > pages ? [] : unlisted;
		const answers = await mapInOrder<string, Answer<Listed>>(
			toRead,
			async (id) => await this.readProduct(id, reservation),
			(fault) => ({ ok: false, fault }),
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

	/** Current levels, a page of products per request. Products missing from the index are read by their IDs. */
	private async readAgain(
		items: Item[],
		ids: string[],
		reservation?: Reservation,
	): Promise<ReadOutcome[]> {
		const pages = await mapInOrder<string[], Answer<Page<Listed>>>(
			pagesOf(ids),
			async (some) =>
				await searchProducts(this.connection, null, { productId: some.join(',') }, { reservation }),
			(fault) => ({ ok: false, fault }),
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
		const answer = await searchProducts(this.connection, null, { sku });
		// A search for an unknown code finds nothing but succeeds, so a failure affects every row.
		if (!answer.ok) return { kind: 'failed', fault: { ...answer.fault, wholeRun: true } };
		const { entries, leftOut, next } = answer.value;
		// More than a page cannot be matches for one SKU (a SKU with a comma, for example, may be searched in parts): the
		// list has to decide.
		return next === null ? this.catalogue.among(entries, leftOut, sku) : null;
	}

	/**
	 * `productId`, or `productId:combinationId`. With a combination, the product is always read, because only it shows
	 * which of the two holds the stock.
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
		const itself = productDocument.refine((product) => product.id === id);
		return await this.connection.get(
			{ path: `/products/${pathSegment(id)}`, query: { responseFields: PRODUCT_FIELDS } },
			parsedBy(itself.transform((product) => ({ product, at: this.connection.clock.monotonic() }))),
			{ reservation },
		);
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

/** What tells a product or variation apart from others with the same SKU; a variation's options are in its name. */
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
		// As Ecwid would answer for the variation itself; the product exists.
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
