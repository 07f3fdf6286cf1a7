/** Runs in a row, with keys and every option, come to what the rules say they do. */
import fc from 'fast-check';
import { InstantClock } from '../../../support/clock.mts';
import { keysOn, MemoryTokens } from '../../../support/memory.mts';
import { MemoryShop } from '../../../support/memory-shop.mts';
import { Model, type ModelOptions, type ModelRow, type ModelRun } from '../../../support/model.mts';
import { run, statuses } from '../../../support/run.mts';

const ITEMS = [
	{ id: '1', sku: 'A', quantity: 5 },
	{ id: '2', sku: 'B', quantity: 3 },
	{ id: '3', sku: 'U', quantity: 0, unlimited: true },
	{ id: '4', sku: 'DOUBLE', quantity: 1 },
	{ id: '5', sku: 'DOUBLE', quantity: 1 },
];

const row: fc.Arbitrary<ModelRow> = fc.record({
	sku: fc.constantFrom('A', 'A', 'A', 'B', 'B', 'U', 'NOPE', 'DOUBLE'),
	amount: fc.constantFrom<ModelRow['amount'][]>(
		...[0, 1, -1, 2, -2, 3, -3, 5, -7, 10],
		...(['', 'n/a', '1.000', '1,000'] as const),
	),
	direction: fc.constantFrom('asSigned', 'asSigned', 'asSigned', 'takeAway', 'add'),
	key: fc.constantFrom(null, null, 'k', 'l', 'm'),
	options: fc.constantFrom<Array<Partial<ModelOptions>>>(
		{},
		{},
		{},
		{ belowZero: 'refuse' },
		{ onlyIfQuantityIs: 5 },
		{ blankQuantity: 'fail' },
		{ safetyStock: 1 },
		{ levelWhenCounted: 4 },
	),
});

const options: fc.Arbitrary<ModelOptions> = fc.record({
	belowZero: fc.constantFrom('allow', 'refuse', 'stopAtZero'),
	unlimitedStock: fc.constantFrom('refuse', 'skip', 'convert'),
	sameItemRows: fc.constantFrom('combine', 'sum', 'last', 'fail'),
	blankQuantity: fc.constantFrom('skip', 'fail'),
	onlyIfQuantityIs: fc.constantFrom<Array<'' | number>>('', '', '', 5, 3),
	safetyStock: fc.constantFrom<Array<'' | number>>('', '', 2, 0),
	maxQuantity: fc.constantFrom<Array<'' | number>>('', '', 4),
	levelWhenCounted: fc.constantFrom<Array<'' | number>>('', '', '', 5),
	numberFormat: fc.constantFrom('plain', 'plain', 'commaThousands', 'pointThousands'),
	dryRun: fc.constantFrom(false, false, false, true),
	checkFirst: fc.boolean(),
	writeUnchanged: fc.boolean(),
});

const runs: fc.Arbitrary<ModelRun[]> = fc.array(
	fc.record({
		operation: fc.constantFrom('setQuantity', 'adjustByDelta', 'adjustByDelta'),
		rows: fc.array(row, { maxLength: 7 }),
		options,
	}),
	{ minLength: 1, maxLength: 4 },
);

test('every row ends as the rules say, and so does every level', async () => {
	await fc.assert(
		fc.asyncProperty(runs, fc.boolean(), async (all, atomicDelta) => {
			// A service without deltas of its own knows no unlimited stock either.
			const items = ITEMS.map((item) => ({ ...item, unlimited: atomicDelta && item.unlimited }));
			const clock = new InstantClock();
			const shop = new MemoryShop(items, () => clock.now(), { atomicDelta });
			const tokens = new MemoryTokens();
			const counted = items.filter(({ sku }) => sku !== 'DOUBLE');
			const model = new Model(
				new Map(counted.map(({ sku, quantity, unlimited }) => [sku, unlimited ? null : quantity])),
				atomicDelta,
			);
			for (const one of all) {
				const expected = model.run(one);
				const report = await run(
					{ platform: shop, clock },
					{ ...one, options: { ...one.options }, keys: keysOn(tokens) },
				);
				expect(statuses(report)).toStrictEqual(expected);
				for (const { id, sku } of counted)
					expect(shop.level(id).quantity).toBe(model.levels.get(sku));
				for (const { status, message } of report.results)
					expect(status === 'updated' || message !== null).toBe(true);
			}
		}),
		{ numRuns: 500 },
	);
});
