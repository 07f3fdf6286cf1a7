/** Turns rows into a plan. Nothing is written yet, so every row that cannot be written is known before the first write. */
import type { IdempotencyKeys } from '../memory/idempotency-keys';
import type { WriteOperation } from '../model/change';
import type { Fault } from '../model/fault';
import { faultText } from '../model/fault';
import type { RunOptions } from '../rows/options';
import type { Row } from '../rows/row';
import { claimKeys, hasKeys, KEYS_NOT_ASKED } from './claim-keys';
import { checkGuards, guardResult } from './guard';
import type { SetItem } from './mass-zero-limit';
import { massZeroFault } from './mass-zero-limit';
import { incompleteItems, mergeRows } from './merge-rows';
import type { ReadLevelsContext } from './read-levels';
import { readLevels } from './read-levels';
import { endRows } from './report';
import { resolveRows } from './resolve-rows';
import type { EndedRow, PlannedWrite, RowSet, Stage } from './write-records';

/** The writes, in the order of first appearance, and the rows that were skipped, already right or refused. */
export interface Plan extends Stage<PlannedWrite> {
	/** Why nothing may be written at all: a refused token, a list that cannot be read, the mass-zero limit. */
	abort: Fault | null;
	/** The items of a Set Quantity run, as the mass-zero limit counts them. */
	setItems: SetItem[];
}

export interface PlanRequest {
	operation: WriteOperation;
	rows: Row[];
	options: RunOptions;
	/** Items of earlier tries of this run: the mass-zero limit looks at the run as a whole. */
	earlier: SetItem[];
}

interface PlanContext extends ReadLevelsContext {
	keys: IdempotencyKeys | null;
	/** Formats the time of a reading by the user's clock. */
	timeOf(at: number): string;
}

export async function plan(request: PlanRequest, context: PlanContext): Promise<Plan> {
	const { operation, options } = request;
	const ended: EndedRow[] = [];
	const take = <T>(stage: Stage<T>): T[] => {
		ended.push(...stage.ended);
		return stage.kept;
	};
	const lookUpIds = options.checkFirst || operation === 'adjustByDelta';
	const resolved = await resolveRows(request.rows, operation, context.platform, lookUpIds);
	const incomplete = incompleteItems(request.rows, resolved);
	const sets = mergeRows(take(resolved), operation, options.sameItemRows, incomplete);
	if (resolved.abort !== null) return { kept: [], ended, abort: resolved.abort, setItems: [] };
	const read = await readLevels(take(sets), options.checkFirst, context);
	const seen = take(read);
	const isSet = operation === 'setQuantity';
	const setItems = isSet ? seen.map(setItemOf) : [];
	const all = [...request.earlier, ...setItems];
	const limit = isSet ? massZeroFault(all, options.massZeroLimit) : null;
	const abort = read.abort ?? (options.dryRun ? null : limit);
	if (abort !== null) return { kept: [], ended, abort, setItems };

	const unused = take(await withoutUsedKeys(seen, request, context.keys));
	const kept = unused.flatMap((set) => take(planSet(set, limit, options, context)));
	return { kept, ended, abort: null, setItems };
}

/**
 * If a guard would stop a sum, the keys of its rows are looked up first: rows that an earlier run applied are no longer
 * part of the sum. All other keys are looked up with their request.
 */
async function withoutUsedKeys(
	sets: RowSet[],
	{ operation, options }: PlanRequest,
	keys: IdempotencyKeys | null,
): Promise<Stage<RowSet>> {
	if (operation !== 'adjustByDelta' || options.dryRun) return { kept: sets, ended: [] };
	const refused = sets.filter(
		(set) =>
			hasKeys(set) && !usesKeysUp(set) && checkGuards(set.intent, set.before).kind !== 'write',
	);
	const { claimed, ended } = await claimKeys(refused, keys, 'peek');
	const rest = new Map(claimed.map(({ original, remaining }) => [original, remaining]));
	return {
		kept: sets.map((set) => rest.get(set) ?? set).filter((set) => rest.get(set) !== null),
		ended,
	};
}

function setItemOf({ intent, before }: RowSet): SetItem {
	return { target: intent.amount, before: before?.quantity ?? null };
}

/** Whether rows with keys add up to zero: nothing is sent, but their keys count as applied. */
function usesKeysUp(set: RowSet): boolean {
	return set.intent.operation === 'adjustByDelta' && set.intent.amount === 0 && hasKeys(set);
}

/** The write of a row set, unless it ends here. `limit` is the mass-zero fault of a dry run. */
function planSet(
	set: RowSet,
	limit: Fault | null,
	{ dryRun }: RunOptions,
	{ platform, timeOf }: PlanContext,
): Stage<PlannedWrite> {
	const { intent, before } = set;
	const verdict = checkGuards(intent, before);
	// Once a row turns out to be already applied, the sum is no longer zero.
	if (usesKeysUp(set) && !dryRun)
		return { kept: [{ ...set, amount: 0, warning: null }], ended: [] };
	if (verdict.kind === 'write') {
		const emptied = limit !== null && intent.amount === 0;
		const warning = emptied
			? `The real run would stop: ${faultText(limit)}`
			: (verdict.warning ?? rememberedText(set, timeOf));
		return { kept: [{ ...set, amount: verdict.amount, warning }], ended: [] };
	}
	if (verdict.kind === 'unchanged' && before?.source === 'memory') {
		const message = `Last confirmed as ${before.quantity} at ${timeOf(before.at)}, not read again.`;
		const ended = endRows(set, { status: 'skipped', before, after: before, message });
		return { kept: [], ended };
	}
	const result = guardResult(verdict, before);
	const message = dryRun && hasKeys(set) ? `${result.message} ${KEYS_NOT_ASKED}` : result.message;
	const lags = before?.source === 'list' && platform.capabilities.listLags;
	const lagging =
		verdict.kind === 'unchanged' && lags
			? `Decided from ${platform.label}'s product list, which can lag by a few seconds.`
			: null;
	const warnings = [...(result.warnings ?? []), lagging];
	return { kept: [], ended: endRows(set, { ...result, message, warnings }) };
}

function rememberedText({ before }: RowSet, timeOf: (at: number) => string): string | null {
	if (before?.source !== 'memory') return null;
	return `The level before, ${before.quantity}, was last confirmed at ${timeOf(before.at)} and not read again.`;
}
