/** What one service asks of its clients, and what it means by its answers. */
import type { Problem } from './problems';
import type { Sign } from './retry-policy';

export interface ClientPolicy {
	/** The service's name as its owner writes it. */
	label: string;
	/** Milliseconds to wait after a 429 that tells no time, with its source where it is written. */
	waitAfterLimit: number;
	/** Header with the requests allowed in a minute, where the service sends one. */
	limitHeader?: string;
	/** Header with the end of the window, where the service sends one. */
	resetHeader?: string;
	/** Ecwid: how long a 403 after a 429 means a blocked token unless it says otherwise, and how long to wait for it. */
	block?: { within: number; wait: number; isMeant(body: unknown): boolean };
	/** What the service means beyond the status of an answer that is not a success. */
	sign?(status: number, body: unknown): Sign | undefined;
	/** The service's own words for a refusal, and what to do about it. */
	explain(status: number, body: unknown, statusText: string): Problem;
}
