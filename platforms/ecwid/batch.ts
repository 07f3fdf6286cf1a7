/**
 * Sends many writes in one Ecwid batch. A batch is the only request that any of the three services deduplicates: posted
 * twice with the same `deduplicationKey` within an hour, it runs once.
 *
 * For deltas `stopOnFirstFailure` stays on and parallel mode off: with `false`, Ecwid itself repeats an item that
 * answered 5xx, and a delta that was applied before its answer failed would be applied again. Sets may be repeated and run in parallel.
 *
 * Source: docs.ecwid.com, batch requests.
 */
import { randomUUID } from 'crypto';
import type { WriteOptions, WriteOutcome } from '../../inventory/model/platform';
import type { Change } from '../../inventory/model/change';
import type { Connection } from '../http/connection';
import { parsedBy } from '../shared/documents';
import type { BatchAttempts } from './batch-attempts';
import { digest, uuid } from './batch-attempts';
import { BatchOutcomes } from './batch-outcomes';
import { NO_BATCHES, STALLED } from './batch-problems';
import type { BatchItem } from './batch-schemas';
import { created, deleted, isKeyed, itemFor, progress } from './batch-schemas';

/** The most items of a batch. Same source. */
export const MOST_ITEMS = 500;

/**
 * The number of writes from which a batch pays off. It is faster from 4 on, but below ten it saves less than two seconds,
 * which does not make up for no longer being able to stop after a bad row. Measured by test/conformance/batch-size.
 */
export const PAYS_FROM = 10;

/** Milliseconds before each of the first polls of a ticket: a small batch is done by then. */
const FIRST_POLLS = [250, 500];

/** Milliseconds between later polls: the interval of Ecwid's own WordPress plugin. */
const POLL_EVERY = 1_000;

/** Milliseconds without progress after which a batch is given up. */
const LONGEST_STALL = 10 * 60_000;

/** How often a batch is posted if Ecwid answers with an earlier refusal that it remembered. */
const MOST_POSTS = 10;

const ONE_BY_ONE = { stopOnFirstFailure: 'true' };
const ALL_AT_ONCE = { stopOnFirstFailure: 'false', allowParallelMode: 'true' };

/**
 * Posts a batch and waits until it has run. If Ecwid refused the same rows within the last hour and this process was
 * restarted since, Ecwid answers with that refusal; if no row may have been applied, they are posted again.
 */
export async function sendBatch(
	changes: Change[],
	connection: Connection,
	attempts: BatchAttempts,
	options: WriteOptions = {},
): Promise<WriteOutcome[]> {
	for (let posts = 1; ; posts += 1) {
		const batch = new Batch(changes, connection, attempts);
		const outcomes = await batch.send(options);
		const isUnsent = outcomes.every(({ kind }) => kind === 'notSent');
		if (!batch.outcomes.isRemembered || !isUnsent || posts === MOST_POSTS) return outcomes;
	}
}

class Batch {
	private readonly items: BatchItem[];
	/** The same whenever these rows are posted. */
	private readonly rowsDigest: string;
	/** Whether all rows have keys, so that Ecwid has to recognize them if a later run sends them again. */
	private readonly hasIdempotencyKeys: boolean;
	readonly outcomes: BatchOutcomes;

	constructor(
		private readonly changes: Change[],
		private readonly connection: Connection,
		private readonly attempts: BatchAttempts,
	) {
		const post = randomUUID().slice(0, 8);
		this.items = changes.map((change, n) => itemFor(change, n, post));
		this.rowsDigest = digest(JSON.stringify(changes.map((change, n) => itemFor(change, n, ''))));
		this.hasIdempotencyKeys = changes.every(isKeyed);
		this.outcomes = new BatchOutcomes(changes, this.items, connection, this.now);
	}

	async send(options: WriteOptions): Promise<WriteOutcome[]> {
		const isDelta = this.changes.some(({ kind }) => kind === 'delta');
		const exchange = await this.connection.send(
			'deduplicated',
			{
				method: 'POST',
				path: '/batch',
				query: {
					...(isDelta ? ONE_BY_ONE : ALL_AT_ONCE),
					deduplicationKey: this.deduplicationKey(),
				},
				body: this.items,
			},
			parsedBy(created),
			options,
		);
		if (exchange.kind === 'accepted') return await this.waitFor(exchange.value);
		if (exchange.kind === 'uncertain' || exchange.maybe) {
			return this.outcomes.stillOpen(exchange.fault);
		}
		if (exchange.kind === 'refused') this.useNextDeduplicationKey();
		const fault = exchange.fault.httpStatus === 404 ? NO_BATCHES : exchange.fault;
		const stale = exchange.kind === 'notSent' && exchange.stale;
		return this.changes.map(() => ({ kind: exchange.kind, fault, ...(stale && { stale }) }));
	}

	/** Without keys, the same rows in a later run are meant to be applied again. */
	private deduplicationKey(): string {
		if (!this.hasIdempotencyKeys) return randomUUID();
		const attempt = this.attempts.current(this.rowsDigest, this.now);
		return uuid(`${this.attempts.scope} ${this.rowsDigest} ${attempt}`);
	}

	/** Polls a ticket until its items have run. */
	private async waitFor(ticket: string): Promise<WriteOutcome[]> {
		let completed = -1;
		let stalledSince = this.now;
		let isLastPoll = false;
		for (let polls = 0; ; polls += 1) {
			if (!isLastPoll) await this.connection.pause(FIRST_POLLS[polls] ?? POLL_EVERY);
			const answer = await this.connection.get(
				// One page of the documentation says that bodies are returned only with `escapedJson`.
				{ path: '/batch', query: { ticket, escapedJson: 'true' } },
				parsedBy(progress),
			);
			// Ecwid has accepted the batch, so it runs even if its ticket cannot be read.
			if (!answer.ok) return this.outcomes.stillOpen(answer.fault);
			const { status, completedRequests, responses } = answer.value;
			if (status === 'COMPLETED') {
				const outcomes = this.outcomes.of(responses);
				if (outcomes.some(mayBeSentAgain)) this.useNextDeduplicationKey();
				return outcomes;
			}
			if ((completedRequests ?? 0) > completed) {
				completed = completedRequests ?? 0;
				stalledSince = this.now;
				isLastPoll = false;
			} else if (isLastPoll) {
				return this.outcomes.stillOpen(STALLED);
			} else if (this.now - stalledSince > LONGEST_STALL) {
				if (await this.tryWithdraw(ticket)) {
					return this.changes.map(() => ({ kind: 'notSent', fault: STALLED }));
				}
				// It could not be deleted, so it has started: one more poll shows how far it is.
				isLastPoll = true;
			}
		}
	}

	/** Whether a batch was withdrawn: only one that has not started can be. */
	private async tryWithdraw(ticket: string): Promise<boolean> {
		const exchange = await this.connection.send(
			'idempotent',
			{ method: 'DELETE', path: '/batch', query: { ticketId: ticket } },
			parsedBy(deleted),
		);
		if (exchange.kind !== 'accepted' || exchange.value !== 1) return false;
		this.useNextDeduplicationKey();
		return true;
	}

	/** If the rows are sent again, Ecwid must not take them for the same batch. */
	private useNextDeduplicationKey(): void {
		if (this.hasIdempotencyKeys) this.attempts.next(this.rowsDigest, this.now);
	}

	private get now(): number {
		return this.connection.clock.monotonic();
	}
}

/** Whether a row may be sent again with its key. */
function mayBeSentAgain(outcome: WriteOutcome): boolean {
	if (outcome.kind === 'uncertain') return outcome.readBack.whenNotShown === 'failed';
	return outcome.kind !== 'applied';
}
