/**
 * The key memory: a key changes the stock of one item at most once, in this and in later executions.
 *
 * A key is stored as three tokens, in a store that can only record and remove tokens: `key` stands for the key and its
 * item, `amount` for both with the amount, and `open` means that the outcome is not known yet. They are recorded right
 * before the row's request. `open` is removed once the outcome is known, all three if nothing was applied. So a crash can
 * turn a `duplicate` into an `unknown`, but never an unsent row into a `duplicate`.
 */
import type { ItemId } from '../model/item';
import { itemKey } from '../model/item';
import type { InFlight } from './held-keys';
import { HeldKeys } from './held-keys';

/** Keeps tokens beyond an execution. What returns a promise may throw. */
export interface TokenStore {
	/**
	 * Records all tokens; returns those that were known before.
	 * @param isLast Whether the run expects to claim nothing after these.
	 */
	record(tokens: string[], isLast: boolean): Promise<Set<string>>;
	remove(tokens: string[]): Promise<void>;
	/** Removes the open tokens of rows that were applied, perhaps later, together with those of the next rows. */
	close(tokens: string[]): Promise<void>;
	/** Leaves these open tokens in place. */
	leaveOpen(tokens: string[]): void;
	/** How many rows of a run may be claimed at a time, in flight or in advance; 0 if a call costs little. */
	readonly mostClaimed: number;
}

/** A row's key, with its item and amount. */
export interface Claim {
	item: ItemId;
	key: string;
	amount: number;
}

export type ClaimAnswer =
	/** Never seen: it may be sent. */
	| 'new'
	/** Confirmed by an earlier run. */
	| 'duplicate'
	/** Sent by an earlier run that never learned the outcome. */
	| 'unknown'
	/** The key was used for another amount. */
	| 'conflict';

/** The outcome of a claim that was answered `new`. */
export type ClaimOutcome =
	/** The key is used up. */
	| 'applied'
	/** Certainly not applied: the key can be used again. */
	| 'notApplied'
	/** The outcome is not known: the key stays open. */
	| 'unknown';

export interface SettledClaim {
	claim: Claim;
	outcome: ClaimOutcome;
}

interface Tokens {
	key: string;
	amount: string;
	open: string;
}

/** A claim made in advance, with a row before it. `answer` is null if it could not be made. */
interface AheadClaim {
	tokens: Tokens;
	answer: Promise<ClaimAnswer | null>;
}

const OPEN = 'open ';

export function isOpenToken(token: string): boolean {
	return token.startsWith(OPEN);
}

/**
 * What a run calls, in this order:
 *
 * 1. `expect` once, before the first request, with the claims of each request, in order.
 * 2. `claim` directly before each request, with the claims of all its rows in one call.
 * 3. `settle` when a request has ended, with all its rows in one call: each call may rewrite the whole memory.
 * 4. `close` when the run has ended, in whatever way. It releases claims made in advance whose rows were never sent.
 *
 * `expect` and `close` allow a large memory to claim several rows in one call; without them, every request is claimed
 * separately.
 */
export class IdempotencyKeys {
	private readonly held: HeldKeys;
	/** The claims of later requests, in order, by the first key of each. */
	private readonly expected = new Map<string, Tokens[]>();
	private readonly ahead = new Map<string, AheadClaim>();
	/** Claims that wait for another run. Meanwhile nothing is claimed in advance, or two runs could wait for each other. */
	private waiting = 0;
	/** Whether the store failed to remove tokens again, so that a later run may find a key open. */
	leftBehind = false;

	/**
	 * @param scope The service and the account, to which keys belong.
	 * @param hash A collision-free digest.
	 */
	constructor(
		private readonly store: TokenStore,
		private readonly hash: (text: string) => string,
		private readonly scope: string,
		inFlight: InFlight,
	) {
		this.held = new HeldKeys(inFlight);
	}

	/** Announces the claims that will be made, request by request. */
	expect(requests: Claim[][]): void {
		for (const claims of requests) {
			const tokens = claims.map((claim) => this.tokens(claim));
			if (tokens.length > 0) this.expected.set(tokens[0].key, tokens);
		}
	}

	/** Records the claims of one request. Only those answered `new` are held, and have to be settled afterwards. */
	async claim(claims: Claim[]): Promise<ClaimAnswer[]> {
		if (claims.length === 0) return [];
		const tokens = claims.map((claim) => this.tokens(claim));
		this.expected.delete(tokens[0].key);
		const answers = await this.claimedAhead(tokens);
		if (answers !== null) return answers;
		await this.hold(tokens);
		return await this.ask(tokens, this.takeAhead());
	}

	/** Looks keys up without holding them. */
	async peek(claims: Claim[]): Promise<ClaimAnswer[]> {
		const answers = await this.claim(claims);
		const made = claims.filter((_, n) => answers[n] === 'new');
		await this.settle(made.map((claim) => ({ claim, outcome: 'notApplied' })));
		return answers;
	}

	/** Settles the claims of a request. */
	async settle(results: SettledClaim[]): Promise<void> {
		const of = (outcome: ClaimOutcome): Tokens[] =>
			results.filter((one) => one.outcome === outcome).map(({ claim }) => this.tokens(claim));
		const [applied, notApplied, unknown] = [of('applied'), of('notApplied'), of('unknown')];
		this.store.leaveOpen(unknown.map(({ open }) => open));
		try {
			if (applied.length > 0) await this.store.close(applied.map(({ open }) => open));
		} finally {
			this.held.letGo(namesOf([...applied, ...unknown]));
			await this.release(notApplied);
		}
	}

	/** Releases all claims that were made in advance. */
	async close(): Promise<void> {
		this.expected.clear();
		await this.releaseAhead();
	}

	private async release(tokens: Tokens[]): Promise<void> {
		if (tokens.length === 0) return;
		try {
			await this.store.remove(tokens.flatMap(({ key, amount, open }) => [open, amount, key]));
		} finally {
			this.held.letGo(namesOf(tokens));
		}
	}

	/** Claims held keys, and with them some of later requests. */
	private async ask(tokens: Tokens[], later: Tokens[]): Promise<ClaimAnswer[]> {
		const all = [...tokens, ...later];
		let held: Tokens[] = [];
		const asked = (async () => {
			try {
				const known = await this.store.record(
					all.flatMap(({ key, amount, open }) => [key, amount, open]),
					this.expected.size === 0,
				);
				const answers = all.map((one) => answerFor(one, known));
				held = all.filter((_, n) => answers[n] === 'new');
				await this.removeLeftovers(all.flatMap((one, n) => leftoversOf(one, answers[n], known)));
				return answers;
			} finally {
				this.held.letGo(namesOf(all.filter((one) => !held.includes(one))));
			}
		})();
		for (const [n, one] of later.entries()) {
			const answer = asked.then(
				(answers) => answers[tokens.length + n],
				() => null,
			);
			this.ahead.set(one.key, { tokens: one, answer });
		}
		return (await asked).slice(0, tokens.length);
	}

	/** The answers for a request, if all of it was claimed in advance. */
	private async claimedAhead(tokens: Tokens[]): Promise<ClaimAnswer[] | null> {
		const claims = tokens.map(({ key }) => this.ahead.get(key));
		if (!claims.every((claim, n) => claim?.tokens.amount === tokens[n].amount)) return null;
		for (const { key } of tokens) this.ahead.delete(key);
		const answers = await Promise.all(claims.map(async (claim) => await claim?.answer));
		return answers.every((answer) => answer != null) ? (answers as ClaimAnswer[]) : null;
	}

	/** Holds the keys of later requests, unless another run has them in flight. */
	private takeAhead(): Tokens[] {
		const later: Tokens[] = [];
		const room = this.waiting > 0 ? 0 : this.store.mostClaimed - this.held.size;
		for (const [first, tokens] of this.expected) {
			if (later.length + tokens.length > room) break;
			if (tokens.some(({ key }) => this.held.isInFlight(key))) continue;
			this.expected.delete(first);
			this.held.take(namesOf(tokens));
			later.push(...tokens);
		}
		return later;
	}

	private async releaseAhead(): Promise<void> {
		const claims = [...this.ahead.values()];
		this.ahead.clear();
		const made: Tokens[] = [];
		for (const { tokens, answer } of claims) if ((await answer) === 'new') made.push(tokens);
		try {
			await this.release(made);
		} catch {
			this.leftBehind = true;
		}
	}

	/** Removes tokens that a look-up recorded. If that fails, later runs find the key open, so no row is sent twice. */
	private async removeLeftovers(tokens: string[]): Promise<void> {
		if (tokens.length === 0) return;
		try {
			await this.store.remove(tokens);
		} catch {
			this.leftBehind = true;
		}
	}

	private tokens({ item, key, amount }: Claim): Tokens {
		const name = this.hash(JSON.stringify([this.scope, itemKey(item), key]));
		return { key: name, amount: this.hash(`${name} ${amount}`), open: `${OPEN}${name}` };
	}

	/** Waits until no other run has one of these keys in flight, then holds them all at once. */
	private async hold(tokens: Tokens[]): Promise<void> {
		const keys = namesOf(tokens);
		for (;;) {
			const others = this.held.others(keys);
			if (others === null) break;
			this.waiting += 1;
			try {
				await this.releaseAhead();
				await others;
			} finally {
				this.waiting -= 1;
			}
		}
		this.held.take(keys);
	}
}

function namesOf(tokens: Tokens[]): string[] {
	return tokens.map(({ key }) => key);
}

function answerFor({ key, amount, open }: Tokens, known: Set<string>): ClaimAnswer {
	if (!known.has(key)) return 'new';
	if (!known.has(amount)) return 'conflict';
	return known.has(open) ? 'unknown' : 'duplicate';
}

/** The tokens that a look-up recorded and that must not stay. */
function leftoversOf({ amount, open }: Tokens, answer: ClaimAnswer, known: Set<string>): string[] {
	const asked = { new: [], unknown: [], duplicate: [open], conflict: [amount, open] }[answer];
	return asked.filter((token) => !known.has(token));
}
