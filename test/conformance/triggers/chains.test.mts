/** Whatever is sold, written and polled, what is told makes a chain that ends with the levels of the polled. */
import fc from 'fast-check';
import type { StockChange } from '../../../inventory/triggers/stock-events.ts';
import { goods, MINUTE, NO_DEADLINE, PolledShop, POLLED } from './polled-shop.mts';

test('whatever changes and whenever it is polled, the differences of an item make a chain', async () => {
	const step = fc.oneof(
		{ weight: 3, arbitrary: fc.record({ sku: fc.nat(4), delta: fc.integer({ min: -9, max: 9 }) }) },
		{ weight: 2, arbitrary: fc.constant('poll' as const) },
		{ weight: 1, arbitrary: fc.constant('hour' as const) },
		{ weight: 1, arbitrary: fc.constant('short poll' as const) },
	);
	await fc.assert(
		fc.asyncProperty(fc.constantFrom(...POLLED), fc.array(step), async (service, steps) => {
			const polled = new PolledShop(service, goods(5));
			const seen: StockChange[] = [];
			await polled.poll();
			for (const one of [...steps, 'poll', 'poll']) {
				if (one === 'hour') polled.shop.clock.pass(60 * MINUTE);
				else if (typeof one === 'object') polled.sell(`S${one.sku}`, one.delta);
				else seen.push(...(await polled.poll(one === 'poll' ? NO_DEADLINE : 0)).changes);
			}
			for (const { sku, quantity } of polled.shop.sandbox[service].stock()) {
				let level: number | null = 50;
				let changes = 0;
				for (const { difference } of seen.filter(({ item }) => item.sku === sku)) {
					expect(difference.from).toBe(level);
					expect(difference.to).not.toBe(level);
					expect(difference.changes).toBe(changes + 1);
					level = difference.to;
					({ changes } = difference);
				}
				expect(level).toBe(quantity);
			}
		}),
		{ numRuns: 60 },
	);
}, 60_000);
