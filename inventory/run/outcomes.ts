/** What the outcome of a request means for its write, before it is confirmed. */
import { isDelta } from '../model/change';
import type { Fault } from '../model/fault';
import type { WriteOutcome } from '../model/platform';
import { REFUSED_BUT_MAYBE_APPLIED } from '../model/platform';
import type { Sent } from './confirm-write';
import { EARLIER_MAYBE } from './confirm-write';
import { CONFIRMED_BY_READING } from './read-back';
import type { PlannedWrite, PreparedWrite, WriteResult } from './write-records';

/** A postponed write as it is tried again: if its reading expired before it could leave, the level has to be read again. */
export function againAs({ write, outcome }: Sent): PreparedWrite {
	const { before } = write;
	if (!isStale(outcome)) return write;
	return { ...write, before: before && { ...before, at: Number.NEGATIVE_INFINITY } };
}

export function isStale(outcome: WriteOutcome): boolean {
	return outcome.kind === 'notSent' && outcome.stale === true;
}

/** The result of a guarded write that an earlier request may have applied: if the level is right now, it was. */
export function maybeAppliedBefore(result: WriteResult, { before }: PlannedWrite): WriteResult {
	const { status, after, message } = result;
	return status === 'unchanged'
		? { status: 'updated', before, after, message: null, warnings: [CONFIRMED_BY_READING] }
		: { ...result, status: 'unknown', message: `${EARLIER_MAYBE} ${message}` };
}

/** Why nothing more is sent, if the service only ever left these writes out. */
export function giveUpFault([first]: Sent[]): Fault | null {
	if (first?.outcome.kind !== 'notSent') return null;
	return { ...first.outcome.fault, wholeRun: true };
}

/** @param fault Null to keep the outcome's own. */
export function withFault(sent: Sent, fault: Fault | null): Sent {
	if (fault === null) return sent;
	return { ...sent, outcome: { ...sent.outcome, fault } as WriteOutcome };
}

/** For a write that the service may already have applied: a refusal proves nothing, so the level decides. */
export function toReadBack(sent: Sent): Sent {
	const { outcome, since: sentAt } = sent;
	if (outcome.kind !== 'refused' && outcome.kind !== 'notSent') return sent;
	const { fault } = outcome;
	return {
		...sent,
		outcome: { kind: 'uncertain', fault, readBack: REFUSED_BUT_MAYBE_APPLIED, sentAt },
	};
}

/** Whether the outcome depends on the level, and one reading is enough. */
export function isUncertainSet({ write, outcome }: Sent): boolean {
	return (
		outcome.kind === 'uncertain' && outcome.readBack.reads === 'once' && !isDelta(write.change)
	);
}
