/**
 * Decides whether a request may be sent again, in the terms of HTTP (RFC 9110).
 *
 * A read may always be repeated. A set may be repeated after reading the level. A delta is repeated only if the service
 * certainly did not process it: no connection was made, or the rate limit refused it.
 */
import type { ReadBackPolicy } from '../../inventory/model/platform';
import { REFUSED_BUT_MAYBE_APPLIED } from '../../inventory/model/platform';

export type Repeatability =
	/** Changes nothing: a read. */
	| 'safe'
	/**
	 * Has the same effect however often it is sent, such as a set or a DELETE by ID. A late one would undo what happened
	 * meanwhile, so the level is read before it is sent again.
	 */
	| 'idempotent'
	/** Has a key by which the service recognizes it, so that it may be repeated like a read. */
	| 'deduplicated'
	/** Counts each time it arrives: a delta, the creation of a webhook. */
	| 'once';

/** What an answer means beyond its status; the platforms document where each is found. */
export type Sign =
	/** Ecwid answers 403 to a token that it blocked for sending too many requests, soon after a 429. */
	| 'blockedAfterLimit'
	/** RootFi 400 with `unknown-error` or without a code: the shop behind it may have applied the write. */
	| 'unsure'
	/** Ecwid `updateCount: 0`: nothing was updated. */
	| 'notUpdated'
	/** RootFi `sync_id` without a row: accepted, to be applied later. */
	| 'acceptedOnly'
	/** A set in an Ecwid batch that Ecwid may itself have repeated: it may have been applied before it was refused. */
	| 'repeated';

export type RequestOutcome =
	/** No connection was made: the service cannot have seen the request. */
	| { phase: 'notSent' }
	/** Sent, or perhaps sent, without a complete answer. */
	| { phase: 'lost' }
	/** `understood`: the body is what the service documents, and is about the right item. */
	| { phase: 'answered'; status: number; understood: boolean; sign?: Sign };

export type Decision =
	| { next: 'accept' }
	| { next: 'again'; wait: 'backOff' | 'asRequested' | 'block' }
	| { next: 'refuse' }
	| { next: 'readBack'; readBack: ReadBackPolicy };

const accept: Decision = { next: 'accept' };
const refuse: Decision = { next: 'refuse' };
const backOff: Decision = { next: 'again', wait: 'backOff' };
const refusedButMaybeApplied: Decision = { next: 'readBack', readBack: REFUSED_BUT_MAYBE_APPLIED };

function readBack(
	reads: ReadBackPolicy['reads'],
	whenNotShown: ReadBackPolicy['whenNotShown'],
	whenShown: ReadBackPolicy['whenShown'] = 'applied',
): Decision {
	return { next: 'readBack', readBack: { reads, whenShown, whenNotShown } };
}

export function decide(repeatability: Repeatability, outcome: RequestOutcome): Decision {
	if (outcome.phase === 'notSent') return backOff;
	if (outcome.phase === 'lost') return maybeProcessed(repeatability);

	const { status, understood, sign } = outcome;
	if (sign === 'blockedAfterLimit') return { next: 'again', wait: 'block' };
	if (status === 429) return { next: 'again', wait: 'asRequested' };
	if (sign !== undefined && sign !== 'repeated') {
		if (repeatability === 'idempotent') return signOnSet(sign);
		if (repeatability === 'once') return signOnDelta(sign);
	}
	if (isSuccess(status)) return understood ? accept : maybeProcessed(repeatability);
	if (status >= 300 && status < 400 && repeatability === 'safe') return refuse;
	if (status >= 400 && status < 500 && status !== 408) {
		return sign === 'repeated' ? refusedButMaybeApplied : refuse;
	}
	return maybeProcessed(repeatability);
}

export function isSuccess(status: number): boolean {
	return status >= 200 && status < 300;
}

/** The service may have processed the request: 408, any 5xx, a broken connection, an undocumented answer. */
function maybeProcessed(repeatability: Repeatability): Decision {
	switch (repeatability) {
		case 'safe':
		case 'deduplicated':
			return backOff;
		case 'idempotent':
			return readBack('once', 'again');
		case 'once':
			return readBack('thrice', 'unknown');
	}
}

type WriteSign = Exclude<Sign, 'blockedAfterLimit' | 'repeated'>;

function signOnSet(sign: WriteSign): Decision {
	switch (sign) {
		case 'unsure':
			return refusedButMaybeApplied;
		case 'notUpdated':
			return readBack('once', 'failed');
		case 'acceptedOnly':
			return readBack('once', 'unknown');
	}
}

function signOnDelta(sign: WriteSign): Decision {
	switch (sign) {
		case 'unsure':
			return readBack('thrice', 'unknown');
		case 'notUpdated':
			// If the level moved anyway, it is not known who moved it.
			return readBack('once', 'failed', 'unknown');
		case 'acceptedOnly':
			return readBack('once', 'unknown');
	}
}
