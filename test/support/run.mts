/**
 * Runs of the engine as tests write them: rows as short records, results by row.
 */
import type { ExecutionJournal } from '../../inventory/memory/execution-journal.ts';
import { NEVER } from '../../inventory/model/clock.ts';
import type { RunContext } from '../../inventory/run/run-context.ts';
import { ConfirmedLevels } from '../../inventory/memory/confirmed-levels.ts';
import { OwnWrites } from '../../inventory/triggers/own-writes.ts';
import type { IdempotencyKeys } from '../../inventory/memory/idempotency-keys.ts';
import { parseRunOptions } from '../../inventory/rows/options.ts';
import { parseRow, type RawRow } from '../../inventory/rows/row.ts';
import { runInventory, type RunReport } from '../../inventory/run/run.ts';
import type { RowResult } from '../../inventory/model/row-result.ts';
import type { WriteOperation } from '../../inventory/model/change.ts';
import { KeyedMutex } from '../../inventory/memory/keyed-mutex.ts';
import { keysOn, MemoryTokens } from './memory.mts';
import type { Shop } from './shops.mts';

export interface TestRow {
	sku?: unknown;
	id?: unknown;
	amount?: unknown;
	direction?: unknown;
	key?: unknown;
	fault?: string;
	options?: Record<string, unknown>;
}

export interface TestRun {
	operation: WriteOperation;
	rows: TestRow[];
	options?: Record<string, unknown>;
	stopOnFailure?: boolean;
	signal?: AbortSignal;
	/** Null: a workflow that was never saved. Left out: a memory of its own. */
	keys?: IdempotencyKeys | null;
	journal?: ExecutionJournal;
	itemMutex?: KeyedMutex;
	ownWrites?: OwnWrites;
	confirmedLevels?: ConfirmedLevels;
	progress?: RunContext['progress'];
}

export function rawRow({ sku, id, amount, direction, key, fault, options }: TestRow): RawRow {
	return {
		item: id === undefined ? { by: 'sku', cell: sku } : { by: 'id', cell: id },
		amount,
		direction,
		key,
		options: options ?? {},
		fault: fault ?? null,
	};
}

/** For runs that are not tried again. */
const NO_JOURNAL: ExecutionJournal = { recall: () => null, note: () => {}, erase: () => {} };

export async function run(
	shop: Pick<Shop, 'platform' | 'clock'>,
	{ operation, rows, options, stopOnFailure = false, ...context }: TestRun,
): Promise<RunReport> {
	const { numberFormat } = parseRunOptions(options ?? {}).options;
	const parsed = rows.map((row, index) => {
		const raw = rawRow({ ...row, options: { ...options, ...row.options } });
		return parseRow(raw, index, operation, numberFormat);
	});
	return await runInventory(
		{
			operation,
			rows: parsed,
			options: parseRunOptions(options ?? {}).options,
			stopOnFailure,
			earlier: [],
		},
		{
			platform: shop.platform,
			clock: shop.clock,
			signal: NEVER,
			keys: keysOn(new MemoryTokens()),
			journal: NO_JOURNAL,
			itemMutex: new KeyedMutex(),
			ownWrites: new OwnWrites(),
			confirmedLevels: new ConfirmedLevels(),
			timeOf: (time) => new Date(time).toISOString().slice(11, 16),
			progress: () => {},
			...definedIn(context),
		},
	);
}

/** What planning needs where no level is remembered. */
export const NO_LEVELS = {
	confirmedLevels: new ConfirmedLevels(),
	trustSince: Number.POSITIVE_INFINITY,
	timeOf: () => '09:02',
	progress: () => {},
};

function definedIn<T extends object>(some: T): T {
	return Object.fromEntries(Object.entries(some).filter(([, value]) => value !== undefined)) as T;
}

export function statuses({ results }: RunReport): Array<RowResult['status']> {
	return results.map(({ status }) => status);
}
