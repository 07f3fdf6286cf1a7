/** From the outcome of a request to the result of its write: confirms it, reads back what is uncertain, repeats a set. */
import type { Change } from '../model/change';
import type { Fault } from '../model/fault';
import { faultText } from '../model/fault';
import type { Item } from '../model/item';
import type { Level } from '../model/level';
import { levelText } from '../model/level';
import type {
	Platform,
	ReadOutcome,
	ReserveOutcome,
	WriteOptions,
	WriteOutcome,
} from '../model/platform';
import type { Status } from '../model/status';
import { judge } from './guard';
import { FRESH_FOR, restsOnReading } from './prepare-write';
import type { ReadBack } from './read-back';
import { readBack } from './read-back';
import type { RunContext } from './run-context';
import type { PreparedWrite, WriteResult } from './write-records';

/** How often a set is sent at most, with a reading of the level in between. */
const MOST_SENDS = 3;

export const EARLIER_MAYBE = 'A first request may have been applied, a second one was not:';
const UNKNOWN_ADVICE =
	'Compare the level in the shop with what it should be before you run this row again.';

export interface Sent {
	write: PreparedWrite;
	outcome: WriteOutcome;
	/** Monotonic time at which the outcome came, in milliseconds; other writes may have been confirmed since. */
	since: number;
	/** The level as read since then, if it was. */
	seen?: ReadOutcome;
	/** Whether a level that the answer does not report is read. */
	readsLevel: boolean;
}

export interface Confirmed {
	result: WriteResult;
	/** What every other row would meet. */
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
	let { outcome, seen } = sent;
	for (let sends = 1; ; sends += 1) {
		if (outcome.kind === 'applied')
			return { result: await appliedResult(sent, outcome, context), abort: null };
		const { fault } = outcome;
		const abort = fault.wholeRun ? fault : null;
		// Once a send was uncertain, a later refusal does not prove that the first one was not applied.
		const maybeBefore = sends > 1;
		if (outcome.kind !== 'uncertain') {
			if (maybeBefore) return { result: unknown(`${EARLIER_MAYBE} ${fault.message}`), abort };
			const status = outcome.kind === 'refused' ? 'failed' : 'notAttempted';
			return { result: failedBy(fault, status), abort };
		}
		const { readBack: policy, sentAt } = outcome;
		const mayRepeat = policy.whenNotShown === 'again' && sends < MOST_SENDS;
		const reserved = mayRepeat ? await reserveRepeat(write, context) : null;
		const reservation = reserved?.kind === 'reserved' ? reserved.reservation : undefined;
		const since = maybeBefore ? context.clock.monotonic() : sent.since;
		const request = { change: write.change, before: write.before, sentAt, since, policy };
		const read = await readBack({ ...request, seen, reservation }, context);
		seen = undefined;
		const repeat = mayRepeat && read.kind === 'notSeen' && mayBeRepeated(write, read.level);
		if (!repeat) {
			reservation?.release();
			const mayFail = policy.whenNotShown === 'failed' && !maybeBefore;
			return { result: readBackResult(read, fault, mayFail), abort };
		}
		const options = repeatOptions(write, read.level.at, context, reserved);
		[outcome] = await context.platform.write([write.change], options);
		reservation?.release();
	}
}

/** If a repeated set depends on the level as well, its slot is taken before the level is read. */
async function reserveRepeat(
	write: PreparedWrite,
	{ platform }: RunContext,
): Promise<ReserveOutcome | null> {
	return restsOnReading(write, platform) ? await platform.reserve(2) : null;
}

function repeatOptions(
	write: PreparedWrite,
	readAt: number,
	{ platform }: RunContext,
	reserved: ReserveOutcome | null,
): WriteOptions {
	if (!restsOnReading(write, platform)) return {};
	const reservation = reserved?.kind === 'reserved' ? reserved.reservation : undefined;
	return { leaveBy: readAt + FRESH_FOR, reservation };
}

/** Whether the guards still allow a set, by the level that was read back. */
function mayBeRepeated({ intent }: PreparedWrite, level: Level): boolean {
	return judge(intent, level).kind === 'write';
}

function readBackResult(read: ReadBack, fault: Fault, mayFail: boolean): WriteResult {
	if (read.kind === 'applied') {
		const { item, level, warning } = read;
		return { status: 'updated', item, after: level, message: null, warnings: [warning] };
	}
	if (read.kind === 'unknown') {
		// Refused because there is no such item, so there is nothing to read.
		const isGone = mayFail && read.gone && fault.notFound;
		return isGone ? failedBy(fault) : unknown(`${fault.message} ${read.message}`);
	}
	const shown = `The level shows ${levelText(read.level)}.`;
	if (!mayFail) return unknown(`${fault.message} ${shown}`);
	return { status: 'failed', message: `${faultText(fault)} ${shown}`, failedByService: true };
}

function failedBy(fault: Fault, status: Status = 'failed'): WriteResult {
	return { status, message: faultText(fault), failedByService: true };
}

function unknown(message: string): WriteResult {
	return { status: 'unknown', message: `${message} ${UNKNOWN_ADVICE}` };
}

/** How much was taken is reported only for what was applied, or may have been. */
function warningOf({ intent, amount, warning }: PreparedWrite, status: Status): string | null {
	if (status === 'updated') return warning;
	const isReduced = intent.operation === 'adjustByDelta' && amount !== intent.amount;
	return status === 'unknown' && isReduced
		? `At most ${-amount} of ${-intent.amount} were taken.`
		: null;
}

/** A confirmed write: the level as the service reports it, or as it is read. */
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

/**
 * What the service stored when it confirmed a set without reporting the level. For a delta, only the service knows the
 * sum.
 */
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

/** The item as the answer describes it, completed with what was known about it. */
function answeredItem(answered: Item | undefined, known: Item): Item {
	if (answered === undefined) return known;
	return { ...answered, sku: answered.sku ?? known.sku, name: answered.name ?? known.name };
}
