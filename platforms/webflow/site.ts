/**
 * A Webflow site: its collection of SKUs and its catalogue, and the SKU index made of that.
 */
import type { Problem } from '../http/problems';
import type { Item } from '../../inventory/model/item';
import type { Page } from '../shared/paged-list';
import { PagedList, offsetsFrom } from '../shared/paged-list';
import type { Answer, Connection, HttpRequest, Understand } from '../http/connection';
import { answerOf } from '../http/connection';
import { pathSegment } from '../http/path-segment';
import type { Dialect } from './dialect';
import { PAGE_SIZE } from './client-policy';
import type { SkuIndex } from './sku-index';
import type { ProductWithSkus } from './schemas';
import { collections, fieldsOf, idOf, products, sites } from './schemas';

/** Slug of the built-in collection of SKUs, as the official example of List Collections shows it. */
const SKU_COLLECTION_SLUG = 'sku';

export interface WebflowSettings {
	/** Site id; may stay empty when every item is named by id and the SKU collection is known. */
	site: string;
	/** Saves the look-up of the collection; empty when not known. */
	skuCollectionId: string;
}

export class Site {
	private walked = false;

	constructor(
		private readonly connection: Connection,
		private readonly dialect: Dialect,
		private readonly index: SkuIndex,
		private readonly settings: WebflowSettings,
	) {}

	/** Whether this run has read the catalogue itself. */
	get hasWalked(): boolean {
		return this.walked;
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

	async readIndex(): Promise<Problem | null> {
		this.walked = true;
		const { site } = this.settings;
		const catalogue = new PagedList(
			async (cursor) => await this.productPage(cursor),
			({ itemId }) => itemId,
		);
		const fault = await catalogue.completeWithin(Number.POSITIVE_INFINITY);
		if (fault === null) this.index.put(site, catalogue.all, this.connection.clock.monotonic());
		return fault;
	}

	/** The id of the collection that holds the site's SKUs. */
	async skuCollection(): Promise<Answer<string>> {
		const { site, skuCollectionId } = this.settings;
		if (skuCollectionId !== '') return { ok: true, value: skuCollectionId };
		if (site === '') return { ok: false, fault: missingSite() };
		// Everyone who asks at the same time waits for one answer.
		return await this.index.turns.run(`${site} collections`, async () => {
			const known = this.index.collection(site);
			return known === undefined ? await this.lookUpCollection() : { ok: true, value: known };
		});
	}

	private async lookUpCollection(): Promise<Answer<string>> {
		const { site } = this.settings;
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

	async productPage(cursor: string | null): Promise<Answer<Page<Item>>> {
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
				const following = offsetsFrom(reached, total ?? 0, PAGE_SIZE);
				const next = end ? null : String(reached);
				return { value: { entries, next, total: null, following, length: total } };
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
		const answer = await this.get(`/sites/${pathSegment(site)}${path}`, understand, query);
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

export function missingSite(): Problem {
	return {
		message: 'No Site is chosen.',
		advice:
			'Choose the Site in the node, or name items by ID and fill in SKU Collection ID in Options.',
		wholeRun: true,
	};
}

function unknownSite(site: string): Problem {
	return {
		message: `Webflow does not know the Site ${site}.`,
		advice: 'Choose the Site again; the token of the credential must belong to it.',
		wholeRun: true,
		httpStatus: 404,
	};
}

function noSkuCollection(): Problem {
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
