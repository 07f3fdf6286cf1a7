/** Merges the rows of each item into one write. */
import type { WriteOperation } from '../model/change';
import { itemKey } from '../model/item';
import { LARGEST_QUANTITY } from '../rows/cell';
import { heldBackText, shownQuantity } from '../rows/held-back';
import type { SameItemRows } from '../rows/options';
import type { Row } from '../rows/row';
import { othersAreFor, rowList } from '../rows/row-text';
import { ADD_LINE_NUMBER, endRow, joined } from './report';
import type { EndedRow, RepeatedRow, ResolvedRow, RowSet, Stage } from './write-records';

/**
 * Returns row sets in the order of first appearance.
 * @param incomplete For each item, rows without a usable quantity: a sum without them would be wrong.
 */
export function mergeRows(
	rows: ResolvedRow[],
	operation: WriteOperation,
	sameItemRows: SameItemRows,
	incomplete: Map<string, number[]>,
): Stage<RowSet> {
	const byItem = new Map<string, ResolvedRow[]>();
	for (const row of rows) {
		const key = itemKey(row.item);
		const together = byItem.get(key);
		if (together === undefined) byItem.set(key, [row]);
		else together.push(row);
	}
	const stages = [...byItem].map(([key, some]) => {
		const conflict = conflictOf(some, sameItemRows);
		if (conflict !== null) {
			const indexes = some.map(({ index }) => index);
			return failed(some, ({ index }) => `${othersAreFor(indexes, index)} ${conflict}`);
		}
		return operation === 'setQuantity'
			? mergeSets(some, sameItemRows, incomplete.get(key) ?? [])
			: mergeDeltas(some, operation);
	});
	return {
		kept: stages.flatMap(({ kept }) => kept),
		ended: stages.flatMap(({ ended }) => ended),
	};
}

/** Rows that ended without a quantity, by item, as far as another row shows which item they are for. */
export function incompleteItems(
	rows: Row[],
	{ kept, ended }: Stage<ResolvedRow>,
): Map<string, number[]> {
	const keys = new Map(
		kept.map(({ reference, item }) => [JSON.stringify(reference), itemKey(item)]),
	);
	const incomplete = new Map<string, number[]>();
	const byIndex = new Map(rows.map((row) => [row.index, row]));
	for (const { index, result } of ended) {
		const { reference = null } = byIndex.get(index) ?? {};
		const key = result.item === null ? keys.get(JSON.stringify(reference)) : itemKey(result.item);
		if (key !== undefined) incomplete.set(key, [...(incomplete.get(key) ?? []), index]);
	}
	return incomplete;
}

function mergeDeltas(together: ResolvedRow[], operation: WriteOperation): Stage<RowSet> {
	const { single, repeated, conflicts } = splitByKey(together);
	const ended = conflicts.map(({ row, first }) => {
		const message = `Row ${first.index + 1} has the same key with another amount (${first.amount}, here ${row.amount}). ${ADD_LINE_NUMBER}`;
		return endRow(row, 'failed', message, row.item);
	});
	const amount = operation === 'adjustByDelta' ? sumOf(single) : 0;
	return { kept: [rowSet({ rows: single, repeated, superseded: [] }, operation, amount)], ended };
}

function mergeSets(
	together: ResolvedRow[],
	sameItemRows: SameItemRows,
	incomplete: number[],
): Stage<RowSet> {
	const last = together[together.length - 1];
	const setOf = (
		rows: ResolvedRow[],
		quantity: number,
		superseded: ResolvedRow[] = [],
	): RowSet => ({
		...rowSet(
			{ rows, repeated: [], superseded },
			'setQuantity',
			shownQuantity(quantity, last.options),
		),
		note: heldBackText(quantity, last.options),
	});
	if (sameItemRows === 'last') {
		const kept = setOf([last], last.amount, together.slice(0, -1));
		return { kept: [kept], ended: endSuperseded(kept) };
	}
	if (sameItemRows === 'sum') {
		const sum = sumOf(together);
		const reason =
			incomplete.length > 0
				? `${rowList(incomplete)} of the same item ${incomplete.length === 1 ? 'has' : 'have'} no usable quantity, so the sum is incomplete. Correct every row of the item, then run again.`
				: sum > LARGEST_QUANTITY
					? `The rows of this item add up to ${sum}, too large for a stock level.`
					: null;
		return reason === null
			? { kept: [setOf(together, sum)], ended: [] }
			: failed(together, () => reason);
	}
	const other = together.find(({ amount }) => amount !== last.amount);
	if (other !== undefined) {
		const message = `${rowList(together.map(({ index }) => index))} set this item to different quantities (row ${other.index + 1}: ${other.amount}, row ${last.index + 1}: ${last.amount}). In Options, set Rows of the Same Item to Add Up if they are parts of one stock, or to Last Row Counts; or keep one of them.`;
		return failed(together, () => message);
	}
	if (together.length === 1) return { kept: [setOf(together, last.amount)], ended: [] };
	const warned = together.map((row) => ({ ...row, warning: joined(row.warning, ONE_COUNT) }));
	return { kept: [setOf(warned, last.amount)], ended: [] };
}

const ONE_COUNT =
	'Rows of this item have the same quantity: it was taken as one count, not added up. To add them up, set Rows of the Same Item to Add Up.';

/** The results of sets that a later row of the same item supersedes. */
export function endSuperseded({ rows: [last], superseded }: RowSet): EndedRow[] {
	const message = `Row ${last.index + 1} sets this item later.`;
	return superseded.map((row) => endRow(row, 'skipped', message, row.item));
}

/** The row set with only these of its rows and their sum; null if there are none. */
export function withRows(set: RowSet, rows: ResolvedRow[]): RowSet | null {
	if (rows.length === set.rows.length) return set;
	if (rows.length === 0) return null;
	const repeated = set.repeated.filter(({ first }) => rows.includes(first));
	const rest = rowSet({ ...set, rows, repeated }, set.intent.operation, sumOf(rows));
	return { ...rest, item: set.item, before: set.before };
}

function rowSet(
	{ rows, repeated, superseded }: Pick<RowSet, 'rows' | 'repeated' | 'superseded'>,
	operation: WriteOperation,
	amount: number,
): RowSet {
	const [{ item, options }] = rows;
	return {
		item,
		before: rows.find(({ reading }) => reading !== null)?.reading ?? null,
		rows,
		note: null,
		repeated,
		superseded,
		intent: {
			operation,
			amount,
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

/** Of two rows with one key, the second repeats the first if the amount is the same; otherwise they conflict. */
function splitByKey(together: ResolvedRow[]) {
	const firsts = new Map<string, ResolvedRow>();
	const single: ResolvedRow[] = [];
	const repeated: RepeatedRow[] = [];
	const conflicts: RepeatedRow[] = [];
	for (const row of together) {
		// A delta of 0 sends nothing and does not use its key.
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

/** Options that affect how a level is written: rows of one item must agree on them. */
const DECIDING = [
	['onlyIfQuantityIs', 'Only If Quantity Is'],
	['belowZero', 'Below Zero'],
	['unlimitedStock', 'Unlimited Stock'],
	['reservedQuantity', 'Reserved Quantity'],
	['safetyStock', 'Safety Stock'],
	['maxQuantity', 'Max Quantity'],
] as const;

/** Why rows of one item cannot be merged, to follow "Row 3 is for"; null if they can. */
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

function failed(rows: ResolvedRow[], message: (row: ResolvedRow) => string): Stage<RowSet> {
	return { kept: [], ended: rows.map((row) => endRow(row, 'failed', message(row), row.item)) };
}
