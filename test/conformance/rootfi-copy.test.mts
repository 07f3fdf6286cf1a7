/** RootFi's copy of the shop: how old it is, and what it shows that is known to be over. */
import { ConfirmedCopies } from '../../platforms/rootfi/confirmed-copies.ts';
import { KeyedMutex } from '../../inventory/memory/keyed-mutex.ts';
import type { CatalogueProduct } from '../../sandbox/catalogue.mts';
import type { RootFiSwitches } from '../../sandbox/rootfi/switches.mts';
import { run, statuses } from '../support/run.mts';
import { openShop, type Shop, type ShopOptions } from '../support/shops.mts';

const CATALOGUE: CatalogueProduct[] = [
	{ name: 'Lantern', sku: 'A', quantity: 50 },
	{ name: 'Clock', sku: 'B', quantity: 10 },
];

const open = (switches: Partial<RootFiSwitches> = {}, options?: ShopOptions): Shop =>
	openShop('rootfi', { products: CATALOGUE, switches, ...options });

const puts = ({ sandbox }: Shop) => sandbox.log.all().filter(({ method }) => method === 'PUT');
const companyPages = ({ sandbox }: Shop) =>
	sandbox.log.all().filter(({ path }) => path.endsWith('/companies'));
const levelOf = ({ sandbox }: Shop) => sandbox.rootfi.stock()[0].quantity;

describe('the age of RootFi’s copy', () => {
	const HOUR = 3_600_000;
	const stale = { maxStockAgeMinutes: 30 };
	const rows = [{ sku: 'A', amount: -1 }];

	test('fresh rows of RootFi’s copy are trusted', async () => {
		const { results } = await run(open({}, stale), { operation: 'adjustByDelta', rows });
		expect(results[0].status).toBe('updated');
	});

	test.each(['list', 'wrapped', 'missing'] as const)(
		'old rows of RootFi’s copy are refused (companies %s)',
		async (companies) => {
			const shop = open({ companies }, stale);
			shop.clock.pass(HOUR);
			const { results } = await run(shop, { operation: 'adjustByDelta', rows });
			expect(results[0]).toMatchObject({ status: 'failed' });
			expect(results[0].message).toContain('60 minutes old, older than the 30 minutes');
			expect(puts(shop)).toHaveLength(0);
		},
	);

	test.each(['list', 'wrapped'] as const)(
		'a late sync of the company makes the rows of RootFi’s copy fresh (companies %s)',
		async (companies) => {
			const shop = open({ companies }, stale);
			shop.clock.pass(HOUR);
			shop.sandbox.rootfi.sync();
			const report = await run(shop, {
				operation: 'adjustByDelta',
				rows: [...rows, { sku: 'B', amount: -1 }],
			});
			expect(statuses(report)).toStrictEqual(['updated', 'updated']);
			expect(shop.sandbox.log.all().filter(({ path }) => path.endsWith('/companies'))).toHaveLength(
				1,
			);
		},
	);

	test.each(['list', 'wrapped'] as const)(
		'a company is found beyond the first page (companies %s)',
		async (companies) => {
			const shop = open({ companies, otherCompanies: 250 }, stale);
			shop.clock.pass(HOUR);
			shop.sandbox.rootfi.sync();
			const report = await run(shop, {
				operation: 'adjustByDelta',
				rows: [...rows, { sku: 'B', amount: -1 }],
			});
			expect(statuses(report)).toStrictEqual(['updated', 'updated']);
			expect(companyPages(shop)).toHaveLength(3);
		},
	);

	test('a list of companies that goes round in a circle ends', async () => {
		const shop = open({}, stale);
		shop.clock.pass(HOUR);
		const body = { data: [{ rootfi_id: 7 }], next: '7' };
		shop.sandbox.faults.add([{ path: '/companies$', times: 50, then: { status: 200, body } }]);
		const { results } = await run(shop, { operation: 'adjustByDelta', rows });
		expect(results[0].message).toContain('60 minutes old');
		expect(companyPages(shop)).toHaveLength(2);
	});

	test('rows of unknown age are refused', async () => {
		const shop = open({ companies: 'missing' }, stale);
		shop.sandbox.faults.add([
			{
				method: 'GET',
				path: 'inventories/157',
				then: { status: 200, body: { rootfi_id: 157, quantity: 5 } },
			},
		]);
		const { results } = await run(shop, {
			operation: 'adjustByDelta',
			rows: [{ id: '157', amount: 1 }],
		});
		expect(results[0].message).toContain('of unknown age');
	});
});

describe('a copy that has not followed the last change', () => {
	const take = (amount: number) => ({
		operation: 'adjustByDelta' as const,
		rows: [{ sku: 'A', amount }],
	});

	/** Another execution in the same process, on the same shop. */
	const later = (shop: Shop, confirmed: ConfirmedCopies): Shop =>
		openShop('rootfi', { sandbox: shop.sandbox, clock: shop.clock, confirmed });

	test('a copy that has not followed the last change is not added to, in the same execution or a later one', async () => {
		const confirmed = new ConfirmedCopies();
		const shop = open({ copy: 'stale' }, { confirmed });
		expect(statuses(await run(shop, take(-5)))).toStrictEqual(['updated']);
		for (const next of [shop, later(shop, confirmed)]) {
			const { results } = await run(next, take(-5));
			expect(results[0]).toMatchObject({ status: 'failed' });
			expect(results[0].message).toContain(
				'RootFi has not yet picked up the last change: it shows 50, where 45 was confirmed',
			);
		}
		expect(levelOf(shop)).toBe(45);
	});

	test('a copy is trusted again after the next sync', async () => {
		const confirmed = new ConfirmedCopies();
		const shop = open({ copy: 'stale' }, { confirmed });
		await run(shop, take(-5));
		shop.clock.pass(60_000);
		shop.sandbox.rootfi.sync();
		expect(statuses(await run(later(shop, confirmed), take(-5)))).toStrictEqual(['updated']);
		expect(levelOf(shop)).toBe(40);
	});

	test('a copy that has not followed the last change proves nothing about a set that was refused without a reason', async () => {
		const shop = open({ copy: 'stale' });
		await run(shop, take(-5));
		shop.sandbox.faults.add([
			{ method: 'PUT', then: { status: 400, body: { error: { code: 'unknown-error' } } } },
		]);
		const { results } = await run(shop, {
			operation: 'setQuantity',
			rows: [{ sku: 'A', amount: 30 }],
		});
		expect(results[0]).toMatchObject({ status: 'unknown' });
	});

	test('a copy that has not followed the last change does not keep a set from being written', async () => {
		const shop = open({ copy: 'stale' });
		await run(shop, take(-5));
		const { results } = await run(shop, {
			operation: 'setQuantity',
			rows: [{ sku: 'A', amount: 50 }],
		});
		expect(results[0]).toMatchObject({ status: 'updated', after: { quantity: 50 } });
		expect(levelOf(shop)).toBe(50);
	});

	test('a copy that has not followed the last change proves nothing about a write whose answer was lost', async () => {
		const shop = open({ copy: 'stale' });
		await run(shop, { operation: 'setQuantity', rows: [{ sku: 'A', amount: 40 }] });
		shop.sandbox.rootfi.switches.copy = 'follows';
		shop.sandbox.change('rootfi', { sku: 'A', delta: 0 });
		shop.sandbox.rootfi.switches.copy = 'stale';
		shop.sandbox.faults.add([{ method: 'PUT', then: 'reset' }]);
		const { results } = await run(shop, take(-5));
		expect(results[0]).toMatchObject({ status: 'unknown' });
		expect(puts(shop)).toHaveLength(2);
	});

	test('a copy that shows the same level with an older stamp makes the confirmed one no older', () => {
		const confirmed = new ConfirmedCopies();
		const level = (quantity: number, minute: number) => ({
			quantity,
			unlimited: false,
			reserved: null,
			updatedAt: `2026-03-02T08:0${minute}:00Z`,
		});
		confirmed.confirm('1', level(45, 5));
		confirmed.confirm('1', level(45, 1));
		expect(confirmed.outdated('1', level(50, 3))).toContain('where 45 was confirmed');
		expect(confirmed.outdated('1', level(50, 6))).toBeNull();
		expect(confirmed.outdated('1', level(45, 3))).toBeNull();
		expect(confirmed.outdated('2', level(50, 3))).toBeNull();
	});
});

test('a set does not fall between the reading of a delta and its write', async () => {
	const shop = open();
	const itemMutex = new KeyedMutex();
	const [added, written] = await Promise.all([
		run(shop, { operation: 'adjustByDelta', rows: [{ sku: 'A', amount: -5 }], itemMutex }),
		run(shop, {
			operation: 'setQuantity',
			rows: [{ sku: 'A', amount: 10 }],
			options: { checkFirst: false },
			itemMutex,
		}),
	]);
	expect([added, written].flatMap(statuses)).toStrictEqual(['updated', 'updated']);
	expect([10, 5]).toContain(levelOf(shop));
});

test('a sum that RootFi confirms without naming the level is not shown as one', async () => {
	const shop = open();
	shop.sandbox.faults.add([
		{ method: 'PUT', then: { status: 200, body: { rootfi_id: 1, sku: 'A' } } },
		{ method: 'GET', skip: 2, apply: false, times: 9, then: { status: 500 } },
	]);
	const { results } = await run(shop, {
		operation: 'adjustByDelta',
		rows: [{ sku: 'A', amount: -5 }],
	});
	expect(results[0].after?.quantity ?? null).toBeNull();
});

test('of two runs at the same time on one row, each adds to what the other wrote', async () => {
	const shop = open();
	const itemMutex = new KeyedMutex();
	const reports = await Promise.all(
		[-5, -7].map(
			async (amount) =>
				await run(shop, {
					operation: 'adjustByDelta',
					rows: [{ sku: 'A', amount }],
					itemMutex,
				}),
		),
	);
	expect(reports.flatMap(statuses)).toStrictEqual(['updated', 'updated']);
	expect(levelOf(shop)).toBe(38);
});
