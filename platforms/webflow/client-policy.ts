import type { Problem } from '../http/problems';
import type { ClientPolicy } from '../http/client-policy';
import type { Access } from './access';
import { problem } from './schemas';

/**
 * Requests a minute for one token: 60 on the smallest plans, 120 on those with Ecommerce; the answer's
 * `X-RateLimit-Limit` tells. Source: developers.webflow.com/data/reference/rate-limits.
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
			return {
				message: 'Webflow did not accept the access token.',
				advice: access.renew,
				wholeRun: true,
				httpStatus: status,
			};
		case 403:
			return {
				message: `The access token may not do this${said}.`,
				advice: access.stockScopes,
				wholeRun: true,
				httpStatus: status,
			};
		case 404:
			return {
				message: `Webflow does not know this SKU${said}.`,
				advice: 'Choose the item again; it may have been deleted, or belong to another site.',
				httpStatus: status,
			};
		case 409:
			// The one cause that is documented for stock holds for the whole site; a conflict is that of one item.
			if (problem.safeParse(body).data?.code === 'conflict') break;
			return {
				message: `Webflow cannot keep stock for this site at the moment${said}.`,
				advice: 'Check in Webflow that Ecommerce is switched on for the site.',
				wholeRun: true,
				httpStatus: status,
			};
	}
	return {
		message: `Webflow answered with ${status}${said}.`,
		advice:
			status >= 500
				? 'Webflow is having trouble; run the row again later.'
				: 'Check the row against the item in Webflow.',
		httpStatus: status,
	};
}

/** The service's own words, as an addition to a sentence. */
function words(body: unknown): string {
	const parsed = problem.safeParse(body);
	if (!parsed.success) return '';
	const { message, msg, details, problems } = parsed.data;
	const said = [message ?? msg, ...(problems ?? []), ...(details ?? []).map(detail)].filter(
		Boolean,
	);
	return said.length === 0 ? '' : ` (“${said.join('; ').replace(/\.$/, '')}”)`;
}

/** `details` holds text, `{field, message}` or `{param, description}`. */
function detail(entry: unknown): string {
	if (typeof entry === 'string') return entry;
	if (typeof entry !== 'object' || entry === null) return '';
	return Object.values(entry)
		.filter((value) => typeof value === 'string')
		.join(': ');
}
