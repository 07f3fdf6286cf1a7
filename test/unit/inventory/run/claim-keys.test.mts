/** Rows with keys, through the plan and the requests. */
import type { WriteOutcome } from '../../../../inventory/model/platform.ts';
import { InstantClock } from '../../../support/clock.mts';
import { Bench, LOST, REFUSED } from '../../../support/keyed-shop.mts';
import { keysOn, MemoryTokens } from '../../../support/memory.mts';
import { MemoryShop } from '../../../support/memory-shop.mts';
import { run, statuses } from '../../../support/run.mts';

describe('a second run with the same keys', () => {
	test('a second run with the same keys sends nothing that was applied', async () => {
		const bench = new Bench();
		const rows = [
			{ sku: 'A', amount: -1, key: 'order 1' },
			{ sku: 'B', amount: -2, key: 'order 1' },
		];
		expect(statuses(await bench.run(rows))).toStrictEqual(['updated', 'updated']);
		const { results } = await bench.run(rows);
		expect(results.map(({ status }) => status)).toStrictEqual(['duplicate', 'duplicate']);
		expect(results[0].message).toContain('already applied to this item');
		expect(bench.shop.writes).toHaveLength(2);
	});

	test('a second run with the same keys sends what was refused', async () => {
		const bench = new Bench();
		bench.shop.answers.push(REFUSED);
		const rows = [{ sku: 'A', amount: -1, key: 'k' }];
		expect(statuses(await bench.run(rows))).toStrictEqual(['failed']);
		expect(statuses(await bench.run(rows))).toStrictEqual(['updated']);
	});

	test('a second run with the same keys leaves alone what nobody can tell', async () => {
		const bench = new Bench();
		bench.shop.answers.push(LOST);
		const rows = [{ sku: 'A', amount: -1, key: 'k' }];
		expect(statuses(await bench.run(rows))).toStrictEqual(['unknown']);
		const { results } = await bench.run(rows);
		expect(results[0]).toMatchObject({ status: 'unknown' });
		expect(results[0].message).toContain('An earlier run sent a row with this key');
		expect(bench.shop.writes).toHaveLength(1);
	});

	test('a second run with the same keys refuses another amount', async () => {
		const bench = new Bench();
		await bench.run([{ sku: 'A', amount: -1, key: 'k' }]);
		const { results } = await bench.run([{ sku: 'A', amount: -2, key: 'k' }]);
		expect(results[0]).toMatchObject({ status: 'failed' });
		expect(results[0].message).toContain('with another amount');
		expect(bench.shop.writes).toHaveLength(1);
	});

	test('a second run with the same keys sends what a stopped run left out', async () => {
		const bench = new Bench();
		bench.shop.answers.push(REFUSED);
		const rows = [
			{ sku: 'A', amount: -1, key: 'k' },
			{ sku: 'B', amount: -1, key: 'k' },
		];
		expect(statuses(await bench.run(rows, { stopOnFailure: true }))).toStrictEqual([
			'failed',
			'notAttempted',
		]);
		expect(bench.tokens.tokens.size).toBe(0);
		expect(statuses(await bench.run(rows))).toStrictEqual(['updated', 'updated']);
	});
});

describe('rows of one item', () => {
	test('a row that was applied before leaves the sum', async () => {
		const bench = new Bench();
		await bench.run([{ sku: 'A', amount: -1, key: 'line 1' }]);
		const { results } = await bench.run([
			{ sku: 'A', amount: -1, key: 'line 1' },
			{ sku: 'A', amount: -2, key: 'line 2' },
			{ sku: 'A', amount: -3, key: 'line 1' },
			{ sku: 'A', amount: 1 },
		]);
		// Row 3 conflicts with row 1 whatever was applied before.
		expect(results.map(({ status }) => status)).toStrictEqual([
			'duplicate',
			'updated',
			'failed',
			'updated',
		]);
		expect(bench.shop.writes.at(-1)).toMatchObject({ delta: -1 });
		expect(results[1]).toMatchObject({ before: { quantity: 4 }, after: { quantity: 3 } });
	});

	test('a row that repeats one applied before is a duplicate as well', async () => {
		const bench = new Bench();
		const row = { sku: 'A', amount: -1, key: 'k' };
		await bench.run([row]);
		const { results } = await bench.run([row, row]);
		expect(results.map(({ status }) => status)).toStrictEqual(['duplicate', 'duplicate']);
		expect(results[1].warnings.join()).toContain('add the line number to the key');
	});

	test('a sum of zero uses its keys up', async () => {
		const bench = new Bench();
		const rows = [
			{ sku: 'A', amount: -2, key: 'sale' },
			{ sku: 'A', amount: 2, key: 'return' },
		];
		expect(statuses(await bench.run(rows))).toStrictEqual(['unchanged', 'unchanged']);
		expect(statuses(await bench.run(rows))).toStrictEqual(['duplicate', 'duplicate']);
		expect(bench.shop.writes).toHaveLength(0);
	});

	test('what is left of a sum of zero is sent', async () => {
		const bench = new Bench();
		await bench.run([{ sku: 'A', amount: -2, key: 'sale' }]);
		const report = await bench.run([
			{ sku: 'A', amount: -2, key: 'sale' },
			{ sku: 'A', amount: 2, key: 'return' },
		]);
		expect(statuses(report)).toStrictEqual(['duplicate', 'updated']);
		expect(bench.level('1')).toBe(5);
	});

	test('a delta of 0 uses no key up', async () => {
		const bench = new Bench();
		expect(statuses(await bench.run([{ sku: 'A', amount: 0, key: 'k' }]))).toStrictEqual([
			'unchanged',
		]);
		expect(bench.tokens.calls).toHaveLength(0);
		expect(statuses(await bench.run([{ sku: 'A', amount: -1, key: 'k' }]))).toStrictEqual([
			'updated',
		]);
	});

	test.each([
		[0, -1],
		[-1, 0],
	])('a delta of 0 is no other amount of its key (%d, then %d)', async (first, second) => {
		const bench = new Bench();
		const rows = [first, second].map((amount) => ({ sku: 'A', amount, key: 'k' }));
		expect(statuses(await bench.run(rows))).toStrictEqual(['updated', 'updated']);
	});
});

describe('a guard looks at what is still to be moved', () => {
	test.each(['refuse', 'stopAtZero'])(
		'Below Zero: %s meets a row that was applied before',
		async (belowZero) => {
			const bench = new Bench();
			const rows = [{ sku: 'A', amount: -4, key: 'k' }];
			expect(statuses(await bench.run(rows, { options: { belowZero } }))).toStrictEqual([
				'updated',
			]);
			expect(statuses(await bench.run(rows, { options: { belowZero } }))).toStrictEqual([
				'duplicate',
			]);
			expect(bench.level('1')).toBe(1);
		},
	);

	test('a sum that only an applied row makes too large goes through without it', async () => {
		const bench = new Bench();
		await bench.run([{ sku: 'A', amount: -4, key: 'line 1' }]);
		const report = await bench.run(
			[
				{ sku: 'A', amount: -4, key: 'line 1' },
				{ sku: 'A', amount: -1, key: 'line 2' },
			],
			{ options: { belowZero: 'refuse' } },
		);
		expect(statuses(report)).toStrictEqual(['duplicate', 'updated']);
		expect(bench.level('1')).toBe(0);
	});

	test('a guard that refuses a row leaves no key in the memory', async () => {
		const bench = new Bench();
		const rows = [{ sku: 'A', amount: -9, key: 'k' }];
		const options = { belowZero: 'refuse' };
		expect(statuses(await bench.run(rows, { options }))).toStrictEqual(['failed']);
		expect(bench.tokens.tokens.size).toBe(0);
	});

	test('unlimited stock that is refused leaves no key in the memory', async () => {
		const bench = new Bench();
		const report = await bench.run([{ sku: 'U', amount: -1, key: 'k' }]);
		expect(statuses(report)).toStrictEqual(['failed']);
		expect(bench.tokens.tokens.size).toBe(0);
	});

	test('nothing left to take leaves no key in the memory: after a restock the row counts', async () => {
		const bench = new Bench();
		bench.shop.items[0].quantity = 0;
		const rows = [{ sku: 'A', amount: -1, key: 'k' }];
		const options = { belowZero: 'stopAtZero' };
		expect(statuses(await bench.run(rows, { options }))).toStrictEqual(['unchanged']);
		bench.shop.items[0].quantity = 3;
		expect(statuses(await bench.run(rows, { options }))).toStrictEqual(['updated']);
	});

	test('Only If Quantity Is meets a row that was applied before', async () => {
		const bench = new Bench();
		const rows = [{ sku: 'A', amount: -1, key: 'k', options: { onlyIfQuantityIs: 5 } }];
		expect(statuses(await bench.run(rows))).toStrictEqual(['updated']);
		expect(statuses(await bench.run(rows))).toStrictEqual(['duplicate']);
	});
});

describe('a memory that does not work', () => {
	test('a memory that was never there fails the rows with keys, and no others', async () => {
		const bench = new Bench();
		const report = await bench.run(
			[
				{ sku: 'A', amount: -1, key: 'k' },
				{ sku: 'A', amount: -1 },
				{ sku: 'B', amount: 0, key: 'k' },
			],
			{ keys: null },
		);
		expect(statuses(report)).toStrictEqual(['failed', 'updated', 'unchanged']);
		expect(report.results[0].message).toContain('Save it');
		expect(bench.level('1')).toBe(4);
	});

	test('a memory that cannot record keeps the row from being sent', async () => {
		const bench = new Bench();
		bench.tokens.failing = 'record';
		const { results } = await bench.run([{ sku: 'A', amount: -1, key: 'k' }]);
		expect(results[0]).toMatchObject({ status: 'failed' });
		expect(results[0].message).toContain('could not record the key');
		expect(bench.shop.writes).toHaveLength(0);
	});

	test('a memory that cannot take back says so', async () => {
		const bench = new Bench();
		bench.tokens.failing = 'remove';
		const { results } = await bench.run([{ sku: 'A', amount: -1, key: 'k' }]);
		expect(results[0]).toMatchObject({ status: 'updated' });
		expect(results[0].warnings.join()).toContain('could not record the outcome of this key');
	});
});

test('what is left of many rows is read back as a short run is, where keys took the others out', async () => {
	const clock = new InstantClock();
	const items = Array.from({ length: 30 }, (_, n) => ({ id: `${n}`, sku: `S${n}`, quantity: 5 }));
	const shop = new MemoryShop(items, () => clock.now(), { batch: 500, batchPaysFrom: 10 });
	const write = shop.write.bind(shop);
	shop.write = async (changes) =>
		(await write(changes)).map((outcome) => ({ ...outcome, level: null }) as WriteOutcome);
	const tokens = new MemoryTokens();
	const apply = async (count: number) =>
		await run(
			{ platform: shop, clock },
			{
				operation: 'adjustByDelta',
				rows: items.slice(0, count).map(({ sku }) => ({ sku, amount: -1, key: 'k' })),
				keys: keysOn(tokens),
			},
		);
	const levels = ({ results }: Awaited<ReturnType<typeof apply>>) =>
		results.map(({ after }) => after?.quantity ?? null);
	expect(levels(await apply(21))).toStrictEqual(Array(21).fill(null));
	const second = await apply(30);
	expect(statuses(second)).toStrictEqual([
		...Array<string>(21).fill('duplicate'),
		...Array<string>(9).fill('updated'),
	]);
	expect(levels(second).slice(21)).toStrictEqual(Array(9).fill(4));
});

test('a dry run asks for no keys, and says so', async () => {
	const bench = new Bench();
	const { results } = await bench.run([{ sku: 'A', amount: -1, key: 'k' }], {
		options: { dryRun: true },
	});
	expect(results[0]).toMatchObject({ status: 'planned' });
	expect(results[0].message).toContain('does not look up which keys');
	expect(bench.tokens.calls).toHaveLength(0);
});

test('a dry run says so of a row it finds nothing to write for, which may have been applied', async () => {
	const bench = new Bench();
	const { results } = await bench.run([{ sku: 'A', amount: -99, key: 'k' }], {
		options: { dryRun: true, belowZero: 'refuse' },
	});
	expect(results[0]).toMatchObject({ status: 'failed' });
	expect(results[0].message).toContain('does not look up which keys');
});

test('a dry run tells a row that would count once from the one that would be written', async () => {
	const bench = new Bench();
	const rows = [1, 2].map(() => ({ sku: 'A', amount: -1, key: 'k' }));
	const { results, planned } = await bench.run(rows, { options: { dryRun: true } });
	expect(planned).toBe(1);
	expect(results.map(({ status }) => status)).toStrictEqual(['planned', 'duplicate']);
	expect(results[1].warnings.join()).toContain('add the line number to the key');
});

test('keys are recorded request by request: a process that dies leaves only the row on its way open', async () => {
	const bench = new Bench();
	const write = bench.shop.write.bind(bench.shop);
	const died = new Promise<void>((resolve) => {
		bench.shop.write = async (changes) => {
			const outcomes = await write(changes);
			if (bench.shop.writes.length < 2) return outcomes;
			resolve();
			return await new Promise(() => {});
		};
	});
	const two = [
		{ sku: 'A', amount: -1, key: 'a' },
		{ sku: 'B', amount: -1, key: 'b' },
	];
	void bench.run(two);
	await died;
	bench.shop.write = write;
	const again = await bench.run([...two, { sku: 'B', amount: -3, key: 'c' }]);
	expect(statuses(again)).toStrictEqual(['duplicate', 'unknown', 'updated']);
	expect([bench.level('1'), bench.level('2')]).toStrictEqual([4, 6]);
});

test('a bug in the program itself leaves no key held, and no row without a message', async () => {
	const bench = new Bench();
	const inFlight = new Map();
	bench.shop.write = async () => {
		throw new RangeError('Invalid time value');
	};
	const report = await bench.run(
		[
			{ sku: 'A', amount: -1, key: 'a' },
			{ sku: 'B', amount: -1, key: 'b' },
		],
		{ keys: keysOn(bench.tokens, inFlight) },
	);
	expect(statuses(report)).toStrictEqual(['unknown', 'notAttempted']);
	expect(report.results[0].message).toContain('Invalid time value');
	expect(report.abort).toMatchObject({ kind: 'run' });
	expect(inFlight.size).toBe(0);
	expect(bench.tokens.tokens.size).toBe(3);
});

test('a memory that cannot take back what asking left says so, and sends what is new', async () => {
	const bench = new Bench();
	await bench.run([{ sku: 'A', amount: -1, key: 'a' }]);
	bench.tokens.failing = 'remove';
	const { results } = await bench.run([
		{ sku: 'A', amount: -1, key: 'a' },
		{ sku: 'B', amount: -1, key: 'b' },
	]);
	expect(results.map(({ status }) => status)).toStrictEqual(['duplicate', 'updated']);
	expect(results[0].warnings.join()).toContain('could not release the key');
});

test('a level from a list is no reason to refuse what is left of a sum', async () => {
	const bench = new Bench();
	const options = { belowZero: 'refuse' };
	await bench.run([{ sku: 'A', amount: 5, key: 'restock' }]);
	// The list lags: it still shows 2, where there are 15.
	bench.shop.items[0].quantity = 15;
	const read = bench.shop.read.bind(bench.shop);
	bench.shop.read = async (items, mode) => {
		if (mode === 'byId') return await read(items, mode);
		return items.map((item) => ({
			kind: 'level',
			item,
			reading: { ...bench.shop.level('1'), quantity: 2, source: 'list', at: bench.clock.now() },
		}));
	};
	const report = await bench.run(
		[
			{ sku: 'A', amount: 5, key: 'restock' },
			{ sku: 'A', amount: -3, key: 'sale' },
		],
		{ options },
	);
	expect(statuses(report)).toStrictEqual(['duplicate', 'updated']);
	expect(bench.level('1')).toBe(12);
});

describe('two runs at the same time, in one process', () => {
	test.each([
		['the same keys', ['k', 'k'], 4],
		['other keys', ['k', 'l'], 3],
	])('two runs at the same time, in one process, share their keys: %s', async (_, keys, level) => {
		const bench = new Bench();
		const inFlight = new Map();
		const reports = await Promise.all(
			keys.map(
				async (key) =>
					await bench.run([{ sku: 'A', amount: -1, key }], {
						keys: keysOn(bench.tokens, inFlight),
					}),
			),
		);
		expect(reports.flatMap(statuses).sort()).toStrictEqual(
			level === 4 ? ['duplicate', 'updated'] : ['updated', 'updated'],
		);
		expect(bench.level('1')).toBe(level);
	});
});
