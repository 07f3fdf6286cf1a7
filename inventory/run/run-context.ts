/** What a run needs around it. */
import type { ConfirmedLevels } from '../memory/confirmed-levels';
import type { ExecutionJournal } from '../memory/execution-journal';
import type { IdempotencyKeys } from '../memory/idempotency-keys';
import type { Mutex } from '../memory/keyed-mutex';
import type { CancelSignal, Clock } from '../model/clock';
import type { Platform } from '../model/platform';
import type { OwnWrites } from '../triggers/own-writes';

/** What a run spends its time on. */
export type Phase = 'read' | 'written';

export interface RunContext {
	platform: Platform;
	clock: Clock;
	signal: CancelSignal;
	/** Null if there is nowhere to remember keys: rows with a key then fail before anything is sent. */
	keys: IdempotencyKeys | null;
	journal: ExecutionJournal;
	/** Shared by everyone who changes items of the same account. */
	itemMutex: Mutex;
	/** Where writes are announced to triggers in the same process. */
	ownWrites: OwnWrites;
	/** Levels this process saw confirmed. */
	confirmedLevels: ConfirmedLevels;
	/** A wall-clock time as the user's clock shows it, such as 09:02. */
	timeOf(time: number): string;
	/** Called with how far a run has come. */
	progress(phase: Phase, done: number, total: number): void;
}
