/**
 * The key memory of a step, with as few calls as possible: if it is large and no other process writes to it, several rows
 * are claimed in one call, of one execution or of several, and the keys of several applied rows are closed in one.
 */
import type { Clock } from '../../inventory/model/clock';
import type { TokenStore } from '../../inventory/memory/idempotency-keys';
import { isOpenToken } from '../../inventory/memory/idempotency-keys';
import { ConcurrentTokens } from './concurrent-tokens';
import type { PeerProcesses } from './peer-processes';
import type { UnlockedTokens } from './token-list';

/** Rows of one execution that a crash may leave open when calls are saved; a single request may contain more. */
const MOST_OPEN = 9;

/** Milliseconds for which the last claim of an execution waits for those of others, while one of them sends a row. */
const GATHER = 500;

/** Milliseconds after the last row until the remaining keys are closed. */
const QUIET = 10_000;

export class StepTokens {
	readonly shared: ConcurrentTokens;
	/** Open tokens of rows that were claimed and have not ended, in all executions. */
	readonly claimed = new Set<string>();
	/** Open tokens of rows that were applied, to be removed in a later call. */
	private readonly closing = new Set<string>();
	/** Counts the rows whose keys are closed later: only the last one starts the closing. */
	private delayed = 0;
	/** Claims wait for this, in order to share a call. */
	private gathering: Promise<void> | null = null;

	constructor(
		private readonly clock: Clock,
		peers: PeerProcesses,
	) {
		this.shared = new ConcurrentTokens(clock, peers, isOpenToken);
	}

	get savesCalls(): boolean {
		return this.shared.isLarge && this.shared.isAlone;
	}

	get toClose(): number {
		return this.closing.size;
	}

	/**
	 * The store of one execution.
	 * @param isLasting Whether this process outlives the execution.
	 */
	storeOn(unlocked: UnlockedTokens, isLasting: boolean): TokenStore {
		return new ExecutionTokens(this, unlocked, isLasting);
	}

	async record(tokens: string[], store: UnlockedTokens): Promise<Set<string>> {
		// A key that was closed counts as closed, even if n8n has not recorded it yet.
		const closed = tokens.filter((token) => this.closing.delete(token));
		let known: Set<string> | null = null;
		try {
			known = await this.shared.record(tokens, store);
		} finally {
			if (known === null) for (const token of closed) this.closing.add(token);
		}
		for (const token of closed) known.delete(token);
		return known;
	}

	/** All who wait for the same promise continue before the next call begins, and so share it. */
	async gather(): Promise<void> {
		this.gathering ??= this.clock.sleep(GATHER).finally(() => {
			this.gathering = null;
		});
		await this.gathering;
	}

	async close(tokens: string[], store: UnlockedTokens, isLasting: boolean): Promise<void> {
		const waits = isLasting && this.savesCalls && tokens.length < MOST_OPEN;
		// While this process is alone, claims are not checked before they are used, so other processes are noticed here.
		if (!waits && this.shared.isAlone) await this.shared.look(store).catch(() => {});
		if (!waits) return await this.shared.remove(tokens, store);
		for (const token of tokens) this.closing.add(token);
		void this.closeLater(store);
	}

	/** Closes what is left once no more keys were added for a while. */
	private async closeLater(store: UnlockedTokens): Promise<void> {
		this.delayed += 1;
		const { delayed } = this;
		await this.clock.sleep(QUIET);
		if (delayed !== this.delayed || this.closing.size === 0) return;
		await this.shared.look(store).catch(() => {});
		await this.flush(store).catch(() => {});
	}

	async flush(store: UnlockedTokens): Promise<void> {
		const tokens = [...this.closing];
		if (tokens.length === 0) return;
		for (const token of tokens) this.closing.delete(token);
		let isDone = false;
		try {
			await this.shared.remove(tokens, store);
			isDone = true;
		} finally {
			if (!isDone) for (const token of tokens) this.closing.add(token);
		}
	}
}

class ExecutionTokens implements TokenStore {
	/** Open tokens of this execution's rows that were claimed and have not ended. */
	private readonly own = new Set<string>();

	constructor(
		private readonly step: StepTokens,
		private readonly unlocked: UnlockedTokens,
		private readonly isLasting: boolean,
	) {}

	get mostClaimed(): number {
		return this.step.savesCalls ? MOST_OPEN : 0;
	}

	async record(tokens: string[], isLast: boolean): Promise<Set<string>> {
		const { step } = this;
		const open = tokens.filter(isOpenToken);
		const isFull = step.toClose + this.own.size + open.length > MOST_OPEN;
		const gathers = isLast && step.savesCalls && step.claimed.size > this.own.size;
		for (const token of open) {
			this.own.add(token);
			step.claimed.add(token);
		}
		// If a call fails, none of them is claimed.
		let ended = open;
		try {
			if (isFull) await step.flush(this.unlocked);
			if (gathers) await step.gather();
			const known = await step.record(tokens, this.unlocked);
			ended = open.filter((token) => known.has(token));
			return known;
		} finally {
			this.leaveOpen(ended);
		}
	}

	async remove(tokens: string[]): Promise<void> {
		this.leaveOpen(tokens);
		await this.step.shared.remove(tokens, this.unlocked);
	}

	async close(tokens: string[]): Promise<void> {
		this.leaveOpen(tokens);
		await this.step.close(tokens, this.unlocked, this.isLasting);
	}

	leaveOpen(tokens: string[]): void {
		for (const token of tokens) {
			this.own.delete(token);
			this.step.claimed.delete(token);
		}
	}
}
