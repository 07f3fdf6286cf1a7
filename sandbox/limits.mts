/**
 * Requests a minute for one token, counted in fixed windows as the services' headers suggest.
 */
import type { Clock } from './clock.mts';

export interface Limit {
	/** Requests in a window. */
	requests: number;
	/** Length of the window in milliseconds; the services speak of a minute. */
	windowMs: number;
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

	constructor(
		private readonly clock: Clock,
		public limit: Limit,
	) {}

	/** Counts one request; refused ones count too. */
	count(token: string): Quota {
		const now = this.clock.now();
		const known = this.windows.get(token);
		const open = known !== undefined && now - known.startedAt < this.limit.windowMs;
		const window = open ? known : { startedAt: now, used: 0 };
		window.used += 1;
		this.windows.set(token, window);
		return {
			allowed: window.used <= this.limit.requests,
			limit: Math.round((this.limit.requests * 60_000) / this.limit.windowMs),
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
	}
}
