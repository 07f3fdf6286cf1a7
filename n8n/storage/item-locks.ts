/**
 * Keeps rows of one item apart, also between n8n processes: for services without an atomic delta, where reading, adding
 * and writing are three requests.
 *
 * A lock is a token in the memory of the step, named after half a minute. Who finds the token of this half minute or of
 * the one before waits; a process that died keeps others waiting for a minute at most, and so long a lock holds.
 */
import type { Clock } from '../../inventory/model/clock';
import type { Mutex } from '../../inventory/memory/keyed-mutex';
import type { ConcurrentTokens } from './concurrent-tokens';
import type { PeerProcesses } from './peer-processes';
import type { UnlockedTokens } from './token-list';

/** Milliseconds a lock is named after. */
const PERIOD = 30_000;

/** Milliseconds between two tries, and how many tries there are before a row continues without a lock: some five minutes. */
const WAIT = 150;
const MOST_TRIES = 2_000;

/** After so many tries, the marks they left are removed. */
const TRIES_PER_CLEARING = 10;

/** How often to look whether a lock came back that was removed. */
const MOST_LOOKS = 5;

interface Lock {
	tokens: string[];
	/** Null where no other process was known of. */
	mark: string | null;
}

export class ItemLocks implements Mutex {
	constructor(
		private readonly clock: Clock,
		private readonly peers: PeerProcesses,
		/** Where locks are kept. */
		private readonly memory: { tokens: ConcurrentTokens; store: UnlockedTokens },
		/** What items belong to, and what keeps rows apart within this process. */
		private readonly within: { scope: string; local: Mutex },
	) {}

	async run<T>(name: string, task: () => Promise<T>): Promise<T> {
		return await this.within.local.run(name, async () => {
			const lock = await this.lock(name);
			try {
				return await task();
			} finally {
				if (lock !== null) await this.unlock(lock);
			}
		});
	}

	/**
	 * Null where n8n cannot keep a lock: rows of this process are kept apart all the same. A token of this half minute that
	 * was free stays taken while the one before is waited for: it says who is next, and is not removed under the eyes of others.
	 */
	private async lock(name: string): Promise<Lock | null> {
		const taken = new Set<string>();
		for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
			const period = Math.floor(this.clock.now() / PERIOD);
			const tokens = [period - 1, period].map((one) => `lock ${one} ${this.within.scope} ${name}`);
			const missing = tokens.filter((token) => !taken.has(token));
			const claim = await this.memory.tokens
				.claim(missing, this.memory.store, true)
				.catch(() => null);
			if (claim === null) break;
			for (const token of claim.mine) taken.add(token);
			if (claim.known.size === 0) return { tokens: [...taken], mark: claim.mark };
			this.peers.suspect(2 * PERIOD);
			// Every try in which others are about leaves a mark.
			if (tries % TRIES_PER_CLEARING === 0) await this.remove([]);
			await this.clock.sleep(WAIT);
		}
		await this.remove([...taken]);
		return null;
	}

	private async remove(tokens: string[]): Promise<void> {
		const { tokens: shared, store } = this.memory;
		await shared.withdraw(tokens, store).catch(() => {});
	}

	/** Another process that read before and wrote after this brings the lock back, with its mark: it is removed again. */
	private async unlock({ tokens, mark }: Lock): Promise<void> {
		const all = mark === null ? tokens : [...tokens, mark];
		await this.remove(all);
		if (mark !== null) void this.unlockAgain(all, mark).catch(() => {});
	}

	private async unlockAgain(all: string[], mark: string): Promise<void> {
		const { tokens, store } = this.memory;
		for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
			await this.clock.sleep(this.peers.patience);
			const isBack = (await tokens.look(store, [mark])).has(mark);
			await tokens.withdraw(isBack ? all : [mark], store);
			if (!isBack) return;
		}
	}
}
