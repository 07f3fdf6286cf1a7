/**
 * What the shops must hold after the example workflows, worked out from the input files alone: by other code than the
 * nodes', and as plainly as it can be said.
 */
import type { OrderLine } from '../sandbox/catalogue.mts';
import type { Stocked } from '../sandbox/service.mts';
import type { CountedRow, SuppliedRow } from './spreadsheets.mts';

/** The stock of one shop. */
export type Stock = Stocked[];

/** A count replaces the level, where the code stands for exactly one counted item and the cell is a whole number. */
export function afterStockTake(before: Stock, rows: CountedRow[]): Stock {
	const after = before.map((item) => ({ ...item }));
	for (const { sku, counted } of rows) {
		const item = onlyCarrier(after, String(sku ?? '').trim());
		const text = String(counted ?? '').trim();
		if (item !== null && /^\d+(\.0+)?$/.test(text)) item.quantity = Number(text);
	}
	return after;
}

/**
 * The counts of all rooms together replace the level, less what is held back, where every room's cell was filled in.
 * @param heldBack Units of each item that are not offered.
 */
export function afterTwoRooms(before: Stock, rows: CountedRow[], heldBack: number): Stock {
	const after = before.map((item) => ({ ...item }));
	for (const item of after) {
		const counts = rows.filter(({ sku }) => sku === item.sku).map(({ counted }) => counted);
		if (counts.length === 0 || counts.includes(null)) continue;
		const sum = counts.reduce<number>((so, counted) => so + Number(counted), 0);
		item.quantity = Math.max(0, sum - heldBack);
	}
	return after;
}

/**
 * A day's sales reduce the stock, all lines of an item together.
 * @param floor A shop that keeps no level below this refuses the whole of it.
 */
export function afterOrders(before: Stock, lines: OrderLine[], floor = -Infinity): Stock {
	const after = before.map((item) => ({ ...item }));
	for (const sku of new Set(lines.map((line) => line.sku))) {
		const item = onlyCarrier(after, sku);
		if (item === null) continue;
		const sold = lines
			.filter((line) => line.sku === sku)
			.reduce((sum, line) => sum + line.quantity, 0);
		if (item.quantity - sold >= floor) item.quantity -= sold;
	}
	return after;
}

/** What the words of the supplier mean, in units; a word that is not here means no number. */
const SUPPLIER_WORDS: Record<string, number> = {
	'in stock': 5,
	'low stock': 1,
	'>10': 10,
	'out of stock': 0,
};

/** What a supplier has replaces the level, two units less, where it is a number or a word that means one. */
export function afterSupplierFeed(before: Stock, rows: SuppliedRow[]): Stock {
	const after = before.map((item) => ({ ...item }));
	for (const { sku, stock } of rows) {
		const item = onlyCarrier(after, sku);
		const units = /^\d+$/.test(stock) ? Number(stock) : SUPPLIER_WORDS[stock.toLowerCase()];
		if (item !== null && units !== undefined) item.quantity = Math.max(0, units - 2);
	}
	return after;
}

/** The counted item a code stands for, or null when it is none, several, or not counted. */
function onlyCarrier(stock: Stock, sku: string): Stocked | null {
	const carriers = stock.filter((item) => item.sku === sku);
	return carriers.length === 1 && !carriers[0].unlimited ? carriers[0] : null;
}
