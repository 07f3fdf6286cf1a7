/**
 * Rows become a plan. Nothing is written here, and every row that cannot be written is known before the first that is.
 */
import type { SetItem } from './mass-zero-limit';
import { massZeroFault } from './mass-zero-limit';
import { endingOf, judge } from './guard';
import { askKeys, isKeyed, KEYS_NOT_ASKED } from './claim-keys';
import type { IdempotencyKeys } from '../memory/idempotency-keys';
import type { ReadingRoom, Seen } from './read-levels';
import { readLevels } from './read-levels';
import type { Group, ResolvedRow } from './merge-rows';
import { mergeRows } from './merge-rows';
import type { Platform, Resolution } from '../model/platform';
import type { Report } from './report';
import { FoundItems } from '../lookup/find-items';
import type { RunOptions } from '../rows/options';
import type { Row, RowEnd } from '../rows/row';
import { wanted } from '../rows/row';
import type { Fault } from '../model/fault';
import type { Reading } from '../model/level';
import type { Reference } from '../model/item';
import type { WriteOperation } from '../model/change';
import { faultText } from '../model/fault';
import { itemLabel } from '../model/item';
import { unresolvedText } from '../lookup/unresolved-text';

/** One write the plan asks for. */
export interface PlannedWrite {
	group: Group;
	/** The level the plan saw; null when it read none. */
	before: Reading | null;
	/**
	 * What is to be sent: the target of a set, or the delta, reduced where a guard asks for it. A delta of 0 is not sent;
	 * it only uses up the keys of its rows.
	 */
	amount: number;
	warning: string | null;
}

export interface Plan {
	/** In the order of the rows' first appearance. */
	writes: PlannedWrite[];
	/** Why nothing may be written at all: a refused token, a list that cannot be read, the brake. */
	halt: Fault | null;
}

export interface PlanRequest {
	operation: WriteOperation;
	rows: Row[];
	options: RunOptions;
	/** Items that an earlier try of this run dealt with: the brake looks at the run as a whole. */
	earlier?: SetItem[];
}

/** What planning needs around it. */
export interface PlanRoom extends ReadingRoom {
	keys: IdempotencyKeys | null;
	timeOf?(time: number): string;
}

/** Plans a run. Rows that are skipped, already right or not to be written end in the report; the rest are writes. */
export async function plan(request: PlanRequest, room: PlanRoom, report: Report): Promise<Plan> {
	const { platform, keys, timeOf = hourOf } = room;
	const resolved = await resolveRows(request, platform, report);
	if (resolved.halt !== null) return { writes: [], halt: resolved.halt };

	const merged = mergeRows(resolved.sound, request.operation, request.options.sameItemRows);
	for (const { row, message } of merged.failed) {
		report.endRow(row.row, 'failed', message, row.item);
	}
	for (const { row, message } of merged.skipped) {
		report.endRow(row.row, 'skipped', message, row.item);
	}

	const read = await readLevels(merged.groups, request.options.checkFirst, room, report);
	if (read.halt !== null) return { writes: [], halt: read.halt };

	const stop = brakeOn(read.seen, request);
	if (stop !== null && !request.options.dryRun) return { writes: [], halt: stop };
	const seen = await withoutSpent(read.seen, request, keys, report);
	const writes = seen.flatMap((one) =>
		judgeGroup(one, stop, request, { platform, timeOf }, report),
	);
	return { writes, halt: null };
}

/**
 * Guards look at what is still to be moved. Where they would keep a sum from being sent, the keys of its rows are asked
 * first: what an earlier run applied is no longer part of it. All other keys are asked with the request.
 */
async function withoutSpent(
	seen: Seen[],
	{ operation, options }: PlanRequest,
	keys: IdempotencyKeys | null,
	report: Report,
): Promise<Seen[]> {
	if (operation !== 'adjustByDelta' || options.dryRun || keys === null) return seen;
	const kept = seen.filter(
		({ group, before }) =>
			isKeyed(group) && !usesKeysUp(group) && judge(group.intent, before).kind !== 'write',
	);
	if (kept.length === 0) return seen;
	const asked = await askKeys(
		kept.map(({ group }) => group),
		keys,
		'peek',
		report,
	);
	const rest = new Map(kept.map((one, n) => [one, asked[n].group]));
	return seen.flatMap((one) => {
		const group = rest.has(one) ? (rest.get(one) ?? null) : one.group;
		return group === null ? [] : [{ ...one, group }];
	});
}

/** Finds each row's item, then looks at its number, its key and its options. */
async function resolveRows(
	{ rows, operation, options }: PlanRequest,
	platform: Platform,
	report: Report,
): Promise<{ sound: ResolvedRow[]; halt: Fault | null }> {
	const lookUpIds = options.checkFirst || operation === 'adjustByDelta';
	const resolutions = await FoundItems.of(rows.map(wanted), platform, lookUpIds);
	const sound: ResolvedRow[] = [];
	let halt: Fault | null = null;
	for (const row of rows) {
		const reference = wanted(row);
		if (reference === null) {
			const { status, message } = row.earlyEnd as RowEnd;
			report.endRow(row, status, message);
			continue;
		}
		const resolution = resolutions.get(reference);
		if (resolution.kind === 'failed' && resolution.fault.wholeRun) {
			halt = halt ?? resolution.fault;
			if (row.lateFault !== null) report.endRow(row, 'failed', row.lateFault);
			continue;
		}
		const found = soundRow(row, reference, resolution, operation, platform, report);
		if (found !== null) sound.push(found);
	}
	return { sound, halt };
}

/** The row with its item and amount, or null when the row ended here. */
function soundRow(
	row: Row,
	reference: Reference,
	resolution: Resolution,
	operation: WriteOperation,
	platform: Platform,
	report: Report,
): ResolvedRow | null {
	if (resolution.kind === 'failed') {
		report.failRow(row, resolution.fault);
		return null;
	}
	if (resolution.kind !== 'found') {
		report.endRow(row, 'failed', unresolvedText(reference, resolution, platform.itemNoun));
		return null;
	}
	const { item, reading, sharedBy } = resolution;
	const fault =
		sharedBy !== undefined && operation !== 'adjustByDelta'
			? `The variation ${sharedBy} has no stock of its own: it shares that of the product ${itemLabel(item)}. Name the product instead.`
			: row.lateFault;
	if (fault !== null || row.amount.kind !== 'value') {
		report.endRow(row, 'failed', fault ?? 'The row has no quantity.', item);
		return null;
	}
	const warning =
		sharedBy === undefined
			? null
			: `The variation ${sharedBy} has no stock of its own; the row counts for the stock of its product.`;
	return { row, amount: row.amount.value, item, reading, warning };
}

function brakeOn(seen: Seen[], { operation, options, earlier = [] }: PlanRequest): Fault | null {
	if (operation !== 'setQuantity') return null;
	const items = seen.map(({ group, before }) => ({
		target: group.intent.amount,
		before: before?.quantity ?? null,
	}));
	const message = massZeroFault([...earlier, ...items], options.massZeroLimit);
	if (message === null) return null;
	return {
		message,
		advice: 'Check the quantity column; if the zeros are meant, raise Mass Zero Limit in Options.',
		wholeRun: true,
	};
}

/** Whether rows with keys add up to zero. */
function usesKeysUp({ intent, rows }: Group): boolean {
	if (intent.operation !== 'adjustByDelta' || intent.amount !== 0) return false;
	return rows.some(({ row, amount }) => row.key !== null && amount !== 0);
}

/** The write a group asks for, or none when it ended here. `stop` is the brake of a dry run. */
function judgeGroup(
	{ group, before }: Seen,
	stop: Fault | null,
	{ options }: PlanRequest,
	{ platform, timeOf }: Pick<PlanRoom, 'platform'> & { timeOf: (time: number) => string },
	report: Report,
): PlannedWrite[] {
	const verdict = judge(group.intent, before);
	if (usesKeysUp(group) && !options.dryRun) {
		// Nothing to send, but the keys count as applied; and without a row that was applied before, the sum is another.
		return [{ group, before, amount: 0, warning: null }];
	}
	if (verdict.kind === 'write') {
		const emptied = stop !== null && group.intent.amount === 0;
		const warning = emptied
			? `The real run would stop: ${faultText(stop)}`
			: (verdict.warning ?? rememberedWarning(before, timeOf));
		return [{ group, before, amount: verdict.amount, warning }];
	}
	if (verdict.kind === 'unchanged' && before?.source === 'memory') {
		const message = `Last confirmed as ${before.quantity} at ${timeOf(before.at)}, not read again.`;
		report.endGroup(group, { status: 'skipped', before, after: before, message });
		return [];
	}
	const ending = endingOf(verdict, before);
	const message = options.dryRun && isKeyed(group) ? `${ending.message} ${KEYS_NOT_ASKED}` : null;
	const lagging =
		verdict.kind === 'unchanged' && before?.source === 'list' && platform.capabilities.listLags;
	report.endGroup(group, {
		...ending,
		message: message ?? ending.message,
		warnings: [
			...(ending.warnings ?? []),
			lagging
				? `Decided on ${platform.label}'s product list, which can be some seconds behind.`
				: null,
		],
	});
	return [];
}

function rememberedWarning(
	before: Reading | null,
	timeOf: (time: number) => string,
): string | null {
	if (before?.source !== 'memory') return null;
	return `The level before, ${before.quantity}, was last confirmed at ${timeOf(before.at)} and not read again.`;
}

function hourOf(time: number): string {
	return new Date(time).toISOString().slice(11, 16);
}
