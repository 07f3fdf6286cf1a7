/** A service's list, kept for one run, in which references are looked up. */
import type { Item, Reference } from '../../inventory/model/item';
import type { Resolution } from '../../inventory/model/platform';
import { mapInOrder } from '../http/map-in-order';
import type { ReadPage } from './paged-list';
import { PagedList } from './paged-list';
import type { LeftOut } from './documents';
import { orUnreadable } from './documents';
import { SkuMap } from './sku-map';

/** The most pages read just to suggest SKUs similar to one that was not found. */
const PAGES_FOR_SIMILAR = 10;

/** How a service looks up a single item. */
interface LookUp {
	/** Searches for a SKU; null if the answer is inconclusive, so that the whole list has to be read. */
	search(sku: string): Promise<Resolution | null>;
	byId(id: string): Promise<Resolution>;
	/** References looked up at the same time. */
	atOnce: number;
}

export class Catalogue<T> extends PagedList<T> {
	private skus: SkuMap | null = null;

	constructor(
		readPage: ReadPage<T>,
		keyOf: (entry: T) => string,
		/** The items of an entry that have stock. */
		private readonly itemsOf: (entry: T) => Item[],
		/** What tells an item apart from others with the same SKU. */
		private readonly tellApart: (item: Item, entry: T) => string,
	) {
		super(readPage, keyOf);
	}

	/** In the order given; several SKUs are found by reading the list if that costs fewer requests. */
	async resolve(references: Reference[], lookUp: LookUp): Promise<Resolution[]> {
		const codes = references.filter(({ by }) => by === 'sku').length;
		if (codes > 1) {
			const fault = await this.completeWithin(codes);
			if (fault !== null) return references.map(() => ({ kind: 'failed', fault }));
		}
		return await mapInOrder<Reference, Resolution>(
			references,
			async (reference) =>
				reference.by === 'sku'
					? await this.bySku(reference.sku, lookUp)
					: await lookUp.byId(reference.id),
			(fault) => ({ kind: 'failed', fault }),
			{ atOnce: lookUp.atOnce },
		);
	}

	/** Finds a SKU among the entries of a search, which may not all match exactly. */
	among(entries: T[], leftOut: LeftOut[], sku: string): Resolution {
		return orUnreadable(this.mapOf(entries).find(sku), leftOut, sku);
	}

	private async bySku(sku: string, { search }: LookUp): Promise<Resolution> {
		if (!this.complete) {
			const found = await search(sku);
			if (found !== null && (found.kind !== 'notFound' || found.similar.length > 0)) return found;
			const worth = found === null ? Number.POSITIVE_INFINITY : PAGES_FOR_SIMILAR;
			const fault = await this.completeWithin(worth);
			if (found === null && fault !== null) return { kind: 'failed', fault };
			if (!this.complete) return { kind: 'notFound', similar: [] };
		}
		this.skus ??= this.mapOf(this.all);
		return orUnreadable(this.skus.find(sku), this.leftOut, sku);
	}

	private mapOf(entries: T[]): SkuMap {
		const entryOf = new Map<Item, T>();
		for (const entry of entries) {
			for (const item of this.itemsOf(entry)) entryOf.set(item, entry);
		}
		return new SkuMap(entryOf.keys(), (item) => this.tellApart(item, entryOf.get(item) as T));
	}
}
