/**
 * Makes the files of the demo, and those of docs/two-rooms.md: `npx tsx examples/spreadsheets.mts`.
 *
 * They hold what real ones hold: blanks, words, codes with zeros in front, unknown and doubled SKUs, numbers as text.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import writeXlsxFile from 'write-excel-file/node';
import { orderLines, seedCatalogue } from '../sandbox/catalogue.mts';

export type Cell = string | number | boolean | null;
export interface CountedRow {
	sku: Cell;
	counted: Cell;
}

export interface SuppliedRow {
	sku: string;
	stock: string;
}

const FOLDER = new URL('./data/', import.meta.url);

/** Codes with a life of their own in the lists below. */
const SPECIAL = new Set([
	'0017',
	'0420',
	'22752',
	'37444A',
	'84029G',
	'21730',
	'22960',
	'71053',
	'84969',
]);

const sold = seedCatalogue()
	.webflow.map(({ sku }) => sku)
	.filter((sku): sku is string => sku !== null && !SPECIAL.has(sku));

/** Enough for the orders of the day, and some more; every tenth item falls short, as it does in life. */
function count(sku: string, n: number): number {
	const lines = orderLines().filter((line) => line.sku === sku);
	const units = lines.reduce((sum, { quantity }) => sum + quantity, 0);
	return n % 10 === 9 ? Math.floor(units / 2) : units + ((n * 11) % 40);
}

/** The shop floor, counted into a text file: every cell is text. */
export const SHOP_FLOOR: CountedRow[] = [
	...sold.slice(0, 30).map((sku, n) => ({ sku, counted: String(count(sku, n)) })),
	{ sku: '0017', counted: '9' },
	{ sku: '17', counted: '4' },
	{ sku: '99999X', counted: '3' },
	{ sku: '22752', counted: '12' },
	{ sku: '84029G', counted: '30' },
	{ sku: sold[30], counted: '' },
	{ sku: sold[31], counted: 'n/a' },
	{ sku: sold[32], counted: '1,000' },
	{ sku: sold[33], counted: ' 14 ' },
	{ sku: sold[34], counted: '12.0' },
	{ sku: sold[35], counted: '0' },
	{ sku: '71053', counted: '25' },
	{ sku: ' 71053 ', counted: '25' },
	{ sku: '84969', counted: '-' },
];

/** The store room, counted into a workbook: numbers are numbers, and some codes are text. */
export const STORE_ROOM: CountedRow[] = [
	...sold.slice(40, 70).map((sku, n) => ({
		sku: /^[1-9]\d*$/.test(sku) ? Number(sku) : sku,
		counted: count(sku, n),
	})),
	{ sku: '0420', counted: 11 },
	{ sku: 420, counted: 6 },
	{ sku: sold[70], counted: '8' },
	{ sku: sold[71], counted: null },
	{ sku: sold[72], counted: 2.5 },
	{ sku: sold[73], counted: 'none left' },
	{ sku: sold[74], counted: 0 },
	{ sku: '37444A', counted: 5 },
];

/** A stock-take in two rooms, on one sheet: an item that is in both has two rows, and one of them was not counted. */
export const TWO_ROOMS: Array<CountedRow & { room: string }> = [
	{ room: 'Shop floor', sku: '85123A', counted: 24 },
	{ room: 'Shop floor', sku: '71053', counted: 6 },
	{ room: 'Shop floor', sku: '84406B', counted: 10 },
	{ room: 'Shop floor', sku: '22633', counted: 12 },
	{ room: 'Shop floor', sku: '22745', counted: 1 },
	{ room: 'Shop floor', sku: '22310', counted: 8 },
	{ room: 'Store room', sku: '85123A', counted: 96 },
	{ room: 'Store room', sku: '71053', counted: 30 },
	{ room: 'Store room', sku: '84406B', counted: 45 },
	{ room: 'Store room', sku: '22632', counted: 55 },
	{ room: 'Store room', sku: '22310', counted: null },
];

/** What was sold since, as a shop exports it. */
export const ORDERS_TODAY = [
	{ order: 1042, line: 1, sku: '85123A', sold: 2 },
	{ order: 1042, line: 2, sku: '71053', sold: 1 },
	{ order: 1043, line: 1, sku: '85123A', sold: 1 },
	{ order: 1043, line: 2, sku: '84406B', sold: 4 },
	{ order: 1044, line: 1, sku: '71053', sold: 3 },
];

/** What a supplier has, in numbers and in words; two rows are for a person. */
export const SUPPLIER: SuppliedRow[] = [
	{ sku: '22745', stock: 'In stock' },
	{ sku: '22748', stock: '>10' },
	{ sku: '22749', stock: '40' },
	{ sku: '22310', stock: 'low stock' },
	{ sku: '22633', stock: 'Out of stock' },
	{ sku: '22632', stock: 'call' },
	{ sku: '21730', stock: 'In stock' },
	{ sku: '84879', stock: 'next week' },
	{ sku: '99999X', stock: '12' },
];

function csv(headings: string[], rows: Cell[][]): string {
	const cell = (value: Cell): string =>
		/[",]/.test(String(value)) ? `"${value}"` : String(value ?? '');
	return [headings, ...rows].map((row) => `${row.map(cell).join(',')}\n`).join('');
}

async function workbook(name: string, headings: string[], rows: Cell[][]): Promise<void> {
	const sheet = [headings, ...rows].map((row) => row.map((value) => ({ value })));
	await writeXlsxFile(sheet as never).toFile(fileURLToPath(new URL(`${name}.xlsx`, FOLDER)));
}

async function makeAll(): Promise<void> {
	const counted = SHOP_FLOOR.map(({ sku, counted }) => [sku, counted]);
	await writeFile(new URL('shop-floor.csv', FOLDER), csv(['SKU', 'Counted'], counted));
	const supplied = SUPPLIER.map(({ sku, stock }) => [sku, stock]);
	await writeFile(new URL('supplier.csv', FOLDER), csv(['SKU', 'Stock'], supplied));
	await workbook(
		'store-room',
		['SKU', 'Counted'],
		STORE_ROOM.map(({ sku, counted }) => [sku, counted]),
	);
	await workbook(
		'two-rooms',
		['Room', 'SKU', 'Counted'],
		TWO_ROOMS.map(({ room, sku, counted }) => [room, sku, counted]),
	);
	await workbook(
		'orders-today',
		['Order', 'Line', 'SKU', 'Sold'],
		ORDERS_TODAY.map(({ order, line, sku, sold }) => [order, line, sku, sold]),
	);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) void makeAll();
