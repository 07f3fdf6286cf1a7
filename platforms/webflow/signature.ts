/**
 * Whether a delivery comes from Webflow: `hex(HMAC_SHA256(key, timestamp + ":" + body))` over the bytes as received.
 *
 * Source: developers.webflow.com/data/docs/working-with-webhooks.
 */
import { createHmac, timingSafeEqual } from 'crypto';

/** Milliseconds by which a timestamp may be off, in both directions. Same source, for the past. */
export const WINDOW = 5 * 60_000;

export interface SignedDelivery {
	body: Buffer;
	/** `x-webflow-timestamp`, in milliseconds since 1970. */
	timestamp: string | undefined;
	/** `x-webflow-signature`. */
	signature: string | undefined;
}

/** @param key The client secret of an OAuth app, or the webhook's own secret; as text. */
export function isAuthentic(
	{ body, timestamp = '', signature = '' }: SignedDelivery,
	key: string,
	now: number,
): boolean {
	if (!/^\d+$/.test(timestamp) || Math.abs(now - Number(timestamp)) > WINDOW) return false;
	const expected = createHmac('sha256', key).update(`${timestamp}:`).update(body).digest();
	const given = Buffer.from(signature, 'hex');
	return given.length === expected.length && timingSafeEqual(given, expected);
}
