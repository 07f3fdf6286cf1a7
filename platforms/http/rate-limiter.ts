/**
 * The pace of requests to one service with one token, kept for everyone in the process who uses that token.
 */
import type { Clock, CancelSignal } from '../../inventory/model/clock';
import { sleepUntil } from '../../inventory/model/clock';

/** Both services that publish a window speak of requests a minute. */
export const WINDOW_MS = 60_000;

/** After a window of silence so many requests may go at once; their slots are waited for afterwards. */
export const BURST = 5;

/** A single wait longer than this, in milliseconds, is not waited for. */
export const LONGEST_WAIT = 10 * 60_000;

export type Slot = { kind: 'go' } | { kind: 'canceled' } | { kind: 'tooLong'; until: number };

interface Waiting {
	user: object;
}

/** A second 429 within this time, in milliseconds, is no accident: someone else uses the token too. */
const CROWDED_WITHIN = 3 * WINDOW_MS;

/** By how much a crowded token slows us down, and a window without a 429 lets us go faster again. */
const SLOWER = 1.5;
const FASTER = 0.9;
const SLOWEST = 16;

export interface RateLimiterOptions {
	/** Requests that may go at once after a window of silence. */
	burst?: number;
	/** Requests of the limit that are left unused, because a service counts its windows at its own end. */
	spare?: number;
}

/**
 * Hands out slots on a schedule, one user after the other, so that a long run does not keep a short one waiting.
 * The spacing leaves one request of the limit unused. Where others use the same token, which shows in one 429 after the
 * other, the spacing grows until both fit.
 */
export class RateLimiter {
	private spacing: number;
	private readonly burst: number;
	private readonly spare: number;
	private slowdown = 1;
	private lastEased = Number.NEGATIVE_INFINITY;
	private next = Number.NEGATIVE_INFINITY;
	private lastSlot = Number.NEGATIVE_INFINITY;
	private burstLeft = 0;
	private pausedUntil = Number.NEGATIVE_INFINITY;
	private lastLimited = Number.NEGATIVE_INFINITY;
	private readonly queue: Waiting[] = [];
	private lastUser: object | null = null;

	constructor(
		private readonly clock: Clock,
		/** Requests a minute. */
		limit: number,
		{ burst = BURST, spare = 1 }: RateLimiterOptions = {},
	) {
		this.burst = burst;
		this.spare = spare;
		this.spacing = this.spacingFor(limit);
	}

	/** Adopts the limit a service names in its headers, in requests a minute. */
	learn(limit: number): void {
		if (!Number.isFinite(limit) || limit < 1) return;
		const spacing = this.spacingFor(limit);
		if (spacing === this.spacing) return;
		const ahead = this.next - this.clock.now();
		if (ahead > 0) this.next = this.clock.now() + (ahead * spacing) / this.spacing;
		this.spacing = spacing;
	}

	/** The service answered 429: everyone stops until the time it named. */
	limited(until: number): void {
		const now = this.clock.now();
		// Requests that were under way together are refused together: that is one refusal.
		const again = this.pausedUntil <= now && now - this.lastLimited <= CROWDED_WITHIN;
		if (again) this.slowdown = Math.min(this.slowdown * SLOWER, SLOWEST);
		this.lastLimited = now;
		this.lastEased = Math.max(now, until);
		this.pause(until);
	}

	/** Everyone stops until a time. */
	pause(until: number): void {
		this.pausedUntil = Math.max(this.pausedUntil, until);
		// No burst afterwards: a pause is not the silence of someone who sent nothing.
		this.burstLeft = 0;
		this.lastSlot = Math.max(this.lastSlot, until);
		this.next = Math.max(this.next, until);
	}

	/** Whether the service answered 429 within the last so many milliseconds. */
	limitedWithin(ms: number): boolean {
		return this.clock.now() - this.lastLimited <= ms;
	}

	/** Resolves when this user may send one request. */
	async slot(user: object, signal?: CancelSignal): Promise<Slot> {
		const me: Waiting = { user };
		this.queue.push(me);
		try {
			for (;;) {
				if (signal?.aborted) return { kind: 'canceled' };
				const now = this.clock.now();
				if (this.pausedUntil - now > LONGEST_WAIT)
					return { kind: 'tooLong', until: this.pausedUntil };
				const due = this.due(now);
				if (due <= now && this.head() === me) {
					this.take(now, user);
					return { kind: 'go' };
				}
				// Someone else's turn: one spacing later it may be ours.
				const wake = due > now ? due : now + Math.max(this.spaced, 1);
				if (!(await sleepUntil(this.clock, wake, signal))) return { kind: 'canceled' };
			}
		} finally {
			this.queue.splice(this.queue.indexOf(me), 1);
		}
	}

	private due(now: number): number {
		if (this.pausedUntil > now) return this.pausedUntil;
		if (now - this.lastSlot >= WINDOW_MS) return now;
		return this.burstLeft > 0 ? now : this.next;
	}

	private take(now: number, user: object): void {
		this.ease(now);
		if (now - this.lastSlot >= WINDOW_MS) {
			this.burstLeft = this.burst;
			this.next = now;
		}
		this.burstLeft = Math.max(this.burstLeft - 1, 0);
		// A timer that rang late costs nothing, as long as the next slot does not come too close to this one.
		this.next = Math.max(this.next, now - this.spaced / 2) + this.spaced;
		this.lastSlot = now;
		this.lastUser = user;
	}

	/** Milliseconds between two slots. */
	private get spaced(): number {
		return this.spacing * this.slowdown;
	}

	/** A window went by without a 429. */
	private ease(now: number): void {
		if (this.slowdown === 1 || now - this.lastEased < WINDOW_MS) return;
		this.slowdown = Math.max(this.slowdown * FASTER, 1);
		this.lastEased = now;
	}

	private spacingFor(limit: number): number {
		return WINDOW_MS / Math.max(limit - this.spare, 1);
	}

	/** Round-robin: the first in the queue who did not have the last slot, else the first. */
	private head(): Waiting | undefined {
		return this.queue.find(({ user }) => user !== this.lastUser) ?? this.queue[0];
	}
}
