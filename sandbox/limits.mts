/**
 * Requests a minute for one token. None of the services says how it counts them: in fixed windows, as their headers
 * suggest, or over whatever minute lies behind.
 */
import type { Clock } from './clock.mts';

export interface Limit {
	/** Requests in a window. */
	requests: number;
	/** Length of the window in milliseconds; the services speak of a minute. */
	windowMs: number;
	/** Fixed windows where nothing else is said. */
	kind?: 'fixed' | 'sliding';
}

/**
 * Webflow: 60 on small plans, 120 on those with Ecommerce. Ecwid: 600. RootFi: 100.
 * Source: the rate limit pages of each.
 */
export const DOCUMENTED_LIMITS = {
	webflow: { requests: 120, windowMs: 60_000 },
	ecwid: { requests: 600, windowMs: 60_000 },
	rootfi: { requests: 100, windowMs: 60_000 },
} satisfies Record<string, Limit>;

export interface Quota {
	allowed: boolean;
	limit: number;
	remaining: number;
	/** When the window ends, in milliseconds since 1970. */
	resetAt: number;
}

export class Meter {
	private readonly windows = new Map<string, { startedAt: number; used: number }>();
	private readonly times = new Map<string, number[]>();

	constructor(
		private readonly clock: Clock,
		public limit: Limit,
	) {}

	/** Counts one request; refused ones count too. */
	count(token: string): Quota {
		return this.limit.kind === 'sliding' ? this.countSliding(token) : this.countFixed(token);
	}

	/** Only requests that were let through fill the minute that lies behind. */
	private countSliding(token: string): Quota {
		const now = this.clock.now();
		const { requests, windowMs } = this.limit;
		const times = (this.times.get(token) ?? []).filter((time) => now - time < windowMs);
		const allowed = times.length < requests;
		if (allowed) times.push(now);
		this.times.set(token, times);
		return {
			allowed,
			limit: this.perMinute,
			remaining: Math.max(requests - times.length, 0),
			resetAt: times[0] + windowMs,
		};
	}

	private get perMinute(): number {
		return Math.round((this.limit.requests * 60_000) / this.limit.windowMs);
	}

	private countFixed(token: string): Quota {
		const now = this.clock.now();
		const known = this.windows.get(token);
		const open = known !== undefined && now - known.startedAt < this.limit.windowMs;
		const window = open ? known : { startedAt: now, used: 0 };
		window.used += 1;
		this.windows.set(token, window);
		return {
			allowed: window.used <= this.limit.requests,
			limit: this.perMinute,
			remaining: Math.max(this.limit.requests - window.used, 0),
			resetAt: window.startedAt + this.limit.windowMs,
		};
	}

	/** How many requests a token has sent beyond its limit in the present window. */
	overdrawn(token: string): number {
		return Math.max((this.windows.get(token)?.used ?? 0) - this.limit.requests, 0);
	}

	reset(): void {
		this.windows.clear();
		this.times.clear();
	}
}
