/** How to treat Webflow: its limits, its waits, and what its refusals mean. */
import type { ClientPolicy } from '../http/client-policy';
import type { Refusals } from '../shared/refusal';
import { explained, ofRow, ofRun, otherAnswer, quoted } from '../shared/refusal';
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
	const refusals = refusalsWith(access);
	return {
		label: 'Webflow',
		// A 429 without Retry-After: the window is a minute. Same source as above.
		waitAfterLimit: 60_000,
		limitHeader: 'x-ratelimit-limit',
		explain: (status, body) => {
			const { code, message, msg, details, problems } = problem.safeParse(body).data ?? {};
			const words = [message ?? msg, ...(problems ?? []), ...(details ?? []).map(detail)];
			return explained(refusals, status, code, status === 401 ? '' : quoted(...words));
		},
	};
}

function refusalsWith({ renew, stockScopes }: Access): Refusals {
	const other = otherAnswer('Webflow', 'the item in Webflow');
	return {
		401: ofRun('Webflow did not accept the access token', renew),
		403: ofRun('The access token is not allowed to do this', stockScopes),
		404: ofRow(
			'Webflow does not know this SKU',
			'Choose the item again; it may have been deleted, or belong to another site.',
		),
		// The only documented cause affects the whole site; a conflict is about one item.
		409: ofRun(
			'Webflow cannot track stock for this site at the moment',
			'Check in Webflow that Ecommerce is switched on for the site.',
		),
		'409 conflict': other,
		other,
	};
}

/** `details` holds text, `{field, message}` or `{param, description}`. */
function detail(entry: unknown): string {
	if (typeof entry === 'string') return entry;
	if (typeof entry !== 'object' || entry === null) return '';
	return Object.values(entry)
		.filter((value) => typeof value === 'string')
		.join(': ');
}
