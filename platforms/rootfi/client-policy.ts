/** How to treat RootFi: its limits, its waits, and what its refusals mean. */
import type { Problem } from '../http/problems';
import type { Sign } from '../http/retry-policy';
import type { ClientPolicy } from '../http/client-policy';
import type { Refusals } from '../shared/refusal';
import { explained, ofRow, ofRun, otherAnswer, quoted, wordsIn } from '../shared/refusal';
import { problem } from './schemas';

/** Requests per minute for one key. Source: integrations.docs.commenda.io/api-reference/v4/overview/environments. */
export const REQUESTS_PER_MINUTE = 100;

/** Rows on a page of a list: the documented default; the largest is not documented. */
export const PAGE_SIZE = 100;

export const ROOTFI_CLIENT_POLICY: ClientPolicy = {
	label: 'RootFi',
	// A 429 with neither Retry-After nor a reset: the documented window is a minute.
	waitAfterLimit: 60_000,
	limitHeader: 'x-ratelimit-limit',
	resetHeader: 'x-ratelimit-reset',
	sign,
	explain,
};

/**
 * RootFi answers 400 to everything the shop behind it did not accept, including timeouts there; only a code shows that it
 * was a refusal. The codes are written by a language model, so nothing else depends on them.
 */
function sign(status: number, body: unknown): Sign | undefined {
	if (status !== 400) return undefined;
	const { code } = problem.safeParse(body).data ?? {};
	return !code || code === 'unknown-error' ? 'unsure' : undefined;
}

const REFUSALS: Refusals = {
	'400 operation-denied': ofRow(
		'RootFi refused',
		'The connected shop does not allow updates: enable UPDATE for inventories in RootFi, and let the shop owner connect again.',
	),
	400: ofRow('RootFi refused', 'Check the row against the item in the connected shop.'),
	401: ofRun(
		'RootFi did not accept the API key',
		'Open the credential and paste a current key; check that Region is where the account was created.',
	),
	403: ofRun(
		'The API key is not allowed to do this',
		'In RootFi, give the key and the connected shop the right to read and update inventories.',
	),
	404: ofRow(
		'RootFi does not know this inventory row',
		'Choose the item again; the row may have been deleted, or belong to another company.',
	),
	other: otherAnswer('RootFi', 'the item in the connected shop'),
};

function explain(status: number, body: unknown): Problem {
	const { code, message, platform_error: inShop } = problem.safeParse(body).data ?? {};
	const said = quoted(message, wordsIn(inShop));
	return explained(REFUSALS, status, code, said);
}
