/** Times and waits in a service's headers. Dates are relative to the service's clock, which may differ from ours. */
import type { ClientPolicy } from './client-policy';

/** The longest wait, in milliseconds, that a header can mean; a larger number means something else. */
const LONGEST_REQUESTED = 24 * 60 * 60_000;

/** The service's clock, in milliseconds since 1970; undefined if it does not say. */
export function serverTimeOf(headers: Record<string, string>): number | undefined {
	const time = Date.parse(headers.date ?? '');
	return Number.isNaN(time) ? undefined : time;
}

/**
 * Milliseconds to wait after a 429.
 * @param now Our clock, in milliseconds since 1970, for services that do not report theirs.
 */
export function requestedWait(
	headers: Record<string, string>,
	{ resetHeader, waitAfterLimit }: ClientPolicy,
	now: number,
): number {
	const theirs = serverTimeOf(headers) ?? now;
	const requested = parseRetryAfter(headers['retry-after'], theirs);
	const reset = resetHeader === undefined ? undefined : headers[resetHeader];
	return requested ?? parseReset(reset, theirs) ?? waitAfterLimit;
}

/** `Retry-After`, in seconds or as a date, as milliseconds from now; null if there is no readable one. */
export function parseRetryAfter(header: string | undefined, now: number): number | null {
	if (header === undefined) return null;
	const text = header.trim();
	const seconds = /^\d+(\.\d+)?$/.test(text);
	const wait = seconds ? Number(text) * 1_000 : Math.max(Date.parse(text) - now, 0);
	return wait <= LONGEST_REQUESTED ? wait : null;
}

/** A reset time whose unit is not documented: milliseconds or seconds since 1970, or seconds from now. */
export function parseReset(header: string | undefined, now: number): number | null {
	if (header === undefined || !/^\d+(\.\d+)?$/.test(header.trim())) return null;
	const value = Number(header);
	const wait = value > 1e12 ? value - now : value > 1e9 ? value * 1_000 - now : value * 1_000;
	return wait <= LONGEST_REQUESTED ? Math.max(wait, 0) : null;
}
