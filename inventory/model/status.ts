/** How a row can end, and what each status means: the one table that everything else reads. */

export type Status =
	| 'updated'
	| 'unchanged'
	| 'skipped'
	| 'duplicate'
	| 'planned'
	| 'failed'
	| 'unknown'
	| 'notAttempted';

interface StatusMeaning {
	/** Leaves the node through the error output. */
	isError?: true;
	/** Stops the run under Stop Workflow. */
	stopsRun?: true;
	/** The change behind the row's idempotency key is applied, or would be if this were no dry run. */
	keyIsUsed?: true;
	/** There was a write, or would be: rows of the same item share it. */
	isWrite?: true;
	/** The request was, or may have been, applied: the row must not be sent again. */
	mayBeApplied?: true;
	/** Another try of the same execution would end the same way, unless the service was the cause. */
	isDecided?: true;
	/** What a summary calls such rows. */
	counted: string;
	/** What a summary says to do about them. */
	advice?: string;
}

/** In the order in which a summary counts them. */
export const STATUSES: Record<Status, StatusMeaning> = {
	/** The service confirmed it, or a later reading showed it. */
	updated: { keyIsUsed: true, isWrite: true, mayBeApplied: true, counted: 'updated' },
	/** A level read in this run was already right; nothing was sent. */
	unchanged: { keyIsUsed: true, isDecided: true, counted: 'unchanged' },
	/** An earlier row or run confirmed this key for this item. */
	duplicate: { keyIsUsed: true, isDecided: true, counted: 'already applied' },
	/** Deliberately not written. */
	skipped: { isDecided: true, counted: 'skipped' },
	/** Dry run: would be written. */
	planned: { keyIsUsed: true, isWrite: true, counted: 'planned' },
	/** Certainly not applied. */
	failed: {
		isError: true,
		stopsRun: true,
		isDecided: true,
		counted: 'failed',
		advice: 'Each failed row says why: correct it and run it again.',
	},
	/** Sent, and no one can say whether it was applied. */
	unknown: {
		isError: true,
		stopsRun: true,
		isWrite: true,
		mayBeApplied: true,
		counted: 'unknown',
		advice: 'Check the level of each unknown row in the shop before you run it again.',
	},
	/** The run stopped before this row. */
	notAttempted: {
		isError: true,
		counted: 'not attempted',
		advice: 'Rows not attempted were not sent: run them again.',
	},
};
