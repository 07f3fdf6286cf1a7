/** Where a service tells late, too little or too much: batches, lagging searches, stale copies, filters that are ignored. */
import { run } from '../../support/run.mts';
import { goods, MINUTE, PolledShop } from './polled-shop.mts';

test('a batch that takes Ecwid minutes is no change while it is under way, nor afterwards', async () => {
	const polled = new PolledShop('ecwid', goods(200));
	polled.setSwitches({ batchItemMs: 1_500 });
	await polled.seen();
	const { clock } = polled.shop;
	const began = clock.now();
	const rows = goods(200).map(({ sku }) => ({ sku, amount: -7 }));
	let isDone = false;
	const writing = run(polled.shop, { operation: 'adjustByDelta', rows, ownWrites: polled.own });
	void writing.then(() => (isDone = true));
	while (!isDone) {
		await clock.sleep(MINUTE);
		expect((await polled.poll()).changes).toStrictEqual([]);
	}
	expect(clock.now() - began).toBeGreaterThan(4 * MINUTE);
	expect((await writing).results).toMatchObject(rows.map(() => ({ status: 'updated' })));
	expect([...(await polled.seen()), ...(await polled.seen())]).toStrictEqual([]);
	polled.sell('S9');
	expect(await polled.seen()).toStrictEqual([['S9', 43, 42]]);
});

describe('Ecwid’s search', () => {
	test('Ecwid’s search shows a change late; it is seen once, and none is lost', async () => {
		const polled = new PolledShop('ecwid');
		polled.setSwitches({ searchLagMs: 90_000 });
		await polled.seen();
		const seen: unknown[] = [];
		for (let n = 0; n < 8; n += 1) {
			if (n < 4) polled.sell('S1');
			seen.push(...(await polled.seen()));
		}
		const differences = seen as Array<[string, number, number]>;
		expect(differences[0][1]).toBe(50);
		expect(differences.at(-1)?.[2]).toBe(46);
		for (const [n, [, from]] of differences.slice(1).entries())
			expect(from).toBe(differences[n][2]);
	});

	test('a product that is updated while pages are read is not skipped', async () => {
		const polled = new PolledShop('ecwid', goods(250));
		await polled.seen();
		for (let n = 0; n < 250; n += 1) {
			polled.sell(`S${n}`);
			polled.shop.clock.pass(1_000);
		}
		// After the first page its first product moves to the end of the list.
		polled.shop.sandbox.faults.add([
			{ method: 'GET', skip: 1, before: { sku: 'S3', delta: -1 } },
			{ method: 'GET', skip: 1, before: { sku: 'S7', delta: -1 } },
		]);
		const seen = (await polled.seen()) as Array<[string, number, number]>;
		expect(new Set(seen.map(([sku]) => sku)).size).toBe(250);
	});

	test('a variation is watched by itself, and a shared one as its product', async () => {
		const polled = new PolledShop('ecwid', [
			{
				name: 'Shirt',
				sku: 'SHIRT',
				quantity: 20,
				variations: [
					{ sku: 'SHIRT-S', options: { Size: 'S' }, quantity: 4 },
					{ sku: null, options: { Size: 'L' }, quantity: 0 },
				],
			},
		]);
		await polled.seen();
		polled.sell('SHIRT-S');
		polled.sell('SHIRT');
		expect(await polled.seen()).toStrictEqual([
			['SHIRT', 20, 19],
			['SHIRT-S', 4, 3],
		]);
	});
});

describe('RootFi’s copy of the shop', () => {
	const set = async (polled: PolledShop, amount: number): Promise<void> => {
		const rows = [{ sku: 'S0', amount }];
		await run(polled.shop, { operation: 'setQuantity', rows, ownWrites: polled.own });
	};

	test('a copy that shows what was there before a write of ours is no change', async () => {
		const polled = new PolledShop('rootfi');
		await polled.seen();
		polled.setSwitches({ copy: 'stale' });
		await set(polled, 7);
		for (let n = 0; n < 70; n += 1) expect(await polled.seen()).toStrictEqual([]);
		polled.shop.sandbox.rootfi.sync();
		expect(await polled.seen()).toStrictEqual([]);
		polled.sell('S0');
		polled.shop.sandbox.rootfi.sync();
		expect(await polled.seen()).toStrictEqual([['S0', 7, 6]]);
	});

	test('a copy that goes back for a moment is no change', async () => {
		const polled = new PolledShop('rootfi');
		await polled.seen();
		await set(polled, 7);
		expect(await polled.seen()).toStrictEqual([]);
		polled.shop.sandbox.faults.add([{ method: 'GET', then: 'stale' }]);
		expect([...(await polled.seen()), ...(await polled.seen())]).toStrictEqual([]);
	});

	test('a copy is believed again a day after a write, whatever its time', async () => {
		const polled = new PolledShop('rootfi');
		await polled.seen();
		polled.setSwitches({ stampMoves: false });
		await set(polled, 7);
		expect(await polled.seen()).toStrictEqual([]);
		polled.sell('S0');
		const told: unknown[] = [];
		for (let n = 0; n < 25; n += 1) {
			polled.shop.clock.pass(60 * MINUTE);
			told.push(...(await polled.seen()));
		}
		expect(told).toStrictEqual([['S0', 7, 6]]);
	});
});

test('RootFi that ignores the filter is read whole, and nothing is seen twice', async () => {
	const polled = new PolledShop('rootfi');
	polled.setSwitches({ updatedFilter: 'ignored' });
	await polled.seen();
	polled.sell('S1');
	expect(await polled.seen()).toStrictEqual([['S1', 50, 49]]);
	expect(await polled.seen()).toStrictEqual([]);
});
