/**
 * The rate limit of one service for one token, kept by everyone in the process who uses that token.
 */
import type { Clock, CancelSignal } from '../../inventory/model/clock';
import { sleepUntil } from '../../inventory/model/clock';

/** Both services that publish a window count requests a minute. */
export const WINDOW_MS = 60_000;

/** After a quiet window so many requests may leave at once; their slots are waited for afterwards. */
export const BURST = 5;

/** A single wait longer than this, in milliseconds, is not waited for. */
export const LONGEST_WAIT = 10 * 60_000;

/** `late`: not to be had by the time it was wanted. `until` is monotonic, in milliseconds. */
export type NoSlot = { kind: 'canceled' } | { kind: 'late' } | { kind: 'tooLong'; until: number };

export type Slot = { kind: 'go' } | NoSlot;

export interface SlotOptions {
	/** Slots taken together, all at one instant. */
	count?: number;
	/** Monotonic clock time after which a slot is of no use, in milliseconds. */
	leaveBy?: number;
	signal?: CancelSignal;
}

/** A second 429 within this time, in milliseconds, is no accident: someone else uses the token too. */
const CROWDED_WITHIN = 3 * WINDOW_MS;

/** How much a crowded token slows us down, and how much faster a window without a 429 lets us be again. */
const SLOWER = 1.5;
const FASTER = 0.9;
const SLOWEST = 16;

interface RateLimiterOptions {
	/** Requests that may leave at once after a quiet window. */
	burst?: number;
	/** Requests of the limit that are left unused, because a service counts its windows at its own end. */
	spare?: number;
}

/**
 * Hands out slots on a schedule, one user after the other, so that a long run does not keep a short one waiting.
 * The spacing leaves one request of the limit unused. Where others use the same token, which shows in one 429 after the
 * other, the spacing grows until both fit. All times are monotonic.
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
	/** When the slots of the last window were taken. */
	private readonly taken: number[] = [];

	/** @param limit Requests a minute. */
	constructor(
		private readonly clock: Clock,
		private limit: number,
		{ burst = BURST, spare = 1 }: RateLimiterOptions = {},
	) {
		this.burst = burst;
		this.spare = spare;
		this.spacing = this.spacingFor(limit);
	}

	/** Adopts the limit a service reports in its headers, in requests a minute. */
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
		// No burst afterwards: a pause is not the quiet of someone who sent nothing.
		this.burstLeft = 0;
		this.lastSlot = Math.max(this.lastSlot, until);
		this.next = Math.max(this.next, until);
	}

	/** Whether the service answered 429 within the last so many milliseconds. */
	limitedWithin(ms: number): boolean {
		return this.clock.monotonic() - this.lastLimited <= ms;
	}

	/** Resolves when this user may send as many requests as it asked for. */
	async slot(user: object, options: SlotOptions = {}): Promise<Slot> {
		const { count = 1, leaveBy = Infinity, signal } = options;
		const me = { user };
		this.queue.push(me);
		try {
			for (;;) {
				const open = await this.pauseOver(options);
				if (open.kind !== 'go') return open;
				const now = this.clock.monotonic();
				const due = this.due(now, count);
				if (due <= now && this.head() === me) {
					this.take(now, count, user);
					return { kind: 'go' };
				}
				// Someone else is first: one spacing later it may be us.
				const wake = due > now ? due : now + Math.max(this.spaced, 1);
				if (wake > leaveBy) return { kind: 'late' };
				if (!(await sleepUntil(this.clock, wake, signal))) return { kind: 'canceled' };
			}
		} finally {
			this.queue.splice(this.queue.indexOf(me), 1);
		}
	}

	/** Resolves when nobody has to stop: all that a request waits for whose slot was taken ahead. */
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

	/** Takes back slots that were not used. */
	giveBack(count: number): void {
		this.taken.splice(Math.max(this.taken.length - count, 0));
		this.next -= count * this.spaced;
	}

	private due(now: number, count: number): number {
		const scheduled = this.isQuiet(now) || this.burstLeft > 0 ? now : this.next;
		return Math.max(scheduled, this.roomFor(count));
	}

	/** When the window has room for so many: slots taken together, or by a late timer, could overfill it. */
	private roomFor(count: number): number {
		const last = Math.min(this.taken.length + count - this.limit, this.taken.length) - 1;
		return last < 0 ? -Infinity : this.taken[last] + WINDOW_MS;
	}

	private isQuiet(now: number): boolean {
		return now - this.lastSlot >= WINDOW_MS;
	}

	private take(now: number, count: number, user: object): void {
		this.ease(now);
		if (this.isQuiet(now)) {
			this.burstLeft = this.burst;
			this.next = now;
		}
		this.burstLeft = Math.max(this.burstLeft - count, 0);
		// A timer that rang late costs nothing, as long as the next slot does not come too close to this one.
		this.next = Math.max(this.next, now - this.spaced / 2) + count * this.spaced;
		this.lastSlot = now;
		this.lastUser = user;
		while (this.taken[0] <= now - WINDOW_MS) this.taken.shift();
		for (let n = 0; n < count; n += 1) this.taken.push(now);
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
	private head(): { user: object } | undefined {
		return this.queue.find(({ user }) => user !== this.lastUser) ?? this.queue[0];
	}
}
