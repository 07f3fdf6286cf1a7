/**
 * Locks items, also against other n8n processes: for services without an atomic delta, where reading, adding and writing
 * are separate requests.
 *
 * A lock is a token in the memory of the step, named after the current half minute. A process that finds the token of this
 * half minute or the one before waits. So a lock lasts for a minute at most, and no longer if its process died.
 */
import type { Clock } from '../../inventory/model/clock';
import type { Mutex } from '../../inventory/memory/keyed-mutex';
import type { ConcurrentTokens } from './concurrent-tokens';
import type { PeerProcesses } from './peer-processes';
import type { UnlockedTokens } from './token-list';

/** The half minute that a lock is named after, in milliseconds. */
const PERIOD = 30_000;

/** Milliseconds between two tries, and the number of tries after which a row continues without a lock: some five minutes. */
const WAIT = 150;
const MOST_TRIES = 2_000;

/** After this many tries, the marks they left are removed. */
const TRIES_PER_CLEARING = 10;

/** How often to check whether a removed lock was brought back. */
const MOST_LOOKS = 5;

interface Lock {
	tokens: string[];
	/** Null if no other process was noticed. */
	mark: string | null;
}

export class ItemLocks implements Mutex {
	constructor(
		private readonly clock: Clock,
		private readonly peers: PeerProcesses,
		/** Where locks are kept. */
		private readonly memory: { tokens: ConcurrentTokens; store: UnlockedTokens },
		/** The service and account of the items, and the mutex within this process. */
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
	 * Null if n8n cannot store a lock; within this process, rows are still kept apart. If the token of this half minute was
	 * free, it stays taken while waiting for the one before: it shows who is next.
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
			// Every try while others are at work leaves a mark.
			if (tries % TRIES_PER_CLEARING === 0) await this.remove([]);
			await this.clock.sleep(WAIT);
		}
		await this.remove([...taken]);
		return null;
	}

	private async remove(tokens: string[]): Promise<void> {
		const { tokens: shared, store } = this.memory;
		await shared.removeOnce(tokens, store).catch(() => {});
	}

	/** A call of another process that was in flight can bring the lock back with its mark, so it is removed again. */
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
			await tokens.removeOnce(isBack ? all : [mark], store);
			if (!isBack) return;
		}
	}
}
