/**
 * One service, one token: every request goes through here, paced, and repeated only where the decision table says that
 * the service cannot have taken it (or where repeating does no harm, as with reads).
 */
import type { Clock, CancelSignal } from '../../inventory/model/clock';
import { sleepUntil } from '../../inventory/model/clock';
import type { RateLimiter, Slot, SlotOptions } from './rate-limiter';
import { WINDOW_MS } from './rate-limiter';
import type { RequestOutcome, Repeatability, Sign } from './retry-policy';
import type {
	ReadBackPolicy,
	Reservation,
	ReserveOutcome,
	WriteOptions,
} from '../../inventory/model/platform';
import { decide } from './retry-policy';
import type { Problem } from './problems';
import {
	blocked,
	canceled,
	canceledInFlight,
	down,
	lost,
	moved,
	notAccepted,
	stale,
	unreachable,
	waitUntil,
} from './problems';

export interface HttpRequest {
	method: 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';
	/** Behind the base URL, with a leading slash, already encoded. */
	path: string;
	query?: Record<string, string>;
	headers?: Record<string, string>;
	body?: unknown;
	/** The answer carries a secret, which no message may quote. */
	confidential?: boolean;
}

/** What the transport saw. It tells the phase as well as it can; where it cannot, the answer is `lost`. */
export type HttpAnswer =
	| {
			kind: 'answered';
			status: number;
			/** The reason phrase, where there is one: old Ecwid servers put their message there. */
			statusText: string;
			/** Names in lower case. */
			headers: Record<string, string>;
			text: string;
	  }
	| { kind: 'notSent'; code: string }
	| { kind: 'lost'; code: string }
	| { kind: 'canceled' };

export type Transport = (request: HttpRequest) => Promise<HttpAnswer>;

/** How one service wants to be spoken to. */
export interface ClientPolicy {
	label: string;
	/** Milliseconds to wait after a 429 that names no time, with its source where it is written. */
	waitAfterLimit: number;
	/** Header that names the requests a minute, where the service sends one. */
	limitHeader?: string;
	/** Header that names when the window ends, where the service sends one. */
	resetHeader?: string;
	/** Ecwid: how long a 403 after a 429 means a blocked token unless it says otherwise, and how long to wait for it. */
	block?: { within: number; wait: number; isMeant(body: unknown): boolean };
	/** What the service means beyond the status of an answer that is not a success. */
	sign?(status: number, body: unknown): Sign | undefined;
	/** The service's own words for a refusal, and what to do about it. */
	explain(status: number, body: unknown, statusText: string): Problem;
}

/** How a request ended, once nothing more may be tried. */
export type Exchange<T> =
	| { kind: 'accepted'; value: T }
	/** `maybe`: an earlier try of the same request may have been taken all the same. */
	| { kind: 'refused'; fault: Problem; maybe?: boolean }
	| { kind: 'uncertain'; fault: Problem; readBack: ReadBackPolicy; sentAt: number }
	/** `stale`: the request could not leave by the time it had to. */
	| { kind: 'notSent'; fault: Problem; maybe?: boolean; stale?: true };

/** What became of a read: its value, or why there is none. */
export type Answer<T> = { ok: true; value: T } | { ok: false; fault: Problem };

export function answerOf<T>(exchange: Exchange<T>): Answer<T> {
	if (exchange.kind === 'accepted') return { ok: true, value: exchange.value };
	return { ok: false, fault: exchange.fault };
}

/** Reads an accepted body: the value, or null when it is not what the service documents; a sign where it carries one. */
export type Understand<T> = (body: unknown) => { value: T } | { sign: Sign } | null;

/** Pauses before a request is tried again, in milliseconds; when they are used up, the request has failed. */
const BACK_OFF = [1_000, 2_000, 4_000];

/** Milliseconds a service may sensibly ask to wait; more is taken for a number that means something else. */
const LONGEST_TOLD = 24 * 60 * 60_000;

/** How many 429 answers in a row one request waits for. */
const MOST_LIMITED = 10;

/** After so many requests in a row that found the service down, the rest of the run is not tried. */
const MOST_OUTAGES = 3;

/** Slots taken ahead of the requests they are for. */
class ReservedSlots implements Reservation {
	constructor(
		private left: number,
		private readonly limiters: RateLimiter[],
	) {}

	/** Uses one; false when none is left. */
	take(): boolean {
		if (this.left === 0) return false;
		this.left -= 1;
		return true;
	}

	release(): void {
		for (const limiter of this.limiters) limiter.giveBack(this.left);
		this.left = 0;
	}
}

/** An answer, looked at: what the decision table needs to know of it, and what it said. */
interface Seen<T> {
	happened: RequestOutcome;
	value: T | undefined;
	body: unknown;
}

export class Connection {
	/** Requests in a row that found the service down, however often they were tried. */
	private outages = 0;
	/** When this run began to wait for a blocked token, which it does once; in milliseconds. */
	private blockedAt: number | null = null;

	constructor(
		private readonly transport: Transport,
		private readonly pacer: RateLimiter,
		readonly clock: Clock,
		private readonly manners: ClientPolicy,
		private readonly signal?: CancelSignal,
		/** A pace the user asks for; the service's own is kept all the same. */
		private readonly bound?: RateLimiter,
	) {}

	/** Waits, or less when the execution is canceled. */
	async pause(ms: number): Promise<void> {
		await sleepUntil(this.clock, this.clock.monotonic() + ms, this.signal);
	}

	/** Takes slots of every limit ahead, before something is read on which a write depends. */
	async reserve(requests: number): Promise<ReserveOutcome> {
		if (this.outages >= MOST_OUTAGES) return { kind: 'failed', fault: down(this.manners.label) };
		const slot = await this.takeSlots({ count: requests });
		if (slot.kind === 'go') {
			return { kind: 'reserved', reservation: new ReservedSlots(requests, this.limiters) };
		}
		return { kind: 'failed', fault: this.notSentFault(slot) };
	}

	/** The service refused for its limit something it works on for us: everyone waits, as after a 429 without a time. */
	limited(): void {
		this.pacer.limited(this.clock.monotonic() + this.manners.waitAfterLimit);
	}

	/** Sends one request and stays with it until it is accepted, refused, or nobody can say. */
	async send<T>(
		intent: Repeatability,
		request: HttpRequest,
		understand: Understand<T>,
		options: WriteOptions = {},
	): Promise<Exchange<T>> {
		if (this.outages >= MOST_OUTAGES) return { kind: 'notSent', fault: down(this.manners.label) };
		let pauses = 0;
		let limits = 0;
		// Only requests that may be repeated get further than one uncertain try.
		let maybe = false;
		for (;;) {
			const slot = await this.slot(options);
			if (slot.kind !== 'go') {
				const late = slot.kind === 'late' && { stale: true as const };
				return { kind: 'notSent', fault: this.notSentFault(slot), maybe, ...late };
			}
			const sentAt = this.clock.monotonic();
			const answer = await this.transport(request);
			const seen = this.look(answer, understand, sentAt);
			const quoted = request.confidential ? '' : textOf(answer);
			const decision = decide(intent, seen.happened);
			this.note(answer);

			if (decision.next === 'accept') return { kind: 'accepted', value: seen.value as T };
			const fault = this.faultOf(answer, seen, intent, quoted);
			if (decision.next === 'refuse') return { kind: 'refused', fault, maybe };
			if (decision.next === 'settle') {
				return { kind: 'uncertain', fault, readBack: decision.readBack, sentAt };
			}
			maybe = maybe || (decision.wait === 'backOff' && answer.kind !== 'notSent');
			if (answer.kind === 'canceled') return { kind: 'notSent', fault: canceled(), maybe };
			if (decision.wait === 'backOff') {
				if (pauses === BACK_OFF.length) return { ...this.giveUp(answer, fault), maybe };
				if (this.clock.monotonic() + BACK_OFF[pauses] > (options.leaveBy ?? Infinity)) {
					return { kind: 'notSent', fault: stale(), maybe, stale: true };
				}
				await this.pause(BACK_OFF[pauses]);
				pauses += 1;
			} else if (decision.wait === 'asTold') {
				const until = this.clock.monotonic() + this.toldToWait(answer);
				this.pacer.limited(until);
				limits += 1;
				if (limits === MOST_LIMITED) {
					const fault = waitUntil(this.manners.label, this.wallTime(until));
					return { kind: 'notSent', fault, maybe };
				}
			} else {
				this.blocked();
			}
		}
	}

	/** The service has blocked the token for a while: everyone waits. */
	blocked(): void {
		this.blockedAt = this.blockedAt ?? this.clock.monotonic();
		this.pacer.pause(this.clock.monotonic() + (this.manners.block?.wait ?? WINDOW_MS));
	}

	/** Waits until one request may leave, by a slot that was taken ahead where there is one. */
	private async slot({ leaveBy, reservation }: WriteOptions): Promise<Slot> {
		if (reservation instanceof ReservedSlots && reservation.take()) {
			return await this.pacer.pauseOver({ leaveBy, signal: this.signal });
		}
		return await this.takeSlots({ leaveBy });
	}

	/** Takes slots of the user's own limit and the service's: of both, or of none. */
	private async takeSlots(options: SlotOptions): Promise<Slot> {
		// A slot of the user's limit that waited for a pause would leave together with the next one.
		const open = await this.pacer.pauseOver({ ...options, signal: this.signal });
		if (open.kind !== 'go') return open;
		const taken: RateLimiter[] = [];
		for (const limiter of this.limiters) {
			const slot = await limiter.slot(this, { ...options, signal: this.signal });
			if (slot.kind !== 'go') {
				for (const other of taken) other.giveBack(options.count ?? 1);
				return slot;
			}
			taken.push(limiter);
		}
		return { kind: 'go' };
	}

	private get limiters(): RateLimiter[] {
		return this.bound === undefined ? [this.pacer] : [this.bound, this.pacer];
	}

	private notSentFault(slot: Exclude<Slot, { kind: 'go' }>): Problem {
		switch (slot.kind) {
			case 'canceled':
				return canceled();
			case 'late':
				return stale();
			case 'tooLong':
				return waitUntil(this.manners.label, this.wallTime(slot.until));
		}
	}

	/** A time of the monotonic clock as one in milliseconds since 1970, for messages. */
	private wallTime(time: number): number {
		return this.clock.now() + time - this.clock.monotonic();
	}

	private look<T>(answer: HttpAnswer, understand: Understand<T>, sentAt: number): Seen<T> {
		if (answer.kind === 'notSent') return unseen({ phase: 'notSent' });
		if (answer.kind !== 'answered') return unseen({ phase: 'lost' });
		const { status } = answer;
		const body = parseJson(answer.text);
		if (!isSuccess(status)) {
			const sign = this.blockSign(status, body, sentAt) ?? this.manners.sign?.(status, body);
			return {
				happened: { phase: 'answered', status, understood: false, sign },
				value: undefined,
				body,
			};
		}
		const meaning = understand(body);
		const understood = meaning !== null && 'value' in meaning;
		return {
			happened: {
				phase: 'answered',
				status,
				understood,
				sign: meaning !== null && 'sign' in meaning ? meaning.sign : undefined,
			},
			value: understood ? meaning.value : undefined,
			body,
		};
	}

	/** Whether an answer means that the token is blocked for a while, which a run waits for once. */
	blockSign(status: number, body: unknown, sentAt: number): Sign | undefined {
		const { block } = this.manners;
		if (status !== 403 || !block?.isMeant(body)) return undefined;
		// What was under way together meets the same block.
		if (this.blockedAt !== null && sentAt > this.blockedAt) return undefined;
		return this.pacer.limitedWithin(block.within) ? 'blockedAfterLimit' : undefined;
	}

	/** What every answer tells about the service: its limit, and whether it is up. */
	private note(answer: HttpAnswer): void {
		if (answer.kind !== 'answered') return;
		const { limitHeader } = this.manners;
		if (limitHeader !== undefined && answer.headers[limitHeader] !== undefined) {
			this.pacer.learn(Number(answer.headers[limitHeader]));
		}
		if (answer.status < 500) this.outages = 0;
	}

	private giveUp(answer: HttpAnswer, fault: Problem): { kind: 'refused'; fault: Problem } {
		this.outages += 1;
		// A service that cannot be reached at all, or not for several requests, will not be reached by the next row.
		const wholeRun = answer.kind === 'notSent' || this.outages >= MOST_OUTAGES;
		return { kind: 'refused', fault: wholeRun ? { ...fault, wholeRun } : fault };
	}

	/** Milliseconds the service asked to wait. `Retry-After` counts on a 429 only. */
	private toldToWait(answer: HttpAnswer): number {
		const headers = answer.kind === 'answered' ? answer.headers : {};
		// A time is told by the service's clock, which goes otherwise than that of many a computer.
		const theirs = Date.parse(headers.date ?? '');
		const now = Number.isNaN(theirs) ? this.clock.now() : theirs;
		const told = parseRetryAfter(headers['retry-after'], now);
		if (told !== null) return told;
		const { resetHeader } = this.manners;
		const reset = resetHeader === undefined ? null : parseReset(headers[resetHeader], now);
		return reset ?? this.manners.waitAfterLimit;
	}

	/** @param intent What was tried: nothing was changed by a read that failed. */
	private faultOf<T>(
		answer: HttpAnswer,
		{ happened, body }: Seen<T>,
		intent: Repeatability,
		quoted: string,
	): Problem {
		const { label } = this.manners;
		switch (answer.kind) {
			case 'notSent':
				return unreachable(label, answer.code);
			case 'lost':
				return lost(label, intent);
			case 'canceled':
				return canceledInFlight();
			case 'answered':
				if (happened.phase === 'answered' && isSuccess(answer.status)) {
					return notAccepted(label, happened.sign, quoted, intent);
				}
				if (answer.status >= 300 && answer.status < 400) return moved(label, answer.status);
				return this.explain(answer.status, body, answer.statusText);
		}
	}

	/** A refusal in words. */
	explain(status: number, body: unknown, statusText: string): Problem {
		const { block, label } = this.manners;
		const isBlock =
			status === 403 &&
			block?.isMeant(body) === true &&
			this.pacer.limitedWithin(block.within + block.wait);
		return isBlock
			? blocked(label, this.clock.now() + block.wait)
			: {
					...this.manners.explain(status, body, statusText),
					...(status === 404 && { notFound: true }),
				};
	}
}

function textOf(answer: HttpAnswer): string {
	return answer.kind === 'answered' ? answer.text : '';
}

function isSuccess(status: number): boolean {
	return status >= 200 && status < 300;
}

function unseen<T>(happened: RequestOutcome): Seen<T> {
	return { happened, value: undefined, body: undefined };
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** `Retry-After`, in seconds or as a date, as milliseconds from now; null when there is none to be read. */
export function parseRetryAfter(header: string | undefined, now: number): number | null {
	if (header === undefined) return null;
	const text = header.trim();
	const seconds = /^\d+(\.\d+)?$/.test(text);
	const wait = seconds ? Number(text) * 1_000 : Math.max(Date.parse(text) - now, 0);
	return wait <= LONGEST_TOLD ? wait : null;
}

/** A reset time whose unit is not documented: epoch milliseconds, epoch seconds, or seconds from now. */
export function parseReset(header: string | undefined, now: number): number | null {
	if (header === undefined || !/^\d+(\.\d+)?$/.test(header.trim())) return null;
	const value = Number(header);
	const wait = value > 1e12 ? value - now : value > 1e9 ? value * 1_000 - now : value * 1_000;
	return wait <= LONGEST_TOLD ? Math.max(wait, 0) : null;
}
