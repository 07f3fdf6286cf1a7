/**
 * The level of each group before anything is planned: read, remembered, or left unread.
 */
import { isGuarded } from './guard';
import type { ConfirmedLevels } from '../memory/confirmed-levels';
import type { Group } from './merge-rows';
import type { Platform, ReadOutcome } from '../model/platform';
import type { Report } from './report';
import type { Fault } from '../model/fault';
import type { Item } from '../model/item';
import type { Reading } from '../model/level';
import { faultText } from '../model/fault';
import { itemKey } from '../model/item';

export interface Seen {
	group: Group;
	/** Null where it was not read. */
	before: Reading | null;
}

export interface ReadingRoom {
	platform: Platform;
	/** Levels this process saw confirmed; those confirmed since a time need not be read again. */
	levels?: ConfirmedLevels;
	trustSince?: number;
	/** Hears how many of the levels that have to be read were. */
	tell?(done: number, total: number): void;
}

/** Reads what has to be read. Groups that cannot be read end in the report; `halt` is what every other would meet. */
export async function readLevels(
	groups: Group[],
	checkFirst: boolean,
	room: ReadingRoom,
	report: Report,
): Promise<{ seen: Seen[]; halt: Fault | null }> {
	const { levels, trustSince } = room;
	const known = groups.map((group) => remembering(group, levels, trustSince));
	const read = await readGroups(known, checkFirst, room, report);
	for (const { group, before } of read.seen) {
		if (before?.source === 'id') levels?.confirm(itemKey(group.item), before, before.at);
	}
	return read;
}

/** A level that is trusted takes the place of a reading, unless a guard hangs on it. */
function remembering(group: Group, levels?: ConfirmedLevels, since?: number): Group {
	const { intent, item, reading } = group;
	if (reading !== null || levels === undefined || since === undefined) return group;
	if (isGuarded(intent) || intent.operation !== 'setQuantity') return group;
	return { ...group, reading: levels.since(itemKey(item), since) };
}

/** Reads the levels the plan needs: guarded items by id, the rest as cheaply as the service allows. */
async function readGroups(
	groups: Group[],
	checkFirst: boolean,
	{ platform, tell = () => {} }: ReadingRoom,
	report: Report,
): Promise<{ seen: Seen[]; halt: Fault | null }> {
	const unread = groups.filter(({ reading }) => reading === null);
	const guarded = unread.filter(({ intent }) => isGuarded(intent));
	const others = checkFirst ? unread.filter(({ intent }) => !isGuarded(intent)) : [];
	const outcomes = new Map<Group, ReadOutcome>();
	let halt: Fault | null = null;
	let done = 0;
	for (const [some, mode] of [
		[guarded, 'byId'],
		[others, 'cheapest'],
	] as const) {
		if (some.length === 0 || halt !== null) continue;
		const answers = await platform.read(some.map(itemOf), mode, {
			tell: () => {
				done += 1;
				tell(done, guarded.length + others.length);
			},
		});
		for (const [n, answer] of answers.entries()) {
			if (answer.kind === 'failed' && answer.fault.wholeRun) halt = halt ?? answer.fault;
			else outcomes.set(some[n], answer);
		}
	}
	const seen: Seen[] = [];
	for (const group of groups) {
		const outcome = outcomes.get(group);
		if (outcome === undefined) {
			seen.push({ group, before: group.reading });
		} else if (outcome.kind === 'level') {
			seen.push({ group: { ...group, item: outcome.item }, before: outcome.reading });
		} else {
			const message = faultText(outcome.fault);
			report.endGroup(group, { status: 'failed', message, failedByService: true });
		}
	}
	return { seen, halt };
}

function itemOf({ item }: Group): Item {
	return item;
}
