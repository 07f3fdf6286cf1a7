/**
 * By what Ecwid recognizes a batch: a UUID that is the same for the same rows, until they are to count once more.
 */
import { createHash } from 'crypto';
import { BoundedMap } from '../../inventory/model/bounded-map';

/** Milliseconds Ecwid remembers a deduplication key. Source: docs.ecwid.com, batch requests. */
const KEY_LIFE = 60 * 60_000;

/** Batches remembered; those posted longest ago are forgotten first. */
const MOST_BATCHES = 10_000;

/**
 * How often a batch was answered as not, or not completely, executed. Only then does its key change: while nobody knows
 * whether it was taken, it is posted again under the same one.
 */
export class BatchAttempts {
	private readonly attempts = new BoundedMap<string, { count: number; at: number }>(MOST_BATCHES);

	/** @param scope Whose row keys these are: two stores, or two steps, with the same rows must not share a batch. */
	constructor(readonly scope: string) {}

	/** The attempt under which a body is posted now; Ecwid remembers it for an hour from here. */
	current(body: string, now: number): number {
		const known = this.attempts.get(body);
		if (known === undefined || now - known.at >= KEY_LIFE) return 0;
		known.at = now;
		return known.count;
	}

	next(body: string, now: number): void {
		const count = this.current(body, now) + 1;
		this.attempts.set(body, { count, at: now });
	}
}

export function digest(text: string): string {
	return createHash('sha256').update(text).digest('hex');
}

/** A UUID that is the same for the same text. */
export function uuid(text: string): string {
	const hex = digest(text);
	const parts = [
		hex.slice(0, 8),
		hex.slice(8, 12),
		`5${hex.slice(13, 16)}`,
		`8${hex.slice(17, 20)}`,
	];
	return [...parts, hex.slice(20, 32)].join('-');
}
