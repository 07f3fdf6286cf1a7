/**
 * Rows with keys, through the plan and the requests, on the smallest shop.
 */
import type { WriteOutcome } from '../../inventory/platform.ts';
import type { PlannedWrite } from '../../inventory/plan.ts';
import { shipments } from '../../inventory/ship.ts';
import { InstantClock } from '../support/clock.mts';
import { keysOn, MemoryJournal, MemoryTokens } from '../support/memory.mts';
import { MemoryShop } from '../support/memory-shop.mts';
import { run, statuses, type TestRow, type TestRun } from '../support/run.mts';

const fault = { message: 'The connection broke.', advice: 'Look.' };
const REFUSED: WriteOutcome = { kind: 'refused', fault };
const LOST: WriteOutcome = {
	kind: 'uncertain',
	fault,
	settlement: { looks: 'once', shown: 'applied', otherwise: 'unknown' },
	sentAt: 0,
};

/** A shop and a memory of keys that several runs share. */
class Bench {
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

describe('a second run with the same keys', () => {
	test('sends nothing that was applied', async () => {
		const bench = new Bench();
		const rows = [
			{ sku: 'A', amount: -1, key: 'order 1' },
			{ sku: 'B', amount: -2, key: 'order 1' },
		];
		expect(statuses(await bench.run(rows))).toStrictEqual(['updated', 'updated']);
		const { endings } = await bench.run(rows);
		expect(endings.map(({ status }) => status)).toStrictEqual(['duplicate', 'duplicate']);
		expect(endings[0].message).toContain('applied to this item before');
		expect(bench.shop.writes).toHaveLength(2);
	});

	test('sends what was refused', async () => {
		const bench = new Bench();
		bench.shop.answers.push(REFUSED);
		const rows = [{ sku: 'A', amount: -1, key: 'k' }];
		expect(statuses(await bench.run(rows))).toStrictEqual(['failed']);
		expect(statuses(await bench.run(rows))).toStrictEqual(['updated']);
	});

	test('leaves alone what nobody can tell', async () => {
		const bench = new Bench();
		bench.shop.answers.push(LOST);
		const rows = [{ sku: 'A', amount: -1, key: 'k' }];
		expect(statuses(await bench.run(rows))).toStrictEqual(['unknown']);
		const { endings } = await bench.run(rows);
		expect(endings[0]).toMatchObject({ status: 'unknown' });
		expect(endings[0].message).toContain('An earlier run sent this key');
		expect(bench.shop.writes).toHaveLength(1);
	});

	test('refuses another amount', async () => {
		const bench = new Bench();
		await bench.run([{ sku: 'A', amount: -1, key: 'k' }]);
		const { endings } = await bench.run([{ sku: 'A', amount: -2, key: 'k' }]);
		expect(endings[0]).toMatchObject({ status: 'failed' });
		expect(endings[0].message).toContain('with another amount');
		expect(bench.shop.writes).toHaveLength(1);
	});

	test('sends what a stopped run left out', async () => {
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
	test('what was applied before leaves the sum', async () => {
		const bench = new Bench();
		await bench.run([{ sku: 'A', amount: -1, key: 'line 1' }]);
		const { endings } = await bench.run([
			{ sku: 'A', amount: -1, key: 'line 1' },
			{ sku: 'A', amount: -2, key: 'line 2' },
			{ sku: 'A', amount: -3, key: 'line 1' },
			{ sku: 'A', amount: 1 },
		]);
		// Row 3 conflicts with row 1 whatever was applied before.
		expect(endings.map(({ status }) => status)).toStrictEqual([
			'duplicate',
			'updated',
			'failed',
			'updated',
		]);
		expect(bench.shop.writes.at(-1)).toMatchObject({ delta: -1 });
		expect(endings[1]).toMatchObject({ before: { quantity: 4 }, after: { quantity: 3 } });
	});

	test('a twin of what was applied before is a duplicate as well', async () => {
		const bench = new Bench();
		const row = { sku: 'A', amount: -1, key: 'k' };
		await bench.run([row]);
		const { endings } = await bench.run([row, row]);
		expect(endings.map(({ status }) => status)).toStrictEqual(['duplicate', 'duplicate']);
		expect(endings[1].warnings.join()).toContain('add the line number to the key');
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

	test('what it refuses leaves no key behind', async () => {
		const bench = new Bench();
		const rows = [{ sku: 'A', amount: -9, key: 'k' }];
		const options = { belowZero: 'refuse' };
		expect(statuses(await bench.run(rows, { options }))).toStrictEqual(['failed']);
		expect(bench.tokens.tokens.size).toBe(0);
	});

	test('unlimited stock that is refused leaves no key behind', async () => {
		const bench = new Bench();
		const report = await bench.run([{ sku: 'U', amount: -1, key: 'k' }]);
		expect(statuses(report)).toStrictEqual(['failed']);
		expect(bench.tokens.tokens.size).toBe(0);
	});

	test('nothing left to take leaves no key behind: after a restock the row counts', async () => {
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
	test('that was never there fails the rows with keys, and no others', async () => {
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
		expect(report.endings[0].message).toContain('Save it');
		expect(bench.level('1')).toBe(4);
	});

	test('that cannot record keeps the row from being sent', async () => {
		const bench = new Bench();
		bench.tokens.failing = 'record';
		const { endings } = await bench.run([{ sku: 'A', amount: -1, key: 'k' }]);
		expect(endings[0]).toMatchObject({ status: 'failed' });
		expect(endings[0].message).toContain('could not record the key');
		expect(bench.shop.writes).toHaveLength(0);
	});

	test('that cannot take back says so', async () => {
		const bench = new Bench();
		bench.tokens.failing = 'remove';
		const { endings } = await bench.run([{ sku: 'A', amount: -1, key: 'k' }]);
		expect(endings[0]).toMatchObject({ status: 'updated' });
		expect(endings[0].warnings.join()).toContain('could not record what became of the key');
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
	const levels = ({ endings }: Awaited<ReturnType<typeof apply>>) =>
		endings.map(({ after }) => after?.quantity ?? null);
	expect(levels(await apply(21))).toStrictEqual(Array(21).fill(null));
	const second = await apply(30);
	expect(statuses(second)).toStrictEqual([
		...Array<string>(21).fill('duplicate'),
		...Array<string>(9).fill('updated'),
	]);
	expect(levels(second).slice(21)).toStrictEqual(Array(9).fill(4));
});

test('a dry run asks no keys, and says so', async () => {
	const bench = new Bench();
	const { endings } = await bench.run([{ sku: 'A', amount: -1, key: 'k' }], {
		options: { dryRun: true },
	});
	expect(endings[0]).toMatchObject({ status: 'planned' });
	expect(endings[0].message).toContain('does not look up which keys');
	expect(bench.tokens.calls).toHaveLength(0);
});

test('a dry run says so of a row it finds nothing to write for, which may have been applied', async () => {
	const bench = new Bench();
	const { endings } = await bench.run([{ sku: 'A', amount: -99, key: 'k' }], {
		options: { dryRun: true, belowZero: 'refuse' },
	});
	expect(endings[0]).toMatchObject({ status: 'failed' });
	expect(endings[0].message).toContain('does not look up which keys');
});

test('a dry run tells a row that would count once from the one that would be written', async () => {
	const bench = new Bench();
	const rows = [1, 2].map(() => ({ sku: 'A', amount: -1, key: 'k' }));
	const { endings, planned } = await bench.run(rows, { options: { dryRun: true } });
	expect(planned).toBe(1);
	expect(endings.map(({ status }) => status)).toStrictEqual(['planned', 'duplicate']);
	expect(endings[1].warnings.join()).toContain('add the line number to the key');
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

test('a mistake of the program itself leaves no key held, and no row without a word', async () => {
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
	expect(report.endings[0].message).toContain('Invalid time value');
	expect(report.halt).toMatchObject({ kind: 'run' });
	expect(inFlight.size).toBe(0);
	expect(bench.tokens.tokens.size).toBe(3);
});

test('a memory that cannot take back what asking left says so, and sends what is new', async () => {
	const bench = new Bench();
	await bench.run([{ sku: 'A', amount: -1, key: 'a' }]);
	bench.tokens.failing = 'remove';
	const { endings } = await bench.run([
		{ sku: 'A', amount: -1, key: 'a' },
		{ sku: 'B', amount: -1, key: 'b' },
	]);
	expect(endings.map(({ status }) => status)).toStrictEqual(['duplicate', 'updated']);
	expect(endings[0].warnings.join()).toContain('could not take back');
});

test('a level from a list is no reason to refuse what is left of a sum', async () => {
	const bench = new Bench();
	const options = { belowZero: 'refuse' };
	await bench.run([{ sku: 'A', amount: 5, key: 'restock' }]);
	// The list lags: it still shows 2, where 15 stand on the shelf.
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
	])('%s', async (_, keys, level) => {
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

describe('another try of the same execution', () => {
	const rows: TestRow[] = [
		{ sku: 'A', amount: -1 },
		{ sku: 'NOPE', amount: -1 },
		{ sku: 'B', amount: -1 },
		{ sku: 'A', amount: 0 },
	];

	test('sends nothing that was applied, and repeats what was decided without a request', async () => {
		const bench = new Bench();
		const journal = new MemoryJournal();
		const first = await bench.run(rows, { journal });
		const [writes, reads] = [bench.shop.writes.length, bench.shop.reads.length];
		const second = await bench.run(rows, { journal });
		expect(second.endings).toStrictEqual(first.endings);
		expect([bench.shop.writes.length, bench.shop.reads.length]).toStrictEqual([writes, reads]);
	});

	test('tries again what the service refused or the run left out', async () => {
		const bench = new Bench();
		const journal = new MemoryJournal();
		bench.shop.answers.push(REFUSED);
		const two = [rows[0], rows[2]];
		const first = await bench.run(two, { journal, stopOnFailure: true });
		expect(statuses(first)).toStrictEqual(['failed', 'notAttempted']);
		const second = await bench.run(two, { journal, stopOnFailure: true });
		expect(statuses(second)).toStrictEqual(['updated', 'updated']);
	});

	test.each([true, false])('leaves alone what nobody can tell; Stop Workflow: %s', async (stop) => {
		const bench = new Bench();
		const journal = new MemoryJournal();
		bench.shop.answers.push(LOST);
		const two = [rows[0], rows[2]];
		await bench.run(two, { journal, stopOnFailure: stop });
		const second = await bench.run(two, { journal, stopOnFailure: stop });
		expect(statuses(second)).toStrictEqual(['unknown', stop ? 'notAttempted' : 'updated']);
		expect(bench.shop.writes.filter(({ item }) => item.itemId === '1')).toHaveLength(1);
	});

	test('by a person goes on behind what nobody can tell', async () => {
		const bench = new Bench();
		const journal = new MemoryJournal();
		bench.shop.answers.push(LOST);
		const two = [rows[0], rows[2]];
		await bench.run(two, { journal, stopOnFailure: true });
		journal.retried();
		const { endings, halt } = await bench.run(two, { journal, stopOnFailure: true });
		expect(endings.map(({ status }) => status)).toStrictEqual(['unknown', 'updated']);
		expect(halt).toMatchObject({ kind: 'row', index: 0 });
	});

	test('by a person looks anew at what was decided', async () => {
		const bench = new Bench();
		const journal = new MemoryJournal();
		await bench.run(rows, { journal, stopOnFailure: true });
		bench.shop.items.push({ id: '9', sku: 'NOPE', quantity: 3 });
		journal.retried();
		const report = await bench.run(rows, { journal, stopOnFailure: true });
		expect(statuses(report)).toStrictEqual(['updated', 'updated', 'updated', 'updated']);
	});

	test('is braked as the run it belongs to', async () => {
		const clock = new InstantClock();
		const items = Array.from({ length: 40 }, (_, n) => ({ id: `${n}`, sku: `S${n}`, quantity: 9 }));
		const shop = new MemoryShop(items, () => clock.now());
		const journal = new MemoryJournal();
		const sheet: TestRun = {
			operation: 'setQuantity',
			// The last twenty of forty go to zero: just what may.
			rows: items.map(({ sku }, n) => ({ sku, amount: n < 20 ? 1 : 0 })),
			stopOnFailure: true,
			journal,
		};
		const write = shop.write.bind(shop);
		shop.write = async (changes) =>
			shop.writes.length === 20 ? (shop.writes.push(...changes), [REFUSED]) : await write(changes);
		const first = await run({ platform: shop, clock }, sheet);
		expect(first.halt).toMatchObject({ kind: 'row', index: 20 });
		const second = await run({ platform: shop, clock }, sheet);
		expect(statuses(second)).toStrictEqual(Array(40).fill('updated'));
	});

	test('a row whose expressions yield something else now is the same row, and says so', async () => {
		const bench = new Bench();
		const journal = new MemoryJournal();
		await bench.run([{ sku: 'A', amount: -1, key: 'at 09:02' }], { journal });
		const { endings } = await bench.run([{ sku: 'A', amount: -2, key: 'at 09:03' }], { journal });
		expect(endings[0]).toMatchObject({ status: 'updated', after: { quantity: 4 } });
		expect(endings[0].warnings.join()).toContain('asks for something else now');
		expect(bench.level('1')).toBe(4);
	});

	test('another operation is another row', async () => {
		const bench = new Bench();
		const journal = new MemoryJournal();
		await bench.run([{ sku: 'A', amount: -1 }], { journal });
		await bench.run([{ sku: 'A', amount: 9 }], { journal, operation: 'setQuantity' });
		expect(bench.level('1')).toBe(9);
	});

	test('an earlier set that a later row replaced stays skipped', async () => {
		const bench = new Bench();
		const journal = new MemoryJournal();
		const sets = [
			{ sku: 'A', amount: 7 },
			{ sku: 'A', amount: 8 },
		];
		const some = { operation: 'setQuantity', journal, options: { sameItemRows: 'last' } } as const;
		const first = await bench.run(sets, some);
		bench.shop.items[0].quantity = 3;
		const second = await bench.run(sets, some);
		expect(statuses(second)).toStrictEqual(['skipped', 'updated']);
		expect(second.endings).toStrictEqual(first.endings);
		expect(bench.level('1')).toBe(3);
	});
});

describe('what goes in one request', () => {
	const write = (
		keys: Array<string | null>,
		intent: Partial<PlannedWrite['group']['intent']> = {},
		amount = -1,
	) =>
		({
			amount,
			group: {
				rows: keys.map((key) => ({ row: { key } })),
				intent: {
					operation: 'adjustByDelta',
					amount,
					belowZero: 'allow',
					onlyIfQuantityIs: null,
					...intent,
				},
			},
		}) as unknown as PlannedWrite;
	const capabilities = (batch: number) => ({ ...new Bench().shop.capabilities, batch });
	const sizes = (writes: PlannedWrite[], batch: number): number[] =>
		shipments(writes, capabilities(batch)).map(({ length }) => length);

	test.each<[string, PlannedWrite[], number, number[]]>([
		['keyed deltas, as many as fit', Array.from({ length: 5 }, () => write(['k'])), 2, [2, 2, 1]],
		['one by one where there are no batches', [write(['k']), write(['k'])], 1, [1, 1]],
		['a delta without a key alone', [write(['k']), write([null]), write(['k'])], 9, [1, 1, 1]],
		['a sum with one row without a key alone', [write(['k', null]), write(['k'])], 9, [1, 1]],
		['a guarded one alone', [write(['k']), write(['k'], { belowZero: 'refuse' })], 9, [1, 1]],
		['sets alone', [write([null], { operation: 'setQuantity' }), write(['k'])], 9, [1, 1]],
		['what sends nothing alone', [write(['k'], {}, 0), write(['k']), write(['k'])], 9, [1, 2]],
	])('%s', (_, writes, batch, expected) => {
		expect(sizes(writes, batch)).toStrictEqual(expected);
	});
});
