/**
 * Ecwid's batches: keyed deltas that travel together, are known again by their deduplication key, and end truthfully
 * whatever becomes of the create call, the ticket or the answers inside.
 */
import type { RunReport } from '../../inventory/run.ts';
import { BatchAttempts } from '../../platforms/ecwid/batch.ts';
import type { CatalogueProduct } from '../../sandbox/catalogue.mts';
import type { EcwidSwitches } from '../../sandbox/ecwid/switches.mts';
import type { Fault } from '../../sandbox/faults.mts';
import type { Reply } from '../../sandbox/http.mts';
import { keysOn, MemoryTokens } from '../support/memory.mts';
import { run, statuses, type TestRow, type TestRun } from '../support/run.mts';
import { openShop, type Shop, type ShopOptions } from '../support/shops.mts';

/** The shirt and its variation are read with one request, so that both have a fresh level before they are sent. */
const CATALOGUE: CatalogueProduct[] = [
	{ name: 'Lantern', sku: 'A', quantity: 50 },
	{ name: 'Clock', sku: 'B', quantity: 10 },
	{
		name: 'Shirt',
		sku: 'SHIRT',
		quantity: 20,
		variations: [{ sku: 'SHIRT-S', options: { Size: 'S' }, quantity: 4 }],
	},
];
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NEGATIVE = 'Product has negative stock.';

/** A shop, and what outlives a run: the key memory, and how often a batch was tried. */
interface Bench extends Shop {
	tokens: MemoryTokens;
	attempts: BatchAttempts;
}

function open(switches: Partial<EcwidSwitches> = {}, options: ShopOptions = {}): Bench {
	const attempts = new BatchAttempts('1003');
	const shop = openShop('ecwid', { attempts, ...options });
	shop.sandbox.seed({ ecwid: CATALOGUE });
	Object.assign(shop.sandbox.ecwid.switches, switches);
	return { ...shop, attempts, tokens: new MemoryTokens() };
}

/** The same workflow some time later, and Ecwid sound again. */
function later({ sandbox, clock, attempts, tokens }: Bench, ms = MINUTE): Bench {
	sandbox.faults.clear();
	clock.pass(ms);
	return { ...openShop('ecwid', { sandbox, clock, attempts }), attempts, tokens };
}

async function adjust(shop: Bench, rows: TestRow[], more: Partial<TestRun> = {}) {
	return await run(shop, { operation: 'adjustByDelta', rows, keys: keysOn(shop.tokens), ...more });
}

const line = (sku: string, amount = -1): TestRow => ({ sku, amount, key: `order 7 ${sku}` });
const BOTH = [line('SHIRT'), line('SHIRT-S')];
const ALL = [line('A'), line('SHIRT'), line('B')];
const BLIND = { options: { checkFirst: false } };

interface Posted {
	stopOnFirstFailure?: string;
	deduplicationKey?: string;
	items: Array<{ id: string; path: string; method: string; body: { quantityDelta: number } }>;
}
const posts = ({ sandbox }: Shop): Posted[] =>
	sandbox.log
		.all()
		.filter(({ method }) => method === 'POST')
		.map(({ query, body }) => ({
			...Object.fromEntries(new URLSearchParams(query)),
			items: body as Posted['items'],
		}));
const keysPosted = (shop: Shop): unknown[] => posts(shop).map((one) => one.deduplicationKey);
/** What was really applied, in order: `A -1`. */
const moves = ({ sandbox }: Shop): string[] => {
	sandbox.ecwid.advance();
	return sandbox.log
		.all()
		.flatMap((entry) => entry.moves)
		.map(({ sku, from, to }) => `${sku} ${Number(to) - Number(from)}`);
};
const methods = ({ sandbox }: Shop): string[] =>
	sandbox.log
		.all()
		.filter(({ method, path }) => method !== 'GET' && !path.startsWith('batch'))
		.map(({ method }) => method);
const breakPost = (shop: Shop, fault: Fault) =>
	shop.sandbox.faults.add([{ method: 'POST', ...fault }]);
const breakItem = (shop: Shop, fault: Fault) =>
	shop.sandbox.faults.add([{ method: 'PUT', path: 'inventory$', ...fault }]);
const breakPoll = (shop: Shop, fault: Fault) =>
	shop.sandbox.faults.add([{ method: 'GET', path: '/batch$', ...fault }]);
const warningsOf = ({ endings }: RunReport): string[][] => endings.map(({ warnings }) => warnings);
const isConfirmed = (report: RunReport, n = 0): boolean =>
	report.endings[n].warnings.join().includes('Confirmed by reading');
const many = (count: number): CatalogueProduct[] =>
	Array.from({ length: count }, (_, n) => ({ name: `N${n}`, sku: `S${n}`, quantity: 5 }));
const linesOf = (products: CatalogueProduct[]) => products.map(({ sku }) => line(String(sku)));

/** The rows were left open: whatever the shop does now, a later run sends nothing and says so. */
async function expectOpen(shop: Bench, rows: TestRow[], applied: string[]): Promise<void> {
	const sent = methods(shop);
	const next = later(shop, 2 * HOUR);
	expect(statuses(await adjust(next, rows))).toStrictEqual(rows.map(() => 'unknown'));
	expect(methods(shop)).toStrictEqual(sent);
	expect(moves(shop)).toStrictEqual(applied);
}

describe('what travels as a batch', () => {
	test('a keyed delta, even alone', async () => {
		const shop = open();
		const { endings } = await adjust(shop, [line('A', -5)]);
		expect(endings[0]).toMatchObject({ status: 'updated', after: { quantity: 45 }, warnings: [] });
		const path = '/products/692730001/inventory';
		const item = { id: expect.any(String), path, method: 'PUT', body: { quantityDelta: -5 } };
		const deduplicationKey = expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
		expect(posts(shop)).toStrictEqual([
			{ stopOnFirstFailure: 'true', deduplicationKey, items: [item] },
		]);
		expect(moves(shop)).toStrictEqual(['A -5']);
	});

	test('products and variations together, with the low-stock mail where it is asked for', async () => {
		const shop = open();
		const rows = [line('A'), { ...line('SHIRT-S'), options: { notifyLowStock: true } }];
		await adjust(shop, rows);
		const [{ items }] = posts(shop);
		expect(items.map(({ path }) => path)).toStrictEqual([
			'/products/692730001/inventory',
			'/products/692730003/combinations/20874201/inventory?checkLowStockNotification=true',
		]);
		expect(new Set(items.map(({ id }) => id)).size).toBe(2);
		expect(moves(shop)).toStrictEqual(['A -1', 'SHIRT-S -1']);
	});

	test('never a set, nor a delta without a key', async () => {
		const shop = open();
		await run(shop, { operation: 'setQuantity', rows: [line('A', 7)] });
		await run(shop, { operation: 'setUnlimited', rows: [line('B')] });
		await adjust(shop, [{ sku: 'SHIRT', amount: -1 }]);
		expect(methods(shop)).toStrictEqual(['PUT', 'PUT', 'PUT']);
	});

	test('not a keyless delta between keyed ones: it goes alone, in its place', async () => {
		const shop = open();
		const rows = [line('A'), { sku: 'SHIRT', amount: -1 }, line('SHIRT-S'), line('B')];
		expect(new Set(statuses(await adjust(shop, rows)))).toStrictEqual(new Set(['updated']));
		expect(methods(shop)).toStrictEqual(['POST', 'PUT', 'POST']);
		expect(moves(shop)).toStrictEqual(['A -1', 'SHIRT -1', 'SHIRT-S -1', 'B -1']);
	});

	test('rows of one item as one request, unless one of them has no key', async () => {
		const shop = open();
		const second = { ...line('A', -2), key: 'order 8' };
		await adjust(shop, [line('A'), line('B'), second, line('A')]);
		expect(posts(shop)).toMatchObject([{ items: [{ body: { quantityDelta: -3 } }, {}] }]);
		await adjust(shop, [line('SHIRT'), { sku: 'SHIRT', amount: -2 }]);
		expect(methods(shop)).toStrictEqual(['POST', 'PUT']);
		expect(moves(shop)).toStrictEqual(['A -3', 'B -1', 'SHIRT -3']);
	});

	test.each<[Record<string, unknown>, string, string]>([
		[{ belowZero: 'refuse' }, 'failed', ''],
		[{ belowZero: 'stopAtZero' }, 'updated', 'B -2'],
		[{ onlyIfQuantityIs: 10 }, 'failed', ''],
	])('%j: each alone, directly behind a second look', async (options, status, moved) => {
		const shop = open({ batchQueueMs: 15_000 });
		// While the first batch waits, someone else buys what the second row was planned on.
		breakPoll(shop, { after: { sku: 'B', delta: -8 } });
		shop.sandbox.change('ecwid', { sku: 'A', quantity: 10 });
		const { endings } = await adjust(shop, [line('A', -4), line('B', -4)], { options });
		expect(endings.map((one) => one.status)).toStrictEqual(['updated', status]);
		expect(posts(shop).map(({ items }) => items.length)).toStrictEqual(moved ? [1, 1] : [1]);
		const log = shop.sandbox.log.all().map(({ method, path }) => `${method} ${path}`);
		const look = log.lastIndexOf('GET /api/v3/1003/products/692730002', log.lastIndexOf('POST'));
		expect(look === -1 ? log.at(-1) : log[look]).toContain('692730002');
		expect(moves(shop)).toStrictEqual(['A -4', moved].filter(Boolean));
	});

	test('500 requests at the most; the next batch takes the rest', async () => {
		const shop = open();
		const products = many(501);
		shop.sandbox.seed({ ecwid: products });
		const rows = linesOf(products);
		const report = await adjust(shop, [...rows, { ...rows[0], key: 'order 8' }]);
		expect(new Set(statuses(report))).toStrictEqual(new Set(['updated']));
		expect(posts(shop).map(({ items }) => items.length)).toStrictEqual([500, 1]);
		expect(new Set(keysPosted(shop)).size).toBe(2);
		expect(moves(shop)).toStrictEqual(rows.map(({ sku }, n) => `${sku} ${n === 0 ? -2 : -1}`));
	});

	test.each([
		[20, 4],
		[21, null],
	])('of %d items the level afterwards is %p', async (count, quantity) => {
		const shop = open();
		shop.sandbox.seed({ ecwid: many(count) });
		const { endings } = await adjust(shop, linesOf(many(count)));
		expect(endings.map(({ after }) => after?.quantity)).toStrictEqual(
			endings.map(() => quantity),
		);
	});
});

describe('a create call whose answer is lost', () => {
	const losses: Array<Fault['then']> = [
		...(['reset', 'hang', 'truncate', 'nonsense'] as const),
		...[500, 502, 503, 504, 408].map((status) => ({ status })),
		{ status: 307, headers: { Location: '/elsewhere' } },
	];
	const cases = losses.flatMap((then) => [true, false].map((apply) => ({ then, apply })));

	test.each(cases)('%j: is posted again with its key, and runs once', async (fault) => {
		const shop = open();
		breakPost(shop, { ...fault, times: 2 });
		const report = await adjust(shop, BOTH);
		expect(statuses(report)).toStrictEqual(['updated', 'updated']);
		expect(warningsOf(report)).toStrictEqual([[], []]);
		const [first, ...again] = posts(shop);
		expect(again).toStrictEqual([first, first]);
		expect(moves(shop)).toStrictEqual(['SHIRT -1', 'SHIRT-S -1']);
	});

	test.each([true, false])('for good (taken: %p): the rows stay unknown and open', async (apply) => {
		const shop = open();
		breakPost(shop, { then: 'reset', apply, times: 4 });
		const report = await adjust(shop, BOTH, BLIND);
		expect(statuses(report)).toStrictEqual(['unknown', 'unknown']);
		await expectOpen(shop, BOTH, apply ? ['SHIRT -1', 'SHIRT-S -1'] : []);
	});

	test('for good, but a fresh level shows it: updated, with a warning', async () => {
		const shop = open();
		breakPost(shop, { then: 'reset', times: 4 });
		const report = await adjust(shop, BOTH);
		expect(statuses(report)).toStrictEqual(['updated', 'updated']);
		expect(isConfirmed(report, 1)).toBe(true);
		expect(statuses(await adjust(later(shop), BOTH))).toStrictEqual(['duplicate', 'duplicate']);
		expect(moves(shop)).toStrictEqual(['SHIRT -1', 'SHIRT-S -1']);
	});

	test.each([true, false])('and then refused (taken: %p): proves nothing', async (apply) => {
		const shop = open();
		breakPost(shop, { then: 'reset', apply });
		breakPost(shop, { then: { status: 403 }, apply: false });
		const report = await adjust(shop, BOTH, BLIND);
		expect(statuses(report)).toStrictEqual(['unknown', 'unknown']);
		await expectOpen(shop, BOTH, apply ? ['SHIRT -1', 'SHIRT-S -1'] : []);
	});
});

describe('a create call that is not taken', () => {
	const refusals = [400, 401, 402, 403, 404].map((status): Fault => ({ then: { status } }));

	test.each<Fault>([...refusals, { then: 'noConnection', times: 4 }])(
		'%j: fails its rows, and a later run applies them with another key',
		async (fault) => {
			const shop = open();
			breakPost(shop, { ...fault, apply: false });
			expect(statuses(await adjust(shop, BOTH))).toStrictEqual(['failed', 'failed']);
			expect(moves(shop)).toStrictEqual([]);
			expect(shop.tokens.tokens.size).toBe(0);
			expect(statuses(await adjust(later(shop), BOTH))).toStrictEqual(['updated', 'updated']);
			expect(moves(shop)).toStrictEqual(['SHIRT -1', 'SHIRT-S -1']);
			expect(keysPosted(shop).at(-1)).not.toBe(keysPosted(shop)[0]);
		},
	);

	test.each([
		['20', ['updated', 'updated']],
		['3600', ['notAttempted', 'notAttempted']],
	])('429 for %s seconds: waited for, or left to a later run', async (seconds, expected) => {
		const shop = open();
		const start = shop.clock.now();
		const then = { status: 429, headers: { 'Retry-After': seconds } };
		breakPost(shop, { apply: false, then });
		expect(statuses(await adjust(shop, BOTH))).toStrictEqual(expected);
		if (expected[0] === 'updated')
			expect(shop.clock.now() - start).toBeGreaterThanOrEqual(20_000);
		else expect(shop.tokens.tokens.size).toBe(0);
		await adjust(later(shop, HOUR), BOTH);
		expect(moves(shop)).toStrictEqual(['SHIRT -1', 'SHIRT-S -1']);
	});
});

describe('a batch that was sent before', () => {
	test('is not sent again: the key memory knows its rows', async () => {
		const shop = open();
		await adjust(shop, [line('A')]);
		expect(statuses(await adjust(later(shop), [line('A')]))).toStrictEqual(['duplicate']);
		expect(methods(shop)).toStrictEqual(['POST']);
	});

	test('is known to Ecwid for an hour, even to a process without a memory', async () => {
		const shop = open();
		await adjust(shop, [line('A')]);
		for (const attempts of [shop.attempts, new BatchAttempts('1003')]) {
			const next = later({ ...shop, attempts, tokens: new MemoryTokens() });
			expect(statuses(await adjust(next, [line('A')]))).toStrictEqual(['updated']);
		}
		expect(new Set(keysPosted(shop)).size).toBe(1);
		expect(moves(shop)).toStrictEqual(['A -1']);
		await adjust(later({ ...shop, attempts: new BatchAttempts('2') }), [{ ...line('A'), key: 'x' }]);
		await adjust(later(shop), [{ ...line('B'), key: 'x' }]);
		expect(new Set(keysPosted(shop)).size).toBe(3);
	});

	test('is known for an hour since it was sent last, not since it was first refused', async () => {
		const shop = open();
		breakPost(shop, { apply: false, then: { status: 400 } });
		await adjust(shop, [line('A')]);
		await adjust(later(shop, 59 * MINUTE), [line('A')]);
		await adjust(later({ ...shop, tokens: new MemoryTokens() }, 2 * MINUTE), [line('A')]);
		expect(moves(shop)).toStrictEqual(['A -1']);
	});

	test('two stores never share a key', async () => {
		const shop = open();
		await adjust(shop, [line('A')]);
		const other = { ...shop, attempts: new BatchAttempts('2003'), tokens: new MemoryTokens() };
		await adjust(later(other), [line('A')]);
		expect(new Set(keysPosted(shop)).size).toBe(2);
	});
});
