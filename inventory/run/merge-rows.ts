/**
 * Rows of one item become one write.
 */
import type { Intent } from './guard';
import type { SameItemRows } from '../rows/options';
import type { Row } from '../rows/row';
import type { Item } from '../model/item';
import type { Reading } from '../model/level';
import type { WriteOperation } from '../model/change';
import { itemKey } from '../model/item';
import { rowList } from '../rows/row-text';

/** A row that names exactly one item and a usable amount. */
export interface ResolvedRow {
	row: Row;
	amount: number;
	item: Item;
	reading: Reading | null;
	warning: string | null;
}

export interface Group {
	item: Item;
	/** A level that came with the look-up. */
	reading: Reading | null;
	intent: Intent;
	/** The rows that make up the write, in their order. */
	rows: ResolvedRow[];
	/** Rows with a key and amount an earlier row of the group already has: they share its fate. */
	repeated: RepeatedRow[];
	/** Earlier sets that the group's write supersedes; they are skipped, and stay so as long as it stands. */
	superseded: ResolvedRow[];
}

export interface RepeatedRow {
	row: ResolvedRow;
	first: ResolvedRow;
}

export interface Merged {
	/** In the order of first appearance. */
	groups: Group[];
	failed: Array<{ row: ResolvedRow; message: string }>;
	skipped: Array<{ row: ResolvedRow; message: string }>;
}

export function mergeRows(
	rows: ResolvedRow[],
	operation: WriteOperation,
	sameItemRows: SameItemRows,
): Merged {
	const byItem = new Map<string, ResolvedRow[]>();
	for (const row of rows) {
		const key = itemKey(row.item);
		const together = byItem.get(key);
		if (together === undefined) byItem.set(key, [row]);
		else together.push(row);
	}
	const merged: Merged = { groups: [], failed: [], skipped: [] };
	for (const together of byItem.values()) mergeOne(together, operation, sameItemRows, merged);
	return merged;
}

function mergeOne(
	together: ResolvedRow[],
	operation: WriteOperation,
	sameItemRows: SameItemRows,
	merged: Merged,
): void {
	const fail = (rows: ResolvedRow[], message: (row: ResolvedRow) => string): void => {
		merged.failed.push(...rows.map((row) => ({ row, message: message(row) })));
	};
	const indexes = together.map(({ row }) => row.index);
	if (together.length > 1 && sameItemRows === 'fail') {
		fail(
			together,
			(row) =>
				`${others(indexes, row)} the same item, and Rows of the Same Item is set to Fail. Keep one row per item.`,
		);
		return;
	}
	const differing = differingOption(together);
	if (differing !== null) {
		fail(
			together,
			(row) =>
				`${others(indexes, row)} the same item with another ${differing}. Give rows of one item the same options.`,
		);
		return;
	}
	const { single, twins, conflicts } = splitByKey(together);
	for (const { row, first } of conflicts) {
		fail(
			[row],
			() =>
				`Row ${first.row.index + 1} has the same key with another amount (${first.amount}, here ${row.amount}). If these are two lines, add the line number to the key.`,
		);
	}
	let rows = single;
	let superseded: ResolvedRow[] = [];
	if (operation === 'setQuantity') {
		const last = rows[rows.length - 1];
		const earlier = rows.filter(({ amount }) => amount !== last.amount);
		if (earlier.length > 0 && sameItemRows === 'combine') {
			const [other] = earlier;
			const message = `${rowList(rows.map(({ row }) => row.index))} set this item to different quantities (row ${other.row.index + 1}: ${other.amount}, row ${last.row.index + 1}: ${last.amount}). Keep one of them, or set Rows of the Same Item to Last Row Counts.`;
			fail(rows, () => message);
			return;
		}
		if (sameItemRows === 'last') {
			rows = [last];
			superseded = single.slice(0, -1);
			const message = `Row ${last.row.index + 1} sets this item later.`;
			merged.skipped.push(...superseded.map((row) => ({ row, message })));
		}
	}
	merged.groups.push(groupOf({ rows, repeated: twins, superseded }, operation));
}

/** A group again after rows have left it: the sum is made anew. */
export function groupOf(
	{ rows, repeated: twins, superseded }: Pick<Group, 'rows' | 'repeated' | 'superseded'>,
	operation: WriteOperation,
): Group {
	const [{ item, row }] = rows;
	const { options } = row;
	const sum = rows.reduce((total, { amount }) => total + amount, 0);
	return {
		item,
		reading: rows.find(({ reading }) => reading !== null)?.reading ?? null,
		rows,
		repeated: twins,
		superseded,
		intent: {
			operation,
			amount: operation === 'adjustByDelta' ? sum : rows[0].amount,
			writeUnchanged: rows.some(({ row: { options: own } }) => own.writeUnchanged),
			belowZero: options.belowZero,
			unlimitedStock: options.unlimitedStock,
			onlyIfQuantityIs: options.onlyIfQuantityIs,
			reserved: options.reservedQuantity,
			summed: rows.length > 1,
		},
	};
}

/** Two rows with one key: the same amount is a twin of the first, another amount is a conflict. */
function splitByKey(together: ResolvedRow[]) {
	const firsts = new Map<string, ResolvedRow>();
	const single: ResolvedRow[] = [];
	const twins: RepeatedRow[] = [];
	const conflicts: RepeatedRow[] = [];
	for (const row of together) {
		// A delta of 0 sends nothing, so it has nothing to do with its key.
		const key = row.amount === 0 ? null : row.row.key;
		const first = key === null ? undefined : firsts.get(key);
		if (first === undefined) {
			if (key !== null) firsts.set(key, row);
			single.push(row);
		} else if (first.amount === row.amount) {
			twins.push({ row, first });
		} else {
			conflicts.push({ row, first });
		}
	}
	return { single, twins, conflicts };
}

/** Options that decide how a level is written: rows of one item must agree on them. */
const DECIDING = [
	['onlyIfQuantityIs', 'Only If Quantity Is'],
	['belowZero', 'Below Zero'],
	['unlimitedStock', 'Unlimited Stock'],
	['reservedQuantity', 'Reserved Quantity'],
] as const;

function differingOption(together: ResolvedRow[]): string | null {
	const [first] = together;
	for (const [name, label] of DECIDING) {
		if (together.some(({ row }) => row.options[name] !== first.row.options[name])) return label;
	}
	return null;
}

/** "Row 3 names" or "Rows 3 and 7 name", without the row itself. */
function others(indexes: number[], self: ResolvedRow): string {
	return `${rowList(indexes, self.row.index)} ${indexes.length === 2 ? 'names' : 'name'}`;
}
