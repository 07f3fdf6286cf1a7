/** The rate limit of one service for one token, shared by everyone in the process who uses that token. */
import type { Clock, CancelSignal } from '../../inventory/model/clock';
import { sleepUntil } from '../../inventory/model/clock';

/** Both services that publish a window count requests per minute. */
export const WINDOW_MS = 60_000;

/** Requests that may leave at once after a quiet window; the ones after them wait until these are back on schedule. */
export const BURST = 5;

/** The longest single wait, in milliseconds; a longer one ends the run. */
export const LONGEST_WAIT = 10 * 60_000;

/** `late`: there is no slot before `leaveBy`. `until` is monotonic, in milliseconds. */
export type NoSlot = { kind: 'canceled' } | { kind: 'late' } | { kind: 'tooLong'; until: number };

export type Slot = { kind: 'go' } | NoSlot;

export interface SlotOptions {
	/** How many slots to take at once. */
	count?: number;
	/** Identifies these slots when they are returned. */
	ticket?: object;
	/** Monotonic time, in milliseconds, after which a slot is of no use. */
	leaveBy?: number;
	signal?: CancelSignal;
}

interface Taking {
	user: object;
	count: number;
	ticket?: object;
}

/** A second 429 within this time, in milliseconds, means that others use the same token. */
const CROWDED_WITHIN = 3 * WINDOW_MS;

/** Factors for the spacing: after another 429, after a window without one, and the largest in all. */
const SLOWER = 1.5;
const FASTER = 0.9;
const SLOWEST = 16;

interface RateLimiterOptions {
	/** Requests that may leave at once after a quiet window. */
	burst?: number;
	/** Requests of the limit that are left unused, because the service's windows do not start when ours do. */
	spare?: number;
}

/**
 * Hands out slots on a schedule, to one user after the other, so that a long run does not keep a short one waiting.
 * The spacing leaves one request of the limit unused. If others use the same token, which repeated 429s show, the spacing
 * grows until both fit. All times are monotonic.
 */
export class RateLimiter {
	private spacing: number;
	private readonly burst: number;
	private readonly spare: number;
	private slowdown = 1;
	private lastEased = -Infinity;
	private next = -Infinity;
	private lastSlot = -Infinity;
	private burstLeft = 0;
	private pausedUntil = -Infinity;
	private lastLimited = -Infinity;
	private readonly queue: Array<{ user: object }> = [];
	private lastUser: object | null = null;
	/** The slots of the last window: when each was taken, and with which ticket. */
	private readonly taken: Array<{ at: number; ticket?: object }> = [];

	/** @param limit Requests per minute. */
	constructor(
		private readonly clock: Clock,
		private limit: number,
		{ burst = BURST, spare = 1 }: RateLimiterOptions = {},
	) {
		this.burst = burst;
		this.spare = spare;
		this.spacing = this.spacingFor(limit);
	}

	/** Adopts the limit that a service reports in its headers, in requests per minute. */
	learn(limit: number): void {
		if (!Number.isFinite(limit) || limit < 1) return;
		this.limit = Math.floor(limit);
		const spacing = this.spacingFor(limit);
		if (spacing === this.spacing) return;
		const now = this.clock.monotonic();
		const ahead = this.next - now;
		if (ahead > 0) this.next = now + (ahead * spacing) / this.spacing;
		this.spacing = spacing;
	}

	/** The service answered 429: everyone stops until the time it stated. */
	limited(until: number): void {
		const now = this.clock.monotonic();
		// Requests that are in flight together are refused together, which counts as one refusal.
		const again = this.pausedUntil <= now && now - this.lastLimited <= CROWDED_WITHIN;
		if (again) this.slowdown = Math.min(this.slowdown * SLOWER, SLOWEST);
		this.lastLimited = now;
		this.lastEased = Math.max(now, until);
		this.pause(until);
	}

	/** Everyone stops until this time. */
	pause(until: number): void {
		this.pausedUntil = Math.max(this.pausedUntil, until);
		// No burst afterwards: a pause is not a quiet window.
		this.burstLeft = 0;
		this.lastSlot = Math.max(this.lastSlot, until);
		this.next = Math.max(this.next, until);
	}

	/** Whether the service answered 429 within the last `ms` milliseconds. */
	limitedWithin(ms: number): boolean {
		return this.clock.monotonic() - this.lastLimited <= ms;
	}

	/** Resolves when this user may send `count` requests. */
	async slot(user: object, options: SlotOptions = {}): Promise<Slot> {
		const { count = 1, leaveBy = Infinity, signal, ticket } = options;
		const me = { user };
		this.queue.push(me);
		try {
			for (;;) {
				const open = await this.pauseOver(options);
				if (open.kind !== 'go') return open;
				const now = this.clock.monotonic();
				const due = this.due(now, count);
				if (due <= now && this.nextInLine() === me) {
					this.take(now, { user, count, ticket });
					return { kind: 'go' };
				}
				// Someone else is first: one spacing later it may be our turn.
				const wake = due > now ? due : now + Math.max(this.slowedSpacing, 1);
				if (wake > leaveBy) return { kind: 'late' };
				if (!(await sleepUntil(this.clock, wake, signal))) return { kind: 'canceled' };
			}
		} finally {
			this.queue.splice(this.queue.indexOf(me), 1);
		}
	}

	/** Resolves when there is no pause: all that a request with a reserved slot waits for. */
	async pauseOver({ leaveBy = Infinity, signal }: SlotOptions): Promise<Slot> {
		for (;;) {
			if (signal?.aborted) return { kind: 'canceled' };
			const now = this.clock.monotonic();
			const until = this.pausedUntil;
			if (until - now > LONGEST_WAIT) return { kind: 'tooLong', until };
			if (Math.max(now, until) > leaveBy) return { kind: 'late' };
			if (until <= now) return { kind: 'go' };
			if (!(await sleepUntil(this.clock, until, signal))) return { kind: 'canceled' };
		}
	}

	/** Takes back slots of a ticket that were not used. */
	returnSlots(count: number, ticket: object): void {
		for (let n = 0; n < count; n += 1) {
			const index = this.taken.findIndex((slot) => slot.ticket === ticket);
			if (index >= 0) this.taken.splice(index, 1);
		}
		this.next -= count * this.slowedSpacing;
	}

	private due(now: number, count: number): number {
		const scheduled = this.isQuiet(now) || this.burstLeft > 0 ? now : this.next;
		return Math.max(scheduled, this.roomFor(count));
	}

	/** When the window has room for `count` slots: taken together, or after a late timer, they could exceed the limit. */
	private roomFor(count: number): number {
		const last = Math.min(this.taken.length + count - this.limit, this.taken.length) - 1;
		return last < 0 ? -Infinity : this.taken[last].at + WINDOW_MS;
	}

	private isQuiet(now: number): boolean {
		return now - this.lastSlot >= WINDOW_MS;
	}

	private take(now: number, { user, count, ticket }: Taking): void {
		this.ease(now);
		if (this.isQuiet(now)) {
			this.burstLeft = this.burst;
			this.next = now;
		}
		this.burstLeft = Math.max(this.burstLeft - count, 0);
		// A late timer costs nothing, as long as the next slot does not follow this one too closely.
		this.next = Math.max(this.next, now - this.slowedSpacing / 2) + count * this.slowedSpacing;
		this.lastSlot = now;
		this.lastUser = user;
		while (this.taken[0]?.at <= now - WINDOW_MS) this.taken.shift();
		for (let n = 0; n < count; n += 1) this.taken.push({ at: now, ticket });
	}

	/** Milliseconds between two slots. */
	private get slowedSpacing(): number {
		return this.spacing * this.slowdown;
	}

	/** Speeds up again after a window without a 429. */
	private ease(now: number): void {
		if (this.slowdown === 1 || now - this.lastEased < WINDOW_MS) return;
		this.slowdown = Math.max(this.slowdown * FASTER, 1);
		this.lastEased = now;
	}

	private spacingFor(limit: number): number {
		return WINDOW_MS / Math.max(limit - this.spare, 1);
	}

	/** Round-robin: the first in the queue that did not have the last slot, otherwise the first. */
	private nextInLine(): { user: object } | undefined {
		return this.queue.find(({ user }) => user !== this.lastUser) ?? this.queue[0];
	}
}
