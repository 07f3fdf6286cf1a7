/**
 * The rows of a run, and the stock they must lead to.
 */
import type { CatalogueProduct } from '../sandbox/catalogue.mts';
import type { Stocked } from '../sandbox/service.mts';

export type Operation = 'set' | 'delta';

/** The share of the rows that change something. */
export type Share = 0 | 0.05 | 1;

/** One row of the sheet. The IDs are for contestants that cannot find an item by its SKU. */
export interface Row {
	sku: string;
	id: string;
	/** The level to set, or the units to add. */
	amount: number;
	key: string;
}

const START = 100;

export function products(count: number): CatalogueProduct[] {
	return Array.from({ length: count }, (_, n) => ({
		name: `Product ${n + 1}`,
		sku: `SKU-${String(n + 1).padStart(5, '0')}`,
		quantity: START,
	}));
}

/** One row for every item; `share` of them, spread evenly, ask for a different level. */
export function rowsFor(stock: Stocked[], operation: Operation, share: Share, run: string): Row[] {
	return stock.map(({ sku, itemId, variantId, quantity }, n) => {
		const changed = share > 0 && n % Math.round(1 / share) === 0;
		const delta = changed ? -1 - (n % 9) : 0;
		return {
			sku: sku ?? '',
			// Webflow counts stock by SKU, and its SKU is the variant.
			id: variantId ?? itemId,
			amount: operation === 'set' ? quantity + delta : delta,
			key: `${run} line ${n + 1}`,
		};
	});
}

/**
 * The stock if every row did what was reported.
 * @param notDone SKUs of rows that were reported as not applied.
 */
export function expectedLevels(
	before: Stocked[],
	rows: Row[],
	operation: Operation,
	notDone: ReadonlySet<string> = new Set(),
): Levels {
	return new Map(
		before.map(({ sku, quantity }, n) => {
			const { amount } = rows[n];
			const after = operation === 'set' ? amount : quantity + amount;
			return [sku ?? '', notDone.has(sku ?? '') ? quantity : after];
		}),
	);
}

export type Levels = Map<string, number>;

/**
 * How many items are wrong, and by how many units in all.
 * @param open SKUs of rows that were reported as unknown; a person checks those.
 */
export function wrongLevels(
	expected: Levels,
	after: Stocked[],
	open: ReadonlySet<string> = new Set(),
): { items: number; units: number } {
	const off = after
		.filter(({ sku }) => !open.has(sku ?? ''))
		.map(({ sku, quantity }) => Math.abs(quantity - (expected.get(sku ?? '') ?? 0)))
		.filter((units) => units > 0);
	return { items: off.length, units: off.reduce((sum, units) => sum + units, 0) };
}
