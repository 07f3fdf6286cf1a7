/** How to treat Ecwid: its limits, its waits, and what its refusals mean. */
import type { Problem } from '../http/problems';
import type { ClientPolicy } from '../http/client-policy';
import type { Refusals } from '../shared/refusal';
import { explained, ofRow, ofRun, otherAnswer, quoted } from '../shared/refusal';
import { problem } from './schemas';

/** Requests per minute for one token. Source: docs.ecwid.com, API reference, rate limits. */
export const REQUESTS_PER_MINUTE = 600;

/** Largest page of the product list. Source: docs.ecwid.com, Search products, `limit`. */
export const PAGE_SIZE = 100;

/** Ecwid's code for a token without the scope for a request. */
const NO_SCOPE = 'INSUFFICIENT_APP_SCOPE';

export const ECWID_CLIENT_POLICY: ClientPolicy = {
	label: 'Ecwid',
	// A 429 without Retry-After. Source: the official Java client waits 10 seconds.
	waitAfterLimit: 10_000,
	// A 403 after a 429 means a blocked token, not a wrong one, unless it names a missing scope. Source: the official
	// WordPress plugin (f34a4282) backs off for 5 minutes. How long after a 429 this can happen is not documented.
	block: {
		within: 10 * 60_000,
		wait: 5 * 60_000,
		isMeant: (body) => problem.safeParse(body).data?.errorCode !== NO_SCOPE,
	},
	explain,
};

const NOT_ALLOWED = ofRun(
	'The access token is not allowed to do this',
	'In Ecwid, the app behind the token needs the scopes read_catalog and update_catalog; use its secret token, not the public one.',
);

const NOT_ACCEPTED = ofRun(
	'Ecwid did not accept the access token',
	'Open the credential and paste the secret token of your app; check that Store ID is the store it belongs to.',
);

const REFUSALS: Refusals = {
	401: NOT_ACCEPTED,
	403: NOT_ACCEPTED,
	'402 STORE_IS_SUSPENDED': ofRun(
		'Ecwid has suspended this store',
		'Open the Ecwid admin: it says why, and what to do. The API works again once the store does.',
	),
	402: ofRun(
		"The store's Ecwid plan does not include this",
		'The API needs a paid plan; variations need a plan that includes them.',
	),
	'404 STORE_NOT_FOUND': ofRun(
		'Ecwid does not know this store',
		'Check Store ID in the credential: it is at the bottom of your Ecwid admin.',
	),
	404: ofRow(
		'Ecwid does not know this product or variation',
		'Choose the item again; it may have been deleted.',
	),
	// The stock is managed elsewhere. Source: docs.ecwid.com, API error codes; support.ecwid.com, 10146165725596.
	'409 NOT_ALLOWED_TO_UPDATE_PARAMETER': ofRow(
		'Ecwid does not let this store change the stock of the product',
		'The stock comes from the point of sale that the store is connected to (Lightspeed Retail): change it there.',
	),
	429: ofRow("Ecwid's rate limit was reached", 'Run the remaining rows again in a few minutes.'),
	other: otherAnswer('Ecwid', 'the product in Ecwid'),
};

function explain(status: number, body: unknown, statusText: string): Problem {
	const { errorCode, errorMessage, error_message: sample } = problem.safeParse(body).data ?? {};
	const said = quoted(errorMessage ?? sample ?? statusText);
	if (errorCode === NO_SCOPE) return NOT_ALLOWED(status, said);
	return explained(REFUSALS, status, errorCode, said);
}
