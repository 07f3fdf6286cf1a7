/**
 * When may a request be sent again? One table, one pure function, in HTTP's words (RFC 9110).
 *
 * A read may always be repeated. A set may be repeated after a look at the level. A delta is repeated only when it is
 * certain that the service did not take it: no connection was made, or it was refused at the gate.
 */
import type { ReadBackPolicy } from '../../inventory/model/platform';
import { REFUSED_BUT_MAYBE_APPLIED } from '../../inventory/model/platform';

export type Repeatability =
	/** Changes nothing: a read. */
	| 'safe'
	/**
	 * Comes to the same however often it is done, such as a set or a DELETE by id. One that arrives late undoes what
	 * happened meanwhile, so the service is asked how things stand before it is sent again.
	 */
	| 'idempotent'
	/** Carries a key by which the service knows it again, so that it may be repeated as a read may. */
	| 'deduplicated'
	/** Counts each time it arrives: a delta, the creation of a webhook. */
	| 'once';

/** What a service means beyond its status; see the platforms for where each is read from. */
export type Sign =
	/** Ecwid answers 403 to a token it blocked for sending too much: seen within 10 minutes after a 429. */
	| 'blockedAfterLimit'
	/** RootFi 400 with `unknown-error` or without a code: the shop behind it may have taken the write. */
	| 'unsure'
	/** Ecwid `updateCount: 0`: answered, and nothing counted as updated. */
	| 'notUpdated'
	/** RootFi `sync_id` without a row: accepted, to be applied later. */
	| 'acceptedOnly'
	/** A set in an Ecwid batch, which Ecwid repeats by itself: what it refuses in the end it may have taken before. */
	| 'repeated';

export type RequestOutcome =
	/** No connection was made: the service cannot have seen the request. */
	| { phase: 'notSent' }
	/** Sent, or perhaps sent, and no whole answer came back. */
	| { phase: 'lost' }
	/** `understood`: the body is what the service documents, and is about the item asked for. */
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
	if (outcome.phase === 'lost') return maybeTaken(repeatability);

	const { status, understood, sign } = outcome;
	if (sign === 'blockedAfterLimit') return { next: 'again', wait: 'block' };
	if (status === 429) return { next: 'again', wait: 'asRequested' };
	if (sign !== undefined && sign !== 'repeated') {
		if (repeatability === 'idempotent') return signOnSet(sign);
		if (repeatability === 'once') return signOnDelta(sign);
	}
	if (status >= 200 && status < 300) return understood ? accept : maybeTaken(repeatability);
	if (status >= 300 && status < 400 && repeatability === 'safe') return refuse;
	if (status >= 400 && status < 500 && status !== 408) {
		return sign === 'repeated' ? refusedButMaybeApplied : refuse;
	}
	return maybeTaken(repeatability);
}

/** The service may have taken the request: 408, any 5xx, a broken connection, an answer that makes no sense. */
function maybeTaken(repeatability: Repeatability): Decision {
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
			// A level that moved all the same was moved by someone; by whom cannot be said.
			return readBack('once', 'failed', 'unknown');
		case 'acceptedOnly':
			return readBack('once', 'unknown');
	}
}
