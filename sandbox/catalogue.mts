/**
 * What the three shops sell: one list of products, shelved by each service in its own way.
 *
 * The seed is made of a day's real orders: its StockCodes are the SKUs. Stock is what the day sells and some more, so
 * that the orders can be filled; the few that run below zero are there for the warnings.
 */
import { readFileSync } from 'node:fs';

export interface Variation {
	sku: string | null;
	options: Record<string, string>;
	quantity: number;
	unlimited?: boolean;
	reorderLevel?: number;
}

export interface CatalogueProduct {
	name: string;
	sku: string | null;
	/** Units on hand; what stands here for an unlimited product is what it was before. */
	quantity: number;
	unlimited?: boolean;
	/** Units at which the shop wants to be told: Ecwid's `warningLimit`, RootFi's `reorder_level`. */
	reorderLevel?: number;
	variations?: Variation[];
	/** Ecwid: whether the shop shows it; left out, it does. */
	enabled?: boolean;
	/** Ecwid: how many parts it puts this product together from. */
	components?: number;
}

export interface Catalogue {
	webflow: CatalogueProduct[];
	ecwid: CatalogueProduct[];
	rootfi: CatalogueProduct[];
}

export interface OrderLine {
	invoice: string;
	/** Counted from 1 within the invoice. */
	line: number;
	sku: string;
	description: string;
	quantity: number;
}

const ORDERS = new URL('../examples/data/orders-2010.csv', import.meta.url);

/** The day's order lines. Source: UCI Online Retail data set (CC BY 4.0), its first 400 lines. */
export function orderLines(): OrderLine[] {
	const [, ...rows] = readFileSync(ORDERS, 'utf8')
		.replace(/^\uFEFF/, '')
		.trim()
		.split(/\r?\n/);
	const lines = new Map<string, number>();
	return rows.map((row) => {
		const [invoice, sku, description, quantity] = cells(row);
		const line = (lines.get(invoice) ?? 0) + 1;
		lines.set(invoice, line);
		return { invoice, line, sku, description: description.trim(), quantity: Number(quantity) };
	});
}

/** The cells of one CSV row; quoted cells may hold commas. */
function cells(row: string): string[] {
	return [...row.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)]
		.slice(0, -1)
		.map(([, cell]) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell));
}

/** SKUs whose stock is not counted in the seed, on the services that know unlimited stock. */
const UNLIMITED_SKUS = ['84029G', '21730', '22960'];

/** SKUs that two products carry in the seed. */
const DOUBLED_SKUS = ['22752', '37444A'];

/** Codes that lose their zeros in a spreadsheet; they are in no order. */
const ZERO_SKUS = ['0017', '0420'];

/** Every so many-th product starts with less than the day sells. */
const SHORT_EVERY = 40;

/** Every so many-th product has a reorder level of its own. */
const WATCHED_EVERY = 5;

/** The seed of all three shops. */
export function seedCatalogue(): Catalogue {
	const products = soldProducts();
	const extra: CatalogueProduct[] = [
		...DOUBLED_SKUS.map((sku) => ({ name: `SECOND CARRIER OF ${sku}`, sku, quantity: 40 })),
		...ZERO_SKUS.map((sku) => ({ name: `SPARE PART ${sku}`, sku, quantity: 25 })),
		{ name: 'GIFT CARD, NO CODE', sku: null, quantity: 100 },
	];
	const single = [...products, ...extra];
	const counted = single.map((product) => ({ ...product, unlimited: false }));
	return {
		webflow: single,
		ecwid: [...withVariations(products), ...extra],
		rootfi: counted,
	};
}

/** One product for each StockCode of the day. */
function soldProducts(): CatalogueProduct[] {
	const sold = new Map<string, { name: string; units: number }>();
	for (const { sku, description, quantity } of orderLines()) {
		const known = sold.get(sku);
		if (known === undefined) sold.set(sku, { name: description, units: quantity });
		else known.units += quantity;
	}
	return [...sold].map(([sku, { name, units }], n) => ({
		sku,
		name,
		quantity: n % SHORT_EVERY === SHORT_EVERY - 1 ? Math.floor(units / 2) : units + ((n * 7) % 50),
		unlimited: UNLIMITED_SKUS.includes(sku),
		...(n % WATCHED_EVERY === 0 ? { reorderLevel: 4 + (n % 3) * 4 } : {}),
	}));
}

/** Codes like 85049A, 85049C, … become variations of one product, as a shop would keep them. */
function withVariations(products: CatalogueProduct[]): CatalogueProduct[] {
	const families = new Map<string, CatalogueProduct[]>();
	for (const product of products) {
		const family = /^(\d{5})[A-Z]+$/.exec(product.sku ?? '')?.[1] ?? product.sku ?? '';
		families.set(family, [...(families.get(family) ?? []), product]);
	}
	return [...families].flatMap(([code, family]) => {
		if (family.length === 1) return family;
		const variations = family.map(({ sku, name, quantity, unlimited, reorderLevel }) => ({
			sku,
			options: { Design: name },
			quantity,
			unlimited,
			...(reorderLevel === undefined ? {} : { reorderLevel }),
		}));
		const shared = { sku: null, options: { Design: 'Assorted' }, quantity: 0 };
		const quantity = family.length;
		return [{ name: `RANGE ${code}`, sku: code, quantity, variations: [...variations, shared] }];
	});
}
