/**
 * What became of each row. A row ends once; rows that share a write share its ending.
 */
import type { Group, ResolvedRow } from './merge-rows';
import type { Row } from '../rows/row';
import type { RowResult } from '../model/row-result';
import type { Fault } from '../model/fault';
import type { Item } from '../model/item';
import type { Level } from '../model/level';
import type { Status } from '../model/status';
import { faultText } from '../model/fault';
import { rowList } from '../rows/row-text';

/** How a write ended, for all rows that share it. */
export interface WriteResult {
	status: Status;
	failedByService?: boolean;
	at?: string;
	item?: Item;
	before?: Level | null;
	after?: Level | null;
	message: string | null;
	warnings?: Array<string | null>;
}

/** Statuses that say the key's amount is on the shelf, or would be behind a dry run. */
const CONFIRMED: readonly Status[] = ['updated', 'unchanged', 'duplicate', 'planned'];

const TWIN_WARNING = 'If these are two lines, add the line number to the key.';

export class Report {
	private readonly endings = new Map<number, RowResult>();

	get(row: Row): RowResult | undefined {
		return this.endings.get(row.index);
	}

	/** Ends a row as it ended before, in an earlier try of the same execution. */
	restore(row: Row, ending: RowResult): void {
		this.endings.set(row.index, ending);
	}

	/** Ends a row that never became part of a write. */
	endRow(row: Row, status: Status, message: string, item: Item | null = null): void {
		this.endings.set(row.index, {
			status,
			item,
			before: null,
			after: null,
			message,
			warnings: [],
		});
	}

	/** Ends a row whose item the service could not find or read. */
	failRow(row: Row, fault: Fault): void {
		this.endRow(row, 'failed', faultText(fault));
		Object.assign(this.endings.get(row.index) as RowResult, { failedByService: true });
	}

	/** Ends every row of a write; rows with a key that an earlier one of them has follow that one. */
	endGroup(group: Group, ending: WriteResult): void {
		const indexes = group.rows.map(({ row }) => row.index);
		for (const sound of group.rows) {
			this.end(sound, group, ending, joined(ending, indexes, sound.row.index));
		}
		for (const { row, first } of group.repeated) this.endTwin(row, first, group, ending);
	}

	private endTwin(row: ResolvedRow, first: ResolvedRow, group: Group, ending: WriteResult): void {
		const firstRow = `Row ${first.row.index + 1}`;
		if (!CONFIRMED.includes(ending.status)) {
			const message = `${firstRow} has the same key and amount, so this row shares its fate. ${ending.message ?? ''}`;
			this.end(row, group, ending, message.trim());
			return;
		}
		this.end(
			row,
			group,
			{ ...ending, status: 'duplicate', warnings: [...(ending.warnings ?? []), TWIN_WARNING] },
			`${firstRow} has the same key and amount; it counts once.`,
		);
	}

	private end(sound: ResolvedRow, group: Group, ending: WriteResult, message: string | null): void {
		const warnings = [sound.warning, ...(ending.warnings ?? [])];
		this.endings.set(sound.row.index, {
			status: ending.status,
			item: ending.item ?? group.item,
			before: ending.before ?? null,
			after: ending.after ?? null,
			message,
			warnings: warnings.filter((warning): warning is string => warning !== null),
			...(ending.failedByService ? { failedByService: true } : {}),
			...(ending.at === undefined ? {} : { at: ending.at }),
		});
	}
}

/** Statuses of rows that came to a write, or would. */
const WRITTEN: readonly Status[] = ['updated', 'unknown', 'planned'];

/** A message, with the other rows that share their fate with this one. */
function joined({ message, status }: WriteResult, indexes: number[], self: number): string | null {
	if (indexes.length === 1) return message;
	const others = rowList(indexes, self);
	const share = WRITTEN.includes(status) ? 'one write for all of them' : 'they count together';
	const together = `${others} ${indexes.length === 2 ? 'names' : 'name'} the same item: ${share}.`;
	return message === null ? together : `${message} ${together}`;
}
