/** One record per stage: rows become a row set, a planned write, a prepared write, and a write result. */
import type { Claim } from '../memory/idempotency-keys';
import type { Change, WriteOperation } from '../model/change';
import type { Item } from '../model/item';
import type { Level, Reading } from '../model/level';
import type { RowResult } from '../model/row-result';
import type { Status } from '../model/status';
import type { RowOptions } from '../rows/options';
import type { Row } from '../rows/row';

/** What the rows of one item ask for together. */
export interface Intent extends Pick<
	RowOptions,
	'writeUnchanged' | 'belowZero' | 'unlimitedStock' | 'onlyIfQuantityIs'
> {
	operation: WriteOperation;
	/** Set Quantity: the target; Adjust by Delta: the sum of the rows; Set Unlimited: 0. */
	amount: number;
	reserved: number | null;
	/** Whether the amount is the sum of several rows. */
	summed?: boolean;
}

/** A row with exactly one item and a usable amount. */
export interface ResolvedRow extends Omit<Row, 'amount'> {
	amount: number;
	item: Item;
	/** A level that came with the look-up. */
	reading: Reading | null;
	warning: string | null;
}

/** A row with the same key and amount as an earlier row of its item: it shares that row's result. */
export interface RepeatedRow {
	row: ResolvedRow;
	first: ResolvedRow;
}

/** All rows of one item that become one write. */
export interface RowSet {
	item: Item;
	intent: Intent;
	/** The rows that make up the write, in their order. */
	rows: ResolvedRow[];
	/** Added to the message of every row: how much was held back. */
	note: string | null;
	repeated: RepeatedRow[];
	/** Rows whose sets this write supersedes: they are skipped as long as the write is planned. */
	superseded: ResolvedRow[];
	/** The level that the plan read; null if it read none. */
	before: Reading | null;
}

export interface PlannedWrite extends RowSet {
	/**
	 * What to send: the target of a set, or the delta, reduced if a guard requires it. A delta of 0 is not sent; it only
	 * uses up the keys of its rows.
	 */
	amount: number;
	warning: string | null;
}

/** A write with the keys it holds. */
export interface ClaimedWrite extends PlannedWrite {
	claims: Claim[];
}

/** A write whose keys are claimed and whose level is fresh enough: it may be sent now. */
export interface PreparedWrite extends ClaimedWrite {
	change: Change;
}

/** How a write ended, for all rows that share it. */
export interface WriteResult {
	status: Status;
	failedByService?: boolean;
	at?: string;
	/** The item as the answer describes it, if it does. */
	item?: Item;
	before?: Level | null;
	after?: Level | null;
	/** Dry run: the quantity that would be written. */
	planned?: number;
	message: string | null;
	warnings?: Array<string | null>;
}

export interface EndedWrite {
	write: ClaimedWrite;
	result: WriteResult;
}

export interface EndedRow {
	index: number;
	result: RowResult;
}

/** What a stage keeps for the next one, and the rows that ended in it. */
export interface Stage<T> {
	kept: T[];
	ended: EndedRow[];
}
