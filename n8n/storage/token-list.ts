/**
 * n8n's list of processed items for one step: knows its length, and limits what one call costs.
 *
 * The helper reads, changes and writes back the whole list with every call, and searches it for every token it removes. So
 * tokens are removed a few at a time, and the oldest are dropped now and then, not with every call.
 */

/** n8n's helper for one step, as it is. */
export interface UnlockedTokens {
	/** Records all tokens; returns those that were known before. With `most`, only that many of the newest are kept. */
	record(tokens: string[], most?: number): Promise<Set<string>>;
	remove(tokens: string[]): Promise<void>;
	count(): Promise<number>;
}

/** Idempotency keys remembered for a step; older ones are forgotten. */
const MOST_KEYS = 20_000;

/** Tokens per settled key. */
const TOKENS_PER_KEY = 2;

/** Tokens kept; and how many more there may be before the oldest are dropped. */
export const MOST_TOKENS = MOST_KEYS * TOKENS_PER_KEY;
const SLACK = 400;

/** The number of tokens above which it is worth saving calls: each takes some ten milliseconds. */
const LARGE = 10_000;

/** Tokens that one removal may compare: some 20 ms, in which n8n does nothing else. */
const STEPS_PER_REMOVAL = 1_000_000;

export class TokenList {
	private size: number | null = null;
	/** Tokens of a failed call, which may have been recorded anyway. */
	private doubtful: string[] = [];

	get isLarge(): boolean {
		return (this.size ?? 0) > LARGE;
	}

	/** Counts the tokens, which shows whether anything can be recorded; an empty list has to be created in n8n first. */
	async open(store: UnlockedTokens): Promise<void> {
		if ((await this.counted(store)) === 0) await store.record([]);
	}

	/**
	 * Records tokens; returns those that were known before.
	 *
	 * The tokens of a failed call may have been recorded, although its rows were not sent. If nobody else writes, the length
	 * of the list tells: either all of them were new and are removed, or none was recorded. If only some were new, or others
	 * write as well, it cannot tell, and the keys stay open.
	 * @param fresh Tokens that may be new.
	 * @param present Tokens that this process recorded before.
	 */
	async record(
		fresh: string[],
		present: string[],
		store: UnlockedTokens,
		isAlone: boolean,
	): Promise<Set<string>> {
		await this.dropDoubtful(store);
		const size = await this.counted(store);
		let known: Set<string> | null = null;
		try {
			known = await store.record([...fresh, ...present]);
		} finally {
			if (known === null && isAlone) this.doubtful = fresh;
			else if (known === null) this.size = null;
			if (known === null) await this.dropDoubtful(store).catch(() => {});
		}
		this.size = size + fresh.length + present.length - known.size;
		if (this.size > MOST_TOKENS + SLACK) await this.trim(store);
		return known;
	}

	async remove(tokens: string[], store: UnlockedTokens): Promise<void> {
		const size = await this.counted(store);
		const most = Math.max(1, Math.floor(STEPS_PER_REMOVAL / Math.max(size, 1)));
		let isDone = false;
		try {
			for (let n = 0; n < tokens.length; n += most) await store.remove(tokens.slice(n, n + most));
			isDone = true;
		} finally {
			this.size = isDone ? Math.max(size - tokens.length, 0) : null;
		}
	}

	private async counted(store: UnlockedTokens): Promise<number> {
		this.size ??= await store.count();
		return this.size;
	}

	private async dropDoubtful(store: UnlockedTokens): Promise<void> {
		const { doubtful } = this;
		if (doubtful.length === 0) return;
		const before = this.size;
		const after = await store.count();
		this.doubtful = [];
		this.size = after;
		if (before === null || after - before !== doubtful.length) return;
		let isDone = false;
		try {
			await this.remove(doubtful, store);
			isDone = true;
		} finally {
			if (!isDone) this.doubtful = doubtful;
			if (!isDone) this.size = before;
		}
	}

	private async trim(store: UnlockedTokens): Promise<void> {
		try {
			await store.record([], MOST_TOKENS);
			this.size = MOST_TOKENS;
		} catch {
			this.size = null;
		}
	}
}
