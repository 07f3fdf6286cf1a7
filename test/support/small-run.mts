/** One run on a shop of three items, and the ways in which a write may end. */
import type { RunContext } from '../../inventory/run/run-context.ts';
import type { Capabilities, WriteOutcome } from '../../inventory/model/platform.ts';
import type { WriteOperation } from '../../inventory/model/change.ts';
import { InstantClock } from './clock.mts';
import { MemoryShop, type MemoryItem } from './memory-shop.mts';
import { run, type TestRow } from './run.mts';

export interface Setup {
	items?: MemoryItem[];
	operation?: WriteOperation;
	rows: TestRow[];
	options?: Record<string, unknown>;
	stop?: boolean;
	capabilities?: Partial<Capabilities>;
	/** Levels are read from a list, not by ID. */
	fromList?: boolean;
	answers?: WriteOutcome[];
	prepare?: (shop: MemoryShop, clock: InstantClock) => void;
	signal?: AbortSignal;
	progress?: RunContext['progress'];
	ownWrites?: RunContext['ownWrites'];
}

/** Runs rows against the shop; `answers` are what its first writes are told, `prepare` changes it before. */
export async function go({
	items,
	operation = 'adjustByDelta',
	rows,
	options,
	stop = false,
	capabilities,
	fromList,
	answers,
	prepare,
	signal,
	progress,
	ownWrites,
}: Setup) {
	const clock = new InstantClock();
	const shop = new MemoryShop(
		items ?? [
			{ id: '1', sku: 'A', quantity: 50 },
			{ id: '2', sku: 'B', quantity: 10 },
			{ id: '3', sku: 'C', quantity: 3 },
		],
		() => clock.now(),
		capabilities,
	);
	// Levels are read by id unless a test says otherwise: that is what may bear witness.
	const read = shop.read.bind(shop);
	shop.read = async (some) => await read(some, fromList ? 'cheapest' : 'byId');
	shop.answers.push(...(answers ?? []));
	prepare?.(shop, clock);
	const report = await run(
		{ platform: shop, clock },
		{ operation, rows, options, stopOnFailure: stop, signal, progress, ownWrites },
	);
	return { report, shop, clock, result: report.results[0] };
}

export const START = Date.parse('2026-03-02T08:00:00Z');
export const fault = { message: 'The connection broke.', advice: 'Look.' };
export const refused: WriteOutcome = { kind: 'refused', fault: { message: 'No.', advice: '' } };
export const lost = (
	otherwise: 'again' | 'failed' | 'unknown',
	looks: 'once' | 'thrice' = 'thrice',
): WriteOutcome => ({
	kind: 'uncertain',
	fault,
	readBack: { reads: looks, whenShown: 'applied', whenNotShown: otherwise },
	sentAt: START,
});
/** An answer that is lost after the shop took the write. */
export const takenAndLost = (shop: MemoryShop, otherwise: 'again' | 'unknown'): void => {
	const write = shop.write.bind(shop);
	shop.write = async (changes) => {
		const outcomes = await write(changes);
		shop.write = write;
		return outcomes.map(() => lost(otherwise));
	};
};
