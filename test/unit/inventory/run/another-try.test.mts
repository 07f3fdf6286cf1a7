/** What another try of the same execution sends, and what it only tells again. */
import { InstantClock } from '../../../support/clock.mts';
import { MemoryJournal } from '../../../support/memory.mts';
import { MemoryShop } from '../../../support/memory-shop.mts';
import { run, statuses, type TestRow, type TestRun } from '../../../support/run.mts';
import { Bench, LOST, REFUSED } from '../../../support/keyed-shop.mts';

describe('another try of the same execution', () => {
	const rows: TestRow[] = [
		{ sku: 'A', amount: -1 },
		{ sku: 'NOPE', amount: -1 },
		{ sku: 'B', amount: -1 },
		{ sku: 'A', amount: 0 },
	];

	test('another try sends nothing that was applied, and repeats what was decided without a request', async () => {
		const bench = new Bench();
		const journal = new MemoryJournal();
		const first = await bench.run(rows, { journal });
		const [writes, reads] = [bench.shop.writes.length, bench.shop.reads.length];
		const second = await bench.run(rows, { journal });
		expect(second.results).toStrictEqual(first.results);
		expect([bench.shop.writes.length, bench.shop.reads.length]).toStrictEqual([writes, reads]);
	});

	test('another try sends again what the service refused or the run left out', async () => {
		const bench = new Bench();
		const journal = new MemoryJournal();
		bench.shop.answers.push(REFUSED);
		const two = [rows[0], rows[2]];
		const first = await bench.run(two, { journal, stopOnFailure: true });
		expect(statuses(first)).toStrictEqual(['failed', 'notAttempted']);
		const second = await bench.run(two, { journal, stopOnFailure: true });
		expect(statuses(second)).toStrictEqual(['updated', 'updated']);
	});

	test.each([true, false])(
		'another try leaves alone what nobody can tell; Stop Workflow: %s',
		async (stop) => {
			const bench = new Bench();
			const journal = new MemoryJournal();
			bench.shop.answers.push(LOST);
			const two = [rows[0], rows[2]];
			await bench.run(two, { journal, stopOnFailure: stop });
			const second = await bench.run(two, { journal, stopOnFailure: stop });
			expect(statuses(second)).toStrictEqual(['unknown', stop ? 'notAttempted' : 'updated']);
			expect(bench.shop.writes.filter(({ item }) => item.itemId === '1')).toHaveLength(1);
		},
	);

	test('another try by a person continues after what nobody can tell', async () => {
		const bench = new Bench();
		const journal = new MemoryJournal();
		bench.shop.answers.push(LOST);
		const two = [rows[0], rows[2]];
		await bench.run(two, { journal, stopOnFailure: true });
		journal.retried();
		const { results, abort } = await bench.run(two, {
			journal,
			stopOnFailure: true,
		});
		expect(results.map(({ status }) => status)).toStrictEqual(['unknown', 'updated']);
		expect(abort).toMatchObject({ kind: 'row', index: 0 });
	});

	test('another try by a person looks again at what was decided', async () => {
		const bench = new Bench();
		const journal = new MemoryJournal();
		await bench.run(rows, { journal, stopOnFailure: true });
		bench.shop.items.push({ id: '9', sku: 'NOPE', quantity: 3 });
		journal.retried();
		const report = await bench.run(rows, { journal, stopOnFailure: true });
		expect(statuses(report)).toStrictEqual(['updated', 'updated', 'updated', 'updated']);
	});

	test('another try meets the mass-zero limit of the run it belongs to', async () => {
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
		expect(first.abort).toMatchObject({ kind: 'row', index: 20 });
		const second = await run({ platform: shop, clock }, sheet);
		expect(statuses(second)).toStrictEqual(Array(40).fill('updated'));
	});

	test('a row whose expressions yield something else now is the same row, and says so', async () => {
		const bench = new Bench();
		const journal = new MemoryJournal();
		await bench.run([{ sku: 'A', amount: -1, key: 'at 09:02' }], { journal });
		const { results } = await bench.run([{ sku: 'A', amount: -2, key: 'at 09:03' }], {
			journal,
		});
		expect(results[0]).toMatchObject({ status: 'updated', after: { quantity: 4 } });
		expect(results[0].warnings.join()).toContain('now asks for something different');
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
		expect(second.results).toStrictEqual(first.results);
		expect(bench.level('1')).toBe(3);
	});
});
