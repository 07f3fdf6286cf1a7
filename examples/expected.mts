/**
 * What the shelves must hold after the example workflows, worked out from the input files alone: by other code than the
 * nodes', and as plainly as it can be said.
 */
import type { OrderLine } from '../sandbox/catalogue.mts';
import type { Stocked } from '../sandbox/service.mts';
import type { CountedRow } from './spreadsheets.mts';

/** One shop's shelves: what a level is, by shelf. */
export type Shelves = Stocked[];

/** A count replaces the level, where the code stands for exactly one counted item and the cell is a whole number. */
export function afterStockTake(before: Shelves, rows: CountedRow[]): Shelves {
	const after = before.map((shelf) => ({ ...shelf }));
	for (const { sku, counted } of rows) {
		const shelf = onlyCarrier(after, String(sku ?? '').trim());
		const text = String(counted ?? '').trim();
		if (shelf !== null && /^\d+(\.0+)?$/.test(text)) shelf.quantity = Number(text);
	}
	return after;
}

/**
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
 * @param floor A shop that keeps no level below this refuses the whole of it.
 */
export function afterOrders(before: Shelves, lines: OrderLine[], floor = -Infinity): Shelves {
	const after = before.map((shelf) => ({ ...shelf }));
	for (const sku of new Set(lines.map((line) => line.sku))) {
		const shelf = onlyCarrier(after, sku);
		if (shelf === null) continue;
		const sold = lines
			.filter((line) => line.sku === sku)
			.reduce((sum, line) => sum + line.quantity, 0);
		if (shelf.quantity - sold >= floor) shelf.quantity -= sold;
	}
	return after;
}

/** The counted item a code stands for, or null when it is none, several, or not counted. */
function onlyCarrier(shelves: Shelves, sku: string): Stocked | null {
	const carriers = shelves.filter((shelf) => shelf.sku === sku);
	return carriers.length === 1 && !carriers[0].unlimited ? carriers[0] : null;
}
