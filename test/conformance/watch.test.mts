/**
 * Watching a shop that tells what was updated: every difference between two polls is seen, none twice.
 */
import fc from 'fast-check';
import { OwnWrites } from '../../inventory/own-writes.ts';
import type { Occurrence, WatchSettings, WatchState } from '../../inventory/watch.ts';
import { LONGEST_MEMORY, resume, Watch } from '../../inventory/watch.ts';
import type { CatalogueProduct } from '../../sandbox/catalogue.mts';
import type { EcwidSwitches } from '../../sandbox/ecwid/switches.mts';
import type { RootFiSwitches } from '../../sandbox/rootfi/switches.mts';
import { ConfirmedLevels } from '../../platforms/rootfi/confirmed.ts';
import { Sandbox } from '../../sandbox/sandbox.mts';
import { InstantClock } from '../support/clock.mts';
import { run } from '../support/run.mts';
import { openShop, type Shop } from '../support/shops.mts';

type Watched = 'ecwid' | 'rootfi';
const WATCHED: Watched[] = ['ecwid', 'rootfi'];

const MINUTE = 60_000;
const NO_DEADLINE = Number.POSITIVE_INFINITY;

const goods = (count: number): CatalogueProduct[] =>
	Array.from({ length: count }, (_, n) => ({ name: `Item ${n}`, sku: `S${n}`, quantity: 50 }));

/** A shop, and what a trigger keeps of it between polls. */
class Post {
	readonly shop: Shop;
	readonly own = new OwnWrites();
	private readonly confirmed = new ConfirmedLevels();
	state: WatchState | undefined;
	constructor(
		readonly service: Watched,
		products: CatalogueProduct[] = goods(3),
		public settings: Partial<WatchSettings> = {},
		/** Milliseconds from n8n's clock to the service's. */
		public ahead = 0,
	) {
		const clock = new InstantClock();
		const sandbox = new Sandbox({ now: () => clock.now() + this.ahead });
		this.shop = openShop(service, { clock, sandbox, confirmed: this.confirmed });
		this.shop.sandbox.seed({ products });
		this.shop.sandbox.limit(service, { requests: 1_000_000 });
	}

	/** A poll as n8n makes one: with a connection of its own, and a state that was written and read. */
	async poll(deadline = NO_DEADLINE) {
		const { sandbox, clock } = this.shop;
		clock.pass(MINUTE);
		const { confirmed } = this;
		const { platform } = openShop(this.service, { sandbox, clock, confirmed });
		const stored = this.state && (JSON.parse(JSON.stringify(this.state)) as WatchState);
		this.state = resume(stored, 'shop', clock.now());
		const settings = {
			fullSweepMinutes: 60,
			skus: new Set<string>(),
			choice: [...(this.settings.skus ?? [])].join(),
			ownWrites: this.own.seenBy('trigger'),
			...this.settings,
		};
		return await new Watch(platform, clock, this.state, settings).poll(deadline);
	}

	async seen(deadline?: number): Promise<unknown[]> {
		const { occurrences, fault } = await this.poll(deadline);
		expect(fault).toBeNull();
		return occurrences
			.map(({ item, difference: { from, to } }) => [item.sku, from, to] as const)
			.sort(([a], [b]) => String(a).localeCompare(String(b)));
	}

	sell(sku: string, delta = -1): void {
		this.shop.sandbox.change(this.service, { sku, delta });
	}

	turn(switches: Partial<EcwidSwitches> & Partial<RootFiSwitches>): void {
		Object.assign(this.shop.sandbox[this.service].switches, switches);
	}

	/** Requests since the last call. */
	requests(): number {
		const { log } = this.shop.sandbox;
		const count = log.all().filter(({ method }) => method === 'GET').length;
		log.clear();
		return count;
	}
}

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
		(post.state as WatchState).scope = 'another';
		expect(await post.seen()).toStrictEqual([]);
	});

	test('what does not fit into one poll goes on in the next', async () => {
		const post = new Post(service, goods(1_000));
		// Each poll has time for one page.
		let polls = 0;
		do {
			expect(await post.seen(0)).toStrictEqual([]);
			polls += 1;
		} while ((post.state as WatchState).sweep !== null);
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
		expect(failed.occurrences).toHaveLength(100);
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
		const { occurrences } = await post.poll();
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
			const { endings } = await run(post.shop, {
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

test('a batch that takes Ecwid minutes is no change while it is under way, nor afterwards', async () => {
	const post = new Post('ecwid', goods(200));
	post.turn({ batchItemMs: 1_500 });
	await post.seen();
	const { clock } = post.shop;
	const began = clock.now();
	const rows = goods(200).map(({ sku }) => ({ sku, amount: -7 }));
	let isDone = false;
	const writing = run(post.shop, { operation: 'adjustByDelta', rows, ownWrites: post.own });
	void writing.then(() => (isDone = true));
	while (!isDone) {
		await clock.sleep(MINUTE);
		expect((await post.poll()).occurrences).toStrictEqual([]);
	}
	expect(clock.now() - began).toBeGreaterThan(4 * MINUTE);
	expect((await writing).endings).toMatchObject(rows.map(() => ({ status: 'updated' })));
	expect([...(await post.seen()), ...(await post.seen())]).toStrictEqual([]);
	post.sell('S9');
	expect(await post.seen()).toStrictEqual([['S9', 43, 42]]);
});

describe('Ecwid’s search', () => {
	test('shows a change late; it is seen once, and none is lost', async () => {
		const post = new Post('ecwid');
		post.turn({ searchLagMs: 90_000 });
		await post.seen();
		const seen: unknown[] = [];
		for (let n = 0; n < 8; n += 1) {
			if (n < 4) post.sell('S1');
			seen.push(...(await post.seen()));
		}
		const differences = seen as Array<[string, number, number]>;
		expect(differences[0][1]).toBe(50);
		expect(differences.at(-1)?.[2]).toBe(46);
		for (const [n, [, from]] of differences.slice(1).entries())
			expect(from).toBe(differences[n][2]);
	});

	test('a product that is updated while pages are read is not skipped', async () => {
		const post = new Post('ecwid', goods(250));
		await post.seen();
		for (let n = 0; n < 250; n += 1) {
			post.sell(`S${n}`);
			post.shop.clock.pass(1_000);
		}
		// After the first page its first product moves to the end of the list.
		post.shop.sandbox.faults.add([
			{ method: 'GET', skip: 1, before: { sku: 'S3', delta: -1 } },
			{ method: 'GET', skip: 1, before: { sku: 'S7', delta: -1 } },
		]);
		const seen = (await post.seen()) as Array<[string, number, number]>;
		expect(new Set(seen.map(([sku]) => sku)).size).toBe(250);
	});

	test('a variation is watched by itself, and a shared one as its product', async () => {
		const post = new Post('ecwid', [
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
		await post.seen();
		post.sell('SHIRT-S');
		post.sell('SHIRT');
		expect(await post.seen()).toStrictEqual([
			['SHIRT', 20, 19],
			['SHIRT-S', 4, 3],
		]);
	});
});

describe('RootFi’s copy of the shop', () => {
	const set = async (post: Post, amount: number): Promise<void> => {
		const rows = [{ sku: 'S0', amount }];
		await run(post.shop, { operation: 'setQuantity', rows, ownWrites: post.own });
	};

	test('is no change while it shows what was there before a write of ours', async () => {
		const post = new Post('rootfi');
		await post.seen();
		post.turn({ copy: 'stale' });
		await set(post, 7);
		for (let n = 0; n < 70; n += 1) expect(await post.seen()).toStrictEqual([]);
		post.shop.sandbox.rootfi.sync();
		expect(await post.seen()).toStrictEqual([]);
		post.sell('S0');
		post.shop.sandbox.rootfi.sync();
		expect(await post.seen()).toStrictEqual([['S0', 7, 6]]);
	});

	test('is none when it goes back for a moment', async () => {
		const post = new Post('rootfi');
		await post.seen();
		await set(post, 7);
		expect(await post.seen()).toStrictEqual([]);
		post.shop.sandbox.faults.add([{ method: 'GET', then: 'stale' }]);
		expect([...(await post.seen()), ...(await post.seen())]).toStrictEqual([]);
	});

	test('is believed again a day after a write, whatever its time', async () => {
		const post = new Post('rootfi');
		await post.seen();
		post.turn({ stampMoves: false });
		await set(post, 7);
		expect(await post.seen()).toStrictEqual([]);
		post.sell('S0');
		const told: unknown[] = [];
		for (let n = 0; n < 25; n += 1) {
			post.shop.clock.pass(60 * MINUTE);
			told.push(...(await post.seen()));
		}
		expect(told).toStrictEqual([['S0', 7, 6]]);
	});
});

test('RootFi that ignores the filter is read whole, and nothing is seen twice', async () => {
	const post = new Post('rootfi');
	post.turn({ updatedFilter: 'ignored' });
	await post.seen();
	post.sell('S1');
	expect(await post.seen()).toStrictEqual([['S1', 50, 49]]);
	expect(await post.seen()).toStrictEqual([]);
});

test('whatever changes and whenever it is polled, the differences of an item make a chain', async () => {
	const step = fc.oneof(
		{ weight: 3, arbitrary: fc.record({ sku: fc.nat(4), delta: fc.integer({ min: -9, max: 9 }) }) },
		{ weight: 2, arbitrary: fc.constant('poll' as const) },
		{ weight: 1, arbitrary: fc.constant('hour' as const) },
		{ weight: 1, arbitrary: fc.constant('short poll' as const) },
	);
	await fc.assert(
		fc.asyncProperty(fc.constantFrom(...WATCHED), fc.array(step), async (service, steps) => {
			const post = new Post(service, goods(5));
			const seen: Occurrence[] = [];
			await post.poll();
			for (const one of [...steps, 'poll', 'poll']) {
				if (one === 'hour') post.shop.clock.pass(60 * MINUTE);
				else if (typeof one === 'object') post.sell(`S${one.sku}`, one.delta);
				else seen.push(...(await post.poll(one === 'poll' ? NO_DEADLINE : 0)).occurrences);
			}
			for (const { sku, quantity } of post.shop.sandbox[service].stock()) {
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

test('whoever writes and sells, those who hear of it end with the levels of the shop, and nobody hears himself', async () => {
	const sku = fc.constantFrom('S0', 'S1');
	const delta = fc.integer({ min: -2, max: 2 });
	const operation = fc.constantFrom('setQuantity', 'adjustByDelta');
	const fault = fc.constantFrom(null, null, { status: 422, body: {} }, 'reset');
	const options = fc.record({ checkFirst: fc.boolean(), writeUnchanged: fc.boolean() });
	const written = fc.record({ sku, delta, operation, fault, options });
	const step = fc.oneof(
		fc.record({ sku, delta }),
		written,
		fc.constantFrom('poll', 'poll', 'seconds', 'hour'),
	);
	type Write = typeof written extends fc.Arbitrary<infer T> ? T : never;

	const write = async (post: Post, { sku: name, delta: by, ...one }: Write) => {
		const { sandbox } = post.shop;
		const then = one.fault as 'reset' | { status: number } | null;
		// What is lost was applied.
		if (then !== null) sandbox.faults.add([{ method: 'PUT', apply: then === 'reset', then }]);
		const id = sandbox[post.service].stock().find((item) => item.sku === name)?.itemId;
		const isSet = one.operation === 'setQuantity';
		const { endings } = await run(post.shop, {
			operation: isSet ? 'setQuantity' : 'adjustByDelta',
			rows: [{ id, amount: isSet ? 50 + by : by }],
			options: one.options,
			ownWrites: post.own,
		});
		sandbox.faults.clear();
		return endings[0];
	};

	await fc.assert(
		fc.asyncProperty(
			fc.constantFrom(...WATCHED),
			fc.constantFrom(0, 20_000, 90_000),
			fc.array(step, { maxLength: 14 }),
			async (service, searchLagMs, steps) => {
				const post = new Post(service, goods(2));
				if (service === 'ecwid') post.turn({ searchLagMs });
				/** What somebody takes the levels for; but for those of which he does not know whether he wrote them. */
				const held = new Map<string, number | null | undefined>();
				const unknown = new Set<string>();
				let heard = 0;
				const hear = async (): Promise<void> => {
					for (const { item, difference } of (await post.poll()).occurrences) {
						held.set(String(item.sku), difference.to);
						heard += 1;
					}
				};
				for (const name of ['S0', 'S1']) held.set(name, 50);
				for (const one of [
					'poll',
					'poll',
					...steps,
					'poll',
					'poll',
					'poll',
					'hour',
					'poll',
					'poll',
				]) {
					if (one === 'poll') await hear();
					else if (typeof one === 'string')
						post.shop.clock.pass(one === 'hour' ? 60 * MINUTE : 5_000);
					else if (!('operation' in one)) post.sell(one.sku, one.delta);
					else {
						const { status, after } = await write(post, one as Write);
						if (status === 'updated') held.set(one.sku, after?.quantity);
						if (status === 'unknown') unknown.add(one.sku);
					}
				}
				const isAlone = steps.every((one) => typeof one === 'string' || 'operation' in one);
				if (unknown.size === 0 && isAlone) expect(heard).toBe(0);
				for (const { sku: name, quantity } of post.shop.sandbox[service].stock())
					if (!unknown.has(String(name))) expect(held.get(String(name))).toBe(quantity);
			},
		),
		{ numRuns: 150 },
	);
}, 60_000);
