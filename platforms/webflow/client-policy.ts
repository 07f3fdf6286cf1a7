/** How to treat Webflow: its limits, its waits, and what its refusals mean. */
import type { Problem } from '../http/problems';
import type { ClientPolicy } from '../http/client-policy';
import { otherAnswer, quoted, rowRefusal, runRefusal } from '../shared/refusal';
import type { Access } from './access';
import { problem } from './schemas';

/**
 * Requests per minute for one token: 60 on the smallest plans, 120 on those with Ecommerce; the answer's
 * `X-RateLimit-Limit` says which. Source: developers.webflow.com/data/reference/rate-limits.
 */
export const REQUESTS_PER_MINUTE = 60;

/** Largest page of the product list. Source: openapi/v2.yml, parameter `limit`. */
export const PAGE_SIZE = 100;

export function webflowClientPolicy(access: Access): ClientPolicy {
	return {
		label: 'Webflow',
		// A 429 without Retry-After: the window is a minute. Same source as above.
		waitAfterLimit: 60_000,
		limitHeader: 'x-ratelimit-limit',
		explain: (status, body) => explain(status, body, access),
	};
}

function explain(status: number, body: unknown, access: Access): Problem {
	const said = words(body);
	switch (status) {
		case 401:
			return runRefusal(status, 'Webflow did not accept the access token.', access.renew);
		case 403:
			return runRefusal(
				status,
				`The access token is not allowed to do this${said}.`,
				access.stockScopes,
			);
		case 404:
			return rowRefusal(
				status,
				`Webflow does not know this SKU${said}.`,
				'Choose the item again; it may have been deleted, or belong to another site.',
			);
		case 409:
			// The only documented cause affects the whole site; a conflict is about one item.
			if (problem.safeParse(body).data?.code === 'conflict') break;
			return runRefusal(
				status,
				`Webflow cannot track stock for this site at the moment${said}.`,
				'Check in Webflow that Ecommerce is switched on for the site.',
			);
	}
	return otherAnswer('Webflow', status, said, 'the item in Webflow');
}

function words(body: unknown): string {
	const parsed = problem.safeParse(body);
	if (!parsed.success) return '';
	const { message, msg, details, problems } = parsed.data;
	return quoted(message ?? msg, ...(problems ?? []), ...(details ?? []).map(detail));
}

/** `details` holds text, `{field, message}` or `{param, description}`. */
function detail(entry: unknown): string {
	if (typeof entry === 'string') return entry;
	if (typeof entry !== 'object' || entry === null) return '';
	return Object.values(entry)
		.filter((value) => typeof value === 'string')
		.join(': ');
}
