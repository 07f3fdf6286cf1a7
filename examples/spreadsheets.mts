/**
 * Makes the two spreadsheets of the stock-take example: `npx tsx examples/spreadsheets.mts`.
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

const HEADINGS = { sku: 'SKU', counted: 'Counted' };

function csv(rows: CountedRow[]): string {
	const cell = (value: Cell): string =>
		/[",]/.test(String(value)) ? `"${value}"` : String(value ?? '');
	const lines = rows.map(({ sku, counted }) => `${cell(sku)},${cell(counted)}`);
	return `${[`${HEADINGS.sku},${HEADINGS.counted}`, ...lines].join('\n')}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	await writeFile(new URL('shop-floor.csv', FOLDER), csv(SHOP_FLOOR));
	const sheet = [
		[{ value: HEADINGS.sku }, { value: HEADINGS.counted }],
		...STORE_ROOM.map(({ sku, counted }) => [{ value: sku }, { value: counted }]),
	];
	await writeXlsxFile(sheet as never).toFile(fileURLToPath(new URL('store-room.xlsx', FOLDER)));
}
