/**
 * Many writes in one Ecwid batch. A batch is the only request that any of the three services recognizes: posted twice
 * with one `deduplicationKey` within an hour, it runs once.
 *
 * For deltas `stopOnFirstFailure` stays on and parallel mode off: with `false`, Ecwid itself repeats an item that
 * answered 5xx, and a delta that was applied before its answer failed would be applied again. Sets tolerate both.
 *
 * Source: docs.ecwid.com, batch requests.
 */
import { randomUUID } from 'crypto';
import type { Repeatability, Sign } from '../http/retry-policy';
import type { ReadBackPolicy, WriteOutcome } from '../../inventory/model/platform';
import { decide } from '../http/retry-policy';
import type { Change } from '../../inventory/model/change';
import type { Problem } from '../http/problems';
import type { Connection, Understand } from '../http/connection';
import type { BatchAttempts } from './batch-attempts';
import { digest, uuid } from './batch-attempts';
import {
	incompleteFault,
	leftOutFault,
	noBatchesFault,
	oddAnswerFault,
	stalledFault,
} from './batch-problems';
import type { BatchItem, Response } from './batch-schemas';
import { bodyOf, complete, created, deleted, isKeyed, itemFor, progress } from './batch-schemas';
import type { Update } from './update';
import { faultOn, understandUpdate } from './update';

/** Most items of a batch. */
export const MOST_ITEMS = 500;

/**
 * From how many writes on a batch pays off. By the clock it does from 4 on, but below ten it saves less than two
 * seconds, which is not worth losing the chance to hold back the rows after a bad one. Measured by
 * test/conformance/batch-size.
 */
export const PAYS_FROM = 10;

/** Milliseconds before the first polls of a ticket: a small batch is done by then. */
const LOOK_AFTER = [250, 500];

/** Milliseconds between two polls of a ticket: the interval of Ecwid's own WordPress plugin. */
const LOOK_EVERY = 1_000;

/**
 * Milliseconds after which Ecwid repeats an item that answered 5xx. A batch that finished sooner repeated none. Source:
 * docs.ecwid.com, batch requests, `stopOnFirstFailure`.
 */
const REPEATS_AFTER = 3_000;

/** Milliseconds without progress after which a ticket is given up. */
const LONGEST_STALL = 10 * 60_000;

export async function sendBatch(
	changes: Change[],
	connection: Connection,
	attempts: BatchAttempts,
): Promise<WriteOutcome[]> {
	const batch = new Batch(changes, connection, attempts);
	return await batch.send();
}

class Batch {
	private readonly items: BatchItem[];
	private readonly body: string;
	/** Whether a later run may send the same rows again and has to be recognized by their keys. */
	private readonly keyed: boolean;
	private readonly deltas: boolean;
	/** The earliest time at which Ecwid can have started, in milliseconds. */
	private readonly since: number;
	/** Whether an item may have run more than once, so that its answer is only that of the last time. */
	private repeated = false;

	constructor(
		private readonly changes: Change[],
		private readonly connection: Connection,
		private readonly attempts: BatchAttempts,
	) {
		this.items = changes.map(itemFor);
		this.body = digest(JSON.stringify(this.items));
		this.keyed = changes.every(isKeyed);
		this.deltas = changes.some(({ kind }) => kind === 'delta');
		this.since = connection.clock.monotonic();
	}

	async send(): Promise<WriteOutcome[]> {
		const exchange = await this.connection.send(
			'deduplicated',
			{
				method: 'POST',
				path: '/batch',
				query: {
					...(this.deltas ? ONE_BY_ONE : ALL_AT_ONCE),
					deduplicationKey: this.deduplicationKey(),
				},
				body: this.items,
			},
			(body) => {
				const parsed = created.safeParse(body);
				return parsed.success ? { value: parsed.data.ticket } : null;
			},
		);
		if (exchange.kind === 'accepted') return await this.follow(exchange.value);
		if (exchange.kind === 'uncertain' || exchange.maybe)
			return this.all((change) => this.stillOpen(change, exchange.fault));
		if (exchange.kind === 'refused') this.tryAnewNextTime();
		const fault = exchange.fault.httpStatus === 404 ? noBatchesFault() : exchange.fault;
		return this.all(() => ({ kind: exchange.kind, fault }));
	}

	/** Without keys, the same rows in a later run are meant to count again. */
	private deduplicationKey(): string {
		if (!this.keyed) return randomUUID();
		const attempt = this.attempts.current(this.body, this.connection.clock.monotonic());
		return uuid(`${this.attempts.scope} ${this.body} ${attempt}`);
	}

	/** Polls a ticket until its items have run. */
	private async follow(ticket: string): Promise<WriteOutcome[]> {
		let completed = -1;
		let stalledSince = this.connection.clock.monotonic();
		let givenUp = false;
		for (let looks = 0; ; looks += 1) {
			if (!givenUp) await this.connection.pause(LOOK_AFTER[looks] ?? LOOK_EVERY);
			const exchange = await this.look(ticket);
			// Ecwid has the batch and works on it, whether or not it can be followed.
			if (exchange.kind !== 'accepted')
				return this.all((change) => this.stillOpen(change, exchange.fault));
			const { status, completedRequests, responses } = exchange.value;
			if (status === 'COMPLETED') return this.conclude(responses);
			const now = this.connection.clock.monotonic();
			if ((completedRequests ?? 0) > completed) {
				completed = completedRequests ?? 0;
				stalledSince = now;
				givenUp = false;
			} else if (givenUp) {
				return this.all((change) => this.stillOpen(change, stalledFault()));
			} else if (now - stalledSince > LONGEST_STALL) {
				if (await this.isDeleted(ticket)) return this.all(() => this.leftUndone());
				// Not deleted, so it has started: one more poll shows how far it is.
				givenUp = true;
			}
		}
	}

	private async look(ticket: string) {
		return await this.connection.send(
			'safe',
			// One page says that bodies are returned only with `escapedJson`; others show them either way.
			{ method: 'GET', path: '/batch', query: { ticket, escapedJson: 'true' } },
			(body) => {
				const parsed = progress.safeParse(body);
				return parsed.success ? { value: parsed.data } : null;
			},
		);
	}

	/** Withdraws a batch that has not started. */
	private async isDeleted(ticket: string): Promise<boolean> {
		const exchange = await this.connection.send(
			'idempotent',
			{ method: 'DELETE', path: '/batch', query: { ticketId: ticket } },
			(body) => {
				const parsed = deleted.safeParse(body);
				return parsed.success ? { value: parsed.data.deleteCount } : null;
			},
		);
		if (exchange.kind !== 'accepted' || exchange.value !== 1) return false;
		this.tryAnewNextTime();
		return true;
	}

	private leftUndone(): WriteOutcome {
		return { kind: 'notSent', fault: stalledFault() };
	}

	private conclude(shown: unknown): WriteOutcome[] {
		const parsed = complete.safeParse(shown);
		const responses: Response[] = parsed.success ? (parsed.data ?? []) : [];
		const byId = new Map(responses.map((one) => [one.id ?? '', one]));
		this.repeated = !this.deltas && this.connection.clock.monotonic() - this.since >= REPEATS_AFTER;
		const isComplete =
			responses.length === this.items.length && this.items.every(({ id }) => byId.has(id));
		if (!isComplete) return this.all((change) => this.open(change, incompleteFault()));
		// A row that hit the rate limit explains a 403 in the same batch, whichever comes first.
		if (responses.some(({ httpStatusCode }) => httpStatusCode === 429)) this.connection.limited();
		const outcomes = this.changes.map((change, n) =>
			this.outcome(change, byId.get(this.items[n].id) as Response),
		);
		if (outcomes.some(mayBeSentAnew)) this.tryAnewNextTime();
		return this.withoutVariations(outcomes);
	}

	/** A plan that refused one variation will refuse the others too, so those left out are not sent again. */
	private withoutVariations(outcomes: WriteOutcome[]): WriteOutcome[] {
		const isVariation = (n: number) => this.changes[n].item.variantId !== null;
		const refused = outcomes.find(
			(outcome, n) =>
				outcome.kind === 'refused' &&
				(outcome.fault as Problem).httpStatus === 402 &&
				isVariation(n),
		);
		if (refused?.kind !== 'refused') return outcomes;
		const { fault } = refused;
		return outcomes.map((outcome, n) =>
			outcome.kind === 'notSent' && isVariation(n) ? { ...outcome, fault, again: false } : outcome,
		);
	}

	private outcome(change: Change, answer: Response): WriteOutcome {
		if (answer.status === 'NOT_EXECUTED') {
			return { kind: 'notSent', fault: leftOutFault(), again: true };
		}
		const status = answer.httpStatusCode;
		const body = bodyOf(answer);
		if (status == null) return this.open(change, incompleteFault());
		const success = status >= 200 && status < 300;
		const meaning = success ? understandUpdate(change)(body) : null;
		const understood = meaning !== null && 'value' in meaning;
		const sign = success ? this.signOfSuccess(meaning) : this.signOf(status, body);
		const decision = decide(repeatabilityOf(change), {
			phase: 'answered',
			status,
			understood,
			sign,
		});
		const fault = success
			? oddAnswerFault()
			: faultOn(change, this.connection.explain(status, body, ''));
		switch (decision.next) {
			case 'accept':
				return {
					kind: 'applied',
					...(meaning as { value: Update }).value,
				};
			case 'refuse':
				return { kind: 'refused', fault };
			case 'again':
				if (decision.wait === 'block') this.connection.blocked();
				return { kind: 'notSent', fault, again: true, maybe: this.repeated };
			case 'readBack':
				return this.uncertain(fault, decision.readBack);
		}
	}

	/** "Nothing updated" from an item that may have run before says nothing about the earlier time. */
	private signOfSuccess(meaning: ReturnType<Understand<Update>>): Sign | undefined {
		return meaning !== null && 'sign' in meaning && !this.repeated ? meaning.sign : undefined;
	}

	/** What an answer that is not a success means beyond its status. */
	private signOf(status: number, body: unknown): Sign | undefined {
		const blocked = this.connection.blockSign(status, body, this.since);
		return blocked ?? (this.repeated ? 'repeated' : undefined);
	}

	private open(change: Change, fault: Problem): WriteOutcome {
		const decision = decide(repeatabilityOf(change), { phase: 'lost' });
		return this.uncertain(fault, (decision as { readBack: ReadBackPolicy }).readBack);
	}

	/**
	 * The batch may still run. If the set were sent again, units could be sold, and then the batch would set the level
	 * once more.
	 */
	private stillOpen(change: Change, fault: Problem): WriteOutcome {
		const outcome = this.open(change, fault);
		if (outcome.kind !== 'uncertain' || outcome.readBack.whenNotShown !== 'again') return outcome;
		return { ...outcome, readBack: { ...outcome.readBack, whenNotShown: 'unknown' } };
	}

	/** When a row of a batch runs is not known; it may have run at any time until now. */
	private uncertain(fault: Problem, settlement: ReadBackPolicy): WriteOutcome {
		return {
			kind: 'uncertain',
			fault,
			readBack: settlement,
			sentAt: this.connection.clock.monotonic(),
		};
	}

	private all(make: (change: Change) => WriteOutcome): WriteOutcome[] {
		return this.changes.map((change) => make(change));
	}

	private tryAnewNextTime(): void {
		if (!this.keyed) return;
		this.attempts.next(this.body, this.connection.clock.monotonic());
	}
}

/** Whether a row may come again with its key: Ecwid must not mistake that for the same batch. */
function mayBeSentAnew(outcome: WriteOutcome): boolean {
	if (outcome.kind === 'uncertain') return outcome.readBack.whenNotShown === 'failed';
	return outcome.kind !== 'applied';
}

/** How Ecwid is to run a batch. */
const ONE_BY_ONE = { stopOnFirstFailure: 'true' };
const ALL_AT_ONCE = { stopOnFirstFailure: 'false', allowParallelMode: 'true' };

function repeatabilityOf({ kind }: Change): Repeatability {
	return kind === 'delta' ? 'once' : 'idempotent';
}
