import type { Problem } from '../http/problems';
import type { ClientPolicy } from '../http/client-policy';
import { problem } from './schemas';

/** Requests a minute for one token. Source: docs.ecwid.com, API reference, rate limits. */
export const REQUESTS_PER_MINUTE = 600;

/** Largest page of the product list. Source: docs.ecwid.com, Search products, `limit`. */
export const PAGE_SIZE = 100;

/** Ecwid's word for a token without the scope for a request. */
const NO_SCOPE = 'INSUFFICIENT_APP_SCOPE';

export const ECWID_CLIENT_POLICY: ClientPolicy = {
	label: 'Ecwid',
	// A 429 without Retry-After. Source: the official Java client waits 10 seconds.
	waitAfterLimit: 10_000,
	// A 403 after a 429 is a blocked token, not a wrong one. Source: the official WordPress plugin (f34a4282) backs off
	// for 5 minutes; how long a 429 casts that shadow is not documented. A scope that is missing is no block.
	block: {
		within: 10 * 60_000,
		wait: 5 * 60_000,
		isMeant: (body) => problem.safeParse(body).data?.errorCode !== NO_SCOPE,
	},
	explain,
};

function explain(status: number, body: unknown, statusText: string): Problem {
	const parsed = problem.safeParse(body);
	const { errorCode, errorMessage, error_message: sample } = parsed.success ? parsed.data : {};
	const words = errorMessage ?? sample ?? statusText;
	const said = words ? ` (“${words.replace(/\.$/, '')}”)` : '';
	const fault = (message: string, advice: string, wholeRun?: boolean): Problem => ({
		message,
		advice,
		httpStatus: status,
		...(wholeRun ? { wholeRun } : {}),
	});
	if (errorCode === NO_SCOPE) {
		return fault(
			`The access token may not do this${said}.`,
			'In Ecwid, the app behind the token needs the scopes read_catalog and update_catalog; use its secret token, not the public one.',
			true,
		);
	}
	switch (status) {
		case 401:
		case 403:
			return fault(
				`Ecwid did not accept the access token${said}.`,
				'Open the credential and paste the secret token of your app; check that Store ID is the store it belongs to.',
				true,
			);
		case 402:
			return fault(
				`Ecwid does not offer this on the plan of the store${said}.`,
				'The API needs a paid plan, and variations a plan that has them.',
				true,
			);
		case 404:
			if (errorCode === 'STORE_NOT_FOUND') {
				return fault(
					`Ecwid does not know this store${said}.`,
					'Check Store ID in the credential: it stands at the bottom of your Ecwid admin.',
					true,
				);
			}
			return fault(
				`Ecwid does not know this product or variation${said}.`,
				'Choose the item again; it may have been deleted.',
			);
		case 429:
			return fault(
				`Ecwid's limit of requests was reached${said}.`,
				'Run the remaining rows again in a few minutes.',
			);
		default:
			return fault(
				`Ecwid answered with ${status}${said}.`,
				status >= 500
					? 'Ecwid is having trouble; run the row again later.'
					: 'Check the row against the product in Ecwid.',
			);
	}
}
