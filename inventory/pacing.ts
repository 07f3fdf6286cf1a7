/**
 * The pace of requests to one service with one token, kept for everyone in the process who uses that token.
 */
import type { Clock, StopSignal } from './clock';
import { sleepUntil } from './clock';

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

/**
 * Hands out slots on a schedule, one user after the other, so that a long run does not keep a short one waiting.
 * The spacing leaves one request of the limit unused: windows are counted at the service's end, not at ours.
 */
export class Pacer {
	private spacing: number;
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
	) {
		this.spacing = spacingFor(limit);
	}

	/** Adopts the limit a service names in its headers, in requests a minute. */
	learn(limit: number): void {
		if (!Number.isFinite(limit) || limit < 1) return;
		const spacing = spacingFor(limit);
		if (spacing === this.spacing) return;
		const ahead = this.next - this.clock.now();
		if (ahead > 0) this.next = this.clock.now() + (ahead * spacing) / this.spacing;
		this.spacing = spacing;
	}

	/** The service answered 429: everyone stops until the time it named. */
	limited(until: number): void {
		this.lastLimited = this.clock.now();
		this.pause(until);
	}

	/** Everyone stops until a time. */
	pause(until: number): void {
		this.pausedUntil = Math.max(this.pausedUntil, until);
		// No burst afterwards: a pause is not the silence of someone who sent nothing.
		this.burstLeft = 0;
		this.lastSlot = Math.max(this.lastSlot, until);
	}

	/** Whether the service answered 429 within the last so many milliseconds. */
	limitedWithin(ms: number): boolean {
		return this.clock.now() - this.lastLimited <= ms;
	}

	/** Resolves when this user may send one request. */
	async slot(user: object, signal?: StopSignal): Promise<Slot> {
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
				const wake = due > now ? due : now + Math.max(this.spacing, 1);
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
		if (now - this.lastSlot >= WINDOW_MS) {
			this.burstLeft = BURST;
			this.next = now;
		}
		this.burstLeft = Math.max(this.burstLeft - 1, 0);
		this.next = Math.max(this.next, now) + this.spacing;
		this.lastSlot = now;
		this.lastUser = user;
	}

	/** Round-robin: the first in the queue who did not have the last slot, else the first. */
	private head(): Waiting | undefined {
		return this.queue.find(({ user }) => user !== this.lastUser) ?? this.queue[0];
	}
}

function spacingFor(limit: number): number {
	return WINDOW_MS / Math.max(limit - 1, 1);
}
