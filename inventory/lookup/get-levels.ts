/** The levels of the items that rows refer to, for reading only. */
import type { Platform } from '../model/platform';
import type { ItemOutcome } from './find-items';
import { findItems } from './find-items';
import type { NamedRow } from '../rows/row';
import type { Fault } from '../model/fault';
import type { Item } from '../model/item';
import { itemKey } from '../model/item';
import type { Level } from '../model/level';
import { faultText } from '../model/fault';

export type LevelResult =
	| { kind: 'level'; item: Item; level: Level }
	/** `fault`: set where the service failed, not the row itself. */
	| { kind: 'failed'; item: Item | null; message: string; fault?: Fault };

/**
 * One outcome per row, in order. `abort` is a fault that every row would meet, such as a refused token or a missing site;
 * rows without a fault of their own report it.
 */
export async function getLevels(
	rows: NamedRow[],
	platform: Platform,
): Promise<{ outcomes: LevelResult[]; abort: Fault | null }> {
	const lookedUp = (await findItems(rows, platform, true)).map(lookUp);
	const refused = abortOf(lookedUp);
	const unread = new Map<string, Item>();
	for (const one of lookedUp) if (one.kind === 'unread') unread.set(itemKey(one.item), one.item);
	const isRead = refused === null && unread.size > 0;
	const answers = isRead ? await platform.read([...unread.values()], 'byId') : [];
	const levels = new Map([...unread.keys()].map((key, n) => [key, answers[n]]));
	const outcomes = lookedUp.map((one): LevelResult => {
		if (one.kind !== 'unread') return one;
		const answer = levels.get(itemKey(one.item));
		if (answer?.kind === 'level') return levelOf(answer.item, answer.reading);
		// After a refusal nothing was read.
		const fault = answer?.fault ?? (refused as Fault);
		return { kind: 'failed', item: one.item, message: faultText(fault), fault };
	});
	return { outcomes, abort: abortOf(outcomes) };
}

type LookedUp = LevelResult | { kind: 'unread'; item: Item };

function lookUp(found: ItemOutcome): LookedUp {
	if (found.kind === 'ended')
		return { kind: 'failed', item: null, message: found.message, fault: found.fault };
	const { item, reading } = found;
	return reading === null ? { kind: 'unread', item } : levelOf(item, reading);
}

/** A level that could not be read fails its row. */
function levelOf(item: Item, level: Level): LevelResult {
	return level.isUnreadable
		? { kind: 'failed', item, message: level.outdated ?? '' }
		: { kind: 'level', item, level };
}

function abortOf(outcomes: LookedUp[]): Fault | null {
	for (const one of outcomes) if (one.kind === 'failed' && one.fault?.wholeRun) return one.fault;
	return null;
}
