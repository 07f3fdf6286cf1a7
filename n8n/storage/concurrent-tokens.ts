/**
 * A memory of tokens that several n8n processes share, on top of n8n's helper, which has no lock: it reads the whole
 * memory, changes it, and writes it back. Whoever reads before another has written overwrites what the other wrote: keys
 * of other rows, too, would be forgotten, and an order line that comes again would be applied again.
 *
 * So what this process recorded lately is recorded again with every call; a token that is missing shows that another
 * process is at work. From then on a claim is looked at once more before anything is sent, later than any write that was
 * under way when it was made (Fischer's algorithm). A process that finds its mark overwritten and its tokens there has lost
 * them to another.
 */
import type { Clock } from '../../inventory/model/clock';
import { KeyedMutex } from '../../inventory/memory/keyed-mutex';
import { BoundedMap } from '../../inventory/model/bounded-map';
import type { PeerProcesses } from './peer-processes';
import { Presence } from './peer-processes';
import type { UnlockedTokens } from './token-list';
import { TokenList } from './token-list';

/** Milliseconds for which a token that was recorded is looked after, longer than any call; and how many at most. */
const LOOKED_AFTER = 10_000;
const MOST_LOOKED_AFTER = 2_000;

/** Milliseconds in which what was removed is removed again with whatever is removed next. */
const REMOVED_AGAIN = 2_000;

/** How often a claim is looked at before it is given up: others overwrite it faster than it can be made. */
const MOST_LOOKS = 20;

/** How often, and every how many milliseconds, to ask again for what another process has under way. */
const MOST_WAITS = 20;
const WAIT = 500;

/** Open tokens remembered as not worth waiting for. */
const MOST_NOT_AWAITED = 10_000;

/** Tokens on the way to being recorded. */
export interface Claim {
	mine: Set<string>;
	/** Those that were known before, or were lost to another process. */
	known: Set<string>;
	/**
	 * Tells a claim from another process's claim of the same tokens; null if this process thought it was alone. It goes
	 * with the tokens from the first call: a mark that came later could be overwritten without them.
	 */
	mark: string | null;
	/** Whether this process comes in with it: another one may come in at the same moment. */
	arrives: boolean;
	/** When all of it was recorded, on the monotonic clock. */
	at: number;
	isCertain: boolean;
}

/** What several callers want to record in one call. */
interface Call {
	tokens: string[];
	answer: Promise<Set<string>>;
	/** Called with what was known before the next call begins. */
	listeners: Array<(known: Set<string>) => void>;
}

export class ConcurrentTokens {
	private readonly mutex = new KeyedMutex();
	private readonly list = new TokenList();
	private waiting: Call | null = null;
	private readonly claims = new Set<Claim>();
	/** Tokens this process recorded lately, which are looked after. */
	private readonly lookedAfter: BoundedMap<string, true>;
	/** What this process has under way, never learned the outcome of, or waited for in vain. */
	private readonly notAwaited = new BoundedMap<string, true>(MOST_NOT_AWAITED);
	/** Open tokens this process removed by themselves, and when it did so first and last. */
	private readonly removed = new Map<string, { first: number; last: number }>();
	/** Marks that have done their work, and tokens of presence that are over. */
	private readonly used = new Set<string>();
	private readonly presence: Presence;

	/** @param isOpen Which tokens stand for something that is under way. */
	constructor(
		private readonly clock: Clock,
		private readonly peers: PeerProcesses,
		private readonly isOpen: (token: string) => boolean,
	) {
		this.presence = new Presence(clock, peers);
		this.lookedAfter = new BoundedMap(MOST_LOOKED_AFTER, { ms: LOOKED_AFTER, clock });
	}

	/** Whether no other process is known of. */
	get isAlone(): boolean {
		return !this.peers.noticed;
	}

	/** Whether a call costs so much that calls are worth saving. */
	get isLarge(): boolean {
		return this.list.isLarge;
	}

	/** Throws when n8n cannot keep anything. */
	async open(store: UnlockedTokens): Promise<void> {
		await this.oneAtATime(async () => await this.list.open(store));
	}

	/**
	 * Records all tokens; returns those that were known before, or were another process's a moment earlier. What another
	 * process has under way is waited for, as within one process. Where nothing shows that there is one, an open token is
	 * one of an earlier day.
	 */
	async record(tokens: string[], store: UnlockedTokens): Promise<Set<string>> {
		let known = (await this.claim(tokens, store)).known;
		const foreign = (): string[] =>
			[...known].filter((token) => this.isOpen(token) && !this.notAwaited.has(token));
		for (let waits = 0; !this.isAlone && foreign().length > 0; waits += 1) {
			if (waits === MOST_WAITS) {
				this.peers.doubt();
				this.doNotAwait(foreign());
				break;
			}
			await this.clock.sleep(WAIT);
			// Whoever had it may have used it up, or given all of it back.
			known = (await this.claim([...known], store)).known;
		}
		this.doNotAwait(tokens.filter((token) => this.isOpen(token) && !known.has(token)));
		return known;
	}

	/** @param keepMark Whether the caller removes the mark, with the tokens, where it got them all. */
	async claim(tokens: string[], store: UnlockedTokens, keepMark = false): Promise<Claim> {
		const claim = await this.begin(tokens, store);
		let isMade = false;
		try {
			for (let looks = 0; this.isUncertain(claim); looks += 1) {
				if (looks === MOST_LOOKS) throw new Error('Other processes keep overwriting this memory');
				await this.clock.sleep(this.peers.patience);
				if (this.isUncertain(claim)) await this.ask([], store);
			}
			isMade = true;
		} finally {
			this.claims.delete(claim);
			const isKept = keepMark && isMade && claim.known.size === 0;
			if (claim.mark !== null && !isKept) this.used.add(claim.mark);
			if (!isMade) await this.oneAtATime(async () => await this.drop([...claim.mine], store));
		}
		this.lookAfter(claim.mine);
		return claim;
	}

	/** Looks at what was recorded last, and returns which of these tokens were there; they are recorded as well. */
	async look(store: UnlockedTokens, tokens: string[] = []): Promise<Set<string>> {
		return await this.ask(tokens, store);
	}

	/** Removes tokens, once. */
	async withdraw(tokens: string[], store: UnlockedTokens): Promise<void> {
		for (const token of tokens) {
			this.lookedAfter.delete(token);
			this.notAwaited.delete(token);
		}
		await this.oneAtATime(async () => await this.drop(tokens, store));
	}

	/**
	 * Removes tokens, and, where others are at work, open ones once more: what is closed stays closed, but a key that was
	 * given back may be another process's by then.
	 */
	async remove(tokens: string[], store: UnlockedTokens): Promise<void> {
		await this.withdraw(tokens, store);
		if (this.isAlone || !tokens.every(this.isOpen)) return;
		const at = this.clock.monotonic();
		await this.clock.sleep(this.peers.patience);
		await this.oneAtATime(async () => {
			const again = tokens.filter((token) => (this.removed.get(token)?.last ?? Infinity) <= at);
			if (again.length > 0) await this.drop(again, store);
		});
	}

	private isUncertain({ arrives, isCertain, mine }: Claim): boolean {
		return (arrives || this.peers.noticed) && !isCertain && mine.size > 0;
	}

	private async begin(tokens: string[], store: UnlockedTokens): Promise<Claim> {
		const arrives = this.presence.due() !== null;
		const mark = arrives || this.peers.noticed ? this.peers.nextMark() : null;
		for (const token of tokens) this.removed.delete(token);
		const claim: Claim = {
			mine: new Set(),
			known: new Set(),
			mark,
			arrives,
			at: 0,
			isCertain: false,
		};
		await this.ask(mark === null ? tokens : [mark, ...tokens], store, (there) => {
			for (const token of tokens) (there.has(token) ? claim.known : claim.mine).add(token);
			claim.at = this.clock.monotonic();
			this.claims.add(claim);
		});
		return claim;
	}

	/** Whoever asks while a call is under way shares the next one. */
	private async ask(
		tokens: string[],
		store: UnlockedTokens,
		listener: (known: Set<string>) => void = () => {},
	): Promise<Set<string>> {
		if (this.waiting === null) {
			const call: Call = { tokens: [], listeners: [], answer: Promise.resolve(new Set()) };
			this.waiting = call;
			call.answer = this.oneAtATime(async () => {
				this.waiting = null;
				return await this.call(call, store);
			});
		}
		this.waiting.tokens.push(...tokens);
		this.waiting.listeners.push(listener);
		return await this.waiting.answer;
	}

	/** One call: records what is asked for, and whatever of this process's tokens was overwritten. */
	private async call({ tokens, listeners }: Call, store: UnlockedTokens): Promise<Set<string>> {
		const from = this.clock.monotonic();
		const open = [...this.claims];
		const present = new Set([
			...open.flatMap(({ mark, mine }) => [...(mark === null ? [] : [mark]), ...mine]),
			...this.tokensLookedAfter(),
		]);
		const arrival = this.presence.due();
		if (arrival === null && this.presence.own !== null) present.add(this.presence.own);
		const asked = arrival === null ? tokens : [...tokens, arrival];
		const fresh = [...new Set(asked)].filter((token) => !present.has(token));
		const there = await this.list.record(fresh, [...present], store, this.isAlone);
		this.peers.took(this.clock.monotonic() - from);
		for (const token of this.presence.see(arrival, there)) this.used.add(token);
		if (this.tokensLookedAfter().some((token) => !there.has(token))) this.peers.notice();
		for (const claim of open) this.judge(claim, there, from);
		for (const listener of listeners) listener(there);
		return there;
	}

	/** What has become of a claim by a call that began at `from`. */
	private judge(claim: Claim, there: Set<string>, from: number): void {
		const { mark, mine, known } = claim;
		const overwritten = mark !== null && !there.has(mark);
		for (const token of overwritten ? [...mine] : []) {
			if (!there.has(token)) continue;
			mine.delete(token);
			known.add(token);
		}
		const missing = overwritten || [...mine].some((token) => !there.has(token));
		if (missing) this.peers.notice();
		if (missing) claim.at = this.clock.monotonic();
		else if (from - claim.at >= this.peers.patience) claim.isCertain = true;
	}

	/** Removes tokens, and once more the open ones that were removed a moment ago. */
	private async drop(tokens: string[], store: UnlockedTokens): Promise<void> {
		const from = this.clock.monotonic();
		for (const [token, { first }] of this.removed) {
			if (from - first > REMOVED_AGAIN) this.removed.delete(token);
		}
		const used = [...this.used];
		const again = this.isAlone ? [] : [...this.removed.keys()];
		await this.list.remove([...new Set([...tokens, ...used, ...again])], store);
		const now = this.clock.monotonic();
		for (const token of used) this.used.delete(token);
		for (const token of [...again, ...(tokens.every(this.isOpen) ? tokens : [])]) {
			this.removed.set(token, { first: this.removed.get(token)?.first ?? now, last: now });
		}
	}

	private doNotAwait(tokens: string[]): void {
		for (const token of tokens) this.notAwaited.set(token, true);
	}

	private lookAfter(tokens: Iterable<string>): void {
		for (const token of tokens) this.lookedAfter.set(token, true);
	}

	private tokensLookedAfter(): string[] {
		return [...this.lookedAfter].map(([token]) => token);
	}

	private async oneAtATime<T>(task: () => Promise<T>): Promise<T> {
		return await this.mutex.run('', task);
	}
}
