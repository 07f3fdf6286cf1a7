import type { Item } from './item';
import type { Level } from './level';
import type { Status } from './status';

/** What became of one row. */
export interface RowResult {
	status: Status;
	item: Item | null;
	before: Level | null;
	after: Level | null;
	/** What happened and what to do, or null when there is nothing to say. */
	message: string | null;
	warnings: string[];
	/** When the row ended, ISO 8601, UTC; left out if it ended with the run. */
	at?: string;
	/** Dry run: the quantity that would be written; left out where it is the row's own. */
	planned?: number;
	/** Whether the service failed, not the row itself: then the row may be tried again. */
	failedByService?: boolean;
}
