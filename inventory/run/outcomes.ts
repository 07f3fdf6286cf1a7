/** What the outcome of a request means for its write, before it is confirmed: too late, left out, doubtful, or to be read back. */
import { isDelta } from '../model/change';
import type { Fault } from '../model/fault';
import type { WriteOutcome } from '../model/platform';
import { REFUSED_BUT_MAYBE_APPLIED } from '../model/platform';
import type { Sent } from './confirm-write';
import { EARLIER_MAYBE } from './confirm-write';
import { CONFIRMED_BY_READING } from './read-back';
import type { PlannedWrite, PreparedWrite, WriteResult } from './write-records';

/** A write that was too late for its reading: the level is read again, however recent that reading is. */
export function aged(write: PreparedWrite): PreparedWrite {
	const { before } = write;
	return { ...write, before: before && { ...before, at: Number.NEGATIVE_INFINITY } };
}

export function isStale(outcome: WriteOutcome): boolean {
	return outcome.kind === 'notSent' && outcome.stale === true;
}

/** What a guard says about a write that an earlier request may have applied: if the level is right now, it was. */
export function maybeAppliedBefore(result: WriteResult, { before }: PlannedWrite): WriteResult {
	const { status, after, message } = result;
	return status === 'unchanged'
		? { status: 'updated', before, after, message: null, warnings: [CONFIRMED_BY_READING] }
		: { ...result, status: 'unknown', message: `${EARLIER_MAYBE} ${message}` };
}

export function givenUp([first]: Sent[]): Fault | null {
	if (first?.outcome.kind !== 'notSent') return null;
	return { ...first.outcome.fault, wholeRun: true };
}

export function leftOutFor(sent: Sent, fault: Fault): Sent {
	return { ...sent, outcome: { ...sent.outcome, fault } as WriteOutcome };
}

/** What the service may have applied before counts neither as refused nor as never sent: the level decides. */
export function doubted(sent: Sent): Sent {
	const { outcome, since: sentAt } = sent;
	if (outcome.kind !== 'refused' && outcome.kind !== 'notSent') return sent;
	const { fault } = outcome;
	return {
		...sent,
		outcome: { kind: 'uncertain', fault, readBack: REFUSED_BUT_MAYBE_APPLIED, sentAt },
	};
}

/** Whether only the level can decide, and one reading of it is enough. */
export function isUncertainSet({ write, outcome }: Sent): boolean {
	return (
		outcome.kind === 'uncertain' && outcome.readBack.reads === 'once' && !isDelta(write.change)
	);
}
