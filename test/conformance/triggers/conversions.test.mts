/**
 * Own writes make items unlimited and counted again, between sales by others: triggers report each sale as one change, and no
 * own write. A write that starts or ends counting has no amount to add up, so each step is checked by itself.
 */
import fc from 'fast-check';
import type { WriteOperation } from '../../../inventory/model/change.ts';
import type { StockChange } from '../../../inventory/triggers/stock-events.ts';
import { run } from '../../support/run.mts';
import type { Shop } from '../../support/shops.mts';
import { CalledShop } from './called-shop.mts';
import { goods, MINUTE, PolledShop } from './polled-shop.mts';

type Told = Array<[from: unknown, to: unknown]>;

const step = fc.oneof(
	{ weight: 3, arbitrary: fc.record({ sold: fc.integer({ min: 1, max: 3 }) }) },
	fc.record({ set: fc.integer({ min: 40, max: 60 }) }),
	fc.record({ adjusted: fc.integer({ min: -3, max: 3 }) }),
	{ weight: 2, arbitrary: fc.constant('made unlimited' as const) },
);
type Watched = Pick<PolledShop | CalledShop, 'shop' | 'own'>;
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Takes one step in a shop whose only item is at `level`. Returns the changes that a trigger has to report. */
async function take(
	one: Step,
	{ shop, own: ownWrites }: Watched,
	level: number | null,
): Promise<Told> {
	if (typeof one === 'object' && 'sold' in one) {
		if (level === null) return [];
		shop.sandbox.change(serviceOf(shop), { sku: 'S0', delta: -one.sold });
		return [[level, level - one.sold]];
	}
	const [operation, amount]: [WriteOperation, number] =
		one === 'made unlimited'
			? ['setUnlimited', 0]
			: 'set' in one
				? ['setQuantity', one.set]
				: ['adjustByDelta', one.adjusted];
	const options = { unlimitedStock: 'convert' as const };
	const { results } = await run(shop, {
		operation,
		rows: [{ sku: 'S0', amount }],
		options,
		ownWrites,
	});
	const isRefused = level === null && operation === 'adjustByDelta' && amount !== 0;
	expect(results[0].status).toMatch(isRefused ? /failed/ : /updated|unchanged/);
	return [];
}

const serviceOf = ({ platform }: Shop): 'webflow' | 'ecwid' =>
	platform.name === 'webflow' ? 'webflow' : 'ecwid';

function levelOf(shop: Shop): number | null {
	const [{ quantity, unlimited }] = shop.sandbox[serviceOf(shop)].stock();
	return unlimited ? null : quantity;
}

const toldOf = (changes: StockChange[]): Told =>
	changes.map(({ difference: { from, to } }) => [from, to]);

test('polls report what others sold between own writes that start and end counting, and nothing else', async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
			const polled = new PolledShop('ecwid', goods(1));
			await polled.poll();
			for (const one of steps) {
				const due = await take(one, polled, levelOf(polled.shop));
				expect(toldOf((await polled.poll()).changes)).toStrictEqual(due);
			}
		}),
		{ numRuns: 100 },
	);
}, 60_000);

test('calls report what others sold between own writes that start and end counting, and nothing else', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.boolean(),
			fc.array(step, { minLength: 1, maxLength: 10 }),
			async (echo, steps) => {
				const called = new CalledShop(goods(1));
				Object.assign(called.shop.sandbox.webflow.switches, { echo });
				called.isQuick = true;
				await called.listen();
				called.sell('S0');
				await called.settled();
				const told: Told = [];
				called.onChange = (change) => void told.push(...toldOf([change]));
				for (const one of steps) {
					const due = await take(one, called, levelOf(called.shop));
					await called.settled();
					expect(told.splice(0)).toStrictEqual(due);
					// If own writes cause no call, the next call could be a late one from before the write, for some minutes.
					if (!echo) called.shop.clock.pass(3 * MINUTE);
				}
			},
		),
		{ numRuns: 100 },
	);
}, 60_000);
