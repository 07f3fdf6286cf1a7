/**
 * Makes planned writes ready to be sent: if a write depends on a reading, that reading must be fresh when the request
 * leaves, however long the write has waited.
 */
import type { Change } from '../model/change';
import type { Fault } from '../model/fault';
import { itemKey, itemLabel } from '../model/item';
import type { Level, Reading } from '../model/level';
import type { Platform, ReadOutcome, WriteOptions } from '../model/platform';
import { LARGEST_QUANTITY } from '../rows/cell';
import type { Verdict } from './guard';
import { checkGuards, guardResult, isGuarded, protectsUnlimited, refuse } from './guard';
import { failedBy } from './report';
import type { RunContext } from './run-context';
import type {
	ClaimedWrite,
	EndedWrite,
	Intent,
	PlannedWrite,
	PreparedWrite,
	WriteResult,
} from './write-records';

/** Milliseconds within which a write that depends on a reading has to leave; otherwise the level is read again. */
export const FRESH_FOR = 2_000;

interface Prepared {
	ready: PreparedWrite[];
	/** Writes that end here, because a guard refuses the level that was read, or it could not be read. */
	ended: EndedWrite[];
	/** A fault that every other row would meet. */
	abort: Fault | null;
	/** When they must leave, and the slots taken for them. */
	options: WriteOptions;
}

/** Prepares the writes of one request; levels that are too old are read again, together. */
export async function prepareWrites(
	writes: ClaimedWrite[],
	context: RunContext,
): Promise<Prepared> {
	const { platform, clock } = context;
	const now = clock.monotonic();
	const old = writes.filter((write) => needsReading(write, platform, now));
	const prepared: Prepared = { ready: [], ended: [], abort: null, options: {} };
	const answers = new Map<ClaimedWrite, ReadOutcome>();
	if (old.length > 0) {
		const requests = 1 + Math.ceil(old.length / platform.capabilities.levelsPerRead);
		const reserved = await platform.reserve(requests);
		if (reserved.kind === 'failed') return { ...prepared, abort: reserved.fault };
		const { reservation } = reserved;
		prepared.options = { reservation };
		const items = old.map(({ item }) => item);
		const mode = old.length === 1 ? 'byId' : 'current';
		const read = await platform.read(items, mode, { reservation });
		read.forEach((answer, n) => answers.set(old[n], answer));
	}
	for (const write of writes) {
		const answer = answers.get(write);
		if (answer?.kind === 'failed' && answer.fault.wholeRun) prepared.abort = answer.fault;
		const checked =
			answer === undefined
				? { ...write, change: changeFor(write) }
				: checkReading(write, answer, platform);
		if ('change' in checked) prepared.ready.push(checked);
		else prepared.ended.push({ write, result: checked });
	}
	const readAt = prepared.ready
		.filter((write) => dependsOnReading(write, platform))
		.map(({ before }) => before?.at ?? 0);
	if (readAt.length > 0) prepared.options.leaveBy = Math.min(...readAt) + FRESH_FOR;
	return prepared;
}

/** Checks a write again after some of its rows were taken out. */
export function checkRemaining(
	write: ClaimedWrite,
	{ platform, clock }: RunContext,
): ClaimedWrite | WriteResult {
	const { intent, before } = write;
	const verdict = checkGuards(intent, before);
	if (verdict.kind === 'write')
		return { ...write, amount: verdict.amount, warning: verdict.warning };
	// It sends nothing, and only uses up its keys.
	if (intent.amount === 0) return { ...write, amount: 0 };
	// An old level, or one from a list, is no reason to refuse: it will be read again.
	const isOld = dependsOnReading(write, platform) && !isFreshEnough(write, clock.monotonic());
	if (verdict.kind === 'refuse' && isOld) return { ...write, amount: intent.amount, warning: null };
	return guardResult(verdict, before);
}

/** Checks a write by the level that was just read. */
function checkReading(
	write: ClaimedWrite,
	answer: ReadOutcome,
	platform: Platform,
): PreparedWrite | WriteResult {
	if (answer.kind === 'failed') {
		const status = answer.fault.wholeRun ? 'notAttempted' : 'failed';
		return { ...failedBy(answer.fault, status), before: write.before };
	}
	const { item, reading } = answer;
	if (itemKey(item) !== itemKey(write.item) && write.claims.length > 0) {
		// The key was claimed for the old item: if it were applied to the new one, a later run could apply it again.
		const message = `The code now belongs to another item: ${itemLabel(write.item)} was replaced by ${itemLabel(item)}. Nothing was sent; run the row again.`;
		return { status: 'failed', before: write.before, message, failedByService: true };
	}
	const adds = readsAddsAndSets(write.intent, platform);
	const verdict = checkGuards(write.intent, reading);
	const checked = adds ? checkTarget(verdict, reading) : verdict;
	if (checked.kind !== 'write') return { item, ...guardResult(checked, reading) };
	const { amount, warning } = checked;
	const fresh = { ...write, item, before: reading, amount, warning };
	return { ...fresh, change: adds ? targetOf(fresh, reading) : changeFor(fresh) };
}

/** Whether the write would be wrong if the level had changed since it was read. */
export function dependsOnReading({ intent, before }: PlannedWrite, platform: Platform): boolean {
	return (
		readsAddsAndSets(intent, platform) ||
		isGuarded(intent) ||
		protectsUnlimited(intent, before, platform.capabilities)
	);
}

/** Whether the engine reads, adds and sets, because the service has no delta of its own. */
function readsAddsAndSets({ operation }: Intent, { capabilities }: Platform): boolean {
	return operation === 'adjustByDelta' && !capabilities.atomicDelta;
}

/** A read-add-put always reads right before it sends, whatever the plan read. */
function needsReading(write: PlannedWrite, platform: Platform, now: number): boolean {
	if (readsAddsAndSets(write.intent, platform)) return true;
	return dependsOnReading(write, platform) && !isFreshEnough(write, now);
}

/** A level from a list is enough to protect unlimited stock; guards and deltas need a reading by ID. */
function isFreshEnough({ before, intent }: PlannedWrite, now: number): boolean {
	if (before === null || now - before.at > FRESH_FOR) return false;
	return before.source === 'id' || !(isGuarded(intent) || intent.operation === 'adjustByDelta');
}

function changeFor({ item, intent, rows, amount }: PlannedWrite): Change {
	const to = { item, notifyLowStock: rows.some(({ options }) => options.notifyLowStock) };
	switch (intent.operation) {
		case 'setQuantity':
			return { ...to, kind: 'set', quantity: amount, reserved: intent.reserved };
		case 'adjustByDelta': {
			const known = rows.map(({ key }) => key).filter((key) => key !== null);
			const keys = known.length === rows.length ? known : null;
			return { ...to, kind: 'delta', delta: amount, keys, pinned: known.length > 0 };
		}
		case 'setUnlimited':
			return { ...to, kind: 'unlimited' };
	}
}

/** The target of a read-add-put. */
function targetOf({ item, intent, amount }: PlannedWrite, reading: Reading): Change {
	const quantity = (reading.quantity ?? 0) + amount;
	return { item, kind: 'set', quantity, reserved: intent.reserved, fromDelta: true };
}

function checkTarget(verdict: Verdict, { quantity }: Level): Verdict {
	if (verdict.kind !== 'write') return verdict;
	if (quantity === null) {
		return refuse(
			'The service reports no level for this item, so there is nothing to add to. Set the quantity first.',
		);
	}
	return Math.abs(quantity + verdict.amount) > LARGEST_QUANTITY
		? refuse(`${quantity} and ${verdict.amount} together are too large for a stock level.`)
		: verdict;
}
