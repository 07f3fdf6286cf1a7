/**
 * A memory of tokens that several n8n processes share, on top of n8n's helper, which has no lock: it reads the whole
 * memory, changes it, and writes it back. Whoever reads before another has written overwrites what that one wrote: keys
 * of other rows, too, would be forgotten, and an order line that comes again would be applied again.
 *
 * So what this process recorded lately is recorded again with every call; a token that turns out to be missing tells that
 * another process is at work. From then on a claim is looked at once more before anything is sent, later than any write
 * that was under way when it was made (Fischer's algorithm). Who finds its own mark overwritten and its tokens there has
 * lost them to another process.
 */
import type { Clock } from '../../inventory/model/clock';
import { KeyedMutex } from '../../inventory/memory/keyed-mutex';

/** n8n's helper for one step, as it is. */
export interface UnlockedTokens {
	/** Records all tokens; returns those that were known before. */
	record(tokens: string[]): Promise<Set<string>>;
	remove(tokens: string[]): Promise<void>;
}

/** Milliseconds for which a token that was recorded is looked after. */
const LOOKED_AFTER = 60_000;

/** Most tokens that are looked after; well below what the memory holds. */
const MOST_LOOKED_AFTER = 5_000;

/** Milliseconds in which what was removed is removed again with whatever is removed next. */
const REMOVED_AGAIN = 2_000;

/** Milliseconds for which another process that was noticed is reckoned with. */
const REMEMBERED = 60 * 60_000;

/** The least time, in milliseconds, that a write of another process is given to end. */
const LEAST_PATIENCE = 100;

/** The same, as a multiple of the longest call this process has seen of late; and the most. */
const PATIENCE = 4;
const MOST_PATIENCE = 1_000;

/** How often a claim is looked at before it is given up: others overwrite it faster than it can be made. */
const MOST_LOOKS = 20;

/** How often, and every how many milliseconds, is asked again for what another process has under way. */
const MOST_WAITS = 20;
const WAIT = 500;

/** Tokens on the way to being recorded. */
interface Claim {
	mine: Set<string>;
	/** Those that were known before, or were lost to another process. */
	known: Set<string>;
	/**
	 * Tells a claim from another process's claim of the same tokens; null if this process thought it was alone. It goes
	 * with the tokens from the first call: a mark that came later could be overwritten without them.
	 */
	mark: string | null;
	/** When all of it was recorded, in milliseconds since 1970. */
	at: number;
	settled: boolean;
}

/** Whether another process is at work on these memories; for all steps of this one. */
export class PeerProcesses {
	private until = Number.NEGATIVE_INFINITY;
	/** The longest call of late, in milliseconds. */
	private longest = 0;
	private marks = 0;

	/** @param name Unlike that of any other process. */
	constructor(
		private readonly clock: Clock,
		private readonly name: string,
	) {}

	get noticed(): boolean {
		return this.clock.now() < this.until;
	}

	notice(): void {
		this.until = this.clock.now() + REMEMBERED;
	}

	/** Longer than any call of another process may take, in milliseconds. */
	get patience(): number {
		return Math.min(Math.max(LEAST_PATIENCE, PATIENCE * this.longest), MOST_PATIENCE);
	}

	took(ms: number): void {
		this.longest = Math.max(ms, this.longest * 0.95);
	}

	nextMark(): string {
		this.marks += 1;
		return `mark ${this.name} ${this.marks}`;
	}
}

export class ConcurrentTokens {
	private readonly turns = new KeyedMutex();
	private readonly claims = new Set<Claim>();
	/** Tokens this process recorded, and until when they are looked after; the oldest first. */
	private readonly lookedAfter = new Map<string, number>();
	/** What this process has under way, or never learned the outcome of. */
	private readonly own = new Set<string>();
	/** Open tokens this process removed by themselves, and when it did so first and last. */
	private readonly removed = new Map<string, { first: number; last: number }>();
	/** Marks that have done their work. */
	private readonly usedMarks = new Set<string>();

	/** @param isOpen Which tokens stand for something that is under way. */
	constructor(
		private readonly clock: Clock,
		private readonly company: PeerProcesses,
		private readonly isOpen: (token: string) => boolean,
	) {}

	/**
	 * Records all tokens; returns those that were known before, or were another process's a moment earlier. What another
	 * process has under way is waited for, as within one process.
	 */
	async record(tokens: string[], store: UnlockedTokens): Promise<Set<string>> {
		let known = await this.claim(tokens, store);
		for (let waits = 0; waits < MOST_WAITS; waits += 1) {
			if (![...known].some((token) => this.isOpen(token) && !this.own.has(token))) break;
			this.company.notice();
			await this.clock.sleep(WAIT);
			// Whoever had it may have used it up, or given all of it back.
			known = await this.claim([...known], store);
		}
		for (const token of tokens) if (this.isOpen(token) && !known.has(token)) this.own.add(token);
		return known;
	}

	private async claim(tokens: string[], store: UnlockedTokens): Promise<Set<string>> {
		const claim = await this.inTurn(async () => await this.begin(tokens, store));
		let isMade = false;
		try {
			for (let looks = 0; this.isUnsure(claim); looks += 1) {
				if (looks === MOST_LOOKS) throw new Error('Other processes keep overwriting this memory');
				await this.clock.sleep(this.company.patience);
				if (this.isUnsure(claim)) await this.inTurn(async () => await this.ask([], store));
			}
			isMade = true;
		} finally {
			this.claims.delete(claim);
			if (claim.mark !== null) this.usedMarks.add(claim.mark);
			if (!isMade) await this.inTurn(async () => await this.drop([...claim.mine], store));
		}
		this.lookAfter(claim.mine);
		return claim.known;
	}

	/**
	 * Removes tokens, and, where others are at work, open ones once more: what is closed stays closed, but a key that was
	 * given back may be another process's by then.
	 */
	async remove(tokens: string[], store: UnlockedTokens): Promise<void> {
		await this.inTurn(async () => {
			for (const token of tokens) {
				this.lookedAfter.delete(token);
				this.own.delete(token);
			}
			// Alone, a claim was not looked at before it was used; here is the time to notice that someone else came.
			if (!this.company.noticed) await this.ask([], store).catch(() => {});
			await this.drop(tokens, store);
		});
		if (!this.company.noticed || !tokens.every(this.isOpen)) return;
		const at = this.clock.now();
		await this.clock.sleep(this.company.patience);
		await this.inTurn(async () => {
			const again = tokens.filter((token) => (this.removed.get(token)?.last ?? Infinity) <= at);
			if (again.length > 0) await this.drop(again, store);
		});
	}

	private isUnsure({ settled, mine }: Claim): boolean {
		return this.company.noticed && !settled && mine.size > 0;
	}

	private async begin(tokens: string[], store: UnlockedTokens): Promise<Claim> {
		const mark = this.company.noticed ? this.company.nextMark() : null;
		for (const token of tokens) this.removed.delete(token);
		const known = await this.ask(mark === null ? tokens : [mark, ...tokens], store);
		const claim: Claim = {
			mine: new Set(tokens.filter((token) => !known.has(token))),
			known: new Set(tokens.filter((token) => known.has(token))),
			mark,
			at: this.clock.now(),
			settled: false,
		};
		this.claims.add(claim);
		return claim;
	}

	/** One call: records what is asked for, and anew whatever of this process's tokens was overwritten. */
	private async ask(tokens: string[], store: UnlockedTokens): Promise<Set<string>> {
		const from = this.clock.now();
		this.forgetOld(from);
		const open = [...this.claims];
		const own = open.flatMap(({ mark, mine }) => [...(mark === null ? [] : [mark]), ...mine]);
		const there = await store.record([...new Set([...tokens, ...own, ...this.lookedAfter.keys()])]);
		this.company.took(this.clock.now() - from);
		for (const token of this.lookedAfter.keys()) {
			if (!there.has(token)) this.company.notice();
		}
		for (const claim of open) this.look(claim, there, from);
		return there;
	}

	/** What has become of a claim by a call that began at `from`. */
	private look(claim: Claim, there: Set<string>, from: number): void {
		const { mark, mine, known } = claim;
		const overwritten = mark !== null && !there.has(mark);
		for (const token of overwritten ? [...mine] : []) {
			if (!there.has(token)) continue;
			mine.delete(token);
			known.add(token);
		}
		const missing = overwritten || [...mine].some((token) => !there.has(token));
		if (missing) this.company.notice();
		if (missing) claim.at = this.clock.now();
		else if (from - claim.at >= this.company.patience) claim.settled = true;
	}

	/** One call: removes tokens, and once more the open ones that were removed a moment ago. */
	private async drop(tokens: string[], store: UnlockedTokens): Promise<void> {
		const from = this.clock.now();
		for (const [token, { first }] of this.removed) {
			if (from - first > REMOVED_AGAIN) this.removed.delete(token);
		}
		const marks = [...this.usedMarks];
		const again = this.company.noticed ? [...this.removed.keys()] : [];
		const all = [...new Set([...tokens, ...marks, ...again])];
		await store.remove(all);
		const now = this.clock.now();
		this.company.took(now - from);
		for (const mark of marks) this.usedMarks.delete(mark);
		for (const token of [...again, ...(tokens.every(this.isOpen) ? tokens : [])]) {
			this.removed.set(token, { first: this.removed.get(token)?.first ?? now, last: now });
		}
	}

	private lookAfter(tokens: Iterable<string>): void {
		const until = this.clock.now() + LOOKED_AFTER;
		for (const token of tokens) this.lookedAfter.set(token, until);
	}

	private forgetOld(now: number): void {
		for (const [token, until] of this.lookedAfter) {
			if (until > now && this.lookedAfter.size <= MOST_LOOKED_AFTER) break;
			this.lookedAfter.delete(token);
		}
	}

	private async inTurn<T>(task: () => Promise<T>): Promise<T> {
		return await this.turns.run('', task);
	}
}
