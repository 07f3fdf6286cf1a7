/**
 * What goes wrong between us and any service, in words for a shop owner.
 */
import type { Fault } from '../../inventory/model/fault';
import type { Repeatability, Sign } from './retry-policy';

/** A fault as it came from a service. */
export interface Problem extends Fault {
	/** HTTP status, where the service answered with one. */
	httpStatus?: number;
}

/** What to do about a request of which nobody knows whether it was taken. */
function lookFirst(intent: Repeatability): string {
	return intent === 'read'
		? 'Nothing was written; run it again.'
		: 'Look at the level in the shop before you run this row again.';
}

export function unreachable(label: string, code: string): Problem {
	return {
		message: `${label} could not be reached.`,
		advice: `Check the address in the credential and the connection of this computer (${code}), then run again.`,
	};
}

/** Redirects are not followed, so that a token goes nowhere else and no other address answers for the shop. */
export function moved(label: string, status: number): Problem {
	return {
		message: `${label} answered with ${status}: this address leads to another one.`,
		advice:
			'Open the credential and fill in Base URL as the service names it, with https:// in front; the nodes follow no redirect.',
		wholeRun: true,
		httpStatus: status,
	};
}

export function lost(label: string, intent: Repeatability): Problem {
	return {
		message: `The connection to ${label} broke before the answer arrived.`,
		advice: lookFirst(intent),
	};
}

/** A success that does not say that the request was carried out. */
export function notAccepted(
	label: string,
	sign: Sign | undefined,
	text: string,
	intent: Repeatability,
): Problem {
	const advice = lookFirst(intent);
	switch (sign) {
		case 'notUpdated':
			return { message: `${label} answered that nothing was updated.`, advice };
		case 'acceptedOnly':
			return { message: `${label} took the change for later and has not shown it yet.`, advice };
		default:
			return {
				message: `${label} gave an answer that is not the documented one${excerpt(text)}.`,
				advice: `Check that the address in the credential is the service itself. ${advice}`,
			};
	}
}

/** @param until Milliseconds since 1970. */
export function blocked(label: string, until: number): Problem {
	return {
		message: `${label} has blocked the access token for a while, because it was used too often.`,
		advice: 'Run the remaining rows again in a few minutes, and see what else uses the token.',
		wholeRun: true,
		httpStatus: 403,
		until,
	};
}

export function down(label: string): Problem {
	return {
		message: `${label} did not answer several requests in a row.`,
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

export function stale(): Problem {
	return {
		message: 'The level this row relies on was read too long ago, so the row was not sent.',
		advice: 'Run this row again.',
	};
}

export function canceled(): Problem {
	return {
		message: 'The execution was canceled before this row was sent.',
		advice: 'Run the workflow again for the remaining rows.',
		wholeRun: true,
	};
}

export function canceledInFlight(): Problem {
	return {
		message: 'The execution was canceled while this row was on its way.',
		advice: 'Look at the level in the shop before you run this row again.',
		wholeRun: true,
	};
}

/** The start of a text that should have been JSON, so that a person recognizes a proxy's or a login page. */
function excerpt(text: string): string {
	const plain = text
		.slice(0, 500)
		.replace(/<[^>]*>/g, ' ')
		.replace(/\s+/g, ' ')
		.trim();
	if (plain === '') return ' (it was empty)';
	return `: “${plain.length > 80 ? `${plain.slice(0, 80)}…` : plain}”`;
}
