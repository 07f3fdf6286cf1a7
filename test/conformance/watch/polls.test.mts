/** Watching a shop that tells what was updated: every difference between two polls is seen, none twice. */
import type { PollState } from '../../../inventory/triggers/poll.ts';
import { LONGEST_MEMORY } from '../../../inventory/triggers/poll.ts';
import type { CatalogueProduct } from '../../../sandbox/catalogue.mts';
import { run } from '../../support/run.mts';
import { goods, MINUTE, Post, WATCHED } from './post.mts';

describe.each(WATCHED)('%s', (service) => {
	test('the first poll is silent; then each difference is seen once', async () => {
		const post = new Post(service);
		expect(await post.seen()).toStrictEqual([]);
		post.sell('S1', -3);
		expect(await post.seen()).toStrictEqual([['S1', 50, 47]]);
		expect(await post.seen()).toStrictEqual([]);
		post.sell('S1');
		post.sell('S1', 4);
		post.sell('S2', -50);
		expect(await post.seen()).toStrictEqual([
			['S1', 47, 50],
			['S2', 50, 0],
		]);
	});

	test('a quiet poll costs one request, whatever the size of the shop', async () => {
		const post = new Post(service, goods(1_000));
		await post.seen();
		for (let n = 0; n < 7; n += 1) await post.seen();
		post.requests();
		expect(await post.seen()).toStrictEqual([]);
		expect(post.requests()).toBe(1);
	});

	test('an import of everything is read once more, and not after each sweep', async () => {
		const post = new Post(service, goods(500));
		for (let n = 0; n < 6; n += 1) await post.seen();
		post.requests();
		for (let n = 0; n < 180; n += 1) await post.seen();
		// Three sweeps of five pages, among polls of one.
		expect(post.requests()).toBeLessThanOrEqual(180 + 3 * 5);
	});

	test('a change that moves no update time is seen by the next sweep', async () => {
		const post = new Post(service);
		await post.seen();
		post.shop.clock.pass(10 * MINUTE);
		// So that the others are too old to be listed as updated.
		post.sell('S2');
		await post.seen();
		post.turn(service === 'ecwid' ? { stockMovesUpdateTime: false } : { stampMoves: false });
		post.sell('S1');
		expect(await post.seen()).toStrictEqual([]);
		post.shop.clock.pass(60 * MINUTE);
		expect(await post.seen()).toStrictEqual([['S1', 50, 49]]);
	});

	test('what changes while everything is read, for minutes, is seen by the next poll', async () => {
		const post = new Post(service, goods(400));
		await post.seen();
		post.shop.clock.pass(60 * MINUTE);
		const after = (sku: string) => ({ method: 'GET', skip: 1, after: { sku, delta: -1 } });
		// The second page comes; so late the third that only this change of its last page is young.
		post.shop.sandbox.faults.add([after('S3'), { ...after('S350'), delayMs: 5 * MINUTE }]);
		expect(await post.seen()).toStrictEqual([['S350', 50, 49]]);
		expect(await post.seen()).toStrictEqual([['S3', 50, 49]]);
	});

	test.each([-600, -30, -10, 10, 30, 600])(
		'a service whose clock is %i minutes ahead of n8n’s is followed all the same',
		async (minutes) => {
			const post = new Post(service, goods(3), {}, minutes * MINUTE);
			await post.seen();
			for (const sku of ['S0', 'S1', 'S2'] as const) {
				for (let n = 0; n < 9; n += 1) expect(await post.seen()).toStrictEqual([]);
				post.sell(sku);
				expect(await post.seen()).toHaveLength(1);
			}
		},
	);

	test('a clock that is put right, at either end, hides nothing', async () => {
		const post = new Post(service);
		const put = (minutes: number): void => {
			post.shop.clock.pass(minutes * MINUTE);
			post.ahead -= minutes * MINUTE;
		};
		for (const minutes of [0, 600, -600, 600]) {
			put(minutes);
			await post.seen();
			for (const sku of ['S1', 'S2']) {
				post.sell(sku);
				expect(await post.seen()).toHaveLength(1);
			}
		}
	});

	test('an update time from the future hides nothing', async () => {
		const post = new Post(service);
		await post.seen();
		post.ahead = 24 * 60 * MINUTE;
		post.sell('S0');
		post.ahead = 0;
		expect(await post.seen()).toStrictEqual([['S0', 50, 49]]);
		post.sell('S1');
		expect(await post.seen()).toStrictEqual([['S1', 50, 49]]);
	});

	test('an item that appears or vanishes is no change of stock', async () => {
		const post = new Post(service);
		const stock = async (...products: CatalogueProduct[]): Promise<unknown[]> => {
			post.shop.sandbox.seed({ products });
			post.shop.clock.pass(60 * MINUTE);
			return await post.seen();
		};
		const [first, second, third] = goods(3);
		await post.seen();
		expect(await stock(first, second)).toStrictEqual([]);
		expect(await stock(first, second)).toStrictEqual([]);
		expect(await stock(first, second)).toStrictEqual([]);
		expect(await stock(first, second, { ...third, quantity: 7 })).toStrictEqual([]);
		post.sell('S2');
		expect(await post.seen()).toStrictEqual([['S2', 7, 6]]);
	});

	test('goes on after a pause, but not after a day', async () => {
		const post = new Post(service);
		await post.seen();
		post.sell('S0');
		post.shop.clock.pass(LONGEST_MEMORY - 2 * MINUTE);
		expect(await post.seen()).toStrictEqual([['S0', 50, 49]]);
		post.sell('S0');
		post.shop.clock.pass(LONGEST_MEMORY);
		expect(await post.seen()).toStrictEqual([]);
		post.sell('S0');
		expect(await post.seen()).toStrictEqual([['S0', 48, 47]]);
	});

	test('levels grow older while nothing can be read', async () => {
		const post = new Post(service);
		await post.seen();
		post.sell('S0');
		post.shop.sandbox.faults.add([
			{ method: 'GET', times: 30, apply: false, then: { status: 403 } },
		]);
		for (let n = 0; n < 30; n += 1) {
			post.shop.clock.pass(60 * MINUTE);
			expect(await post.poll()).toMatchObject({ hasRead: false, fault: { httpStatus: 403 } });
		}
		expect(await post.seen()).toStrictEqual([]);
	});

	test('another shop, or another company, begins in silence', async () => {
		const post = new Post(service);
		await post.seen();
		post.sell('S0');
		(post.state as PollState).scope = 'another';
		expect(await post.seen()).toStrictEqual([]);
	});

	test('what does not fit into one poll goes on in the next', async () => {
		const post = new Post(service, goods(1_000));
		// Each poll has time for one page.
		let polls = 0;
		do {
			expect(await post.seen(0)).toStrictEqual([]);
			polls += 1;
		} while ((post.state as PollState).sweep !== null);
		expect(polls).toBe(10);
		for (let n = 0; n < 1_000; n += 1) post.sell(`S${n}`);
		const seen: unknown[] = [];
		for (let n = 0; n < 12; n += 1) seen.push(...(await post.seen(0)));
		expect(seen).toHaveLength(1_000);
		expect(new Set(seen.map((one) => (one as string[])[0])).size).toBe(1_000);
	});

	test('what was seen before a page failed is told, and the rest later', async () => {
		const post = new Post(service, goods(150));
		await post.seen();
		for (let n = 0; n < 150; n += 1) post.sell(`S${n}`);
		post.shop.sandbox.faults.add([{ method: 'GET', skip: 1, apply: false, then: { status: 403 } }]);
		const failed = await post.poll();
		expect(failed.fault).toMatchObject({ httpStatus: 403 });
		expect(failed.changes).toHaveLength(100);
		expect(await post.seen()).toHaveLength(50);
	});

	test('only the SKUs that are to be watched, to the letter', async () => {
		const post = new Post(service, goods(3), { skus: new Set(['S1', 's2']) });
		await post.seen();
		for (const sku of ['S0', 'S1', 'S2']) post.sell(sku);
		expect(await post.seen()).toStrictEqual([['S1', 50, 49]]);
	});

	test('SKUs watched from now on are compared with their level now, and others are forgotten', async () => {
		const post = new Post(service, goods(3), { skus: new Set(['S0']) });
		const watch = (...skus: string[]): void => void (post.settings = { skus: new Set(skus) });
		for (let n = 0; n < 9; n += 1) await post.seen();
		watch('S0', 'S1');
		post.sell('S0');
		expect(await post.seen()).toStrictEqual([['S0', 50, 49]]);
		post.sell('S1');
		expect(await post.seen()).toStrictEqual([['S1', 50, 49]]);
		watch('S0');
		await post.seen();
		post.sell('S1');
		expect(await post.seen()).toStrictEqual([]);
		watch();
		expect(await post.seen()).toStrictEqual([]);
		for (const sku of ['S1', 'S2']) post.sell(sku);
		expect(await post.seen()).toStrictEqual([
			['S1', 48, 47],
			['S2', 50, 49],
		]);
	});

	test('the mark of the service itself goes along', async () => {
		const post = new Post(service, [
			{ name: 'Marked', sku: 'M', quantity: 9, reorderLevel: 4 },
			{ name: 'Plain', sku: 'P', quantity: 9 },
		]);
		await post.seen();
		post.sell('M');
		post.sell('P');
		const { changes: occurrences } = await post.poll();
		expect(occurrences.map(({ lowAt }) => lowAt)).toStrictEqual([4, null]);
	});

	describe('own writes', () => {
		const adjust = async (post: Post, sku: string, amount: number) => {
			const rows = [{ sku, amount }];
			await run(post.shop, { operation: 'adjustByDelta', rows, ownWrites: post.own });
		};

		test('start nothing; the changes of others do', async () => {
			const post = new Post(service);
			await post.seen();
			await adjust(post, 'S0', -5);
			await run(post.shop, {
				operation: 'setQuantity',
				rows: [{ sku: 'S1', amount: 7 }],
				ownWrites: post.own,
			});
			post.sell('S2');
			expect(await post.seen()).toStrictEqual([['S2', 50, 49]]);
			post.sell('S0', 5);
			expect(await post.seen()).toStrictEqual([['S0', 45, 50]]);
			post.sell('S0', -5);
			expect(await post.seen()).toStrictEqual([['S0', 50, 45]]);
		});

		test('start nothing when the workflow is published again, though n8n kept nothing of a poll that told nothing', async () => {
			const post = new Post(service);
			await post.seen();
			const kept = structuredClone(post.state);
			await adjust(post, 'S0', -5);
			expect(await post.seen()).toStrictEqual([]);
			post.state = kept;
			expect(await post.seen()).toStrictEqual([]);
			post.sell('S0', 5);
			expect(await post.seen()).toStrictEqual([['S0', 45, 50]]);
		});

		test('that another changes before the poll: the change is his alone', async () => {
			const post = new Post(service);
			await post.seen();
			await adjust(post, 'S0', -5);
			post.sell('S0');
			expect(await post.seen()).toStrictEqual([['S0', 45, 44]]);
		});

		test('that another takes back before the poll: that is a change', async () => {
			const post = new Post(service);
			await post.seen();
			await adjust(post, 'S0', -5);
			post.sell('S0', 5);
			expect([...(await post.seen()), ...(await post.seen())]).toStrictEqual([['S0', 45, 50]]);
			expect(await post.seen()).toStrictEqual([]);
		});

		test('that sold an item out, and another restocks: it is back', async () => {
			const post = new Post(service);
			await post.seen();
			await adjust(post, 'S0', -50);
			post.sell('S0', 50);
			expect([...(await post.seen()), ...(await post.seen())]).toStrictEqual([['S0', 0, 50]]);
		});

		test('several between two polls start nothing, and hide nothing later', async () => {
			const post = new Post(service);
			await post.seen();
			await adjust(post, 'S0', -5);
			await adjust(post, 'S0', -5);
			expect(await post.seen()).toStrictEqual([]);
			post.shop.clock.pass(5 * MINUTE);
			post.sell('S0', 5);
			expect(await post.seen()).toStrictEqual([['S0', 40, 45]]);
		});

		test('of which nobody knows whether they were applied make no change out of none', async () => {
			const post = new Post(service);
			await post.seen();
			post.shop.sandbox.faults.add([
				{ method: 'PUT', apply: false, times: 9, then: 'hang' },
				{ method: 'GET', apply: false, times: 99, then: { status: 500 } },
			]);
			const id = post.shop.sandbox[service].stock()[0].itemId;
			const { results: endings } = await run(post.shop, {
				operation: 'setQuantity',
				rows: [{ id, amount: 0 }],
				options: { checkFirst: false },
				ownWrites: post.own,
			});
			expect(endings).toMatchObject([{ status: 'unknown' }]);
			post.shop.sandbox.faults.clear();
			post.shop.clock.pass(60 * MINUTE);
			expect([...(await post.seen()), ...(await post.seen())]).toStrictEqual([]);
			post.sell('S0');
			expect(await post.seen()).toStrictEqual([['S0', 50, 49]]);
		});

		test('that are refused, or change nothing, take nothing back of an earlier one', async () => {
			const post = new Post(service);
			await post.seen();
			const set = { operation: 'setQuantity' as const, rows: [{ sku: 'S0', amount: 45 }] };
			const again = { ...set, options: { writeUnchanged: true }, ownWrites: post.own };
			await run(post.shop, { ...set, ownWrites: post.own });
			await run(post.shop, again);
			post.shop.sandbox.faults.add([
				{ method: 'PUT', apply: false, then: { status: 422, body: {} } },
			]);
			await run(post.shop, again);
			expect(await post.seen()).toStrictEqual([]);
			post.sell('S0');
			expect(await post.seen()).toStrictEqual([['S0', 45, 44]]);
		});

		test('that were refused hide nothing', async () => {
			const post = new Post(service);
			await post.seen();
			post.shop.sandbox.faults.add([
				{ method: 'PUT', apply: false, then: { status: 422, body: {} } },
			]);
			await adjust(post, 'S0', -5);
			post.sell('S0', -5);
			expect(await post.seen()).toStrictEqual([['S0', 50, 45]]);
		});
	});
});
