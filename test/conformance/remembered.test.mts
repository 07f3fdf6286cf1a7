/**
 * Levels that this process itself saw confirmed: on Webflow, where every level costs a request, a run can be told to
 * trust them for some minutes.
 */
import { ConfirmedLevels } from '../../inventory/memory/confirmed-levels.ts';
import { SkuIndex } from '../../platforms/webflow/sku-index.ts';
import { run, statuses, type TestRow, type TestRun } from '../support/run.mts';
import { openShop, type Shop } from '../support/shops.mts';

const MINUTE = 60_000;
const products = (count: number) =>
	Array.from({ length: count }, (_, n) => ({ name: `N${n}`, sku: `S${n}`, quantity: 5 }));

interface Process {
	shop: Shop;
	levels: ConfirmedLevels;
	set(rows: TestRow[], more?: Partial<TestRun>): ReturnType<typeof run>;
	/** Requests since the last time this was asked. */
	requests(): string[];
}

function open(count = 3): Process {
	const shop = openShop('webflow', { index: new SkuIndex() });
	shop.sandbox.seed({ webflow: products(count) });
	shop.sandbox.limit('webflow', { requests: 1_000_000 });
	const levels = new ConfirmedLevels();
	let seen = 0;
	return {
		shop,
		levels,
		set: async (rows, more = {}) =>
			await run(shop, {
				operation: 'setQuantity',
				rows,
				confirmedLevels: levels,
				...more,
				options: { trustRememberedMinutes: 60, massZeroLimit: 100, ...more.options },
			}),
		requests: () => {
			const all = shop.sandbox.log.all();
			const some = all.slice(seen).map(({ method, path }) => `${method} ${path.split('/').pop()}`);
			seen = all.length;
			return some;
		},
	};
}

const row = (n: number, amount: number): TestRow => ({ sku: `S${n}`, amount });
const READ = 'GET inventory';
const WRITE = 'PATCH inventory';

test('a remembered level that is right is skipped, and one that differs is written without a reading', async () => {
	const { shop, set, requests } = open();
	await set([row(0, 7), row(1, 5)]);
	expect(requests().filter((one) => one === READ)).toHaveLength(2);
	shop.clock.pass(59 * MINUTE - 30_000);
	const { results } = await set([row(0, 7), row(1, 6)]);
	expect(results[0]).toMatchObject({
		status: 'skipped',
		before: { quantity: 7 },
		message: expect.stringMatching(/^Last confirmed as 7 at \d\d:\d\d, not read again\.$/),
	});
	expect(results[1]).toMatchObject({ status: 'updated', before: { quantity: 5 } });
	expect(results[1].warnings.join()).toMatch(
		/The level before, 5, was last confirmed at \d\d:\d\d/,
	);
	expect(requests().filter((one) => one.endsWith('inventory'))).toStrictEqual([WRITE]);
});

test.each([
	['the minutes are over', { pass: 61 * MINUTE }, {}],
	['it is switched off', { pass: 0 }, { trustRememberedMinutes: 0 }],
	['a condition hangs on the level', { pass: 0 }, { onlyIfQuantityIs: 7 }],
])('a remembered level is read again when %s', async (_, { pass }, options) => {
	const { shop, set, requests } = open();
	await set([row(0, 7)]);
	requests();
	shop.clock.pass(pass);
	await set([row(0, 7)], { options });
	expect(requests()).toContain(READ);
});

test('unlimited stock is not a level to trust, nor is one whose last write was lost', async () => {
	const { shop, set, requests } = open();
	await run(shop, {
		operation: 'setUnlimited',
		rows: [row(0, 0)],
		confirmedLevels: new ConfirmedLevels(),
	});
	await set([row(0, 7)]);
	shop.sandbox.faults.add([
		{ method: 'PATCH', then: 'reset' },
		{ method: 'GET', path: 'inventory$', then: { status: 403 }, apply: false, skip: 1 },
	]);
	expect(statuses(await set([row(1, 8)]))).toStrictEqual(['unknown']);
	requests();
	expect(statuses(await set([row(0, 7), row(1, 8)]))).toStrictEqual(['failed', 'unchanged']);
	expect(requests().filter((one) => one === READ)).toHaveLength(2);
});

test('a delta changes the remembered level', async () => {
	const { shop, levels, set, requests } = open();
	await set([row(0, 7)]);
	await run(shop, { operation: 'adjustByDelta', rows: [row(0, -2)], confirmedLevels: levels });
	requests();
	expect(statuses(await set([row(0, 5)]))).toStrictEqual(['skipped']);
	expect(requests()).toStrictEqual([]);
});

test('the mass-zero limit counts remembered levels', async () => {
	const { set } = open(30);
	const all = Array.from({ length: 30 }, (_, n) => row(n, 5));
	await set(all);
	const some = all.map((one, n) => (n < 10 ? { ...one, amount: 0 } : one));
	expect((await set(some, { options: { massZeroLimit: 50 } })).abort).toBeNull();
	expect(
		(
			await set(
				all.map((one) => ({ ...one, amount: 0 })),
				{ options: { massZeroLimit: 50 } },
			)
		).abort,
	).not.toBeNull();
});

test('1,000 rows of which 50 differ cost at most 60 requests', async () => {
	const { shop, set, requests } = open(1_000);
	const rows = Array.from({ length: 1_000 }, (_, n) => row(n, 6));
	await set(rows);
	requests();
	shop.clock.pass(20 * MINUTE);
	const report = await set(rows.map((one, n) => (n % 20 === 0 ? { ...one, amount: 9 } : one)));
	expect(statuses(report).filter((status) => status === 'updated')).toHaveLength(50);
	expect(requests().length).toBeLessThanOrEqual(60);
});
