/**
 * How Webflow signs what it delivers.
 *
 * Source: developers.webflow.com, working with webhooks; webflow-api's `verifySignature` agrees.
 */
import { createHmac } from 'node:crypto';

/** The secret of the OAuth app that a webhook belongs to where it has none of its own. */
export const WEBFLOW_CLIENT_SECRET = 'webflow-sandbox-client-secret';

/**
 * Hexadecimal HMAC-SHA256.
 *
 * @param key The secret as text; one of 64 hex digits is not decoded.
 * @param timestamp Milliseconds since 1970, as in the header.
 * @param body The bytes as they go out.
 */
export function sign(key: string, timestamp: number, body: string): string {
	return createHmac('sha256', key).update(`${timestamp}:${body}`).digest('hex');
}

/** What a delivery is made of: it goes out by `POST`. */
export interface WebhookRequest {
	headers: Record<string, string>;
	body: string;
}

/** @param key Null leaves out the headers of a signature, as with webhooks older than signatures. */
export function signedRequest(key: string | null, timestamp: number, body: string): WebhookRequest {
	const type = { 'Content-Type': 'application/json' };
	if (key === null) return { headers: type, body };
	const signature = sign(key, timestamp, body);
	return {
		headers: {
			...type,
			'x-webflow-timestamp': String(timestamp),
			'x-webflow-signature': signature,
		},
		body,
	};
}
