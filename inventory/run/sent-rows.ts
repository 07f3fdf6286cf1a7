/**
 * Tracks which rows of a run are being sent, and notes them in the execution journal. Rows are tracked by index, because
 * their records may be replaced on the way.
 */
import type { WriteOperation } from '../model/change';
import { itemKey } from '../model/item';
import { STATUSES } from '../model/status';
import type { Row } from '../rows/row';
import { endSuperseded } from './merge-rows';
import { endRow } from './report';
import type { RunContext } from './run-context';
import type { EndedRow, RowSet } from './write-records';

const BEING_SENT =
	'The execution ended while this row was being sent. Compare the level in the shop with what it should be.';

export class SentRows {
	private readonly sending = new Set<number>();

	constructor(
		private readonly all: Row[],
		private readonly operation: WriteOperation,
		private readonly context: RunContext,
	) {}

	/** From now on, if n8n stops, these rows may or may not have been applied. */
	noteSending(write: RowSet): void {
		const { confirmedLevels, clock } = this.context;
		confirmedLevels.forget(itemKey(write.item), clock.monotonic());
		const rows = [...write.rows, ...write.repeated.map(({ row }) => row)];
		for (const { index } of rows) this.sending.add(index);
		this.note(rows.map((row) => endRow(row, 'unknown', BEING_SENT, write.item)));
		this.note(endSuperseded(write));
	}

	/** These rows were certainly not sent, and may still be. */
	noteNotSent({ rows }: RowSet): void {
		for (const { index } of rows) this.sending.delete(index);
	}

	isSending({ rows }: RowSet): boolean {
		return rows.some(({ index }) => this.sending.has(index));
	}

	/** Keeps the results of rows that may have been applied in the journal, and erases the others. */
	noteEnded(write: RowSet, ended: EndedRow[]): void {
		const mayBeApplied = ended.some(({ result }) => STATUSES[result.status].mayBeApplied);
		const rows = [...ended, ...endSuperseded(write)];
		if (mayBeApplied) this.note(rows);
		else for (const { index } of rows) this.context.journal.erase(this.all[index], this.operation);
	}

	private note(rows: EndedRow[]): void {
		for (const { index, result } of rows)
			this.context.journal.note(this.all[index], this.operation, result, 'sent');
	}
}
