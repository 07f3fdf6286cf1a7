/**
 * Which rows of a run are being sent, and what the execution journal notes about them. A row is marked as sent by its
 * index, not by a record that may be replaced later.
 */
import type { ConfirmedLevels } from '../memory/confirmed-levels';
import type { ExecutionJournal } from '../memory/execution-journal';
import type { WriteOperation } from '../model/change';
import type { Clock } from '../model/clock';
import { itemKey } from '../model/item';
import { STATUSES } from '../model/status';
import type { Row } from '../rows/row';
import { endSuperseded } from './merge-rows';
import { endRow } from './report';
import type { EndedRow, RowSet } from './write-records';

const ON_THE_WAY =
	'The execution ended while this row was being sent. Compare the level in the shop with what it should be.';

export class SentRows {
	private readonly onTheWay = new Set<number>();

	constructor(
		private readonly all: Row[],
		private readonly operation: WriteOperation,
		private readonly context: {
			journal: ExecutionJournal;
			confirmedLevels: ConfirmedLevels;
			clock: Clock;
		},
	) {}

	/** If n8n ended now, these rows may or may not have been applied. */
	noteOnTheirWay(write: RowSet): void {
		const { confirmedLevels, clock } = this.context;
		confirmedLevels.forget(itemKey(write.item), clock.monotonic());
		const rows = [...write.rows, ...write.repeated.map(({ row }) => row)];
		for (const { index } of rows) this.onTheWay.add(index);
		this.note(rows.map((row) => endRow(row, 'unknown', ON_THE_WAY, write.item)));
		this.note(endSuperseded(write));
	}

	/** These rows were certainly not sent, and may still be. */
	noteLeft({ rows }: RowSet): void {
		for (const { index } of rows) this.onTheWay.delete(index);
	}

	isOnTheWay({ rows }: RowSet): boolean {
		return rows.some(({ index }) => this.onTheWay.has(index));
	}

	/** The rows of a write have ended: those that may have been applied keep their result in the journal. */
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
