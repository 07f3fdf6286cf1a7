/** Reads the level to find out whether a write with an uncertain outcome was applied. */
import type { Change } from '../model/change';
import { isDelta } from '../model/change';
import { sleepUntil } from '../model/clock';
import type { Item } from '../model/item';
import type { Level, Reading } from '../model/level';
import { levelText } from '../model/level';
import type { ReadBackPolicy, ReadOutcome, Reservation } from '../model/platform';
import type { RunContext } from './run-context';

/** A level read longer than this before the send, in milliseconds, is no evidence for a delta: it may have changed since. */
const EVIDENCE_LIFE = 30_000;

/**
 * Milliseconds after which a level that has not moved is read again, because a write can arrive late. Counted from when
 * the answer was lost, so that rows of one request wait together.
 */
const READ_AGAIN_AFTER = [2_000, 7_000];

export const CONFIRMED_BY_READING = 'Confirmed by reading; the answer did not say so.';

export type ReadBack =
	/** The level shows the write. */
	| { kind: 'applied'; item: Item; level: Level; warning: string }
	/** The level does not show it; `policy.whenNotShown` says what that means. */
	| { kind: 'notSeen'; level: Reading }
	/** `gone`: the service no longer has the item. */
	| { kind: 'unknown'; message: string; gone?: boolean };

interface ReadBackRequest {
	change: Change;
	/** The level before the write, if it was read. */
	before: Reading | null;
	/** When the request left, and when its answer was lost; monotonic, in milliseconds. */
	sentAt: number;
	since: number;
	policy: ReadBackPolicy;
	/** A reading by ID that was already made. */
	seen?: ReadOutcome;
	/** A slot taken for the first reading. */
	reservation?: Reservation;
}

export async function readBack(
	request: ReadBackRequest,
	{ platform, clock, signal }: RunContext,
): Promise<ReadBack> {
	const { change, policy, since, reservation } = request;
	if (signal.aborted) return cannotTell('the execution was canceled');
	const expected = expectationOf(request);
	if (expected === null)
		return cannotTell('there is no recent reading from before the write to compare with');
	const pauses = policy.reads === 'thrice' ? READ_AGAIN_AFTER : [];
	let { seen } = request;
	for (;;) {
		const answer = seen ?? (await platform.read([change.item], 'byId', { reservation }))[0];
		seen = undefined;
		if (answer.kind === 'failed')
			return { ...cannotTell('the level could not be read either'), gone: answer.fault.notFound };
		const { item, reading } = answer;
		if (reading.outdated !== undefined) {
			// No evidence either way. A set may be sent again if that is allowed; everything else stays unknown.
			if (!isDelta(change) && policy.whenNotShown === 'again')
				return { kind: 'notSeen', level: reading };
			return cannotTell('the service shows an outdated level');
		}
		if (expected.isShownBy(reading) && policy.whenShown === 'applied')
			return { kind: 'applied', item, level: reading, warning: expected.warning };
		// The level is neither the old nor the expected one, or it is the expected one after an answer that denied it.
		if (!expected.isUnmoved(reading))
			return { kind: 'unknown', message: expected.unexplained(reading) };
		const pause = pauses.find((ms) => since + ms > clock.monotonic());
		if (pause === undefined) return { kind: 'notSeen', level: reading };
		if (!(await sleepUntil(clock, since + pause, signal)))
			return cannotTell('the execution was canceled');
	}
}

interface Expectation {
	/** The level is what the write would leave. */
	isShownBy(level: Level): boolean;
	/** The level is still the old one: the write may yet arrive. */
	isUnmoved(level: Level): boolean;
	warning: string;
	unexplained(level: Level): string;
}

/** What a reading would have to show; null if no reading can tell. */
function expectationOf({ change, before, sentAt, policy }: ReadBackRequest): Expectation | null {
	if (!isDelta(change)) {
		const was = before === null ? '' : `was ${levelText(before)}, and `;
		return {
			isShownBy: (level) => isAt(change, level),
			isUnmoved: (level) =>
				!isAt(change, level) && (!policy.onlyIfUnmoved || isSame(before, level)),
			warning: CONFIRMED_BY_READING,
			unexplained: (level) =>
				`The level ${was}is ${levelText(level)}: the write may have been applied and the level changed again.`,
		};
	}
	if (!isEvidence(before, sentAt)) return null;
	const from = before.quantity as number;
	const to = change.kind === 'set' ? change.quantity : from + change.delta;
	return {
		isShownBy: ({ quantity }) => quantity === to,
		isUnmoved: ({ quantity }) => quantity === from,
		warning: `Confirmed by reading (${from} -> ${to}); the answer was lost.`,
		unexplained: ({ quantity }) =>
			`The level was ${from}, would be ${to} with this row, and is ${quantity ?? 'not counted'}: someone else changed it as well.`,
	};
}

/** Whether the reading before a delta is recent and reliable enough to compare with. */
function isEvidence(before: Reading | null, sentAt: number): before is Reading {
	return before?.source === 'id' && before.quantity !== null && sentAt - before.at < EVIDENCE_LIFE;
}

function isSame(before: Reading | null, { quantity, unlimited, reserved }: Level): boolean {
	return (
		before?.quantity === quantity && before.unlimited === unlimited && before.reserved === reserved
	);
}

/** Whether the level is the one that the set asks for. */
function isAt(change: Change, level: Level): boolean {
	if (change.kind === 'unlimited') return level.unlimited;
	if (change.kind === 'delta' || level.quantity !== change.quantity) return false;
	return change.reserved === null || level.reserved === null || level.reserved === change.reserved;
}

function cannotTell(why: string): Extract<ReadBack, { kind: 'unknown' }> {
	return { kind: 'unknown', message: `It is not known whether the write was applied: ${why}.` };
}
