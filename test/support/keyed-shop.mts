/** What runs with keys are tried on, and two ways in which their writes may end. */
import type { WriteOutcome } from '../../inventory/model/platform.ts';
import { InstantClock } from './clock.mts';
import { keysOn, MemoryTokens } from './memory.mts';
import { MemoryShop } from './memory-shop.mts';
import { run, type TestRow, type TestRun } from './run.mts';

const fault = { message: 'The connection broke.', advice: 'Look.' };
export const REFUSED: WriteOutcome = { kind: 'refused', fault };
export const LOST: WriteOutcome = {
	kind: 'uncertain',
	fault,
	readBack: { reads: 'once', whenShown: 'applied', whenNotShown: 'unknown' },
	sentAt: 0,
};

/** A shop and a memory of keys that several runs share. */
export class Bench {
	readonly clock = new InstantClock();
	readonly shop = new MemoryShop(
		[
			{ id: '1', sku: 'A', quantity: 5 },
			{ id: '2', sku: 'B', quantity: 10 },
			{ id: '3', sku: 'U', quantity: 0, unlimited: true },
		],
		() => this.clock.now(),
	);
	readonly tokens = new MemoryTokens();

	async run(rows: TestRow[], some: Partial<TestRun> = {}) {
		return await run(
			{ platform: this.shop, clock: this.clock },
			{ operation: 'adjustByDelta', rows, keys: keysOn(this.tokens), ...some },
		);
	}

	level(id: string): number | null {
		return this.shop.level(id).quantity;
	}
}
