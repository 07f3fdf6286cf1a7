/** Resolves each row to its item and amount; the rows it keeps can be written. */
import type { FoundItem } from '../lookup/find-items';
import { findItems } from '../lookup/find-items';
import type { WriteOperation } from '../model/change';
import type { Fault } from '../model/fault';
import { itemLabel } from '../model/item';
import type { Platform } from '../model/platform';
import type { Row } from '../rows/row';
import { endRow } from './report';
import type { EndedRow, ResolvedRow, Stage } from './write-records';

/** Finds each row's item, then checks its number, its key and its options. */
export async function resolveRows(
	rows: Row[],
	operation: WriteOperation,
	platform: Platform,
	lookUpIds: boolean,
): Promise<Stage<ResolvedRow> & { abort: Fault | null }> {
	const found = await findItems(rows, platform, lookUpIds);
	const stage: Stage<ResolvedRow> = { kept: [], ended: [] };
	let abort: Fault | null = null;
	for (const [n, row] of rows.entries()) {
		const outcome = found[n];
		if (outcome.kind === 'found') {
			const resolved = resolvedRow(row, outcome, operation);
			if ('result' in resolved) stage.ended.push(resolved);
			else stage.kept.push(resolved);
		} else if (outcome.fault?.wholeRun) {
			abort = abort ?? outcome.fault;
			if (row.lateFault !== null) stage.ended.push(endRow(row, 'failed', row.lateFault));
		} else {
			const { index, result } = endRow(row, outcome.status, outcome.message);
			const failedByService = outcome.fault !== undefined;
			stage.ended.push({
				index,
				result: { ...result, ...(failedByService && { failedByService }) },
			});
		}
	}
	return { ...stage, abort };
}

function resolvedRow(
	row: Row,
	{ item, reading, sharedBy }: FoundItem,
	operation: WriteOperation,
): ResolvedRow | EndedRow {
	const shared =
		sharedBy === undefined ? null : `The variation ${sharedBy} has no stock of its own`;
	const fault =
		shared !== null && operation !== 'adjustByDelta'
			? `${shared}: it shares the stock of the product ${itemLabel(item)}. Use the product instead.`
			: row.lateFault;
	if (fault !== null || row.amount.kind !== 'value')
		return endRow(row, 'failed', fault ?? 'The row has no quantity.', item);
	const warning = shared === null ? null : `${shared}; the row changes the stock of its product.`;
	return { ...row, amount: row.amount.value, item, reading, warning };
}
