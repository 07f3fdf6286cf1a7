/**
 * The key memory: a key moves the stock of one item at most once, in this and in later executions.
 *
 * A key is three tokens in a store that can only record what it did not know and take back:
 * C names the key on its item, A the amount with it, O that its outcome is open. They are recorded directly before the
 * request that carries the row; O is taken back when the outcome is known, all three when it is certain that nothing was
 * applied. So a crash can turn a `duplicate` into an `unknown`, never an unsent row into a `duplicate`.
 */
import type { ItemId } from '../model/item';
import { itemKey } from '../model/item';

/** Keeps tokens beyond an execution. Both may throw. */
export interface TokenStore {
	/** Records all tokens; returns those that were known before. */
	record(tokens: string[]): Promise<Set<string>>;
	remove(tokens: string[]): Promise<void>;
}

/** One row with a key, at the amount it asks for. */
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
	/** Sent by an earlier run that never learned what came of it. */
	| 'unknown'
	/** The key was used for another amount. */
	| 'conflict';

interface Tokens {
	key: string;
	amount: string;
	open: string;
}

const OPEN = 'open ';

/** Whether a token says that the outcome of a key is open. */
export function isOpenToken(token: string): boolean {
	return token.startsWith(OPEN);
}

/** Keys whose requests are in flight in this process; the second with the same key waits for the first. */
export type InFlight = Map<string, Promise<void>>;

export class IdempotencyKeys {
	/** How to let the others go on, for each key this run holds. */
	private readonly held = new Map<string, () => void>();
	/** Whether the store would not let go of what asking had recorded: a later run may call such a key open. */
	leftBehind = false;

	/**
	 * @param scope What a key belongs to beside its item: the service and the account.
	 * @param hash A digest; two texts with one digest do not occur.
	 */
	constructor(
		private readonly store: TokenStore,
		private readonly hash: (text: string) => string,
		private readonly scope: string,
		private readonly inFlight: InFlight,
	) {}

	/** Records the claims of one request. Only those answered `new` are held, and must be settled afterwards. */
	async claim(claims: Claim[]): Promise<ClaimAnswer[]> {
		const tokens = claims.map((claim) => this.tokens(claim));
		await this.hold(tokens);
		let held: Tokens[] = [];
		try {
			const known = await this.store.record(
				tokens.flatMap(({ key, amount, open }) => [key, amount, open]),
			);
			const answers = tokens.map((token) => answerFor(token, known));
			held = tokens.filter((_, n) => answers[n] === 'new');
			await this.takeBack(tokens.flatMap((token, n) => tokensToTakeBack(token, answers[n], known)));
			return answers;
		} finally {
			this.letGo(tokens.filter((token) => !held.includes(token)));
		}
	}

	/** What the keys say now, without holding them. */
	async peek(claims: Claim[]): Promise<ClaimAnswer[]> {
		const answers = await this.claim(claims);
		await this.release(claims.filter((_, n) => answers[n] === 'new'));
		return answers;
	}

	/** The rows were applied: their keys are used up. */
	async confirm(claims: Claim[]): Promise<void> {
		await this.settle(claims, ({ open }) => [open]);
	}

	/** The rows were certainly not applied: their keys are as if never used. */
	async release(claims: Claim[]): Promise<void> {
		await this.settle(claims, ({ key, amount, open }) => [open, amount, key]);
	}

	/** Nobody can say: the keys stay open. */
	leaveOpen(claims: Claim[]): void {
		this.letGo(claims.map((claim) => this.tokens(claim)));
	}

	/** What asking has left of keys that were known. Where it stays, a later run finds them open: never sent, never lost. */
	private async takeBack(tokens: string[]): Promise<void> {
		if (tokens.length === 0) return;
		try {
			await this.store.remove(tokens);
		} catch {
			this.leftBehind = true;
		}
	}

	private async settle(claims: Claim[], take: (tokens: Tokens) => string[]): Promise<void> {
		if (claims.length === 0) return;
		const tokens = claims.map((claim) => this.tokens(claim));
		try {
			await this.store.remove(tokens.flatMap(take));
		} finally {
			this.letGo(tokens);
		}
	}

	private tokens({ item, key, amount }: Claim): Tokens {
		const name = this.hash(JSON.stringify([this.scope, itemKey(item), key]));
		return { key: name, amount: this.hash(`${name} ${amount}`), open: `${OPEN}${name}` };
	}

	/** Waits until nobody else has one of these keys in flight, then takes them all at once. */
	private async hold(tokens: Tokens[]): Promise<void> {
		for (;;) {
			const others = tokens.map(({ key }) => this.inFlight.get(key)).filter(Boolean);
			if (others.length === 0) break;
			await Promise.all(others);
		}
		for (const { key } of tokens) {
			const done = new Promise<void>((resolve) => this.held.set(key, resolve));
			this.inFlight.set(key, done);
		}
	}

	private letGo(tokens: Tokens[]): void {
		for (const { key } of tokens) {
			const resolve = this.held.get(key);
			if (resolve === undefined) continue;
			this.held.delete(key);
			this.inFlight.delete(key);
			resolve();
		}
	}
}

function answerFor({ key, amount, open }: Tokens, known: Set<string>): ClaimAnswer {
	if (!known.has(key)) return 'new';
	if (!known.has(amount)) return 'conflict';
	return known.has(open) ? 'unknown' : 'duplicate';
}

/** What asking has recorded and must not stay. */
function tokensToTakeBack(
	{ amount, open }: Tokens,
	answer: ClaimAnswer,
	known: Set<string>,
): string[] {
	const asked = { new: [], unknown: [], duplicate: [open], conflict: [amount, open] }[answer];
	return asked.filter((token) => !known.has(token));
}
