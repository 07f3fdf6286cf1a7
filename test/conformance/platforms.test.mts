/**
 * One suite that every platform passes, against the sandbox; what a service cannot do is a capability flag, not a
 * skipped test.
 */
import type { Fault } from '../../sandbox/faults.mts';
import type { CatalogueProduct } from '../../sandbox/catalogue.mts';
import type { LogEntry } from '../../sandbox/log.mts';
import { LevelList, type ListedLevel } from '../../inventory/lookup/list-levels.ts';
import { run, statuses } from '../support/run.mts';
import { openShop, type Shop, type ShopName, type ShopOptions } from '../support/shops.mts';

const SHOPS: ShopName[] = ['webflow', 'webflowV1', 'ecwid', 'rootfi'];

const CATALOGUE: CatalogueProduct[] = [
	{ name: 'Lantern', sku: 'A', quantity: 50 },
	{ name: 'Clock', sku: 'B', quantity: 10 },
	{ name: 'Spare part', sku: '0017', quantity: 3 },
	{ name: 'First', sku: 'DOUBLE', quantity: 1 },
	{ name: 'Second', sku: 'DOUBLE', quantity: 2 },
	{ name: 'No code', sku: null, quantity: 4 },
	{ name: 'Endless', sku: 'U', quantity: 9, unlimited: true },
];

function open(name: ShopName, options?: ShopOptions): Shop {
	const shop = openShop(name, options);
	shop.sandbox.seed({ products: CATALOGUE });
	return shop;
}

const levelOf = ({ sandbox, service }: Shop, sku: string): number | 'unlimited' | undefined => {
	const item = sandbox
		.service(service)
		.stock()
		.find((one) => one.sku === sku);
	return item?.unlimited ? 'unlimited' : item?.quantity;
};
const writes = ({ sandbox }: Shop): LogEntry[] =>
	sandbox.log.all().filter(({ method }) => method !== 'GET');
/** How often an item was really changed. */
const applied = (shop: Shop): number => writes(shop).flatMap(({ moves }) => moves).length;
const breakWrites = (shop: Shop, fault: Partial<Fault>): void =>
	shop.sandbox.faults.add([{ method: shop.service === 'webflow' ? 'PATCH' : 'PUT', ...fault }]);

describe.each(SHOPS)('%s', (name) => {
	const { capabilities } = openShop(name).platform;

	test('Set Quantity sets the quantity', async () => {
		const shop = open(name);
		const { results } = await run(shop, {
			operation: 'setQuantity',
			rows: [{ sku: 'A', amount: 7 }],
		});
		expect(results[0]).toMatchObject({
			status: 'updated',
			item: { sku: 'A' },
			before: { quantity: 50 },
			after: { quantity: 7, unlimited: false },
			message: null,
			warnings: [],
		});
		expect(levelOf(shop, 'A')).toBe(7);
		expect(applied(shop)).toBe(1);
	});

	test('a true zero is written', async () => {
		const shop = open(name);
		await run(shop, { operation: 'setQuantity', rows: [{ sku: 'A', amount: 0 }] });
		expect(levelOf(shop, 'A')).toBe(0);
	});

	test('Adjust by Delta changes the level by the delta', async () => {
		const shop = open(name);
		const { results } = await run(shop, {
			operation: 'adjustByDelta',
			rows: [{ sku: 'A', amount: -5 }],
		});
		expect(results[0]).toMatchObject({
			status: 'updated',
			before: { quantity: 50 },
			after: { quantity: 45 },
		});
		expect(levelOf(shop, 'A')).toBe(45);
		expect(applied(shop)).toBe(1);
	});

	test('nothing is sent for a level that is right already', async () => {
		const shop = open(name);
		const report = await run(shop, {
			operation: 'setQuantity',
			rows: [
				{ sku: 'A', amount: 50 },
				{ sku: 'B', amount: '10' },
			],
		});
		expect(statuses(report)).toStrictEqual(['unchanged', 'unchanged']);
		expect(writes(shop)).toHaveLength(0);
	});

	test('a level that is right already is written where the row asks for it', async () => {
		const shop = open(name);
		const report = await run(shop, {
			operation: 'setQuantity',
			rows: [{ sku: 'A', amount: 50 }],
			options: { writeUnchanged: true },
		});
		expect(statuses(report)).toStrictEqual(['updated']);
		expect(writes(shop)).toHaveLength(1);
	});

	test('an item is found by the ID its list names', async () => {
		const shop = open(name);
		const page = await shop.platform.list(null);
		const item =
			page.kind === 'page' ? page.items.find((one) => one.item.sku === 'B')?.item : undefined;
		const report = await run(shop, {
			operation: 'setQuantity',
			rows: [{ id: item?.itemId, amount: 3 }],
		});
		expect(statuses(report)).toStrictEqual(['updated']);
		expect(levelOf(shop, 'B')).toBe(3);
	});

	test('a similar SKU is named for one that is not there, and every item that carries a doubled one', async () => {
		const shop = open(name);
		const { results } = await run(shop, {
			operation: 'setQuantity',
			rows: [
				{ sku: '17', amount: 1 },
				{ sku: 'DOUBLE', amount: 1 },
			],
		});
		expect(results[0]).toMatchObject({ status: 'failed' });
		expect(results[0].message).toContain('Did you mean “0017”?');
		expect(results[1].message).toMatch(/2 items carry the SKU “DOUBLE”: .*First.* and .*Second/);
		expect(writes(shop)).toHaveLength(0);
	});

	test('a similar SKU is named for a single row too', async () => {
		const { results } = await run(open(name), {
			operation: 'setQuantity',
			rows: [{ sku: ' a ', amount: 1 }],
		});
		expect(results[0].message).toContain('Did you mean “A”?');
	});

	test('a row whose ID stands for nothing fails', async () => {
		const shop = open(name);
		const id = name === 'ecwid' || name === 'rootfi' ? '999999999' : 'f'.repeat(24);
		for (const operation of ['setQuantity', 'adjustByDelta'] as const) {
			const { results } = await run(shop, { operation, rows: [{ id, amount: 1 }] });
			expect(results[0]).toMatchObject({ status: 'failed' });
			expect(results[0].message).toContain('does not know this');
		}
		expect(applied(shop)).toBe(0);
	});

	test('without Check First rows are written blindly, but read where a guard needs it', async () => {
		const shop = open(name);
		const page = await shop.platform.list(null);
		const ids = page.kind === 'page' ? page.items.map(({ item }) => item.itemId) : [];
		shop.sandbox.log.clear();
		const rows = [
			{ id: ids[0], amount: 1 },
			{ id: ids[1], amount: 1, options: { onlyIfQuantityIs: 10 } },
		];
		const report = await run(shop, {
			operation: 'setQuantity',
			rows,
			options: { checkFirst: false },
		});
		expect(statuses(report)).toStrictEqual(['updated', 'updated']);
		expect(report.results[0].before).toBeNull();
		expect(report.results[1].before).toMatchObject({ quantity: 10 });
		const levelReads = shop.sandbox.log
			.all()
			.filter(({ method, path }) => method === 'GET' && !path.endsWith('/collections'));
		expect(levelReads).toHaveLength(1);
	});

	test('a dry run writes nothing', async () => {
		const shop = open(name);
		const report = await run(shop, {
			operation: 'adjustByDelta',
			rows: [{ sku: 'A', amount: -5 }],
			options: { dryRun: true },
		});
		expect(statuses(report)).toStrictEqual(['planned']);
		expect(writes(shop)).toHaveLength(0);
	});

	test('every item is listed with its level', async () => {
		const shop = open(name);
		const levels: ListedLevel[] = [];
		for await (const level of new LevelList(shop.platform).walk()) levels.push(level);
		expect(levels.map((one) => one.item?.sku)).toStrictEqual(CATALOGUE.map(({ sku }) => sku));
		expect(levels[0]).toMatchObject({ kind: 'level', level: { quantity: 50 } });
	});

	test('a catalogue of several pages is read to its end', async () => {
		const shop = open(name);
		const products = Array.from({ length: 230 }, (_, n) => ({
			name: `N${n}`,
			sku: `S${n}`,
			quantity: n,
		}));
		shop.sandbox.seed({ products });
		const report = await run(shop, {
			operation: 'setQuantity',
			rows: products.map(({ sku, quantity }) => ({ sku, amount: quantity })),
		});
		expect(new Set(statuses(report))).toStrictEqual(new Set(['unchanged']));
		const lists = shop.sandbox.log
			.all()
			.filter(({ path }) => /\/(products|inventories)$/.test(path));
		expect(lists).toHaveLength(3);
	});

	if (capabilities.unlimited) {
		describe('unlimited stock', () => {
			test('unlimited stock is protected', async () => {
				const shop = open(name);
				for (const operation of ['setQuantity', 'adjustByDelta'] as const) {
					const { results } = await run(shop, {
						operation,
						rows: [{ sku: 'U', amount: 5 }],
					});
					expect(results[0]).toMatchObject({
						status: 'failed',
						before: { unlimited: true, quantity: null },
					});
				}
				expect(writes(shop)).toHaveLength(0);
			});

			test('unlimited stock is skipped or converted where the row asks for it', async () => {
				const shop = open(name);
				const set = (unlimitedStock: string) =>
					run(shop, {
						operation: 'setQuantity',
						rows: [{ sku: 'U', amount: 5 }],
						options: { unlimitedStock },
					});
				expect(statuses(await set('skip'))).toStrictEqual(['skipped']);
				const converted = await set('convert');
				expect(converted.results[0]).toMatchObject({
					status: 'updated',
					after: { quantity: 5, unlimited: false },
				});
				expect(levelOf(shop, 'U')).toBe(5);
			});
		});
	}

	if (capabilities.setUnlimited) {
		test('stock is made unlimited once', async () => {
			const shop = open(name);
			const rows = [{ sku: 'A' }, { sku: 'U' }];
			const report = await run(shop, { operation: 'setUnlimited', rows });
			expect(statuses(report)).toStrictEqual(['updated', 'unchanged']);
			expect(report.results[0].after).toMatchObject({ quantity: null, unlimited: true });
			expect(levelOf(shop, 'A')).toBe('unlimited');
		});
	} else {
		test('what the service cannot do is refused', async () => {
			const shop = open(name);
			const { results } = await run(shop, {
				operation: 'setUnlimited',
				rows: [{ sku: 'A' }],
			});
			expect(results[0].status).toBe('failed');
			expect(writes(shop)).toHaveLength(0);
		});
	}

	describe('a wrong token', () => {
		test('a wrong token stops the run before anything is written, in words', async () => {
			const shop = open(name, { token: 'wrong' });
			const report = await run(shop, {
				operation: 'setQuantity',
				rows: [
					{ sku: 'A', amount: 1 },
					{ sku: '', amount: 1 },
				],
			});
			expect(statuses(report)).toStrictEqual(['notAttempted', 'failed']);
			expect(report.results[0].message).toMatch(/did not accept the (access token|API key)/);
			expect(shop.sandbox.log.all()).toHaveLength(1);
		});
	});

	describe('a write that is taken, and whose answer is lost', () => {
		test.each([
			['502', { then: { status: 502 } }],
			['504', { then: { status: 504, body: 'Gateway Timeout' } }],
			['500', { then: { status: 500 } }],
			['408', { then: { status: 408 } }],
			['reset', { then: 'reset' }],
			['hang', { then: 'hang' }],
			['truncate', { then: 'truncate' }],
			['nonsense', { then: 'nonsense' }],
			['redirect', { then: { status: 302, headers: { Location: '/' } } }],
		] as Array<[string, Partial<Fault>]>)(
			'%s: a write that is taken, and whose answer is lost, is applied once, and confirmed by reading',
			async (_, fault) => {
				for (const operation of ['adjustByDelta', 'setQuantity'] as const) {
					const shop = open(name);
					breakWrites(shop, fault);
					const { results } = await run(shop, {
						operation,
						rows: [{ sku: 'A', amount: 5 }],
					});
					expect(results[0].status).toBe('updated');
					expect(results[0].warnings.join()).toContain('Confirmed by reading');
					expect(applied(shop)).toBe(1);
					expect(levelOf(shop, 'A')).toBe(operation === 'adjustByDelta' ? 55 : 5);
				}
			},
		);
	});

	describe('a write that is not taken, and whose answer does not say so', () => {
		test.each([
			['502', { then: { status: 502 } }],
			['reset', { then: 'reset' }],
			['nonsense', { then: 'nonsense' }],
		] as Array<[string, Partial<Fault>]>)(
			'%s: a delta whose answer does not say that it was refused stays unknown, a set is sent again',
			async (_, fault) => {
				const delta = open(name);
				breakWrites(delta, { ...fault, apply: false });
				const { results } = await run(delta, {
					operation: 'adjustByDelta',
					rows: [{ sku: 'A', amount: 5 }],
				});
				expect(results[0].status).toBe('unknown');
				expect(applied(delta)).toBe(0);

				const set = open(name);
				breakWrites(set, { ...fault, apply: false });
				const report = await run(set, {
					operation: 'setQuantity',
					rows: [{ sku: 'A', amount: 5 }],
				});
				expect(statuses(report)).toStrictEqual(['updated']);
				expect(applied(set)).toBe(1);
			},
		);
	});

	describe('a write that is refused', () => {
		const refusals = [400, 402, 404, 405, 409, 413, 415, 422];
		test.each(refusals)('a write refused with %d fails, and is not sent again', async (status) => {
			for (const operation of ['adjustByDelta', 'setQuantity'] as const) {
				const shop = open(name);
				const body = { error: { code: 'invalid-params', message: 'No' } };
				breakWrites(shop, { apply: false, then: { status, body } });
				const { results } = await run(shop, {
					operation,
					rows: [{ sku: 'A', amount: 5 }],
				});
				expect(results[0].status).toBe('failed');
				expect(applied(shop)).toBe(0);
				expect(writes(shop)).toHaveLength(1);
			}
		});

		test.each([401, 403])('a write refused with %d stops the run', async (status) => {
			const shop = open(name);
			breakWrites(shop, { apply: false, then: { status } });
			const report = await run(shop, {
				operation: 'adjustByDelta',
				rows: [
					{ sku: 'A', amount: 5 },
					{ sku: 'B', amount: 5 },
				],
			});
			expect(statuses(report)).toStrictEqual(['failed', 'notAttempted']);
			expect(writes(shop)).toHaveLength(1);
		});
	});

	describe('a limit', () => {
		test('a limit is waited for, and the write goes through once', async () => {
			const shop = open(name);
			breakWrites(shop, { apply: false, then: { status: 429, headers: { 'Retry-After': '20' } } });
			const { results } = await run(shop, {
				operation: 'adjustByDelta',
				rows: [{ sku: 'A', amount: 5 }],
			});
			expect(results[0].status).toBe('updated');
			expect(applied(shop)).toBe(1);
		});

		test('a limit is kept: a long run never exceeds it', async () => {
			const shop = open(name);
			const products = Array.from({ length: 150 }, (_, n) => ({
				name: `N${n}`,
				sku: `S${n}`,
				quantity: 5,
			}));
			shop.sandbox.seed({ products });
			const report = await run(shop, {
				operation: 'adjustByDelta',
				rows: products.map(({ sku }) => ({ sku, amount: -1 })),
			});
			expect(new Set(statuses(report))).toStrictEqual(new Set(['updated']));
			expect(shop.sandbox.log.all().filter(({ status }) => status === 429)).toHaveLength(0);
		});
	});

	test('a connection refused is tried again', async () => {
		const shop = open(name);
		breakWrites(shop, { apply: false, then: 'noConnection', times: 2 });
		const { results } = await run(shop, {
			operation: 'adjustByDelta',
			rows: [{ sku: 'A', amount: 5 }],
		});
		expect(results[0]).toMatchObject({ status: 'updated', warnings: [] });
		expect(applied(shop)).toBe(1);
	});

	test('an address where nothing answers stops the run', async () => {
		const shop = open(name);
		shop.sandbox.faults.add([{ apply: false, then: 'noConnection', times: 100 }]);
		const report = await run(shop, { operation: 'adjustByDelta', rows: [{ sku: 'A', amount: 5 }] });
		expect(report.abort).toMatchObject({ kind: 'run' });
		expect(report.results[0].message).toContain('could not be reached');
	});

	test('a list that cannot be read stops the run', async () => {
		const shop = open(name);
		shop.sandbox.faults.add([{ method: 'GET', apply: false, then: { status: 500 }, times: 100 }]);
		const rows = ['A', 'B', '0017'].map((sku) => ({ sku, amount: 5 }));
		const report = await run(shop, { operation: 'adjustByDelta', rows });
		expect(report.abort).toMatchObject({ kind: 'run' });
		expect(new Set(statuses(report))).toStrictEqual(new Set(['notAttempted']));
		expect(writes(shop)).toHaveLength(0);
	});

	test('a canceled run sends nothing', async () => {
		const shop = open(name, { signal: AbortSignal.abort() });
		const report = await run(shop, { operation: 'adjustByDelta', rows: [{ sku: 'A', amount: 5 }] });
		expect(statuses(report)).toStrictEqual(['notAttempted']);
		expect(shop.sandbox.log.all()).toHaveLength(0);
	});
});

test.each(['webflow', 'webflowV1', 'ecwid'] as const)(
	'%s: an item that moved to a page that was read before is found all the same',
	async (name) => {
		const shop = open(name);
		const [first, ...rest] = Array.from({ length: 230 }, (_, n) => ({
			name: `N${n}`,
			sku: `S${n}`,
			quantity: n,
		}));
		shop.sandbox.seed({ products: [first, ...rest] });
		const { connection } = shop;
		const send = connection.send.bind(connection);
		connection.send = async (...request) => {
			// The first product is deleted once the first page is read: offsets count from there.
			if (request[1].query?.offset === '100') shop.sandbox.seed({ products: rest });
			return await send(...request);
		};
		const rows = rest.map(({ sku, quantity }) => ({ sku, amount: quantity }));
		const report = await run(shop, { operation: 'setQuantity', rows });
		expect(new Set(statuses(report))).toStrictEqual(new Set(['unchanged']));
	},
);
