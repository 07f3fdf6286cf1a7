import type { Item } from './item';
import type { Level } from './level';
import type { Status } from './status';

/** What became of one row. */
export interface RowResult {
	status: Status;
	item: Item | null;
	before: Level | null;
	after: Level | null;
	/** What happened and what to do; null when there is nothing to say. */
	message: string | null;
	warnings: string[];
	/** When the row ended, ISO 8601, UTC; left out if that was the end of the run. */
	at?: string;
	/** Dry run: the quantity that would be written, if it is not the row's own. */
	planned?: number;
	/** The service failed, not the row itself, so the row may be tried again. */
	failedByService?: boolean;
}
