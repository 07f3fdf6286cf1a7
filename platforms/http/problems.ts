/** What can go wrong with a request to any service, in words for a shop owner. */
import type { Fault } from '../../inventory/model/fault';
import type { Repeatability, Sign } from './retry-policy';

/** A fault as it came from a service. */
export interface Problem extends Fault {
	/** The HTTP status, if the service answered. */
	httpStatus?: number;
}

/** What to do about a request that may or may not have been processed. */
function uncertainAdvice(repeatability: Repeatability): string {
	return repeatability === 'safe'
		? 'Nothing was written; run it again.'
		: 'Check the level in the shop before you run this row again.';
}

/** Error codes of Node.js for a certificate that it does not trust. */
export const CERTIFICATE_CODES = new Set([
	'CERT_HAS_EXPIRED',
	'CERT_NOT_YET_VALID',
	'CERT_REVOKED',
	'CERT_SIGNATURE_FAILURE',
	'CERT_UNTRUSTED',
	'DEPTH_ZERO_SELF_SIGNED_CERT',
	'ERR_TLS_CERT_ALTNAME_INVALID',
	'HOSTNAME_MISMATCH',
	'SELF_SIGNED_CERT_IN_CHAIN',
	'UNABLE_TO_GET_ISSUER_CERT',
	'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
	'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

export function unreachable(label: string, code: string): Problem {
	if (CERTIFICATE_CODES.has(code)) {
		return {
			message: `n8n does not trust the certificate of the address it has for ${label} (${code}).`,
			advice: certificateAdvice(code),
			wholeRun: true,
		};
	}
	return {
		message: `${label} could not be reached.`,
		advice: `Check the address in the credential and the network connection of the computer n8n runs on (${code}), then run again.`,
	};
}

function certificateAdvice(code: string): string {
	switch (code) {
		case 'CERT_HAS_EXPIRED':
		case 'CERT_NOT_YET_VALID':
			return 'Check the date and time of the computer that runs n8n; if they are right, the certificate has to be renewed. Nothing was sent.';
		case 'ERR_TLS_CERT_ALTNAME_INVALID':
		case 'HOSTNAME_MISMATCH':
			return 'The certificate belongs to another host name: check Base URL in the credential. Nothing was sent.';
		default:
			return 'If a proxy or a company network inspects encrypted connections, have its root certificate added to n8n (NODE_EXTRA_CA_CERTS); otherwise check Base URL in the credential. Nothing was sent.';
	}
}

/** Redirects are not followed, so that the token is sent to no other address, and no other address answers for the shop. */
export function redirected(label: string, status: number): Problem {
	return {
		message: `${label} answered with a redirect (${status}).`,
		advice:
			'Redirects are not followed. Open the credential and enter Base URL exactly as the service documents it, starting with https://.',
		wholeRun: true,
		httpStatus: status,
	};
}

export function lost(label: string, repeatability: Repeatability): Problem {
	return {
		message: `The connection to ${label} broke before the answer arrived.`,
		advice: uncertainAdvice(repeatability),
	};
}

/** A success whose body does not confirm the request. */
export function notAccepted(
	label: string,
	sign: Sign | undefined,
	text: string,
	repeatability: Repeatability,
): Problem {
	const advice = uncertainAdvice(repeatability);
	switch (sign) {
		case 'notUpdated':
			return { message: `${label} answered that nothing was updated.`, advice };
		case 'acceptedOnly':
			return {
				message: `${label} accepted the change for later and does not show it yet.`,
				advice,
			};
		default:
			return {
				message: `${label} gave an answer that is not documented${excerpt(text)}.`,
				advice: `Check that the address in the credential is the service’s own. ${advice}`,
			};
	}
}

/** @param until Milliseconds since 1970. */
export function blocked(label: string, until: number): Problem {
	return {
		message: `${label} has blocked the access token for a while, because it sent too many requests.`,
		advice: 'Run the remaining rows again in a few minutes, and see what else uses the token.',
		wholeRun: true,
		httpStatus: 403,
		until,
	};
}

export function down(label: string): Problem {
	return {
		message: `${label} failed several requests in a row.`,
		advice: 'Run the remaining rows again once the service is back.',
		wholeRun: true,
	};
}

/** @param until Milliseconds since 1970. */
export function waitUntil(label: string, until: number): Problem {
	return {
		message: `${label} asks to wait until ${new Date(until).toISOString()}.`,
		advice: 'Run the remaining rows again after that time.',
		wholeRun: true,
		until,
	};
}

export const STALE: Problem = {
	message: 'The level this row relies on was read too long ago, so the row was not sent.',
	advice: 'Run this row again.',
};

export const CANCELED: Problem = {
	message: 'The execution was canceled before this row was sent.',
	advice: 'Run the workflow again for the remaining rows.',
	wholeRun: true,
};

export const CANCELED_IN_FLIGHT: Problem = {
	message: 'The execution was canceled while this row was being sent.',
	advice: 'Check the level in the shop before you run this row again.',
	wholeRun: true,
};

/** The start of a text that should have been JSON: it may show the page of a proxy or a login. */
function excerpt(text: string): string {
	const plain = text
		.slice(0, 500)
		.replace(/<[^>]*>/g, ' ')
		.replace(/\s+/g, ' ')
		.trim();
	if (plain === '') return ' (it was empty)';
	return `: “${plain.length > 80 ? `${plain.slice(0, 80)}…` : plain}”`;
}
