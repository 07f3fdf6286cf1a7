import { parseReset, parseRetryAfter } from '../../../../platforms/http/time-headers.ts';

test('Retry-After is read in seconds, as a date, or not at all', () => {
	const now = Date.parse('2026-03-02T08:00:00Z');
	expect(parseRetryAfter(undefined, now)).toBeNull();
	expect(parseRetryAfter(' 60 ', now)).toBe(60_000);
	expect(parseRetryAfter('Mon, 02 Mar 2026 08:00:30 GMT', now)).toBe(30_000);
	expect(parseRetryAfter('Mon, 02 Mar 2026 07:00:00 GMT', now)).toBe(0);
	expect(parseRetryAfter('soon', now)).toBeNull();
});

test('a reset is read in any of three units', () => {
	const now = Date.parse('2026-03-02T08:00:00Z');
	expect(parseReset('45', now)).toBe(45_000);
	expect(parseReset(String(now / 1_000 + 45), now)).toBe(45_000);
	expect(parseReset(String(now + 45_000), now)).toBe(45_000);
	expect(parseReset(String(now - 45_000), now)).toBe(0);
	expect(parseReset('later', now)).toBeNull();
	expect(parseReset(undefined, now)).toBeNull();
});
