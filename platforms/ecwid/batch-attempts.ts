/** The UUIDs by which Ecwid recognizes a batch: the same for the same rows, until they are meant to be applied again. */
import { createHash } from 'crypto';
import { BoundedMap } from '../../inventory/model/bounded-map';

/** Milliseconds Ecwid remembers a deduplication key. Source: docs.ecwid.com, batch requests. */
const KEY_LIFE = 60 * 60_000;

/** Batches remembered; those posted longest ago are forgotten first. */
const MOST_BATCHES = 10_000;

/**
 * Counts how often a batch was answered as not, or not completely, executed. Only then does its key change: a batch with
 * an unknown outcome is posted again with the same key.
 */
export class BatchAttempts {
	private readonly attempts = new BoundedMap<string, { count: number; at: number }>(MOST_BATCHES);

	/** @param scope The store and step: the same rows in another store or step are another batch. */
	constructor(readonly scope: string) {}

	/** The attempt with which a body is posted now; Ecwid remembers it for an hour from now. */
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
	const inGroups = /^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/;
	return digest(text).replace(inGroups, '$1-$2-5$3-8$4-$5');
}
