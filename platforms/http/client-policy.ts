/** How to treat one service: its limits and waits, and what its answers mean. */
import type { Problem } from './problems';
import type { Sign } from './retry-policy';

export interface ClientPolicy {
	/** The service's name as it spells it. */
	label: string;
	/** Milliseconds to wait after a 429 that does not say how long. */
	waitAfterLimit: number;
	/** Header with the requests allowed per minute, if the service sends one. */
	limitHeader?: string;
	/** Header with the end of the window, if the service sends one. */
	resetHeader?: string;
	/** Ecwid: a 403 within this time after a 429 means a blocked token; how long to wait, and which bodies mean something else. */
	block?: { within: number; wait: number; isMeant(body: unknown): boolean };
	/** What an answer that is not a success means beyond its status. */
	sign?(status: number, body: unknown): Sign | undefined;
	/** A refusal in words, and what to do about it. */
	explain(status: number, body: unknown, statusText: string): Problem;
}
