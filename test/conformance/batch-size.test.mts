/**
 * From how many writes on a batch pays at Ecwid: measured on the sandbox's clock, where a request waits as long as
 * Ecwid's limit asks, an answer takes a fifth of a second, and an item of a batch twenty milliseconds.
 */
import { PAYS_FROM } from '../../platforms/ecwid/batch.ts';
import { run } from '../support/run.mts';
import { openShop } from '../support/shops.mts';

interface Measured {
	requests: number;
	ms: number;
}

async function measure(writes: number, kind: 'set' | 'delta', batched: boolean): Promise<Measured> {
	const shop = openShop('ecwid', { latency: 200 });
	const products = Array.from({ length: writes }, (_, n) => ({
		name: `N${n}`,
		sku: `S${n}`,
		quantity: 5,
	}));
	shop.sandbox.seed({ ecwid: products });
	const { capabilities } = shop.platform;
	const batchPaysFrom = batched ? 2 : Number.POSITIVE_INFINITY;
	Object.assign(shop.platform, { capabilities: { ...capabilities, batchPaysFrom } });
	const rows = shop.sandbox.ecwid
		.stock()
		.map(({ itemId }) => ({ id: String(itemId), amount: kind === 'set' ? 7 : 1 }));
	const startedAt = shop.clock.now();
	const report = await run(shop, {
		operation: kind === 'set' ? 'setQuantity' : 'adjustByDelta',
		rows,
		options: { checkFirst: false },
	});
	expect(new Set(report.results.map(({ status }) => status))).toStrictEqual(new Set(['updated']));
	const log = shop.sandbox.log.all().filter(({ path }) => !path.startsWith('batch'));
	return { requests: log.length, ms: shop.clock.now() - startedAt };
}

test.each(['set', 'delta'] as const)('a batch saves requests: %s', async (kind) => {
	const alone = await measure(PAYS_FROM, kind, false);
	const together = await measure(PAYS_FROM, kind, true);
	expect(together.ms).toBeLessThan(alone.ms);
	expect(together.requests).toBeLessThan(alone.requests);
});

test('two sets are sent one by one, as a batch would save nothing', async () => {
	const alone = await measure(2, 'set', false);
	const together = await measure(2, 'set', true);
	expect(alone.ms).toBeLessThan(together.ms);
	expect(alone.requests).toBe(together.requests);
});

test.each([
	['set', 100, 2],
	['delta', 100, 4],
] as const)('%s: %d writes cost %d requests', async (kind, writes, requests) => {
	expect((await measure(writes, kind, true)).requests).toBe(requests);
});
