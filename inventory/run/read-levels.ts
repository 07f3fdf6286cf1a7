/** Finds the level of each row set before planning: read, remembered, or left unread. */
import type { ConfirmedLevels } from '../memory/confirmed-levels';
import type { Fault } from '../model/fault';
import { itemKey } from '../model/item';
import type { Platform, ReadOutcome } from '../model/platform';
import { isGuarded } from './guard';
import { endRows, failedBy } from './report';
import type { RowSet, Stage } from './write-records';

export interface ReadLevelsContext {
	platform: Platform;
	confirmedLevels: ConfirmedLevels;
	/** Levels confirmed since this monotonic time are trusted; infinite if every level has to be read. */
	trustSince: number;
	/** Called after each level that was read. */
	progress(done: number, total: number): void;
}

/** @returns `abort`: a fault that every other row would meet. */
export async function readLevels(
	sets: RowSet[],
	checkFirst: boolean,
	context: ReadLevelsContext,
): Promise<Stage<RowSet> & { abort: Fault | null }> {
	const known = sets.map((set) => remembered(set, context));
	const outcomes = await read(known, checkFirst, context);
	const stage: Stage<RowSet> = { kept: [], ended: [] };
	for (const set of known) {
		const outcome = outcomes.get(set);
		if (outcome?.kind === 'failed' && !outcome.fault.wholeRun) {
			stage.ended.push(...endRows(set, failedBy(outcome.fault)));
			continue;
		}
		const isRead = outcome?.kind === 'level';
		const kept = isRead ? { ...set, item: outcome.item, before: outcome.reading } : set;
		stage.kept.push(kept);
		const { item, before } = kept;
		if (before?.source === 'id') context.confirmedLevels.confirm(itemKey(item), before, before.at);
	}
	return { ...stage, abort: abortOf(outcomes) };
}

/** A trusted level replaces a reading, unless a guard depends on the level. */
function remembered(set: RowSet, { confirmedLevels, trustSince }: ReadLevelsContext): RowSet {
	if (set.before !== null || isGuarded(set.intent)) return set;
	if (set.intent.operation !== 'setQuantity') return set;
	return { ...set, before: confirmedLevels.since(itemKey(set.item), trustSince) };
}

/** Reads the levels the plan needs: guarded items by ID, the rest as cheaply as the service allows. */
async function read(
	sets: RowSet[],
	checkFirst: boolean,
	{ platform, progress }: ReadLevelsContext,
): Promise<Map<RowSet, ReadOutcome>> {
	const unread = sets.filter(({ before }) => before === null);
	const guarded = unread.filter(({ intent }) => isGuarded(intent));
	const others = checkFirst ? unread.filter(({ intent }) => !isGuarded(intent)) : [];
	const total = guarded.length + others.length;
	const outcomes = new Map<RowSet, ReadOutcome>();
	let done = 0;
	const onAnswer = (): void => {
		done += 1;
		progress(done, total);
	};
	for (const [some, mode] of [
		[guarded, 'byId'],
		[others, 'cheapest'],
	] as const) {
		if (some.length === 0 || abortOf(outcomes) !== null) continue;
		const items = some.map(({ item }) => item);
		const answers = await platform.read(items, mode, { onAnswer });
		answers.forEach((answer, n) => outcomes.set(some[n], answer));
	}
	return outcomes;
}

function abortOf(outcomes: Map<RowSet, ReadOutcome>): Fault | null {
	for (const outcome of outcomes.values())
		if (outcome.kind === 'failed' && outcome.fault.wholeRun) return outcome.fault;
	return null;
}
