/** Resolves each row to its item and amount; the rows it keeps can be written. */
import { FoundItems } from '../lookup/find-items';
import type { WriteOperation } from '../model/change';
import type { Fault } from '../model/fault';
import type { Reference } from '../model/item';
import { itemLabel } from '../model/item';
import type { Platform, Resolution } from '../model/platform';
import type { Row, RowEnd } from '../rows/row';
import { referenceToFind } from '../rows/row';
import { unresolvedText } from '../lookup/unresolved-text';
import { endRow, failByService } from './report';
import type { EndedRow, ResolvedRow, Stage } from './write-records';

/**
 * Finds each row's item, then checks its number, its key and its options.
 * @param lookUpIds If false, an ID is used as it is, without a request, wherever the service allows it.
 */
export async function resolveRows(
	rows: Row[],
	operation: WriteOperation,
	platform: Platform,
	lookUpIds: boolean,
): Promise<Stage<ResolvedRow> & { abort: Fault | null }> {
	const found = await FoundItems.of(rows.map(referenceToFind), platform, lookUpIds);
	const stage: Stage<ResolvedRow> = { kept: [], ended: [] };
	let abort: Fault | null = null;
	for (const row of rows) {
		const reference = referenceToFind(row);
		if (reference === null) {
			const { status, message } = row.earlyEnd as RowEnd;
			stage.ended.push(endRow(row, status, message));
			continue;
		}
		const resolution = found.get(reference);
		if (resolution.kind === 'failed' && resolution.fault.wholeRun) {
			abort = abort ?? resolution.fault;
			if (row.lateFault !== null) stage.ended.push(endRow(row, 'failed', row.lateFault));
			continue;
		}
		const resolved =
			resolution.kind === 'found'
				? resolvedRow(row, resolution, operation)
				: unresolved(row, reference, resolution, platform);
		if ('result' in resolved) stage.ended.push(resolved);
		else stage.kept.push(resolved);
	}
	return { ...stage, abort };
}

function unresolved(
	row: Row,
	reference: Reference,
	resolution: Exclude<Resolution, { kind: 'found' }>,
	{ itemNoun }: Platform,
): EndedRow {
	return resolution.kind === 'failed'
		? failByService(row, resolution.fault)
		: endRow(row, 'failed', unresolvedText(reference, resolution, itemNoun));
}

function resolvedRow(
	row: Row,
	{ item, reading, sharedBy }: Extract<Resolution, { kind: 'found' }>,
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
