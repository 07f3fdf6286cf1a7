/**
 * Nobody can say whether a write was taken: the level says it, or it stays unknown.
 */
import type { Clock, CancelSignal } from '../model/clock';
import { sleepUntil } from '../model/clock';
import type { Platform, ReadOutcome, ReadBackPolicy } from '../model/platform';
import { isDelta } from '../model/change';
import type { Change } from '../model/change';
import type { Item } from '../model/item';
import type { Level, Reading } from '../model/level';

/**
 * A level read longer before the send than this, in milliseconds, is no evidence for a delta: someone else may have
 * changed it since.
 */
const EVIDENCE_LIFE = 30_000;

/**
 * Milliseconds after which a level that has not moved is looked at again, because a write can arrive late. They count from
 * when the outcome was lost: rows of one request wait together.
 */
const LOOKS = [2_000, 7_000];

export type ReadBack =
	/** The level shows the write. */
	| { kind: 'applied'; item: Item; level: Level; warning: string }
	/** The level does not show it; `settlement.otherwise` says what follows. */
	| { kind: 'notSeen'; level: Level }
	/** `gone`: the service has no such item any more. */
	| { kind: 'unknown'; message: string; gone?: boolean };

export interface ReadBackRequest {
	change: Change;
	/** The level before the write, where it was read. */
	before: Reading | null;
	sentAt: number;
	/** Clock time at which it turned out that nobody can say, in milliseconds. */
	since: number;
	policy: ReadBackPolicy;
	/** A first look that was had already, by id. */
	seen?: ReadOutcome;
}

/** Whether a level read before a write may bear witness to a delta. */
function isEvidence(before: Reading | null, sentAt: number): before is Reading {
	return (
		before !== null &&
		before.source === 'id' &&
		before.quantity !== null &&
		sentAt - before.at < EVIDENCE_LIFE
	);
}

export async function readBack(
	request: ReadBackRequest,
	platform: Platform,
	clock: Clock,
	signal?: CancelSignal,
): Promise<ReadBack> {
	const { change, policy: settlement, since } = request;
	if (signal?.aborted) return unread('the execution was canceled');
	const difference = expected(request);
	if (difference === null) {
		return unread('no fresh level from before the write bears witness');
	}
	const looks = settlement.reads === 'thrice' ? LOOKS : [];
	let { seen } = request;
	for (;;) {
		const answer = seen ?? (await platform.read([change.item], 'byId'))[0];
		seen = undefined;
		if (answer.kind === 'failed') {
			const gone = answer.fault.notFound;
			return { ...unread('the level could not be read either'), gone };
		}
		const { item, reading } = answer;
		if (reading.outdated !== undefined) {
			// No evidence either way. A set may be sent again where that is allowed; everything else stays open.
			if (!isDelta(change) && settlement.whenNotShown === 'again') {
				return { kind: 'notSeen', level: reading };
			}
			return unread('the service shows an outdated level');
		}
		if (difference.shows(reading) && settlement.whenShown === 'applied') {
			return { kind: 'applied', item, level: reading, warning: difference.warning };
		}
		if (!difference.unmoved(reading)) {
			// Neither as it was nor as it should be; or as it should be, after an answer that said it was not.
			return { kind: 'unknown', message: difference.strange(reading) };
		}
		const next = looks.find((ms) => since + ms > clock.now());
		if (next === undefined) return { kind: 'notSeen', level: reading };
		if (!(await sleepUntil(clock, since + next, signal))) {
			return unread('the execution was canceled');
		}
	}
}

interface Expectation {
	/** The level the write leaves behind. */
	shows(level: Level): boolean;
	/** The level as it was: the write may still arrive. Anything else is neither. */
	unmoved(level: Level): boolean;
	warning: string;
	strange(level: Level): string;
}

/** What a reading must show; null when no reading could. */
function expected({
	change,
	before,
	sentAt,
	policy: settlement,
}: ReadBackRequest): Expectation | null {
	if (!isDelta(change)) {
		const stands = settlement.onlyIfUnmoved ? asBefore(before) : () => true;
		return {
			shows: (level) => isAt(change, level),
			unmoved: (level) => !isAt(change, level) && stands(level),
			warning: 'Confirmed by reading; the answer did not say so.',
			strange: (level) =>
				`The level ${before === null ? '' : `was ${pieces(before)}, and `}is ${pieces(level)}: it may have been applied and changed again.`,
		};
	}
	if (!isEvidence(before, sentAt)) return null;
	const from = before.quantity as number;
	const to = change.kind === 'set' ? change.quantity : from + change.delta;
	return {
		shows: ({ quantity }) => quantity === to,
		unmoved: ({ quantity }) => quantity === from,
		warning: `Confirmed by reading (${from} -> ${to}); the answer was lost.`,
		strange: ({ quantity }) =>
			`The level was ${from}, would be ${to} with this row, and is ${quantity ?? 'not counted'}: someone else changed it as well.`,
	};
}

function asBefore(before: Reading | null): (level: Level) => boolean {
	return ({ quantity, unlimited, reserved }) =>
		before !== null &&
		quantity === before.quantity &&
		unlimited === before.unlimited &&
		reserved === before.reserved;
}

function pieces({ quantity, unlimited }: Level): string {
	return unlimited ? 'unlimited' : String(quantity ?? 'not named');
}

/** Whether a level is what a set asks for. */
function isAt(change: Change, level: Level): boolean {
	if (change.kind === 'unlimited') return level.unlimited;
	if (change.kind === 'delta' || level.quantity !== change.quantity) return false;
	return change.reserved === null || level.reserved === null || level.reserved === change.reserved;
}

function unread(why: string): Extract<ReadBack, { kind: 'unknown' }> {
	return { kind: 'unknown', message: `Whether it was applied cannot be told: ${why}.` };
}
