/**
 * Whether a delivery comes from Webflow: `hex(HMAC_SHA256(key, timestamp + ":" + body))` over the bytes as received.
 *
 * Source: developers.webflow.com/data/docs/working-with-webhooks.
 */
import { createHmac, timingSafeEqual } from 'crypto';

/** Milliseconds by which a timestamp may be off, either way. Same source, for the past. */
export const WINDOW = 5 * 60_000;

export interface SignedDelivery {
	body: Buffer;
	/** `x-webflow-timestamp`, in milliseconds since 1970. */
	timestamp: string | undefined;
	/** `x-webflow-signature`. */
	signature: string | undefined;
}

/** `off`: the signature is right, but the timestamp is off by this many milliseconds. */
export type Verdict = 'authentic' | 'forged' | { off: number };

/**
 * @param key The client secret of an OAuth app, or the webhook's own secret; as text.
 * @param now Our clock, in milliseconds since 1970.
 */
export function verdictOn(
	{ body, timestamp = '', signature = '' }: SignedDelivery,
	key: string,
	now: number,
): Verdict {
	const expected = createHmac('sha256', key).update(`${timestamp}:`).update(body).digest();
	const given = Buffer.from(signature, 'hex');
	const isSigned = given.length === expected.length && timingSafeEqual(given, expected);
	if (!isSigned || !/^\d+$/.test(timestamp)) return 'forged';
	const off = Number(timestamp) - now;
	return Math.abs(off) > WINDOW ? { off } : 'authentic';
}
