/**
 * Runs of the engine as tests write them: rows as short records, results by row.
 */
import { noJournal, type Journal } from '../../inventory/memory/execution-journal.ts';
import type { Room } from '../../inventory/run/prepare-write.ts';
import type { LevelMemory } from '../../inventory/memory/confirmed-levels.ts';
import type { OwnWrites } from '../../inventory/triggers/own-writes.ts';
import type { Keys } from '../../inventory/memory/idempotency-keys.ts';
import { parseRow, parseRunOptions, type RawRow } from '../../inventory/rows/row.ts';
import { runStock, type RunReport } from '../../inventory/run/run.ts';
import type { Ending } from '../../inventory/model/row-result.ts';
import type { WriteOperation } from '../../inventory/model/change.ts';
import { Turns } from '../../inventory/memory/keyed-mutex.ts';
import { keysOn, MemoryTokens } from './memory.mts';
import type { Shop } from './shops.mts';

export interface TestRow {
	sku?: unknown;
	id?: unknown;
	amount?: unknown;
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
	keys?: Keys | null;
	journal?: Journal;
	turns?: Turns;
	ownWrites?: OwnWrites;
	levels?: LevelMemory;
	progress?: Room['progress'];
}

export function rawRow({ sku, id, amount, key, fault, options }: TestRow): RawRow {
	return {
		item: id === undefined ? { by: 'sku', cell: sku } : { by: 'id', cell: id },
		amount,
		key,
		options: options ?? {},
		fault: fault ?? null,
	};
}

export async function run(
	shop: Pick<Shop, 'platform' | 'clock'>,
	{ operation, rows, options, stopOnFailure, signal, keys, journal, turns, ...more }: TestRun,
): Promise<RunReport> {
	const parsed = rows.map((row, index) =>
		parseRow(rawRow({ ...row, options: { ...options, ...row.options } }), index, operation),
	);
	return await runStock(
		{
			operation,
			rows: parsed,
			options: parseRunOptions(options ?? {}).options,
			stopOnFailure: stopOnFailure ?? false,
		},
		{
			platform: shop.platform,
			clock: shop.clock,
			signal,
			keys: keys === undefined ? keysOn(new MemoryTokens()) : keys,
			journal: journal ?? noJournal,
			turns: turns ?? new Turns(),
			...more,
		},
	);
}

export function statuses({ endings }: RunReport): Array<Ending['status']> {
	return endings.map(({ status }) => status);
}
