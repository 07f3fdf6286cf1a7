/** Turns the outcome of a request into the result of its write: reads back what is uncertain, and may repeat a set. */
import type { Change } from '../model/change';
import type { Fault } from '../model/fault';
import { faultText } from '../model/fault';
import type { Item } from '../model/item';
import type { Level } from '../model/level';
import { levelText } from '../model/level';
import type { Platform, ReadOutcome, WriteOutcome } from '../model/platform';
import type { Status } from '../model/status';
import { checkGuards } from './guard';
import { dependsOnReading, FRESH_FOR } from './prepare-write';
import type { ReadBack } from './read-back';
import { readBack } from './read-back';
import { failedBy } from './report';
import type { RunContext } from './run-context';
import type { PreparedWrite, WriteResult } from './write-records';

/** The most times a set is sent, with a reading of the level in between. */
const MOST_SENDS = 3;

export const EARLIER_MAYBE = 'A first request may have been applied, a second one was not:';
const UNKNOWN_ADVICE =
	'Compare the level in the shop with what it should be before you run this row again.';

export interface Sent {
	write: PreparedWrite;
	outcome: WriteOutcome;
	/** Monotonic time of the outcome, in milliseconds; other writes may have been confirmed since. */
	since: number;
	/** A reading made since then, if there is one. */
	seen?: ReadOutcome;
	/** Whether to read the level if the answer does not report it. */
	readsLevel: boolean;
}

export interface Confirmed {
	result: WriteResult;
	/** A fault that every other row would meet. */
	abort: Fault | null;
}

export async function confirmWrite(sent: Sent, context: RunContext): Promise<Confirmed> {
	const { write } = sent;
	const confirmed = await confirm(sent, context);
	const { result } = confirmed;
	const warnings = [warningOf(write, result.status), ...(result.warnings ?? [])];
	return { ...confirmed, result: { before: write.before, ...result, warnings } };
}

async function confirm(sent: Sent, context: RunContext): Promise<Confirmed> {
	const { write } = sent;
	const { platform, clock } = context;
	const needsFresh = dependsOnReading(write, platform);
	let { outcome, seen } = sent;
	for (let sends = 1; ; sends += 1) {
		if (outcome.kind === 'applied')
			return { result: await appliedResult(sent, outcome, context), abort: null };
		const { fault } = outcome;
		const abort = fault.wholeRun ? fault : null;
		// After an uncertain send, a refusal does not prove that the first one was not applied.
		const maybeBefore = sends > 1;
		if (outcome.kind !== 'uncertain') {
			if (maybeBefore) return { result: unknown(`${EARLIER_MAYBE} ${fault.message}`), abort };
			const status = outcome.kind === 'refused' ? 'failed' : 'notAttempted';
			return { result: failedBy(fault, status), abort };
		}
		const { readBack: policy, sentAt } = outcome;
		const mayRepeat = policy.whenNotShown === 'again' && sends < MOST_SENDS;
		// If the set depends on a fresh level, slots for the reading and the repeated set are taken first.
		const reserved = mayRepeat && needsFresh ? await platform.reserve(2) : null;
		const reservation = reserved?.kind === 'reserved' ? reserved.reservation : undefined;
		const since = maybeBefore ? clock.monotonic() : sent.since;
		const request = { change: write.change, before: write.before, sentAt, since, policy };
		const read = await readBack({ ...request, seen, reservation }, context);
		seen = undefined;
		// The guards must still allow the set at the level that was read back.
		const isAllowed =
			read.kind === 'notSeen' && checkGuards(write.intent, read.level).kind === 'write';
		if (!mayRepeat || !isAllowed) {
			reservation?.release();
			const mayFail = policy.whenNotShown === 'failed' && !maybeBefore;
			return { result: readBackResult(read, fault, mayFail), abort };
		}
		const options = needsFresh ? { leaveBy: read.level.at + FRESH_FOR, reservation } : {};
		[outcome] = await platform.write([write.change], options);
		reservation?.release();
	}
}

function readBackResult(read: ReadBack, fault: Fault, mayFail: boolean): WriteResult {
	if (read.kind === 'applied') {
		const { item, level, warning } = read;
		return { status: 'updated', item, after: level, message: null, warnings: [warning] };
	}
	if (read.kind === 'unknown') {
		// Refused because the item does not exist, so there is nothing to read.
		const isGone = mayFail && read.gone && fault.notFound;
		return isGone ? failedBy(fault) : unknown(`${fault.message} ${read.message}`);
	}
	const shown = `The level shows ${levelText(read.level)}.`;
	if (!mayFail) return unknown(`${fault.message} ${shown}`);
	return { ...failedBy(fault), message: `${faultText(fault)} ${shown}` };
}

function unknown(message: string): WriteResult {
	return { status: 'unknown', message: `${message} ${UNKNOWN_ADVICE}` };
}

/** The reduced amount is reported only for a write that was applied, or may have been. */
function warningOf({ intent, amount, warning }: PreparedWrite, status: Status): string | null {
	if (status === 'updated') return warning;
	const isReduced = intent.operation === 'adjustByDelta' && amount !== intent.amount;
	return status === 'unknown' && isReduced
		? `At most ${-amount} of ${-intent.amount} were taken.`
		: null;
}

/** The level is the one the service reported, or the one read afterwards. */
async function appliedResult(
	{ write, readsLevel }: Sent,
	outcome: Extract<WriteOutcome, { kind: 'applied' }>,
	{ platform }: RunContext,
): Promise<WriteResult> {
	const { change } = write;
	let item: Item = answeredItem(outcome.item, write.item);
	let after: Level | null = outcome.level;
	if (after === null && readsLevel) {
		const [answer] = await platform.read([change.item], 'byId');
		if (answer.kind === 'level') ({ item, reading: after } = answer);
	}
	const warnings = [
		outcome.warning ?? null,
		after === null ? null : deviationText(change, after, platform),
	];
	return { status: 'updated', item, after: after ?? storedLevel(change), message: null, warnings };
}

/** What the service stored if it confirmed a set without reporting the level. Only the service knows the sum of a delta. */
function storedLevel(change: Change): Level {
	const level = { quantity: null, reserved: null, updatedAt: null, unlimited: false };
	if (change.kind === 'unlimited') return { ...level, unlimited: true };
	return change.kind === 'set' && !change.fromDelta
		? { ...level, quantity: change.quantity }
		: level;
}

function deviationText(change: Change, after: Level, { label }: Platform): string | null {
	if (change.kind === 'delta' && after.unlimited)
		return `${label} confirmed the delta, but the stock is unlimited, so there was no number to change.`;
	if (change.kind !== 'set' || after.quantity === change.quantity) return null;
	return `${label} reports ${after.quantity ?? 'no level'} after the write, not ${change.quantity}: it was changed again, or stored differently.`;
}

/** The item as the answer describes it, completed by what was already known. */
function answeredItem(answered: Item | undefined, known: Item): Item {
	if (answered === undefined) return known;
	return { ...answered, sku: answered.sku ?? known.sku, name: answered.name ?? known.name };
}
