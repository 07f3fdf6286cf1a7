/** What the stages of a run share. */
import type { ConfirmedLevels } from '../memory/confirmed-levels';
import type { ExecutionJournal } from '../memory/execution-journal';
import type { IdempotencyKeys } from '../memory/idempotency-keys';
import type { Mutex } from '../memory/keyed-mutex';
import type { CancelSignal, Clock } from '../model/clock';
import type { Platform } from '../model/platform';
import type { OwnWrites } from '../triggers/own-writes';

export type Phase = 'read' | 'written';

export interface RunContext {
	platform: Platform;
	clock: Clock;
	signal: CancelSignal;
	/** Null if keys cannot be remembered: rows with a key then fail before anything is sent. */
	keys: IdempotencyKeys | null;
	journal: ExecutionJournal;
	/** Shared by all runs that change items of the same account. */
	itemMutex: Mutex;
	/** Where writes are announced to triggers in the same process. */
	ownWrites: OwnWrites;
	confirmedLevels: ConfirmedLevels;
	/** Formats a wall-clock time in the user's time zone, such as 09:02. */
	timeOf(time: number): string;
	progress(phase: Phase, done: number, total: number): void;
}
