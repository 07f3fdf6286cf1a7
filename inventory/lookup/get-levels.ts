/**
 * Levels of the items that rows name, for reading only.
 */
import type { Platform } from '../model/platform';
import { FoundItems } from './find-items';
import type { NamedRow, RowEnd } from '../rows/row';
import { wanted } from '../rows/row';
import type { Fault } from '../model/fault';
import type { Item } from '../model/item';
import type { Level } from '../model/level';
import { faultText } from '../model/fault';
import { unresolvedText } from './unresolved-text';

export type LevelResult =
	| { kind: 'level'; item: Item; level: Level }
	| { kind: 'failed'; item: Item | null; message: string };

/**
 * One outcome per row, in order. `abort` is what every row met: a refused token, a missing site; rows without a fault of
 * their own carry its words.
 */
export async function getLevels(
	rows: NamedRow[],
	platform: Platform,
): Promise<{ outcomes: LevelResult[]; abort: Fault | null }> {
	const resolutions = await FoundItems.of(rows.map(wanted), platform, true);
	let abort: Fault | null = null;
	const failed = (message: string, item: Item | null = null): LevelResult => ({
		kind: 'failed',
		item,
		message,
	});
	const faulty = (fault: Fault): LevelResult => {
		if (fault.wholeRun) abort = abort ?? fault;
		return failed(faultText(fault));
	};

	const outcomes: Array<LevelResult | Item> = rows.map((row) => {
		const reference = wanted(row);
		if (reference === null) return failed((row.earlyEnd as RowEnd).message);
		const resolution = resolutions.get(reference);
		if (resolution.kind === 'failed') return faulty(resolution.fault);
		if (resolution.kind !== 'found') {
			return failed(unresolvedText(reference, resolution, platform.itemNoun));
		}
		const { item, reading } = resolution;
		return reading === null ? item : levelOf(item, reading);
	});

	const unread = outcomes.filter((outcome): outcome is Item => !('kind' in outcome));
	const answers = abort === null && unread.length > 0 ? await platform.read(unread, 'byId') : [];
	const levels = new Map(unread.map((item, n) => [item, answers[n]]));
	return {
		outcomes: outcomes.map((outcome) => {
			if ('kind' in outcome) return outcome;
			const answer = levels.get(outcome);
			if (answer === undefined) return failed(faultText(abort as unknown as Fault), outcome);
			if (answer.kind === 'failed')
				return { ...faulty(answer.fault), item: outcome } as LevelResult;
			return levelOf(answer.item, answer.reading);
		}),
		abort,
	};
}

/** A level that the service reported as something else fails its row. */
function levelOf(item: Item, level: Level): LevelResult {
	return level.isUnreadable
		? { kind: 'failed', item, message: level.outdated ?? '' }
		: { kind: 'level', item, level };
}
