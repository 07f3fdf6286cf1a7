/**
 * A memory of tokens that several n8n processes share, built on n8n's helper, which has no lock: it reads the whole memory,
 * changes it, and writes it back. If two processes do so at the same time, one overwrites the tokens of the other, and a
 * repeated order line would be applied again.
 *
 * So every call records again what this process recorded recently; if a token is missing, another process is at work. From
 * then on every claim is checked before anything is sent, after any write that was in flight when it was made has ended
 * (Fischer's algorithm). If a claim's mark was overwritten but its tokens are there, another process has claimed them.
 */
import type { Clock } from '../../inventory/model/clock';
import { KeyedMutex } from '../../inventory/memory/keyed-mutex';
import { BoundedMap } from '../../inventory/model/bounded-map';
import type { PeerProcesses } from './peer-processes';
import { Presence } from './peer-processes';
import type { UnlockedTokens } from './token-list';
import { TokenList } from './token-list';

/** Milliseconds for which a recorded token is recorded again with every call, longer than any call; and the most of them. */
const RECENT = 10_000;
const MOST_RECENT = 2_000;

/** Milliseconds for which a removed token is removed again with every removal. */
const REMOVED_AGAIN = 2_000;

/** How often a claim is checked before it is given up, because others keep overwriting it. */
const MOST_LOOKS = 20;

/** How often, and after how many milliseconds, to look again for tokens that another process has in flight. */
const MOST_WAITS = 20;
const WAIT = 500;

/** Open tokens remembered as not to be waited for. */
const MOST_NOT_AWAITED = 10_000;

/** Tokens that are being recorded. */
export interface TokenClaim {
	mine: Set<string>;
	/** Those that were known before, or that another process claimed. */
	known: Set<string>;
	/**
	 * Distinguishes this claim from another process's claim of the same tokens; null if this process thought it was alone.
	 * It is recorded in the same call as the tokens: otherwise it could be overwritten without them.
	 */
	mark: string | null;
	/** Whether this process announces itself with this claim: another one may do so at the same moment. */
	announces: boolean;
	/** Monotonic time at which all of it was recorded. */
	at: number;
	isCertain: boolean;
}

/** A call that several callers share. */
interface Call {
	tokens: string[];
	answer: Promise<Set<string>>;
	/** Called with the known tokens before the next call begins. */
	listeners: Array<(known: Set<string>) => void>;
}

export class ConcurrentTokens {
	private readonly mutex = new KeyedMutex();
	private readonly list = new TokenList();
	private waiting: Call | null = null;
	private readonly claims = new Set<TokenClaim>();
	/** Tokens that this process recorded recently, which every call records again. */
	private readonly recent: BoundedMap<string, true>;
	/** Open tokens that are this process's own, or that it waited for in vain. */
	private readonly notAwaited = new BoundedMap<string, true>(MOST_NOT_AWAITED);
	/** Open tokens that this process removed, and when it did so first and last. */
	private readonly removed = new Map<string, { first: number; last: number }>();
	/** Marks and presence tokens that are no longer needed. */
	private readonly used = new Set<string>();
	private readonly presence: Presence;

	/** @param isOpen Whether a token stands for a write whose outcome is not known yet. */
	constructor(
		private readonly clock: Clock,
		private readonly peers: PeerProcesses,
		private readonly isOpen: (token: string) => boolean,
	) {
		this.presence = new Presence(clock, peers);
		this.recent = new BoundedMap(MOST_RECENT, { ms: RECENT, clock });
	}

	/** Whether no other process was noticed. */
	get isAlone(): boolean {
		return !this.peers.noticed;
	}

	/** Whether a call is so expensive that it is worth saving calls. */
	get isLarge(): boolean {
		return this.list.isLarge;
	}

	/** Throws if n8n cannot store anything. */
	async open(store: UnlockedTokens): Promise<void> {
		await this.oneAtATime(async () => await this.list.open(store));
	}

	/**
	 * Records all tokens; returns those that were known before, or that another process has just claimed. Waits for tokens
	 * that another process has in flight, as is done within one process. If no other process was noticed, an open token is
	 * left from an earlier run.
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
			// By now the other process may have used the key or released it.
			known = (await this.claim([...known], store)).known;
		}
		this.doNotAwait(tokens.filter((token) => this.isOpen(token) && !known.has(token)));
		return known;
	}

	/** @param keepMark Whether the caller itself removes the mark, with the tokens, if it got all of them. */
	async claim(tokens: string[], store: UnlockedTokens, keepMark = false): Promise<TokenClaim> {
		const claim = await this.begin(tokens, store);
		let isMade = false;
		try {
			for (let looks = 0; this.needsAnotherLook(claim); looks += 1) {
				if (looks === MOST_LOOKS) throw new Error('Other processes keep overwriting this memory');
				await this.clock.sleep(this.peers.patience);
				if (this.needsAnotherLook(claim)) await this.shareCall([], store);
			}
			isMade = true;
		} finally {
			this.claims.delete(claim);
			const isKept = keepMark && isMade && claim.known.size === 0;
			if (claim.mark !== null && !isKept) this.used.add(claim.mark);
			if (!isMade) await this.oneAtATime(async () => await this.removeNow([...claim.mine], store));
		}
		this.noteRecent(claim.mine);
		return claim;
	}

	/** Checks what was recorded recently. Also records these tokens, and returns those that were there. */
	async look(store: UnlockedTokens, tokens: string[] = []): Promise<Set<string>> {
		return await this.shareCall(tokens, store);
	}

	/** Removes tokens without checking whether another process brings them back. */
	async removeOnce(tokens: string[], store: UnlockedTokens): Promise<void> {
		for (const token of tokens) {
			this.recent.delete(token);
			this.notAwaited.delete(token);
		}
		await this.oneAtATime(async () => await this.removeNow(tokens, store));
	}

	/**
	 * Removes tokens. If others are at work and all of them are open tokens, removes them once more in case they were brought
	 * back; a released key, in contrast, may be another process's by then.
	 */
	async remove(tokens: string[], store: UnlockedTokens): Promise<void> {
		await this.removeOnce(tokens, store);
		if (this.isAlone || !tokens.every(this.isOpen)) return;
		const at = this.clock.monotonic();
		await this.clock.sleep(this.peers.patience);
		await this.oneAtATime(async () => {
			const again = tokens.filter((token) => (this.removed.get(token)?.last ?? Infinity) <= at);
			if (again.length > 0) await this.removeNow(again, store);
		});
	}

	private needsAnotherLook({ announces, isCertain, mine }: TokenClaim): boolean {
		return (announces || this.peers.noticed) && !isCertain && mine.size > 0;
	}

	private async begin(tokens: string[], store: UnlockedTokens): Promise<TokenClaim> {
		const announces = this.presence.due() !== null;
		const mark = announces || this.peers.noticed ? this.peers.nextMark() : null;
		for (const token of tokens) this.removed.delete(token);
		const claim: TokenClaim = {
			mine: new Set(),
			known: new Set(),
			mark,
			announces,
			at: 0,
			isCertain: false,
		};
		await this.shareCall(mark === null ? tokens : [mark, ...tokens], store, (stored) => {
			for (const token of tokens) (stored.has(token) ? claim.known : claim.mine).add(token);
			claim.at = this.clock.monotonic();
			this.claims.add(claim);
		});
		return claim;
	}

	/** Callers that arrive while a call is in flight share the next one. */
	private async shareCall(
		tokens: string[],
		store: UnlockedTokens,
		listener: (known: Set<string>) => void = () => {},
	): Promise<Set<string>> {
		if (this.waiting === null) {
			const call: Call = { tokens: [], listeners: [], answer: Promise.resolve(new Set()) };
			this.waiting = call;
			call.answer = this.oneAtATime(async () => {
				this.waiting = null;
				return await this.makeCall(call, store);
			});
		}
		this.waiting.tokens.push(...tokens);
		this.waiting.listeners.push(listener);
		return await this.waiting.answer;
	}

	/** Records the tokens of one call, and those of this process that may have been overwritten. */
	private async makeCall({ tokens, listeners }: Call, store: UnlockedTokens): Promise<Set<string>> {
		const from = this.clock.monotonic();
		const underWay = [...this.claims];
		const present = new Set([
			...underWay.flatMap(({ mark, mine }) => [...(mark === null ? [] : [mark]), ...mine]),
			...this.recentTokens(),
		]);
		const arrival = this.presence.due();
		if (arrival === null && this.presence.own !== null) present.add(this.presence.own);
		const asked = arrival === null ? tokens : [...tokens, arrival];
		const fresh = [...new Set(asked)].filter((token) => !present.has(token));
		const stored = await this.list.record(fresh, [...present], store, this.isAlone);
		this.peers.took(this.clock.monotonic() - from);
		for (const token of this.presence.see(arrival, stored)) this.used.add(token);
		if (this.recentTokens().some((token) => !stored.has(token))) this.peers.notice();
		for (const claim of underWay) this.updateClaim(claim, stored, from);
		for (const listener of listeners) listener(stored);
		return stored;
	}

	/** Updates a claim by what a call showed that began at `from`. */
	private updateClaim(claim: TokenClaim, stored: Set<string>, from: number): void {
		const { mark, mine, known } = claim;
		const overwritten = mark !== null && !stored.has(mark);
		for (const token of overwritten ? [...mine] : []) {
			if (!stored.has(token)) continue;
			mine.delete(token);
			known.add(token);
		}
		const missing = overwritten || [...mine].some((token) => !stored.has(token));
		if (missing) this.peers.notice();
		if (missing) claim.at = this.clock.monotonic();
		else if (from - claim.at >= this.peers.patience) claim.isCertain = true;
	}

	/** Removes tokens, and again the open ones removed a moment ago. Remembers these, if all of them are open. */
	private async removeNow(tokens: string[], store: UnlockedTokens): Promise<void> {
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

	private noteRecent(tokens: Iterable<string>): void {
		for (const token of tokens) this.recent.set(token, true);
	}

	private recentTokens(): string[] {
		return [...this.recent].map(([token]) => token);
	}

	private async oneAtATime<T>(task: () => Promise<T>): Promise<T> {
		return await this.mutex.run('', task);
	}
}
