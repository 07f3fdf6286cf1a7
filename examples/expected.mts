/**
 * What the shops must hold after the example workflows, worked out from the input files alone: by other code than the
 * nodes', and as plainly as it can be said.
 */
import type { OrderLine } from '../sandbox/catalogue.mts';
import type { Stocked } from '../sandbox/service.mts';
import type { CountedRow } from './spreadsheets.mts';

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
<<<<<<< HEAD
 * The counts of all rooms together replace the level, less what is held back, where every room's cell was filled in.
 * @param heldBack Units of each item that are not offered.
 */
export function afterTwoRooms(before: Shelves, rows: CountedRow[], heldBack: number): Shelves {
	const after = before.map((shelf) => ({ ...shelf }));
	for (const shelf of after) {
		const counts = rows.filter(({ sku }) => sku === shelf.sku).map(({ counted }) => counted);
		if (counts.length === 0 || counts.includes(null)) continue;
		const sum = counts.reduce<number>((so, counted) => so + Number(counted), 0);
		shelf.quantity = Math.max(0, sum - heldBack);
	}
	return after;
}

/**
 * A day's sales take their pieces away, all lines of an item together.
=======
 * A day's sales reduce the stock, all lines of an item together.
>>>>>>> main
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

/** The counted item a code stands for, or null when it is none, several, or not counted. */
function onlyCarrier(stock: Stock, sku: string): Stocked | null {
	const carriers = stock.filter((item) => item.sku === sku);
	return carriers.length === 1 && !carriers[0].unlimited ? carriers[0] : null;
}
