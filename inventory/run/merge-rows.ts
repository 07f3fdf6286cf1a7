/** Rows of one item become one write. */
import type { WriteOperation } from '../model/change';
import { itemKey } from '../model/item';
import type { SameItemRows } from '../rows/options';
import { rowList } from '../rows/row-text';
import { endRow } from './report';
import type { EndedRow, RepeatedRow, ResolvedRow, RowSet, Stage } from './write-records';

/** Row sets in the order of first appearance. */
export function mergeRows(
	rows: ResolvedRow[],
	operation: WriteOperation,
	sameItemRows: SameItemRows,
): Stage<RowSet> {
	const byItem = new Map<string, ResolvedRow[]>();
	for (const row of rows) {
		const key = itemKey(row.item);
		const together = byItem.get(key);
		if (together === undefined) byItem.set(key, [row]);
		else together.push(row);
	}
	const stages = [...byItem.values()].map((some) => mergeItem(some, operation, sameItemRows));
	return {
		kept: stages.flatMap(({ kept }) => kept),
		ended: stages.flatMap(({ ended }) => ended),
	};
}

function mergeItem(
	together: ResolvedRow[],
	operation: WriteOperation,
	sameItemRows: SameItemRows,
): Stage<RowSet> {
	const conflict = conflictOf(together, sameItemRows);
	if (conflict !== null) {
		const indexes = together.map(({ index }) => index);
		return failed(together, (row) => `${othersName(indexes, row)} ${conflict}`);
	}
	const { single, repeated, conflicts } = splitByKey(together);
	const ended = conflicts.map(({ row, first }) =>
		endRow(row, 'failed', keyConflictText(row, first), row.item),
	);
	const set = { rows: single, repeated, superseded: [] };
	if (operation !== 'setQuantity') return { kept: [rowSet(set, operation)], ended };

	const last = single[single.length - 1];
	if (sameItemRows === 'last') {
		const superseded = single.slice(0, -1);
		const kept = rowSet({ rows: [last], repeated, superseded }, operation);
		return { kept: [kept], ended: [...ended, ...endSuperseded(kept)] };
	}
	const other = single.find(({ amount }) => amount !== last.amount);
	if (other === undefined) return { kept: [rowSet(set, operation)], ended };
	const message = `${rowList(single.map(({ index }) => index))} set this item to different quantities (row ${other.index + 1}: ${other.amount}, row ${last.index + 1}: ${last.amount}). Keep one of them, or set Rows of the Same Item to Last Row Counts.`;
	return { kept: [], ended: [...ended, ...failed(single, () => message).ended] };
}

/** How the sets end that a later row of the same item supersedes. */
export function endSuperseded({ rows: [last], superseded }: RowSet): EndedRow[] {
	const message = `Row ${last.index + 1} sets this item later.`;
	return superseded.map((row) => endRow(row, 'skipped', message, row.item));
}

/** What is left of a row set once some of its rows have left it; null when none is left. The sum is made again. */
export function withRows(set: RowSet, rows: ResolvedRow[]): RowSet | null {
	if (rows.length === set.rows.length) return set;
	if (rows.length === 0) return null;
	const repeated = set.repeated.filter(({ first }) => rows.includes(first));
	const left = rowSet({ ...set, rows, repeated }, set.intent.operation);
	return { ...left, item: set.item, before: set.before };
}

function rowSet(
	{ rows, repeated, superseded }: Pick<RowSet, 'rows' | 'repeated' | 'superseded'>,
	operation: WriteOperation,
): RowSet {
	const [{ item, amount, options }] = rows;
	return {
		item,
		before: rows.find(({ reading }) => reading !== null)?.reading ?? null,
		rows,
		repeated,
		superseded,
		intent: {
			operation,
			amount: operation === 'adjustByDelta' ? sumOf(rows) : amount,
			writeUnchanged: rows.some((row) => row.options.writeUnchanged),
			belowZero: options.belowZero,
			unlimitedStock: options.unlimitedStock,
			onlyIfQuantityIs: options.onlyIfQuantityIs,
			reserved: options.reservedQuantity,
			summed: rows.length > 1,
		},
	};
}

function sumOf(rows: ResolvedRow[]): number {
	return rows.reduce((sum, { amount }) => sum + amount, 0);
}

/** Two rows with one key: the same amount repeats the first, another amount is a conflict. */
function splitByKey(together: ResolvedRow[]) {
	const firsts = new Map<string, ResolvedRow>();
	const single: ResolvedRow[] = [];
	const repeated: RepeatedRow[] = [];
	const conflicts: RepeatedRow[] = [];
	for (const row of together) {
		// A delta of 0 sends nothing, so it has nothing to do with its key.
		const key = row.amount === 0 ? null : row.key;
		const first = key === null ? undefined : firsts.get(key);
		if (first === undefined) {
			if (key !== null) firsts.set(key, row);
			single.push(row);
		} else {
			(first.amount === row.amount ? repeated : conflicts).push({ row, first });
		}
	}
	return { single, repeated, conflicts };
}

/** Options that decide how a level is written: rows of one item must agree on them. */
const DECIDING = [
	['onlyIfQuantityIs', 'Only If Quantity Is'],
	['belowZero', 'Below Zero'],
	['unlimitedStock', 'Unlimited Stock'],
	['reservedQuantity', 'Reserved Quantity'],
] as const;

/** What keeps rows of one item from being merged, continuing "Row 3 names"; or null. */
function conflictOf(together: ResolvedRow[], sameItemRows: SameItemRows): string | null {
	if (together.length > 1 && sameItemRows === 'fail') {
		return 'the same item, and Rows of the Same Item is set to Fail. Keep one row per item.';
	}
	const [first] = together;
	const differing = DECIDING.find(([name]) =>
		together.some(({ options }) => options[name] !== first.options[name]),
	);
	if (differing === undefined) return null;
	return `the same item with another ${differing[1]}. Give rows of one item the same options.`;
}

function keyConflictText(row: ResolvedRow, first: ResolvedRow): string {
	return `Row ${first.index + 1} has the same key with another amount (${first.amount}, here ${row.amount}). If these are two lines, add the line number to the key.`;
}

function failed(rows: ResolvedRow[], message: (row: ResolvedRow) => string): Stage<RowSet> {
	return { kept: [], ended: rows.map((row) => endRow(row, 'failed', message(row), row.item)) };
}

/** "Row 3 names" or "Rows 3 and 7 name", without the row itself. */
function othersName(indexes: number[], { index }: ResolvedRow): string {
	return `${rowList(indexes, index)} ${indexes.length === 2 ? 'names' : 'name'}`;
}
