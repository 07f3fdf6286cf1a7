/** What keeps a write from leaving, and what is known of it when something goes wrong on the way. */
import type { Change } from '../../../../inventory/model/change.ts';
import type { WriteOutcome } from '../../../../inventory/model/platform.ts';
import { OwnWrites, PendingWrites } from '../../../../inventory/triggers/own-writes.ts';
import { InstantClock } from '../../../support/clock.mts';
import { MemoryShop } from '../../../support/memory-shop.mts';
import { run, statuses } from '../../../support/run.mts';
import { MemoryRuns, fault, runOnce, refused } from '../../../support/memory-runs.mts';

const LATE: WriteOutcome = { kind: 'notSent', stale: true, fault };

describe('a write that could not leave while its reading was fresh', () => {
	test.each([
		['a delta that stops at zero', { amount: -5, options: { belowZero: 'stopAtZero' } }, 50, 3],
		['a delta that may not go below zero', { amount: -5, options: { belowZero: 'refuse' } }, 50, 3],
	])(
		'%s is judged again by a new reading when it could not leave while the first was fresh',
		async (_, row, __, level) => {
			const { result, shop } = await runOnce({
				rows: [{ sku: 'A', ...row }],
				answers: [LATE],
				prepare: (some) => {
					some.onRead = () => {
						if (some.reads.length === 2) some.items[0].quantity = level;
					};
				},
			});
			expect(shop.reads.length).toBeGreaterThanOrEqual(2);
			expect(shop.level('1').quantity).toBe(row.options.belowZero === 'refuse' ? 3 : 0);
			expect(result.status).toBe(row.options.belowZero === 'refuse' ? 'failed' : 'updated');
		},
	);

	test('a set under Only If Quantity Is fails when the level moved meanwhile', async () => {
		const { result, shop } = await runOnce({
			operation: 'setQuantity',
			rows: [{ sku: 'A', amount: 7, options: { onlyIfQuantityIs: 50 } }],
			answers: [LATE],
			prepare: (some) => {
				some.onRead = () => {
					if (some.reads.length === 2) some.items[0].quantity = 47;
				};
			},
		});
		expect(result).toMatchObject({ status: 'failed' });
		expect(result.message).toContain('The level is 47, not 50');
		expect(shop.level('1').quantity).toBe(47);
	});

	test('a set does not make an item counted that was made unlimited meanwhile', async () => {
		const { result, shop } = await runOnce({
			operation: 'setQuantity',
			rows: [{ sku: 'A', amount: 7 }],
			answers: [LATE],
			prepare: (some) => {
				some.onRead = () => {
					if (some.reads.length === 2) some.items[0].unlimited = true;
				};
			},
		});
		expect(result).toMatchObject({ status: 'failed' });
		expect(result.message).toContain('unlimited');
		expect(shop.level('1').unlimited).toBe(true);
	});

	test('a sum that the engine computes itself is computed again', async () => {
		const { result, shop } = await runOnce({
			rows: [{ sku: 'A', amount: -1 }],
			capabilities: { atomicDelta: false },
			answers: [LATE],
			prepare: (some) => {
				let readings = 0;
				some.onRead = () => {
					readings += 1;
					if (readings === 3) some.items[0].quantity = 47;
				};
			},
		});
		expect(result).toMatchObject({ status: 'updated', before: { quantity: 47 } });
		expect(shop.level('1').quantity).toBe(46);
	});

	test('a write that is late again and again is given up, and was not sent', async () => {
		const runs = new MemoryRuns();
		runs.shop.answers.push(...Array<WriteOutcome>(10).fill(LATE));
		const rows = [{ sku: 'A', amount: -1, key: 'k', options: { belowZero: 'refuse' } }];
		expect(statuses(await runs.run(rows))).toStrictEqual(['notAttempted']);
		expect(runs.tokens.tokens.size).toBe(0);
		expect(statuses(await runs.run(rows))).toStrictEqual(['updated']);
	});
});

describe('a reading that is older than two seconds when its write is prepared', () => {
	/** A run whose reading of B takes so long that the one of A is old when A is written. */
	const slow = async (ms: number) => {
		const clock = new InstantClock();
		const shop = new MemoryShop(
			[
				{ id: '1', sku: 'A', quantity: 5 },
				{ id: '2', sku: 'B', quantity: 5 },
			],
			() => clock.monotonic(),
		);
		shop.onRead = (id) => {
			if (id === '2' && shop.reads.length === 2) {
				clock.pass(ms);
				shop.items[0].unlimited = true;
			}
		};
		const rows = [
			{ sku: 'A', amount: 9 },
			{ sku: 'B', amount: 9 },
		];
		return {
			shop,
			report: await run({ platform: shop, clock }, { operation: 'setQuantity', rows }),
		};
	};

	test('a reading older than two seconds does not protect unlimited stock any more: the level is read again', async () => {
		const { shop, report } = await slow(2_001);
		expect(statuses(report)).toStrictEqual(['failed', 'updated']);
		expect(shop.level('1').unlimited).toBe(true);
	});

	test('a reading is still good for two seconds', async () => {
		const { shop } = await slow(2_000);
		expect(shop.reads).toStrictEqual(['1', '2']);
	});
});

test('a row whose item was replaced is not followed there under its key', async () => {
	const runs = new MemoryRuns();
	const read = runs.shop.read.bind(runs.shop);
	runs.shop.read = async (items, mode) => {
		const answers = await read(items, mode);
		if (runs.shop.reads.length !== 2) return answers;
		return answers.map((answer) =>
			answer.kind === 'level' ? { ...answer, item: { ...answer.item, itemId: '2' } } : answer,
		);
	};
	runs.shop.answers.push(LATE);
	const rows = [{ sku: 'A', amount: -1, key: 'k', options: { belowZero: 'refuse' } }];
	const report = await runs.run(rows);
	expect(statuses(report)).toStrictEqual(['failed']);
	expect(report.results[0].message).toContain('The code now belongs to another item');
	expect(runs.level('1')).toBe(5);
	expect(runs.tokens.tokens.size).toBe(0);
});

describe('a bug that is thrown', () => {
	const throwing = (runs: MemoryRuns, when: 'before' | 'after'): void => {
		const write = runs.shop.write.bind(runs.shop);
		runs.shop.write = async (changes: Change[]) => {
			if (when === 'after') await write(changes);
			throw new Error('of all things');
		};
	};

	test.each([
		['a plain delta', {}, true],
		['a delta that is looked at twice', { belowZero: 'refuse' }, true],
		['a delta that the engine adds itself', {}, false],
	])(
		'a bug that is thrown after sending leaves %s unknown and its key open',
		async (_, options, atomicDelta) => {
			const runs = new MemoryRuns();
			Object.assign(runs.shop.capabilities, { atomicDelta });
			throwing(runs, 'after');
			const rows = [{ sku: 'A', amount: -1, key: 'k', options }];
			const report = await runs.run(rows);
			expect(statuses(report)).toStrictEqual(['unknown']);
			expect(report.results[0].message).toContain('a bug in this node: of all things');
			expect(runs.tokens.tokens.size).toBeGreaterThan(0);
		},
	);

	test('a bug that is thrown after sending leaves triggers nothing to take off: they tell the change', async () => {
		const runs = new MemoryRuns();
		throwing(runs, 'after');
		const ownWrites = new OwnWrites();
		const pending = new PendingWrites();
		ownWrites.attach('trigger', pending);
		await runs.run([{ sku: 'A', amount: -1, options: { belowZero: 'refuse' } }], { ownWrites });
		expect(runs.level('1')).toBe(4);
		const now = runs.clock.monotonic();
		expect(pending.subtract({ key: '1', last: 5, reading: 4 }, now)).toBe(5);
	});

	test('a bug that is thrown while a level is read fails the row and frees its key', async () => {
		const runs = new MemoryRuns();
		runs.shop.reserve = async () => {
			throw new Error('of all things');
		};
		const rows = [{ sku: 'A', amount: -1, key: 'k', options: { belowZero: 'refuse' } }];
		runs.shop.answers.push(LATE);
		expect(statuses(await runs.run(rows))).toStrictEqual(['failed']);
		expect(runs.tokens.tokens.size).toBe(0);
	});
});

test('rows that a batch left out give the reason that stopped the run', async () => {
	const clock = new InstantClock();
	const items = Array.from({ length: 3 }, (_, n) => ({ id: `${n}`, sku: `S${n}`, quantity: 5 }));
	const shop = new MemoryShop(items, () => clock.monotonic(), { batch: 500, batchPaysFrom: 2 });
	const plan = { message: 'The plan does not allow this.', advice: 'Upgrade.', wholeRun: true };
	const leftOut: WriteOutcome = {
		kind: 'notSent',
		again: true,
		fault: { message: 'Left out.', advice: 'Run it again.' },
	};
	shop.answers.push({ kind: 'refused', fault: plan }, leftOut, leftOut);
	const rows = items.map(({ sku }) => ({ sku, amount: 9 }));
	const report = await run({ platform: shop, clock }, { operation: 'setQuantity', rows });
	expect(statuses(report)).toStrictEqual(['failed', 'notAttempted', 'notAttempted']);
	expect(report.results[2].message).toBe('The plan does not allow this. Upgrade.');
	expect(refused.kind).toBe('refused');
});
