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

/** The service may have processed the request: 408, any 5xx, a broken connection, an undocumented answer. */
const MAYBE_PROCESSED: Record<Repeatability, Decision> = {
	safe: backOff,
	deduplicated: backOff,
	idempotent: readBack('once', 'again'),
	once: readBack('thrice', 'unknown'),
};

type WriteSign = Exclude<Sign, 'blockedAfterLimit' | 'repeated'>;

/** A sign in the answer to a set, or to a delta. */
const SIGNS: Record<'idempotent' | 'once', Record<WriteSign, Decision>> = {
	idempotent: {
		unsure: refusedButMaybeApplied,
		notUpdated: readBack('once', 'failed'),
		acceptedOnly: readBack('once', 'unknown'),
	},
	once: {
		unsure: readBack('thrice', 'unknown'),
		// If the level moved anyway, it is not known who moved it.
		notUpdated: readBack('once', 'failed', 'unknown'),
		acceptedOnly: readBack('once', 'unknown'),
	},
};

export function decide(repeatability: Repeatability, outcome: RequestOutcome): Decision {
	if (outcome.phase === 'notSent') return backOff;
	if (outcome.phase === 'lost') return MAYBE_PROCESSED[repeatability];

	const { status, understood, sign } = outcome;
	if (sign === 'blockedAfterLimit') return { next: 'again', wait: 'block' };
	if (status === 429) return { next: 'again', wait: 'asRequested' };
	const isWrite = repeatability === 'idempotent' || repeatability === 'once';
	if (isWrite && sign !== undefined && sign !== 'repeated') return SIGNS[repeatability][sign];
	if (isSuccess(status)) return understood ? accept : MAYBE_PROCESSED[repeatability];
	if (status >= 300 && status < 400 && repeatability === 'safe') return refuse;
	if (status >= 400 && status < 500 && status !== 408) {
		return sign === 'repeated' ? refusedButMaybeApplied : refuse;
	}
	return MAYBE_PROCESSED[repeatability];
}

export function isSuccess(status: number): boolean {
	return status >= 200 && status < 300;
}
