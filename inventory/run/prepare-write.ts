/**
 * One planned write to its end: a second look where a guard asks for it, the write, and settling what is uncertain.
 */
import type { Clock, CancelSignal } from '../model/clock';
import type { Intent, Verdict } from './guard';
import type { ExecutionJournal } from '../memory/execution-journal';
import type { IdempotencyKeys } from '../memory/idempotency-keys';
import type { ConfirmedLevels } from '../memory/confirmed-levels';
import { endingOf, isGuarded, judge } from './guard';
import type { PlannedWrite } from './plan';
import type { Platform, ReadOutcome, WriteOutcome } from '../model/platform';
import { LARGEST_QUANTITY } from '../rows/cell';
import type { WriteResult } from './report';
import type { ResolvedRow } from './merge-rows';
import { readBack } from './read-back';
import type { Change } from '../model/change';
import type { Fault } from '../model/fault';
import type { Item } from '../model/item';
import type { Level, Reading } from '../model/level';
import type { Status } from '../model/status';
import { faultText } from '../model/fault';
import { levelText } from '../model/level';
import type { OwnWrites } from '../triggers/own-writes';
import type { Mutex } from '../memory/keyed-mutex';

/** A guard looks again before the write when its reading is older than this, in milliseconds. */
const SECOND_LOOK_AFTER = 10_000;

/** How often a set is sent at the most, with a look at the level between. */
const MOST_SENDS = 3;

/** What a run spends its time with. */
export type Phase = 'read' | 'written';

/** What the engine needs around it. */
export interface RunContext {
	platform: Platform;
	clock: Clock;
	signal?: CancelSignal;
	/** Null when there is nowhere to remember keys: rows with one then fail before anything is sent. */
	keys: IdempotencyKeys | null;
	journal: ExecutionJournal;
	/** Of everyone who changes items of the same account. */
	itemMutex: Mutex;
	/** Where what is written is announced to triggers in the same process. */
	ownWrites?: OwnWrites;
	/** Levels this process saw confirmed. */
	confirmedLevels?: ConfirmedLevels;
	/** A clock time as the user's clock shows it, such as 09:02. */
	timeOf?(time: number): string;
	/** Hears how far a run is. */
	progress?(phase: Phase, done: number, total: number): void;
}

/** How a write ended; `stop` is set when no other row need be tried. */
export interface Concluded {
	ending: WriteResult;
	stop: Fault | null;
}

/** A write that may be sent now. */
export interface PreparedWrite {
	write: PlannedWrite;
	change: Change;
}

/**
 * Looks at the level once more, by id, where a guard depends on it and the plan's reading is old or from a list; and
 * always where the service has no delta of its own, because what is written is computed from that reading.
 */
export async function prepare(
	write: PlannedWrite,
	room: RunContext,
): Promise<{ ready: PreparedWrite } | { concluded: Concluded }> {
	const { platform } = room;
	const { intent } = write.group;
	const adds = addsItself(intent, platform);
	if (!adds && !(isGuarded(intent) && isStale(write.before, room.clock))) {
		return { ready: { write, change: changeFor(write) } };
	}
	const [answer] = await platform.read([write.group.item], 'byId');
	if (answer.kind === 'failed') {
		const { fault } = answer;
		const status = fault.wholeRun ? 'notAttempted' : 'failed';
		const message = faultText(fault);
		const ending: WriteResult = { status, before: write.before, message, failedByService: true };
		return { concluded: { ending, stop: fault.wholeRun ? fault : null } };
	}
	const { item, reading } = answer;
	const verdict = adds ? judgeSum(judge(intent, reading), reading) : judge(intent, reading);
	if (verdict.kind !== 'write') {
		return { concluded: { ending: { item, ...endingOf(verdict, reading) }, stop: null } };
	}
	const fresh: PlannedWrite = {
		group: { ...write.group, item },
		before: reading,
		amount: verdict.amount,
		warning: verdict.warning,
	};
	return { ready: { write: fresh, change: adds ? sumFor(fresh, reading) : changeFor(fresh) } };
}

/** Whether the engine reads, adds and sets, because the service has no delta of its own. */
function addsItself({ operation }: Intent, { capabilities }: Platform): boolean {
	return operation === 'adjustByDelta' && !capabilities.atomicDelta;
}

/** Whether a guard cannot rest on a reading. */
export function isStale(before: Reading | null, clock: Clock): boolean {
	return before === null || before.source !== 'id' || clock.now() - before.at > SECOND_LOOK_AFTER;
}

function changeFor({ group: { item, intent, rows }, amount }: PlannedWrite): Change {
	const notifyLowStock = rows.some(({ row }) => row.options.notifyLowStock);
	switch (intent.operation) {
		case 'setQuantity':
			return { item, notifyLowStock, kind: 'set', quantity: amount, reserved: intent.reserved };
		case 'adjustByDelta':
			return {
				item,
				notifyLowStock,
				kind: 'delta',
				delta: amount,
				keys: keysOf(rows),
				pinned: rows.some(({ row }) => row.key !== null),
			};
		case 'setUnlimited':
			return { item, notifyLowStock, kind: 'unlimited' };
	}
}

/** The keys of all rows, or null when one has none. */
function keysOf(rows: ResolvedRow[]): string[] | null {
	const keys = rows.map(({ row }) => row.key);
	return keys.every((key): key is string => key !== null) ? keys : null;
}

/** The target of a read-add-put. */
function sumFor({ group: { item, intent }, amount }: PlannedWrite, reading: Reading): Change {
	const quantity = (reading.quantity ?? 0) + amount;
	return { item, kind: 'set', quantity, reserved: intent.reserved, fromDelta: true };
}

function judgeSum(verdict: Verdict, { quantity }: Level): Verdict {
	if (verdict.kind !== 'write') return verdict;
	if (quantity === null) {
		return {
			kind: 'refuse',
			message:
				'The service names no level for this item, so there is nothing to add to. Set the quantity first.',
		};
	}
	if (Math.abs(quantity + verdict.amount) > LARGEST_QUANTITY) {
		return {
			kind: 'refuse',
			message: `${quantity} and ${verdict.amount} together are too large for a stock level.`,
		};
	}
	return verdict;
}

/** What is known when a first outcome is concluded. */
export interface Known {
	/** Clock time at which the outcome came, in milliseconds; other rows may have been concluded since. */
	since: number;
	/** The level as it was looked at since, where it was. */
	seen?: ReadOutcome;
}

/** From a first outcome to the end: settles it, and sends a set again where that is allowed. */
export async function conclude(
	ready: PreparedWrite,
	first: WriteOutcome,
	room: RunContext,
	readLevel: boolean,
	known: Known,
): Promise<Concluded> {
	const { write, change } = ready;
	const { before } = write;
	const end = (ending: WriteResult, stop: Fault | null = null): Concluded => {
		const warning = warningOf(write, ending.status);
		return { ending: { before, ...ending, warnings: [warning, ...(ending.warnings ?? [])] }, stop };
	};
	const unknown = (message: string, stop: Fault | null = null): Concluded =>
		end({ status: 'unknown', message: `${message} ${UNKNOWN_ADVICE}` }, stop);

	let outcome = first;
	for (let sends = 1; ; sends += 1) {
		// Once a send was uncertain, a later refusal does not prove that the first one was not taken.
		const earlierMaybe = sends > 1;
		if (outcome.kind === 'applied') {
			return end(await confirmed(ready, outcome, room, readLevel));
		}
		const { fault } = outcome;
		const stop = fault.wholeRun ? fault : null;
		if (outcome.kind !== 'uncertain') {
			if (earlierMaybe) return unknown(`${EARLIER_MAYBE} ${fault.message}`, stop);
			const status = outcome.kind === 'refused' ? 'failed' : 'notAttempted';
			return end({ status, message: faultText(fault), failedByService: true }, stop);
		}
		const { readBack: settlement, sentAt } = outcome;
		const settled = await readBack(
			{
				change,
				before,
				sentAt,
				policy: settlement,
				...(earlierMaybe ? { since: room.clock.now() } : known),
			},
			room.platform,
			room.clock,
			room.signal,
		);
		if (settled.kind === 'applied') {
			const { item, level, warning } = settled;
			return end(
				{ status: 'updated', item, after: level, message: null, warnings: [warning] },
				stop,
			);
		}
		const mayFail = settlement.whenNotShown === 'failed' && !earlierMaybe;
		if (settled.kind === 'unknown') {
			// Refused because there is no such item, and there is none to be looked at.
			const gone = mayFail && settled.gone && fault.notFound;
			return gone
				? end({ status: 'failed', message: faultText(fault), failedByService: true }, stop)
				: unknown(`${fault.message} ${settled.message}`, stop);
		}
		const shown = `The level shows ${levelText(settled.level)}.`;
		if (mayFail) {
			const message = `${faultText(fault)} ${shown}`;
			return end({ status: 'failed', message, failedByService: true }, stop);
		}
		const moved = conditionBroken(write, settled.level);
		if (settlement.whenNotShown !== 'again' || sends === MOST_SENDS || moved) {
			return unknown(`${fault.message} ${shown}`, stop);
		}
		[outcome] = await room.platform.write([change]);
	}
}

/** How much was taken is to be said only of what was, or may have been. */
function warningOf({ group: { intent }, amount, warning }: PlannedWrite, status: Status) {
	if (status === 'updated') return warning;
	const isReduced = intent.operation === 'adjustByDelta' && amount !== intent.amount;
	return status === 'unknown' && isReduced
		? `At the most ${-amount} of ${-intent.amount} were taken.`
		: null;
}

const EARLIER_MAYBE = 'A first try may have been taken, a second one was not:';
const UNKNOWN_ADVICE =
	'Compare the level in the shop with what it should be before you run this row again.';

/** Whether a set under Only If Quantity Is meets another level now than the one it was allowed to replace. */
function conditionBroken({ group: { intent } }: PlannedWrite, level: Level): boolean {
	return intent.onlyIfQuantityIs !== null && level.quantity !== intent.onlyIfQuantityIs;
}

/** A confirmed write: the level as the service names it, or as it is read back. */
async function confirmed(
	{ change, write }: PreparedWrite,
	outcome: Extract<WriteOutcome, { kind: 'applied' }>,
	{ platform }: RunContext,
	readLevel: boolean,
): Promise<WriteResult> {
	let item: Item = named(outcome.item, write.group.item);
	let after: Level | null = outcome.level;
	if (after === null && readLevel) {
		const [answer] = await platform.read([change.item], 'byId');
		if (answer.kind === 'level') {
			item = answer.item;
			after = answer.reading;
		}
	}
	const warnings = [
		outcome.warning ?? null,
		after === null ? null : deviation(change, after, platform),
	];
	return { status: 'updated', item, after: after ?? accepted(change), message: null, warnings };
}

/** What the service stored when it confirmed a set without naming the level. Of a delta, only it knows the sum. */
function accepted(change: Change): Level {
	const level = { reserved: null, updatedAt: null, unlimited: false };
	switch (change.kind) {
		case 'set':
			return { ...level, quantity: change.fromDelta ? null : change.quantity };
		case 'unlimited':
			return { ...level, quantity: null, unlimited: true };
		case 'delta':
			return { ...level, quantity: null };
	}
}

function deviation(change: Change, after: Level, platform: Platform): string | null {
	if (change.kind === 'delta' && after.unlimited) {
		return `${platform.label} confirmed the delta, but the stock is unlimited: there is no number that it moved.`;
	}
	if (change.kind !== 'set' || after.quantity === change.quantity) return null;
	return `${platform.label} names ${after.quantity ?? 'no level'} after the write, not ${change.quantity}: it was changed again, or stored otherwise.`;
}

/** The item as the answer names it, filled up with what was known of it. */
function named(answered: Item | undefined, known: Item): Item {
	if (answered === undefined) return known;
	return { ...answered, sku: answered.sku ?? known.sku, name: answered.name ?? known.name };
}
