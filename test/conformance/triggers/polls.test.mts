/** Watching a shop that tells what was updated: every difference between two polls is seen, none twice. */
import { LONGEST_PAUSE, type PollState } from '../../../inventory/triggers/poll-state.ts';
import type { CatalogueProduct } from '../../../sandbox/catalogue.mts';
import { run } from '../../support/run.mts';
import { goods, MINUTE, NO_DEADLINE, PolledShop, POLLED } from './polled-shop.mts';

describe.each(POLLED)('%s', (service) => {
	test('the first poll is silent; then each difference is seen once', async () => {
		const polled = new PolledShop(service);
		expect(await polled.seen()).toStrictEqual([]);
		polled.sell('S1', -3);
		expect(await polled.seen()).toStrictEqual([['S1', 50, 47]]);
		expect(await polled.seen()).toStrictEqual([]);
		polled.sell('S1');
		polled.sell('S1', 4);
		polled.sell('S2', -50);
		expect(await polled.seen()).toStrictEqual([
			['S1', 47, 50],
			['S2', 50, 0],
		]);
	});

	test('a quiet poll costs one request, whatever the size of the shop', async () => {
		const polled = new PolledShop(service, goods(1_000));
		await polled.seen();
		for (let n = 0; n < 7; n += 1) await polled.seen();
		polled.requests();
		expect(await polled.seen()).toStrictEqual([]);
		expect(polled.requests()).toBe(1);
	});

	test('an import of everything is read once more, and not after each sweep', async () => {
		const polled = new PolledShop(service, goods(500));
		for (let n = 0; n < 6; n += 1) await polled.seen();
		polled.requests();
		for (let n = 0; n < 180; n += 1) await polled.seen();
		// Three sweeps of five pages, among polls of one.
		expect(polled.requests()).toBeLessThanOrEqual(180 + 3 * 5);
	});

	test('a change that moves no update time is seen by the next sweep', async () => {
		const polled = new PolledShop(service);
		await polled.seen();
		polled.shop.clock.pass(10 * MINUTE);
		// So that the others are too old to be listed as updated.
		polled.sell('S2');
		await polled.seen();
		polled.setSwitches(
			service === 'ecwid' ? { stockMovesUpdateTime: false } : { stampMoves: false },
		);
		polled.sell('S1');
		expect(await polled.seen()).toStrictEqual([]);
		polled.shop.clock.pass(60 * MINUTE);
		expect(await polled.seen()).toStrictEqual([['S1', 50, 49]]);
	});

	test('what changes while everything is read, for minutes, is seen by the next poll', async () => {
		const polled = new PolledShop(service, goods(400));
		await polled.seen();
		polled.shop.clock.pass(60 * MINUTE);
		const after = (sku: string) => ({ method: 'GET', skip: 1, after: { sku, delta: -1 } });
		// The second page comes; so late the third that only this change of its last page is young.
		polled.shop.sandbox.faults.add([after('S3'), { ...after('S350'), delayMs: 5 * MINUTE }]);
		expect(await polled.seen()).toStrictEqual([['S350', 50, 49]]);
		expect(await polled.seen()).toStrictEqual([['S3', 50, 49]]);
	});

	test.each([-600, -30, -10, 10, 30, 600])(
		'a service whose clock is %i minutes ahead of n8n’s is followed all the same',
		async (minutes) => {
			const polled = new PolledShop(service, goods(3), {}, minutes * MINUTE);
			await polled.seen();
			for (const sku of ['S0', 'S1', 'S2'] as const) {
				for (let n = 0; n < 9; n += 1) expect(await polled.seen()).toStrictEqual([]);
				polled.sell(sku);
				expect(await polled.seen()).toHaveLength(1);
			}
		},
	);

	test('a clock that is put right, at either end, hides nothing', async () => {
		const polled = new PolledShop(service);
		const put = (minutes: number): void => {
			polled.shop.clock.pass(minutes * MINUTE);
			polled.ahead -= minutes * MINUTE;
		};
		for (const minutes of [0, 600, -600, 600]) {
			put(minutes);
			await polled.seen();
			for (const sku of ['S1', 'S2']) {
				polled.sell(sku);
				expect(await polled.seen()).toHaveLength(1);
			}
		}
	});

	test.each([-4, 0, 4, 600])(
		'a service that does not tell its time, %i minutes ahead of n8n’s, is followed all the same',
		async (minutes) => {
			const polled = new PolledShop(service, goods(3), {}, minutes * MINUTE);
			polled.shop.sandbox.tellsTime = false;
			await polled.seen();
			for (const sku of ['S0', 'S1']) {
				for (let n = 0; n < 9; n += 1) expect(await polled.seen()).toStrictEqual([]);
				polled.sell(sku);
				expect(await polled.seen()).toHaveLength(1);
			}
		},
	);

	test('an entry that cannot be read is still compared with its last level once it can be', async () => {
		const polled = new PolledShop(service);
		await polled.seen();
		const { sandbox, clock } = polled.shop;
		const answered = service === 'ecwid' ? { total: 1, count: 1, items: [5] } : { data: [5] };
		for (let n = 0; n < 3; n += 1) {
			clock.pass(60 * MINUTE);
			sandbox.faults.add([{ method: 'GET', then: { status: 200, body: answered } }]);
			expect(await polled.seen()).toStrictEqual([]);
		}
		polled.sell('S1');
		expect(await polled.seen()).toStrictEqual([['S1', 50, 49]]);
	});

	test('an update time from the future hides nothing', async () => {
		const polled = new PolledShop(service);
		await polled.seen();
		polled.ahead = 24 * 60 * MINUTE;
		polled.sell('S0');
		polled.ahead = 0;
		expect(await polled.seen()).toStrictEqual([['S0', 50, 49]]);
		polled.sell('S1');
		expect(await polled.seen()).toStrictEqual([['S1', 50, 49]]);
	});

	test('an item that appears or vanishes is no change of stock', async () => {
		const polled = new PolledShop(service);
		const stock = async (...products: CatalogueProduct[]): Promise<unknown[]> => {
			polled.shop.sandbox.seed({ products });
			polled.shop.clock.pass(60 * MINUTE);
			return await polled.seen();
		};
		const [first, second, third] = goods(3);
		await polled.seen();
		expect(await stock(first, second)).toStrictEqual([]);
		expect(await stock(first, second)).toStrictEqual([]);
		expect(await stock(first, second)).toStrictEqual([]);
		expect(await stock(first, second, { ...third, quantity: 7 })).toStrictEqual([]);
		polled.sell('S2');
		expect(await polled.seen()).toStrictEqual([['S2', 7, 6]]);
	});

	test('a workflow that is published again is told what changed within a day, and no more', async () => {
		const polled = new PolledShop(service);
		await polled.seen();
		polled.sell('S0');
		polled.shop.clock.pass(LONGEST_PAUSE - 2 * MINUTE);
		expect(await polled.seen(NO_DEADLINE, true)).toStrictEqual([['S0', 50, 49]]);
		polled.sell('S0');
		polled.shop.clock.pass(LONGEST_PAUSE);
		expect(await polled.seen(NO_DEADLINE, true)).toStrictEqual([]);
		polled.sell('S0');
		expect(await polled.seen()).toStrictEqual([['S0', 48, 47]]);
	});

	test('a restart of n8n continues from a state of any age', async () => {
		const polled = new PolledShop(service);
		await polled.seen();
		polled.sell('S0');
		expect(await polled.seen()).toHaveLength(1);
		// What n8n stored when it told that.
		const stored = structuredClone(polled.state);
		for (let n = 0; n < 30; n += 1) {
			polled.shop.clock.pass(60 * MINUTE);
			expect(await polled.seen()).toStrictEqual([]);
		}
		polled.sell('S1', -50);
		polled.restart(stored);
		expect(await polled.seen()).toStrictEqual([['S1', 50, 0]]);
		expect(await polled.seen()).toStrictEqual([]);
	});

	test('a poll that comes once a week tells what changed in the week', async () => {
		const polled = new PolledShop(service);
		await polled.seen(NO_DEADLINE, true);
		polled.sell('S0');
		polled.shop.clock.pass(7 * LONGEST_PAUSE);
		expect(await polled.seen()).toStrictEqual([['S0', 50, 49]]);
	});

	test('what changed while nothing could be read for a day is told afterwards', async () => {
		const polled = new PolledShop(service);
		await polled.seen();
		polled.sell('S0');
		polled.shop.sandbox.faults.add([
			{ method: 'GET', times: 30, apply: false, then: { status: 403 } },
		]);
		for (let n = 0; n < 30; n += 1) {
			polled.shop.clock.pass(60 * MINUTE);
			// n8n activates it again and again.
			expect(await polled.poll(NO_DEADLINE, true)).toMatchObject({
				hasRead: false,
				fault: { httpStatus: 403 },
			});
		}
		expect(await polled.seen()).toStrictEqual([['S0', 50, 49]]);
	});

	test('another shop, or another company, begins in silence', async () => {
		const polled = new PolledShop(service);
		await polled.seen();
		polled.sell('S0');
		polled.scope = 'another';
		expect(await polled.seen()).toStrictEqual([]);
	});

	test('what does not fit into one poll continues in the next', async () => {
		const polled = new PolledShop(service, goods(1_000));
		// Each poll has time for one page.
		let polls = 0;
		do {
			expect(await polled.seen(0)).toStrictEqual([]);
			polls += 1;
		} while ((polled.state as PollState).sweep !== null);
		expect(polls).toBe(10);
		for (let n = 0; n < 1_000; n += 1) polled.sell(`S${n}`);
		const seen: unknown[] = [];
		for (let n = 0; n < 12; n += 1) seen.push(...(await polled.seen(0)));
		expect(seen).toHaveLength(1_000);
		expect(new Set(seen.map((one) => (one as string[])[0])).size).toBe(1_000);
	});

	test('what was seen before a page failed is reported, and the rest later', async () => {
		const polled = new PolledShop(service, goods(150));
		await polled.seen();
		for (let n = 0; n < 150; n += 1) polled.sell(`S${n}`);
		polled.shop.sandbox.faults.add([
			{ method: 'GET', skip: 1, apply: false, then: { status: 403 } },
		]);
		const failed = await polled.poll();
		expect(failed.fault).toMatchObject({ httpStatus: 403 });
		expect(failed.changes).toHaveLength(100);
		expect(await polled.seen()).toHaveLength(50);
	});

	test('only the SKUs that are to be watched are reported, to the letter', async () => {
		const polled = new PolledShop(service, goods(3), { skus: new Set(['S1', 's2']) });
		await polled.seen();
		for (const sku of ['S0', 'S1', 'S2']) polled.sell(sku);
		expect(await polled.seen()).toStrictEqual([['S1', 50, 49]]);
	});

	test('SKUs watched from now on are compared with their level now, and others are forgotten', async () => {
		const polled = new PolledShop(service, goods(3), { skus: new Set(['S0']) });
		const watch = (...skus: string[]): void => void (polled.settings = { skus: new Set(skus) });
		for (let n = 0; n < 9; n += 1) await polled.seen();
		watch('S0', 'S1');
		polled.sell('S0');
		expect(await polled.seen()).toStrictEqual([['S0', 50, 49]]);
		polled.sell('S1');
		expect(await polled.seen()).toStrictEqual([['S1', 50, 49]]);
		watch('S0');
		await polled.seen();
		polled.sell('S1');
		expect(await polled.seen()).toStrictEqual([]);
		watch();
		expect(await polled.seen()).toStrictEqual([]);
		for (const sku of ['S1', 'S2']) polled.sell(sku);
		expect(await polled.seen()).toStrictEqual([
			['S1', 48, 47],
			['S2', 50, 49],
		]);
	});

	test('the mark of the service itself is passed on', async () => {
		const polled = new PolledShop(service, [
			{ name: 'Marked', sku: 'M', quantity: 9, reorderLevel: 4 },
			{ name: 'Plain', sku: 'P', quantity: 9 },
		]);
		await polled.seen();
		polled.sell('M');
		polled.sell('P');
		const { changes } = await polled.poll();
		expect(changes.map(({ lowAt }) => lowAt)).toStrictEqual([4, null]);
	});

	describe('own writes', () => {
		const adjust = async (polled: PolledShop, sku: string, amount: number) => {
			const rows = [{ sku, amount }];
			await run(polled.shop, { operation: 'adjustByDelta', rows, ownWrites: polled.own });
		};

		test('own writes start nothing; the changes of others do', async () => {
			const polled = new PolledShop(service);
			await polled.seen();
			await adjust(polled, 'S0', -5);
			await run(polled.shop, {
				operation: 'setQuantity',
				rows: [{ sku: 'S1', amount: 7 }],
				ownWrites: polled.own,
			});
			polled.sell('S2');
			expect(await polled.seen()).toStrictEqual([['S2', 50, 49]]);
			polled.sell('S0', 5);
			expect(await polled.seen()).toStrictEqual([['S0', 45, 50]]);
			polled.sell('S0', -5);
			expect(await polled.seen()).toStrictEqual([['S0', 50, 45]]);
		});

		test('own writes start nothing when the workflow is published again, though n8n kept nothing of a poll that told nothing', async () => {
			const polled = new PolledShop(service);
			await polled.seen();
			const kept = structuredClone(polled.state);
			await adjust(polled, 'S0', -5);
			expect(await polled.seen()).toStrictEqual([]);
			polled.state = kept;
			expect(await polled.seen()).toStrictEqual([]);
			polled.sell('S0', 5);
			expect(await polled.seen()).toStrictEqual([['S0', 45, 50]]);
		});

		test('of an own write that another changes before the poll, only the other’s change is reported', async () => {
			const polled = new PolledShop(service);
			await polled.seen();
			await adjust(polled, 'S0', -5);
			polled.sell('S0');
			expect(await polled.seen()).toStrictEqual([['S0', 45, 44]]);
		});

		test.each([
			['in the same second', 0, false],
			['while the clock of the service is two minutes behind', -2 * MINUTE, false],
			['the same, after a poll that told nothing', -2 * MINUTE, true],
		])(
			'of an own write that another changes after it, %s, the other’s change is reported as after the write',
			async (_, ahead, isPolled) => {
				const polled = new PolledShop(service, goods(3), {}, ahead);
				await polled.seen();
				polled.shop.clock.pass(600);
				const { results } = await run(polled.shop, {
					operation: 'setQuantity',
					rows: [{ sku: 'S0', amount: 8 }],
					ownWrites: polled.own,
				});
				if (isPolled) expect(await polled.seen()).toStrictEqual([]);
				polled.sell('S0', -3);
				const { changes } = await polled.poll();
				expect(changes).toMatchObject([{ difference: { from: 8, to: 5 } }]);
				const [{ at }] = changes;
				expect(at).toBeGreaterThan(Date.parse(String(results[0].at)));
				expect(at).toBeLessThanOrEqual(polled.shop.clock.now());
			},
		);

		test('an own write that another takes back before the poll is a change', async () => {
			const polled = new PolledShop(service);
			await polled.seen();
			await adjust(polled, 'S0', -5);
			polled.sell('S0', 5);
			expect([...(await polled.seen()), ...(await polled.seen())]).toStrictEqual([['S0', 45, 50]]);
			expect(await polled.seen()).toStrictEqual([]);
		});

		test('an item that an own write sold out and another restocks is back', async () => {
			const polled = new PolledShop(service);
			await polled.seen();
			await adjust(polled, 'S0', -50);
			polled.sell('S0', 50);
			expect([...(await polled.seen()), ...(await polled.seen())]).toStrictEqual([['S0', 0, 50]]);
		});

		test('several own writes between two polls start nothing, and hide nothing later', async () => {
			const polled = new PolledShop(service);
			await polled.seen();
			await adjust(polled, 'S0', -5);
			await adjust(polled, 'S0', -5);
			expect(await polled.seen()).toStrictEqual([]);
			polled.shop.clock.pass(5 * MINUTE);
			polled.sell('S0', 5);
			expect(await polled.seen()).toStrictEqual([['S0', 40, 45]]);
		});

		test('own writes of which nobody knows whether they were applied make no change out of none', async () => {
			const polled = new PolledShop(service);
			await polled.seen();
			polled.shop.sandbox.faults.add([
				{ method: 'PUT', apply: false, times: 9, then: 'hang' },
				{ method: 'GET', apply: false, times: 99, then: { status: 500 } },
			]);
			const id = polled.shop.sandbox[service].stock()[0].itemId;
			const { results } = await run(polled.shop, {
				operation: 'setQuantity',
				rows: [{ id, amount: 0 }],
				options: { checkFirst: false },
				ownWrites: polled.own,
			});
			expect(results).toMatchObject([{ status: 'unknown' }]);
			polled.shop.sandbox.faults.clear();
			polled.shop.clock.pass(60 * MINUTE);
			expect([...(await polled.seen()), ...(await polled.seen())]).toStrictEqual([]);
			polled.sell('S0');
			expect(await polled.seen()).toStrictEqual([['S0', 50, 49]]);
		});

		test('own writes that are refused, or change nothing, take nothing back of an earlier one', async () => {
			const polled = new PolledShop(service);
			await polled.seen();
			const set = { operation: 'setQuantity' as const, rows: [{ sku: 'S0', amount: 45 }] };
			const again = { ...set, options: { writeUnchanged: true }, ownWrites: polled.own };
			await run(polled.shop, { ...set, ownWrites: polled.own });
			await run(polled.shop, again);
			polled.shop.sandbox.faults.add([
				{ method: 'PUT', apply: false, then: { status: 422, body: {} } },
			]);
			await run(polled.shop, again);
			expect(await polled.seen()).toStrictEqual([]);
			polled.sell('S0');
			expect(await polled.seen()).toStrictEqual([['S0', 45, 44]]);
		});

		test('own writes that were refused hide nothing', async () => {
			const polled = new PolledShop(service);
			await polled.seen();
			polled.shop.sandbox.faults.add([
				{ method: 'PUT', apply: false, then: { status: 422, body: {} } },
			]);
			await adjust(polled, 'S0', -5);
			polled.sell('S0', -5);
			expect(await polled.seen()).toStrictEqual([['S0', 50, 45]]);
		});
	});
});
