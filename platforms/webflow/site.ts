/** Reads what there is besides stock: the sites of a token, and a site's collection of SKUs and products. */
import type { Problem } from '../http/problems';
import type { Item } from '../../inventory/model/item';
import type { LeftOut } from '../shared/documents';
import { parsedBy, readEntries } from '../shared/documents';
import type { Page } from '../shared/paged-list';
import { offsetsFrom } from '../shared/paged-list';
import type { Answer, Connection, Understand } from '../http/connection';
import type { HttpRequest } from '../http/transport';
import { pathSegment } from '../http/path-segment';
import type { Dialect } from './dialect';
import { PAGE_SIZE } from './client-policy';
import type { ProductWithSkus } from './schemas';
import { collections, fieldsOf, idOf, products, productWithSkus, sites, sku } from './schemas';

/** Slug of the built-in collection of SKUs, as the official example of List Collections shows it. */
const SKU_COLLECTION_SLUG = 'sku';

export const MISSING_SITE: Problem = {
	message: 'No Site is chosen.',
	advice:
		'Choose the Site in the node, or give items by ID and fill in SKU Collection ID in Options.',
	wholeRun: true,
};

const NO_SKU_COLLECTION: Problem = {
	message: 'This site has no SKU collection.',
	advice: 'Check in Webflow that Ecommerce is switched on for the site, or choose another Site.',
	wholeRun: true,
};

export interface WebflowSettings {
	/** Site ID; may be empty if every item is given by ID and the SKU collection is known. */
	site: string;
	/** Empty to look the collection up. */
	skuCollectionId: string;
}

/** A SKU as listed in the catalog. */
export interface ListedSku {
	item: Item;
	/** What tells it apart from others with the same code; empty if nothing does. */
	state: string;
	/** Monotonic time of the reading, in milliseconds. */
	at: number;
}

export class Site {
	constructor(
		private readonly connection: Connection,
		private readonly dialect: Dialect,
		readonly id: string,
	) {}

	/** The sites that this token can access, for the list in the editor. */
	async sites(): Promise<Answer<Array<{ id: string; name: string }>>> {
		return await this.get('/sites', parsedBy(sites));
	}

	/** The ID of the collection that holds the site's SKUs. */
	async skuCollection(): Promise<Answer<string>> {
		const listed = await this.getOfSite('/collections', parsedBy(collections));
		if (!listed.ok) return { ok: false, fault: { ...listed.fault, wholeRun: true } };
		const found = listed.value.find(({ slug }) => slug === SKU_COLLECTION_SLUG);
		return found === undefined
			? { ok: false, fault: NO_SKU_COLLECTION }
			: { ok: true, value: idOf(found) };
	}

	async productPage(cursor: string | null): Promise<Answer<Page<ListedSku>>> {
		const offset = Number(cursor ?? 0);
		const page = products.transform(({ items, pagination, total: totalOfV1 }) => {
			const total = pagination?.total ?? totalOfV1 ?? null;
			const reached = offset + items.length;
			const end = items.length === 0 || (total !== null && reached >= total);
			const { entries, leftOut } = readEntries(productWithSkus, items);
			const skus = entries.map((product) => this.skusOf(product));
			return {
				entries: skus.flatMap((one) => one.entries),
				leftOut: [...leftOut, ...skus.flatMap((one) => one.leftOut)],
				read: items.length,
				next: end ? null : String(reached),
				// The total counts products, but entries are SKUs, so it does not tell how many pages are left.
				total: null,
				following: offsetsFrom(reached, total ?? 0, PAGE_SIZE),
				length: total,
			};
		});
		const query = { limit: String(PAGE_SIZE), offset: String(offset) };
		return await this.getOfSite('/products', parsedBy(page), query);
	}

	/** The current SKUs of one product; none if the product no longer exists. */
	async product(id: string): Promise<Answer<ListedSku[]>> {
		const answer = await this.get(
			`/sites/${pathSegment(this.id)}/products/${pathSegment(id)}`,
			parsedBy(productWithSkus.transform((product) => this.skusOf(product).entries)),
		);
		const isGone = !answer.ok && answer.fault.httpStatus === 404;
		return isGone ? { ok: true, value: [] } : answer;
	}

	private skusOf({ product, skus }: ProductWithSkus): {
		entries: ListedSku[];
		leftOut: LeftOut[];
	} {
		const { entries, leftOut } = readEntries(sku, skus ?? []);
		const productId = product ? idOf(product) || null : null;
		const productName = product ? fieldsOf(product).name : null;
		const at = this.connection.clock.monotonic();
		const listed = entries.map((one) => {
			const isArchived = one.isArchived || product?.isArchived;
			const isDraft = one.isDraft || product?.isDraft;
			return {
				item: {
					itemId: idOf(one),
					variantId: null,
					productId,
					sku: fieldsOf(one).sku || null,
					name: fieldsOf(one).name || productName || null,
				},
				state: isArchived ? 'archived' : isDraft ? 'draft' : '',
				at,
			};
		});
		return { entries: listed, leftOut };
	}

	private async getOfSite<T>(
		path: string,
		understand: Understand<T>,
		query?: HttpRequest['query'],
	): Promise<Answer<T>> {
		if (this.id === '') return { ok: false, fault: MISSING_SITE };
		const answer = await this.get(`/sites/${pathSegment(this.id)}${path}`, understand, query);
		return ofSite(this.id, answer);
	}

	private async get<T>(
		path: string,
		understand: Understand<T>,
		query?: HttpRequest['query'],
	): Promise<Answer<T>> {
		const { prefix, headers } = this.dialect;
		return await this.connection.get({ path: `${prefix}${path}`, query, headers }, understand);
	}
}

/** The answer to a request about a site itself: a 400 or 404 can only mean that the site is unknown. */
export function ofSite<T>(site: string, answer: Answer<T>): Answer<T> {
	if (answer.ok || ![400, 404].includes(answer.fault.httpStatus ?? 0)) return answer;
	const fault = {
		message: `Webflow does not know the Site ${site}.`,
		advice: 'Choose the Site again; the token of the credential must belong to it.',
		wholeRun: true,
		httpStatus: 404,
	};
	return { ok: false, fault };
}
