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

/** Rows that a crash may leave open when calls are saved; a single request may contain more. */
const MOST_OPEN = 9;

/** Milliseconds for which a claim waits for those of other executions while one of them is sending a row. */
const GATHER = 500;

/** Milliseconds after the last row until the remaining keys are closed. */
const QUIET = 10_000;

export class StepTokens {
	readonly shared: ConcurrentTokens;
	/** Open tokens of rows that are being sent. */
	private readonly sending = new Set<string>();
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

	/** @param isLasting Whether this process outlives the execution. */
	storeOn(unlocked: UnlockedTokens, isLasting: boolean): TokenStore {
		const rowsAhead = (): number =>
			this.savesCalls ? Math.max(0, MOST_OPEN - 1 - this.sending.size) : 0;
		return {
			get rowsAhead() {
				return rowsAhead();
			},
			record: async (tokens) => await this.record(tokens, unlocked),
			remove: async (tokens) => {
				this.endSending(tokens);
				await this.shared.remove(tokens, unlocked);
			},
			close: async (tokens) => await this.close(tokens, unlocked, isLasting),
			leaveOpen: (tokens) => this.endSending(tokens),
		};
	}

	private get savesCalls(): boolean {
		return this.shared.isLarge && this.shared.isAlone;
	}

	private endSending(tokens: string[]): void {
		for (const token of tokens) this.sending.delete(token);
	}

	private async record(tokens: string[], store: UnlockedTokens): Promise<Set<string>> {
		const open = tokens.filter(isOpenToken);
		if (this.closing.size + this.sending.size + open.length > MOST_OPEN) await this.flush(store);
		// A key that was closed counts as closed, even if n8n has not recorded it yet.
		const closed = open.filter((token) => this.closing.delete(token));
		const gathers = this.savesCalls && this.sending.size > 0;
		for (const token of open) this.sending.add(token);
		let known = new Set(open);
		try {
			if (gathers) await this.gather();
			known = await this.shared.record(tokens, store);
			for (const token of closed) known.delete(token);
		} finally {
			this.endSending(open.filter((token) => known.has(token)));
		}
		return known;
	}

	/** All who wait for the same promise continue before the next call begins, and so share it. */
	private async gather(): Promise<void> {
		this.gathering ??= this.clock.sleep(GATHER).finally(() => {
			this.gathering = null;
		});
		await this.gathering;
	}

	private async close(tokens: string[], store: UnlockedTokens, isLasting: boolean): Promise<void> {
		this.endSending(tokens);
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

	private async flush(store: UnlockedTokens): Promise<void> {
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
