/**
 * Ecwid's product list, which is a search: an index that may lag behind the products themselves.
 *
 * Source: docs.ecwid.com, search products.
 */
import type { Clock } from '../clock.mts';
import { type EcwidProduct, showProduct } from './products.mts';
import type { EcwidSwitches } from './switches.mts';

const MOST_PER_PAGE = 100;

/** Every documented order; those that say nothing about time leave the products in the order of their ids. */
const ORDERS = [
	'RELEVANCE',
	'DEFINED_BY_STORE_OWNER',
	'ADDED_TIME_ASC',
	'ADDED_TIME_DESC',
	'NAME_ASC',
	'NAME_DESC',
	'PRICE_ASC',
	'PRICE_DESC',
	'UPDATED_TIME_ASC',
	'UPDATED_TIME_DESC',
];

type Shown = Record<string, unknown>;

export interface Page {
	total: number;
	count: number;
	offset: number;
	limit: number;
	items: Shown[];
}

export class ProductSearch {
	/** Pictures of products, taken before the writes that the index has not caught up with. */
	private pictures = new Map<number, Array<{ shown: Shown; due: number }>>();

	constructor(
		private readonly clock: Clock,
		private readonly switches: () => EcwidSwitches,
	) {}

	clear(): void {
		this.pictures.clear();
	}

	/** Keeps what the index shows of a product that is about to change. */
	beforeChange(product: EcwidProduct): void {
		const { searchLagMs } = this.switches();
		if (searchLagMs === 0) return;
		const pending = this.pictures.get(product.id) ?? [];
		pending.push({ shown: showProduct(product), due: this.clock.now() + searchLagMs });
		this.pictures.set(product.id, pending);
	}

	/** One page, or the name of the parameter that is wrong. */
	page(products: Iterable<EcwidProduct>, query: URLSearchParams): Page | { wrong: string } {
		const asked = Number(query.get('limit') ?? MOST_PER_PAGE);
		const offset = Number(query.get('offset') ?? 0);
		const usable = Number.isInteger(asked) && asked >= 1 && Number.isInteger(offset) && offset >= 0;
		if (!usable || (asked > MOST_PER_PAGE && this.switches().largeLimit === 'refuse')) {
			return { wrong: 'limit' };
		}
		const bounds = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
		for (const [side, name] of [
			['from', 'updatedFrom'],
			['to', 'updatedTo'],
		] as const) {
			const text = query.get(name);
			if (text === null) continue;
			bounds[side] = secondsOf(text);
			if (Number.isNaN(bounds[side])) return { wrong: name };
		}
		const order = query.get('sortBy');
		if (order !== null && !ORDERS.includes(order)) return { wrong: 'sortBy' };
		const limit = Math.min(asked, MOST_PER_PAGE);
		const all = [...products].map((product) => this.fromIndex(product));
		const found = sorted(this.find(all, query, bounds), order);
		const items = found.slice(offset, offset + limit);
		return { total: found.length, count: items.length, offset, limit, items };
	}

	/**
	 * `productId` beats every other filter, and `sku` all but that; it looks at products and variations and answers with
	 * products.
	 */
	private find(
		all: Shown[],
		query: URLSearchParams,
		{ from, to }: { from: number; to: number },
	): Shown[] {
		const ids = query.get('productId')?.split(',');
		if (ids !== undefined) return all.filter(({ id }) => ids.includes(String(id)));
		const sku = query.get('sku');
		if (sku === null) return all.filter((one) => stampOf(one) >= from && stampOf(one) <= to);
		return all.filter((product) => {
			const variations = product.combinations as Shown[];
			return [product, ...variations].some(
				(one) => one.sku !== undefined && this.matches(String(one.sku), sku),
			);
		});
	}

	private matches(sku: string, wanted: string): boolean {
		switch (this.switches().skuSearch) {
			case 'exact':
				return sku === wanted;
			case 'caseless':
				return sku.toLowerCase() === wanted.toLowerCase();
			case 'prefix':
				return sku.startsWith(wanted);
			case 'list':
				return wanted.split(',').includes(sku);
		}
	}

	/** What the index knows of a product: as it was before the writes it has not caught up with. */
	private fromIndex(product: EcwidProduct): Shown {
		const pending = (this.pictures.get(product.id) ?? []).filter(
			({ due }) => due > this.clock.now(),
		);
		this.pictures.set(product.id, pending);
		return pending[0]?.shown ?? showProduct(product);
	}
}

function stampOf({ updateTimestamp }: Shown): number {
	return Number(updateTimestamp);
}

/** Those of the same second stay in the order of their ids, whichever way the time runs. */
function sorted(products: Shown[], order: string | null): Shown[] {
	switch (order) {
		case 'UPDATED_TIME_ASC':
			return products.toSorted((a, b) => stampOf(a) - stampOf(b));
		case 'UPDATED_TIME_DESC':
			return products.toSorted((a, b) => stampOf(b) - stampOf(a));
		default:
			return products;
	}
}

/** Unix seconds, or `yyyy-MM-dd HH:mm:ss` with a zone behind it, UTC where there is none; NaN for anything else. */
function secondsOf(text: string): number {
	if (/^\d+$/.test(text)) return Number(text);
	const date = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?: ([+-]\d\d)(\d\d))?$/.exec(text);
	if (date === null) return Number.NaN;
	const [, day, time, hours, minutes] = date;
	return Date.parse(`${day}T${time}${hours === undefined ? 'Z' : `${hours}:${minutes}`}`) / 1_000;
}
