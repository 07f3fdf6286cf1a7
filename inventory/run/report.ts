/** Turns results into row results: rows that share a write share its result, each with its own message. */
import type { Clock } from '../model/clock';
import type { Fault } from '../model/fault';
import { faultText } from '../model/fault';
import type { Item } from '../model/item';
import type { Status } from '../model/status';
import { STATUSES } from '../model/status';
import { othersAreFor } from '../rows/row-text';
import type { EndedRow, ResolvedRow, RowSet, WriteResult } from './write-records';

export const ADD_LINE_NUMBER = 'If these are two lines, add the line number to the key.';

/** Ends a row that never became part of a write. */
export function endRow(
	{ index }: { index: number },
	status: Status,
	message: string,
	item: Item | null = null,
): EndedRow {
	return { index, result: { status, item, before: null, after: null, message, warnings: [] } };
}

/** The result of a write that failed because of the service, not of its rows. */
export function failedBy(fault: Fault, status: Status = 'failed'): WriteResult {
	return { status, message: faultText(fault), failedByService: true };
}

/** Adds the current time, unless the result has one. */
export function stamped(result: WriteResult, clock: Clock): WriteResult {
	return { at: new Date(clock.now()).toISOString(), ...result };
}

/** Ends every row of a write, and the rows that repeat the key of one of them. */
export function endRows(
	write: Pick<RowSet, 'item' | 'rows' | 'note' | 'repeated'>,
	result: WriteResult,
): EndedRow[] {
	const end = (row: ResolvedRow, own: WriteResult): EndedRow => ({
		index: row.index,
		result: {
			...own,
			item: own.item ?? write.item,
			before: own.before ?? null,
			after: own.after ?? null,
			warnings: [row.warning, ...(own.warnings ?? [])].filter((warning) => warning !== null),
		},
	});
	const indexes = write.rows.map(({ index }) => index);
	const noted = { ...result, message: joined(result.message, write.note) };
	return [
		...write.rows.map((row) => end(row, { ...noted, message: sharedText(noted, indexes, row) })),
		...write.repeated.map(({ row, first }) => end(row, repeatedResult(result, first))),
	];
}

function repeatedResult(result: WriteResult, first: ResolvedRow): WriteResult {
	const firstRow = `Row ${first.index + 1} has the same key and amount`;
	if (!STATUSES[result.status].keyIsUsed) {
		const message = `${firstRow}, so this row shares its result. ${result.message ?? ''}`;
		return { ...result, message: message.trim() };
	}
	const warnings = [...(result.warnings ?? []), ADD_LINE_NUMBER];
	return { ...result, status: 'duplicate', message: `${firstRow}; it counts once.`, warnings };
}

/** The message, with the other rows that share the write. */
function sharedText(
	{ message, status }: WriteResult,
	indexes: number[],
	{ index }: ResolvedRow,
): string | null {
	if (indexes.length === 1) return message;
	const share = STATUSES[status].isWrite ? 'one write for all of them' : 'they count together';
	return joined(message, `${othersAreFor(indexes, index)} the same item: ${share}.`);
}

export function joined(...texts: Array<string | null>): string | null {
	return texts.filter((text) => text !== null).join(' ') || null;
}
