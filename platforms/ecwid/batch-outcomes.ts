/**
 * The outcomes of the rows of an Ecwid batch, from the responses in its ticket.
 *
 * Source: docs.ecwid.com, batch requests.
 */
import type { Change } from '../../inventory/model/change';
import type { ReadBackPolicy, WriteOutcome } from '../../inventory/model/platform';
import type { Connection, Understand } from '../http/connection';
import type { Problem } from '../http/problems';
import type { Repeatability, Sign } from '../http/retry-policy';
import { decide, isSuccess } from '../http/retry-policy';
import { INCOMPLETE, LEFT_OUT, ODD_ANSWER } from './batch-problems';
import type { BatchItem, Response } from './batch-schemas';
import { bodyOf, complete, placeOf, postOf } from './batch-schemas';
import type { Update } from './update';
import { faultOn, understandUpdate } from './update';

/**
 * Milliseconds after which Ecwid repeats an item that answered 5xx. A batch that finished sooner repeated none. Source:
 * docs.ecwid.com, batch requests, `stopOnFirstFailure`.
 */
const REPEATS_AFTER = 3_000;

export class BatchOutcomes {
	/** Whether Ecwid may have run an item more than once, so that its response is only that of the last time. */
	private repeated = false;
	/** Whether the responses are from an earlier post of the same rows, which Ecwid remembered. */
	isRemembered = false;

	constructor(
		private readonly changes: Change[],
		private readonly items: BatchItem[],
		private readonly connection: Connection,
		/** The earliest time at which Ecwid can have started; monotonic, in milliseconds. */
		private readonly since: number,
	) {}

	/** In the order of the changes. */
	of(shown: unknown): WriteOutcome[] {
		const responses: Response[] = complete.safeParse(shown).data ?? [];
		const byPlace = new Map(responses.map((one) => [placeOf(one.id ?? ''), one]));
		const found = this.items.map(({ id }) => byPlace.get(placeOf(id)));
		if (responses.length !== this.items.length || found.includes(undefined)) {
			return this.changes.map((change) => this.open(change, INCOMPLETE));
		}
		const answers = found as Response[];
		this.isRemembered = answers.some(({ id }, n) => postOf(id) !== postOf(this.items[n].id));
		const isDelta = this.changes.some(({ kind }) => kind === 'delta');
		this.repeated = !isDelta && this.connection.clock.monotonic() - this.since >= REPEATS_AFTER;
		// A row that hit the rate limit explains a 403 in the same batch, whichever comes first.
		const isLimited = answers.some(({ httpStatusCode }) => httpStatusCode === 429);
		if (isLimited && !this.isRemembered) this.connection.noteRowLimited();
		const outcomes = this.changes.map((change, n) => this.outcome(change, answers[n]));
		if (this.isRemembered) return outcomes.map(sendAgain);
		for (const outcome of outcomes) this.count(outcome);
		return this.withReasons(outcomes);
	}

	/** For a batch with an unknown outcome, which may still run. */
	stillOpen(fault: Problem): WriteOutcome[] {
		this.connection.countWrite(false);
		return this.changes.map((change) => {
			const outcome = this.open(change, fault);
			if (outcome.kind !== 'uncertain' || outcome.readBack.whenNotShown !== 'again') return outcome;
			// If the set were sent again, the batch could still undo the sales after it.
			return { ...outcome, readBack: { ...outcome.readBack, whenNotShown: 'unknown' } };
		});
	}

	private outcome(change: Change, answer: Response): WriteOutcome {
		if (answer.status === 'NOT_EXECUTED') {
			return { kind: 'notSent', fault: LEFT_OUT, again: true };
		}
		const status = answer.httpStatusCode;
		const body = bodyOf(answer);
		if (status == null) return this.open(change, INCOMPLETE);
		const success = isSuccess(status);
		const meaning = success ? understandUpdate(change)(body) : null;
		const understood = meaning !== null && 'value' in meaning;
		const sign = success ? this.signOfSuccess(meaning) : this.signOf(status, body);
		const decision = decide(repeatabilityOf(change), {
			phase: 'answered',
			status,
			understood,
			sign,
		});
		const fault = success ? ODD_ANSWER : faultOn(change, this.connection.explain(status, body, ''));
		switch (decision.next) {
			case 'accept':
				return { kind: 'applied', ...(meaning as { value: Update }).value };
			case 'refuse':
				return { kind: 'refused', fault };
			case 'again':
				if (decision.wait === 'block' && !this.isRemembered) this.connection.waitForBlock();
				return { kind: 'notSent', fault, again: true, maybe: this.repeated };
			case 'readBack':
				return this.uncertain(fault, decision.readBack);
		}
	}

	/** If the item may have run more than once, "nothing updated" says nothing about the earlier time. */
	private signOfSuccess(meaning: ReturnType<Understand<Update>>): Sign | undefined {
		return meaning !== null && 'sign' in meaning && !this.repeated ? meaning.sign : undefined;
	}

	/** What an answer that is not a success means beyond its status. */
	private signOf(status: number, body: unknown): Sign | undefined {
		const blocked = this.isRemembered
			? undefined
			: this.connection.blockSign(status, body, this.since);
		return blocked ?? (this.repeated ? 'repeated' : undefined);
	}

	/** Rows that were left out report what stopped the batch. */
	private withReasons(outcomes: WriteOutcome[]): WriteOutcome[] {
		const faults = outcomes.map((one) => (one.kind === 'refused' ? (one.fault as Problem) : null));
		const ofAll = faults.find((fault) => fault?.wholeRun) ?? null;
		// A plan that refuses one variation refuses all of them.
		const ofVariations =
			faults.find((fault, n) => fault?.httpStatus === 402 && this.isVariation(n)) ?? null;
		return outcomes.map((outcome, n) => {
			const fault = ofAll ?? (this.isVariation(n) ? ofVariations : null);
			return outcome.kind === 'notSent' && fault !== null
				? { ...outcome, fault, again: false }
				: outcome;
		});
	}

	private isVariation(n: number): boolean {
		return this.changes[n].item.variantId !== null;
	}

	/** Tells the connection whether Ecwid still accepts writes. */
	private count(outcome: WriteOutcome): void {
		if (outcome.kind === 'notSent') return;
		const isUnknown = outcome.kind === 'uncertain' && outcome.readBack.whenNotShown !== 'failed';
		this.connection.countWrite(!isUnknown);
	}

	private open(change: Change, fault: Problem): WriteOutcome {
		const decision = decide(repeatabilityOf(change), { phase: 'lost' });
		return this.uncertain(fault, (decision as { readBack: ReadBackPolicy }).readBack);
	}

	/** It is not known when a row of a batch ran: it may have been at any time until now. */
	private uncertain(fault: Problem, readBack: ReadBackPolicy): WriteOutcome {
		return { kind: 'uncertain', fault, readBack, sentAt: this.connection.clock.monotonic() };
	}
}

/** A remembered refusal is from an earlier post: the row was certainly not applied, and may be sent again. */
function sendAgain(outcome: WriteOutcome): WriteOutcome {
	return outcome.kind === 'refused'
		? { kind: 'notSent', fault: outcome.fault, again: true }
		: outcome;
}

function repeatabilityOf({ kind }: Change): Repeatability {
	return kind === 'delta' ? 'once' : 'idempotent';
}
