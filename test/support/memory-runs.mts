/** Runs of the engine on a shop in memory, one or several, and the ways in which a write may end. */
import type { RunContext } from '../../inventory/run/run-context.ts';
import type { RunReport } from '../../inventory/run/run.ts';
import type { Capabilities, WriteOutcome } from '../../inventory/model/platform.ts';
import type { WriteOperation } from '../../inventory/model/change.ts';
import { InstantClock } from './clock.mts';
import { keysOn, MemoryTokens } from './memory.mts';
import { MemoryShop, type MemoryItem } from './memory-shop.mts';
import { run, type TestRow, type TestRun } from './run.mts';

/** A shop and a memory of keys that several runs share. */
export class MemoryRuns {
	readonly clock = new InstantClock();
	readonly shop: MemoryShop;
	readonly tokens = new MemoryTokens();

	constructor(
		items: MemoryItem[] = [
			{ id: '1', sku: 'A', quantity: 5 },
			{ id: '2', sku: 'B', quantity: 10 },
			{ id: '3', sku: 'U', quantity: 0, unlimited: true },
		],
		capabilities?: Partial<Capabilities>,
	) {
		this.shop = new MemoryShop(items, () => this.clock.now(), capabilities);
	}

	async run(rows: TestRow[], some: Partial<TestRun> = {}): Promise<RunReport> {
		return await run(
			{ platform: this.shop, clock: this.clock },
			{ operation: 'adjustByDelta', rows, keys: keysOn(this.tokens), ...some },
		);
	}

	level(id: string): number | null {
		return this.shop.level(id).quantity;
	}
}

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

/** One run: `answers` are what its first writes are told, `prepare` changes the shop before. */
export async function runOnce({
	items = [
		{ id: '1', sku: 'A', quantity: 50 },
		{ id: '2', sku: 'B', quantity: 10 },
		{ id: '3', sku: 'C', quantity: 3 },
	],
	operation = 'adjustByDelta',
	rows,
	stop = false,
	capabilities,
	fromList,
	answers = [],
	prepare,
	...some
}: Setup) {
	const runs = new MemoryRuns(items, capabilities);
	const { shop, clock } = runs;
	// Levels are read by ID unless a test says otherwise: only such a reading can be compared with.
	const read = shop.read.bind(shop);
	shop.read = async (some_) => await read(some_, fromList ? 'cheapest' : 'byId');
	shop.answers.push(...answers);
	prepare?.(shop, clock);
	const report = await runs.run(rows, { operation, stopOnFailure: stop, ...some });
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
