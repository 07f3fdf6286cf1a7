/**
 * Sends every request to one service with one token, within the rate limits. A request is repeated only if, by the retry
 * policy, the service cannot have processed it or repeating it does no harm.
 */
import type { Clock } from '../../inventory/model/clock';
import { sleepUntil } from '../../inventory/model/clock';
import type { ReadBackPolicy, ReserveOutcome, WriteOptions } from '../../inventory/model/platform';
import type { ClientPolicy } from './client-policy';
import { Health } from './health';
import type { Problem } from './problems';
import {
	blocked,
	CANCELED,
	CANCELED_IN_FLIGHT,
	down,
	lost,
	notAccepted,
	redirected,
	STALE,
	unreachable,
	waitUntil,
} from './problems';
import type { NoSlot } from './rate-limiter';
import { WINDOW_MS } from './rate-limiter';
import type { RateLimits } from './rate-limits';
import type { Repeatability, RequestOutcome, Sign } from './retry-policy';
import { decide, isSuccess } from './retry-policy';
import { serverTimeOf, requestedWait } from './time-headers';
import type { HttpAnswer, HttpRequest, Transport } from './transport';

/** How a request ended, after all retries. */
export type Exchange<T> =
	/** `serverTime`: when the service answered, by its own clock, in milliseconds since 1970, if it says so. */
	| { kind: 'accepted'; value: T; serverTime?: number }
	/** Refused, or given up after the last retry. `maybe`: an earlier try may have been processed all the same. */
	| { kind: 'refused'; fault: Problem; maybe?: boolean }
	| { kind: 'uncertain'; fault: Problem; readBack: ReadBackPolicy; sentAt: number }
	/** Its last try did not leave. `maybe`: an earlier one may have been processed. `stale`: `leaveBy` had passed. */
	| { kind: 'notSent'; fault: Problem; maybe?: boolean; stale?: true };

/** The answer to a read: its value, or why there is none. */
export type Answer<T> = { ok: true; value: T; serverTime?: number } | { ok: false; fault: Problem };

/** Reads the body of a success: its value, a sign if it has one, or null if it is not what the service documents. */
export type Understand<T> = (body: unknown) => { value: T } | { sign: Sign } | null;

/** Milliseconds before each retry; after the last one, the request has failed. */
const BACK_OFF = [1_000, 2_000, 4_000];

/** The number of 429 answers after which a request is given up. */
const MOST_LIMITED = 10;

/** An answer as the retry policy sees it, and its content. */
interface Parsed<T> {
	outcome: RequestOutcome;
	value?: T;
	body?: unknown;
}

export class Connection {
	private readonly health = new Health();
	/** When this run began to wait for a blocked token, which it does only once; monotonic, in milliseconds. */
	private blockedAt: number | null = null;

	constructor(
		private readonly transport: Transport,
		private readonly policy: ClientPolicy,
		private readonly limits: RateLimits,
		readonly clock: Clock,
	) {}

	/** Waits, unless the execution is canceled. */
	async pause(ms: number): Promise<void> {
		await sleepUntil(this.clock, this.clock.monotonic() + ms, this.limits.signal);
	}

	/** Takes slots of every limit before a level is read that a write depends on. */
	async reserve(requests: number): Promise<ReserveOutcome> {
		if (this.health.isDownFor('once')) return { kind: 'failed', fault: down(this.policy.label) };
		const slot = await this.limits.reserve(requests);
		return slot.kind === 'reserved' ? slot : { kind: 'failed', fault: this.notSentFault(slot) };
	}

	/** The rate limit hit a row of a batch: everyone waits, as after a 429 that does not say how long. */
	noteRowLimited(): void {
		this.limits.service.limited(this.clock.monotonic() + this.policy.waitAfterLimit);
	}

	/**
	 * Counts a write that was not a request of its own, such as a row of a batch, in the order the service processed them.
	 * @param isKnown False if its outcome is unknown, or the service failed on it (5xx).
	 */
	countWrite(isKnown: boolean): void {
		this.health.wrote(isKnown);
	}

	/** Sends a request that changes nothing. */
	async get<T>(
		request: Omit<HttpRequest, 'method'>,
		understand: Understand<T>,
		options: WriteOptions = {},
	): Promise<Answer<T>> {
		const exchange = await this.send('safe', { method: 'GET', ...request }, understand, options);
		if (exchange.kind !== 'accepted') return { ok: false, fault: exchange.fault };
		const { value, serverTime } = exchange;
		return { ok: true, value, serverTime };
	}

	/** Sends one request, with retries, until it is accepted, refused, or its outcome stays uncertain. */
	async send<T>(
		repeatability: Repeatability,
		request: HttpRequest,
		understand: Understand<T>,
		options: WriteOptions = {},
	): Promise<Exchange<T>> {
		if (this.health.isDownFor(repeatability)) {
			return { kind: 'notSent', fault: down(this.policy.label) };
		}
		let backOffs = 0;
		let timesLimited = 0;
		// Only safe, idempotent and deduplicated requests are repeated after an uncertain try.
		let maybe = false;
		for (;;) {
			const slot = await this.limits.slot(options);
			if (slot.kind !== 'go') {
				const late = slot.kind === 'late' && { stale: true as const };
				return { kind: 'notSent', fault: this.notSentFault(slot), maybe, ...late };
			}
			const sentAt = this.clock.monotonic();
			const answer = await this.transport(request);
			const parsed = this.parse(answer, understand, sentAt);
			const decision = decide(repeatability, parsed.outcome);
			this.note(answer);

			if (decision.next === 'accept') {
				// A batch may be accepted although each of its rows fails; rows are counted separately.
				if (repeatability !== 'deduplicated') this.noteWrite(repeatability, true);
				return { kind: 'accepted', value: parsed.value as T, ...timeOf(answer) };
			}
			const fault = this.faultOf(answer, parsed, repeatability, request);
			if (decision.next === 'refuse') {
				this.noteWrite(repeatability, true);
				return { kind: 'refused', fault, maybe };
			}
			if (decision.next === 'readBack') {
				this.noteWrite(repeatability, isAboutItem(parsed.outcome));
				return { kind: 'uncertain', fault, readBack: decision.readBack, sentAt };
			}
			maybe = maybe || (decision.wait === 'backOff' && answer.kind !== 'notSent');
			if (answer.kind === 'canceled') return { kind: 'notSent', fault: CANCELED, maybe };
			if (decision.wait === 'backOff') {
				if (backOffs === BACK_OFF.length) {
					if (maybe) this.noteWrite(repeatability, false);
					return { kind: 'refused', fault: this.givenUp(answer, fault), maybe };
				}
				if (this.clock.monotonic() + BACK_OFF[backOffs] > (options.leaveBy ?? Infinity)) {
					return { kind: 'notSent', fault: STALE, maybe, stale: true };
				}
				await this.pause(BACK_OFF[backOffs]);
				backOffs += 1;
			} else if (decision.wait === 'asRequested') {
				const until = this.clock.monotonic() + this.waitRequestedBy(answer);
				this.limits.service.limited(until);
				timesLimited += 1;
				if (timesLimited === MOST_LIMITED) {
					return { kind: 'notSent', fault: this.notSentFault({ kind: 'tooLong', until }), maybe };
				}
			} else {
				this.waitForBlock();
			}
		}
	}

	/** The service has blocked the token for a while: everyone waits. */
	waitForBlock(): void {
		const now = this.clock.monotonic();
		this.blockedAt = this.blockedAt ?? now;
		this.limits.service.pause(now + (this.policy.block?.wait ?? WINDOW_MS));
	}

	/** Whether an answer means that the token is blocked for a while, which a run waits for only once. */
	blockSign(status: number, body: unknown, sentAt: number): Sign | undefined {
		const { block } = this.policy;
		if (status !== 403 || !block?.isMeant(body)) return undefined;
		// Requests in flight at the same time meet the same block.
		if (this.blockedAt !== null && sentAt > this.blockedAt) return undefined;
		return this.limits.service.limitedWithin(block.within) ? 'blockedAfterLimit' : undefined;
	}

	/** A refusal in words. */
	explain(status: number, body: unknown, statusText: string): Problem {
		const { block, label } = this.policy;
		const isBlock =
			status === 403 &&
			block?.isMeant(body) === true &&
			this.limits.service.limitedWithin(block.within + block.wait);
		if (isBlock) return blocked(label, this.clock.now() + block.wait);
		const problem = this.policy.explain(status, body, statusText);
		return status === 404 ? { ...problem, notFound: true } : problem;
	}

	private parse<T>(answer: HttpAnswer, understand: Understand<T>, sentAt: number): Parsed<T> {
		if (answer.kind === 'notSent') return { outcome: { phase: 'notSent' } };
		if (answer.kind !== 'answered') return { outcome: { phase: 'lost' } };
		const { status } = answer;
		const body = parseJson(answer.text);
		const phase = 'answered';
		if (!isSuccess(status)) {
			const sign = this.blockSign(status, body, sentAt) ?? this.policy.sign?.(status, body);
			return { outcome: { phase, status, understood: false, sign }, body };
		}
		const meaning = understand(body);
		if (meaning !== null && 'value' in meaning) {
			const { value } = meaning;
			return { outcome: { phase, status, understood: true, sign: undefined }, value, body };
		}
		return { outcome: { phase, status, understood: false, sign: meaning?.sign }, body };
	}

	/** Learns from every answer: the limit, and whether the service is up. */
	private note(answer: HttpAnswer): void {
		if (answer.kind !== 'answered') return;
		const limit = answer.headers[this.policy.limitHeader ?? ''];
		if (limit !== undefined) this.limits.service.learn(Number(limit));
		if (answer.status < 500) this.health.answered();
	}

	private noteWrite(repeatability: Repeatability, isKnown: boolean): void {
		if (repeatability !== 'safe') this.health.wrote(isKnown);
	}

	private givenUp(answer: HttpAnswer, fault: Problem): Problem {
		this.health.failed();
		// If the service cannot be reached, or several requests in a row failed, the next row will fail too.
		const wholeRun = answer.kind === 'notSent' || this.health.isDownFor('safe');
		return wholeRun ? { ...fault, wholeRun } : fault;
	}

	/** Milliseconds that the service asked to wait. */
	private waitRequestedBy(answer: HttpAnswer): number {
		const headers = answer.kind === 'answered' ? answer.headers : {};
		return requestedWait(headers, this.policy, this.clock.now());
	}

	/** Why a request did not leave. */
	private notSentFault(slot: NoSlot): Problem {
		switch (slot.kind) {
			case 'canceled':
				return CANCELED;
			case 'late':
				return STALE;
			case 'tooLong':
				return waitUntil(this.policy.label, this.clock.now() + slot.until - this.clock.monotonic());
		}
	}

	private faultOf<T>(
		answer: HttpAnswer,
		{ outcome, body }: Parsed<T>,
		repeatability: Repeatability,
		{ confidential }: HttpRequest,
	): Problem {
		const { label } = this.policy;
		switch (answer.kind) {
			case 'notSent':
				return unreachable(label, answer.code);
			case 'lost':
				return lost(label, repeatability);
			case 'canceled':
				return CANCELED_IN_FLIGHT;
			case 'answered':
				if (outcome.phase === 'answered' && isSuccess(answer.status)) {
					const quoted = confidential ? '' : answer.text;
					return notAccepted(label, outcome.sign, quoted, repeatability);
				}
				if (answer.status >= 300 && answer.status < 400) return redirected(label, answer.status);
				return this.explain(answer.status, body, answer.statusText);
		}
	}
}

/** Whether an uncertain answer is about this item only: the service itself is up and accepts writes. */
function isAboutItem(outcome: RequestOutcome): boolean {
	const sign = outcome.phase === 'answered' ? outcome.sign : undefined;
	return sign === 'notUpdated' || sign === 'acceptedOnly';
}

function timeOf(answer: HttpAnswer): { serverTime?: number } {
	const time = answer.kind === 'answered' ? serverTimeOf(answer.headers) : undefined;
	return time === undefined ? {} : { serverTime: time };
}

export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
