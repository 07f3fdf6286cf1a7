/**
 * When may a request be sent again? One table, one pure function.
 *
 * A read may always be repeated. A set may be repeated after a look at the level. A delta is repeated only when it is
 * certain that the service did not take it: no connection was made, or it was refused at the gate.
 */

import type { ReadBackPolicy } from '../../inventory/model/platform';
import { REFUSED_BUT_MAYBE_APPLIED } from '../../inventory/model/platform';

export type Repeatability =
	| 'read'
	| 'set'
	| 'delta'
	/** A write that carries a key by which the service knows it again, so that it may be repeated as a read may. */
	| 'keyed';

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
	/** A set in an Ecwid batch, which Ecwid repeats by itself: what it refuses at last it may have taken before. */
	| 'repeated';

export type RequestOutcome =
	/** No connection was made: the service cannot have seen the request. */
	| { phase: 'notSent' }
	/** Sent, or perhaps sent, and no whole answer came back. */
	| { phase: 'lost' }
	/** `understood`: the body is what the service documents, and speaks of the item asked for. */
	| { phase: 'answered'; status: number; understood: boolean; sign?: Sign };

export type Decision =
	| { next: 'accept' }
	| { next: 'again'; wait: 'backOff' | 'asTold' | 'block' }
	| { next: 'refuse' }
	| { next: 'settle'; readBack: ReadBackPolicy };

const accept: Decision = { next: 'accept' };
const refuse: Decision = { next: 'refuse' };
const backOff: Decision = { next: 'again', wait: 'backOff' };

function settle(
	looks: ReadBackPolicy['reads'],
	otherwise: ReadBackPolicy['whenNotShown'],
	shown: ReadBackPolicy['whenShown'] = 'applied',
): Decision {
	return {
		next: 'settle',
		readBack: { reads: looks, whenShown: shown, whenNotShown: otherwise },
	};
}

export function decide(intent: Repeatability, happened: RequestOutcome): Decision {
	if (happened.phase === 'notSent') return backOff;
	if (happened.phase === 'lost') return maybe(intent);

	const { status, understood, sign } = happened;
	if (sign === 'blockedAfterLimit') return { next: 'again', wait: 'block' };
	if (status === 429) return { next: 'again', wait: 'asTold' };
	if (sign !== undefined && sign !== 'repeated' && (intent === 'set' || intent === 'delta')) {
		return settleSign(intent, sign);
	}
	if (status >= 200 && status < 300) return understood ? accept : maybe(intent);
	if (status >= 300 && status < 400 && intent === 'read') return refuse;
	if (status >= 400 && status < 500 && status !== 408) {
		return sign === 'repeated' ? { next: 'settle', readBack: REFUSED_BUT_MAYBE_APPLIED } : refuse;
	}
	return maybe(intent);
}

/** The service may have taken the request: 408, any 5xx, a broken connection, an answer that makes no sense. */
function maybe(intent: Repeatability): Decision {
	if (intent === 'read' || intent === 'keyed') return backOff;
	return intent === 'set' ? settle('once', 'again') : settle('thrice', 'unknown');
}

function settleSign(
	intent: 'set' | 'delta',
	sign: Exclude<Sign, 'blockedAfterLimit' | 'repeated'>,
): Decision {
	switch (sign) {
		case 'unsure':
			return intent === 'set'
				? { next: 'settle', readBack: REFUSED_BUT_MAYBE_APPLIED }
				: settle('thrice', 'unknown');
		case 'notUpdated':
			// A level that moved all the same was moved by someone; by whom cannot be said.
			return settle('once', 'failed', intent === 'set' ? 'applied' : 'unknown');
		case 'acceptedOnly':
			return settle('once', 'unknown');
	}
}
