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
		expect(endings.map(({ after }) => after?.quantity)).toStrictEqual(endings.map(() => quantity));
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

	test.each([true, false])(
		'for good (taken: %p): the rows stay unknown and open',
		async (apply) => {
			const shop = open();
			breakPost(shop, { then: 'reset', apply, times: 4 });
			const report = await adjust(shop, BOTH, BLIND);
			expect(statuses(report)).toStrictEqual(['unknown', 'unknown']);
			await expectOpen(shop, BOTH, apply ? ['SHIRT -1', 'SHIRT-S -1'] : []);
		},
	);

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
		if (expected[0] === 'updated') expect(shop.clock.now() - start).toBeGreaterThanOrEqual(20_000);
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

describe('an item that Ecwid refuses', () => {
	test.each([400, 404, 409])(
		'with %d: fails alone, and those behind it go again',
		async (status) => {
			const shop = open();
			breakItem(shop, { skip: 1, apply: false, then: { status } });
			expect(statuses(await adjust(shop, ALL))).toStrictEqual(['updated', 'failed', 'updated']);
			const [first, second] = posts(shop);
			expect(second.items.map(({ path }) => path)).toStrictEqual([first.items[2].path]);
			expect(second.deduplicationKey).not.toBe(first.deduplicationKey);
			expect(moves(shop)).toStrictEqual(['A -1', 'B -1']);
			const again = statuses(await adjust(later(shop), ALL));
			expect(again).toStrictEqual(['duplicate', 'updated', 'duplicate']);
			expect(moves(shop)).toStrictEqual(['A -1', 'B -1', 'SHIRT -1']);
		},
	);

	test.each([400, 403])('with %d, with Stop Workflow: those behind it stay out', async (status) => {
		const shop = open();
		breakItem(shop, { skip: 1, apply: false, then: { status } });
		const report = await adjust(shop, ALL, { stopOnFailure: true });
		expect(statuses(report)).toStrictEqual(['updated', 'failed', 'notAttempted']);
		expect(report.halt).not.toBeNull();
		expect(methods(shop)).toStrictEqual(['POST']);
		const again = statuses(await adjust(later(shop), ALL, { stopOnFailure: true }));
		expect(again).toStrictEqual(['duplicate', 'updated', 'updated']);
		expect(moves(shop)).toStrictEqual(['A -1', 'SHIRT -1', 'B -1']);
	});

	test('alone, is sent under another key by the next run', async () => {
		const shop = open();
		breakItem(shop, { apply: false, then: { status: 400 } });
		expect(statuses(await adjust(shop, [line('A')]))).toStrictEqual(['failed']);
		expect(statuses(await adjust(later(shop), [line('A')]))).toStrictEqual(['updated']);
		expect(new Set(keysPosted(shop)).size).toBe(2);
	});

	test('with Stop Workflow, a row whose key was used otherwise keeps its batch from being sent', async () => {
		const shop = open();
		await adjust(shop, [line('SHIRT', -3)]);
		const known = shop.tokens.tokens.size;
		const report = await adjust(later(shop), ALL, { stopOnFailure: true });
		expect(statuses(report)).toStrictEqual(['notAttempted', 'failed', 'notAttempted']);
		expect(methods(shop)).toStrictEqual(['POST']);
		expect(shop.tokens.tokens.size).toBe(known);
	});
});

describe('an item that met a limit', () => {
	const limited: Fault = { apply: false, then: { status: 429 } };

	test('goes again, with those behind it', async () => {
		const shop = open();
		breakItem(shop, { ...limited, skip: 1, times: 2 });
		expect(new Set(statuses(await adjust(shop, ALL)))).toStrictEqual(new Set(['updated']));
		expect(posts(shop).map(({ items }) => items.length)).toStrictEqual([3, 2, 2]);
		expect(new Set(keysPosted(shop)).size).toBe(3);
		expect(moves(shop)).toStrictEqual(['A -1', 'SHIRT -1', 'B -1']);
	});

	test('again and again, is left to a later run', async () => {
		const shop = open();
		breakItem(shop, { ...limited, times: 99 });
		expect(new Set(statuses(await adjust(shop, ALL)))).toStrictEqual(new Set(['notAttempted']));
		expect(shop.tokens.tokens.size).toBe(0);
		await adjust(later(shop), ALL);
		expect(moves(shop)).toStrictEqual(['A -1', 'SHIRT -1', 'B -1']);
	});

	test('because every item counts: the batches shrink to what the limit lets through', async () => {
		const shop = open({ batchCounts: 'eachItem' });
		shop.sandbox.seed({ ecwid: many(25) });
		shop.sandbox.limit('ecwid', { requests: 12 });
		const report = await adjust(shop, linesOf(many(25)));
		expect(new Set(statuses(report))).toStrictEqual(new Set(['updated']));
		expect(new Set(keysPosted(shop)).size).toBeGreaterThan(2);
		expect(moves(shop)).toStrictEqual(many(25).map(({ sku }) => `${sku} -1`));
	});
});

test.each<[string, Fault]>([
	['met a limit', { apply: false, then: { status: 429 } }],
	['was confirmed by reading', { then: { status: 504 } }],
])('with Stop Workflow, no row is left out silently behind one that %s', async (_, fault) => {
	const shop = open();
	breakItem(shop, fault);
	const { endings, halt } = await adjust(shop, BOTH, { stopOnFailure: true });
	const leftOut = endings.some(({ status }) => status === 'notAttempted');
	expect({ leftOut, halted: halt !== null }).not.toStrictEqual({ leftOut: true, halted: false });
});

describe('an item whose answer does not say', () => {
	const otherProduct: Reply = { status: 200, body: { updateCount: 1, item: { id: 5 } } };
	const unclear: Array<Fault['then']> = [
		...[500, 502, 504, 408, 302].map((status) => ({ status })),
		...(['reset', 'hang', 'nonsense'] as const),
		{ status: 200, body: {} },
		otherProduct,
	];

	test.each(unclear)('%j: is settled by reading, and never sent again', async (then) => {
		for (const [apply, fresh] of [true, false].flatMap((one) => [
			[one, true],
			[one, false],
		])) {
			const shop = open();
			breakItem(shop, { then, apply });
			const report = await adjust(shop, BOTH, fresh ? {} : BLIND);
			const sure = apply && fresh;
			expect(statuses(report)).toStrictEqual([sure ? 'updated' : 'unknown', 'updated']);
			expect(isConfirmed(report)).toBe(sure);
			const again = statuses(await adjust(later(shop), BOTH));
			expect(again).toStrictEqual([sure ? 'duplicate' : 'unknown', 'duplicate']);
			expect(moves(shop)).toStrictEqual([...(apply ? ['SHIRT -1'] : []), 'SHIRT-S -1']);
		}
	});

	test('updateCount 0 though the level moved: unknown', async () => {
		const shop = open();
		breakItem(shop, { then: { status: 200, body: { updateCount: 0 } } });
		expect(statuses(await adjust(shop, [line('A')]))).toStrictEqual(['unknown']);
		await expectOpen(shop, [line('A')], ['A -1']);
	});

	test('updateCount 0 and the level as before: failed, and a later run applies it', async () => {
		const shop = open();
		breakItem(shop, { apply: false, then: { status: 200, body: { updateCount: 0 } } });
		expect(statuses(await adjust(shop, [line('A')]))).toStrictEqual(['failed']);
		expect(shop.tokens.tokens.size).toBe(0);
		expect(statuses(await adjust(later(shop), [line('A')]))).toStrictEqual(['updated']);
		expect(moves(shop)).toStrictEqual(['A -1']);
	});

	test.each<[string, (shop: Bench) => void]>([
		[
			'a limit kept waiting',
			(shop) =>
				breakPost(shop, {
					apply: false,
					then: { status: 429, headers: { 'Retry-After': '300' } },
					after: { sku: 'A', delta: -1 },
				}),
		],
		[
			'a queue kept waiting',
			(shop) => {
				shop.sandbox.ecwid.switches.batchQueueMs = 5 * MINUTE;
				breakPoll(shop, { after: { sku: 'A', delta: -1 } });
			},
		],
	])('a level from before %s bears no witness', async (_, keepWaiting) => {
		const shop = open();
		keepWaiting(shop);
		breakItem(shop, { apply: false, then: { status: 504 } });
		expect(statuses(await adjust(shop, [line('A')]))).toStrictEqual(['unknown']);
		expect(moves(shop)).toStrictEqual([]);
	});

	test.each([
		[1, true, 'updated', 2],
		[6, true, 'unknown', 6],
		[1, false, 'updated', 1],
		[6, false, 'unknown', 0],
	])(
		'repeated by Ecwid itself (%d failures, taken: %p): %s',
		async (times, apply, status, count) => {
			const shop = open({ batchRepeats: 'always' });
			breakItem(shop, { times, apply, then: { status: 504 } });
			const { endings } = await adjust(shop, [line('A')]);
			expect(endings[0].status).toBe(status);
			expect(moves(shop)).toStrictEqual(Array.from({ length: count }, () => 'A -1'));
			if (status === 'updated') expect(endings[0].after?.quantity).toBe(50 - count);
		},
	);
});

describe('the answers of a batch', () => {
	interface Answer {
		id?: unknown;
		status: string;
		httpStatusCode?: number;
		httpBody?: unknown;
		escapedHttpBody?: string;
	}
	/** Answers the first look at a ticket with these answers instead of the true ones. */
	const answer = (shop: Shop, make: (a: Answer, b: Answer) => unknown): void =>
		breakPoll(shop, {
			then: {
				status: 200,
				get body() {
					const [a, b] = (posts(shop).at(-1) as Posted).items.map(({ id }) => ({
						id,
						status: 'COMPLETED',
						httpStatusCode: 200,
						httpBody: { updateCount: 1 },
					}));
					return { status: 'COMPLETED', responses: make(a, b) };
				},
			},
		});

	test.each<Partial<EcwidSwitches>>([
		{ batchOrder: 'reversed' },
		{ batchOrder: 'reversed', batchPartial: 'hidden', batchItemMs: 5_000 },
		{ warning: 'whenCrossing', batchItemMs: 5_000 },
	])('%j: each row gets its own, a warning of Ecwid included', async (switches) => {
		const shop = open(switches);
		const report = await adjust(shop, [line('A'), line('B', -12), line('SHIRT')]);
		expect(new Set(statuses(report))).toStrictEqual(new Set(['updated']));
		expect(warningsOf(report)).toStrictEqual([[], [NEGATIVE], []]);
		expect(report.endings.map(({ after }) => after?.quantity)).toStrictEqual([49, -2, 19]);
	});

	test('may stand in an escaped text', async () => {
		const shop = open();
		const text = (body: unknown) => ({
			httpBody: undefined,
			escapedHttpBody: JSON.stringify(body),
		});
		answer(shop, (a, b) => [
			{ ...a, ...text({ updateCount: 1 }) },
			{ ...b, ...text({ updateCount: 1, warning: NEGATIVE }) },
		]);
		const report = await adjust(shop, BOTH);
		expect(statuses(report)).toStrictEqual(['updated', 'updated']);
		expect(warningsOf(report)).toStrictEqual([[], [NEGATIVE]]);
	});

	test.each<[string, (a: Answer, b: Answer) => unknown]>([
		['one is missing', (a) => [a]],
		['one stands twice', (a) => [a, a]],
		['one too many', (a, b) => [a, b, b]],
		['one is of another batch', (a, b) => [a, { ...b, id: '1-other' }]],
		['one has no id', (a, b) => [a, { ...b, id: undefined }]],
		['there are none', () => []],
		['there is no list', () => null],
		['neither has a status', (a, b) => [a, b].map((one) => ({ ...one, httpStatusCode: null }))],
		[
			'both are cut texts',
			(a, b) => [a, b].map((one) => ({ ...one, httpBody: null, escapedHttpBody: '{"upd' })),
		],
	])('%s: every row is settled, none claimed', async (_, make) => {
		const shop = open();
		answer(shop, make);
		const report = await adjust(shop, BOTH);
		expect(statuses(report)).toStrictEqual(['updated', 'updated']);
		expect([isConfirmed(report), isConfirmed(report, 1)]).toStrictEqual([true, true]);

		const waiting = open({ batchQueueMs: HOUR });
		answer(waiting, make);
		expect(statuses(await adjust(waiting, BOTH))).toStrictEqual(['unknown', 'unknown']);
		await expectOpen(waiting, BOTH, ['SHIRT -1', 'SHIRT-S -1']);
	});
});

describe('a ticket', () => {
	test('is waited for while the queue is slow', async () => {
		const shop = open({ batchQueueMs: 9 * MINUTE });
		expect(statuses(await adjust(shop, BOTH))).toStrictEqual(['updated', 'updated']);
		expect(methods(shop)).toStrictEqual(['POST']);
	});

	test('is waited for as long as it goes on', async () => {
		const shop = open({ batchItemMs: 3 * MINUTE });
		shop.sandbox.seed({ ecwid: many(12) });
		const report = await adjust(shop, linesOf(many(12)));
		expect(new Set(statuses(report))).toStrictEqual(new Set(['updated']));
		expect(methods(shop)).toStrictEqual(['POST']);
	});

	test('is deleted after ten minutes without progress, and a later run applies its rows once', async () => {
		const shop = open({ batchQueueMs: HOUR });
		const start = shop.clock.now();
		const report = await adjust(shop, BOTH);
		expect(statuses(report)).toStrictEqual(['notAttempted', 'notAttempted']);
		expect(report.halt?.kind).toBe('run');
		expect(shop.clock.now() - start).toBeGreaterThan(10 * MINUTE);
		expect(shop.tokens.tokens.size).toBe(0);
		const next = later(shop, HOUR / 2);
		shop.sandbox.ecwid.switches.batchQueueMs = 0;
		expect(statuses(await adjust(next, BOTH))).toStrictEqual(['notAttempted', 'notAttempted']);
		await adjust(later(shop, HOUR), BOTH);
		expect(moves(shop)).toStrictEqual(['SHIRT -1', 'SHIRT-S -1']);
		expect(new Set(keysPosted(shop)).size).toBe(3);
	});

	test.each<Fault>([
		{ apply: false, then: { status: 200, body: { deleteCount: 0 } } },
		{ apply: false, then: { status: 403 } },
		{ apply: false, then: { status: 500 } },
		{ apply: false, then: 'reset' },
		{ then: 'nonsense' },
	])('that cannot be deleted for sure (%j) leaves its rows unknown', async (fault) => {
		const shop = open({ batchQueueMs: HOUR });
		shop.sandbox.faults.add([{ method: 'DELETE', ...fault }]);
		expect(statuses(await adjust(shop, BOTH))).toStrictEqual(['unknown', 'unknown']);
		await expectOpen(shop, BOTH, fault.apply === false ? ['SHIRT -1', 'SHIRT-S -1'] : []);
	});

	test('that stalls in the middle is not deleted: its rows are unknown', async () => {
		const shop = open({ batchItemMs: HOUR });
		const report = await adjust(shop, BOTH, BLIND);
		expect(statuses(report)).toStrictEqual(['unknown', 'unknown']);
		expect(moves(shop)).toStrictEqual(['SHIRT -1']);
		await expectOpen(shop, BOTH, ['SHIRT -1', 'SHIRT-S -1']);
	});

	test.each<Fault>([{ then: { status: 500 } }, { then: 'reset' }, { then: 'nonsense' }])(
		'that cannot be looked at for a while (%j) is looked at again',
		async (fault) => {
			const shop = open();
			breakPoll(shop, { ...fault, times: 3 });
			const report = await adjust(shop, BOTH);
			expect(statuses(report)).toStrictEqual(['updated', 'updated']);
			expect(warningsOf(report)).toStrictEqual([[], []]);
		},
	);

	test.each<Fault>([
		{ then: { status: 404 } },
		{ then: { status: 403 } },
		{ then: { status: 500 }, times: 4 },
		{ then: { status: 200, body: { status: 'COMPLETED', responses: [{ id: 7 }] } }, times: 4 },
		{ then: { status: 429, headers: { 'Retry-After': '3600' } } },
	])('that cannot be looked at for good (%j) leaves its rows unknown', async (fault) => {
		const shop = open();
		breakPoll(shop, { ...fault, apply: false });
		const report = await adjust(shop, BOTH, BLIND);
		expect(statuses(report)).toStrictEqual(['unknown', 'unknown']);
		await expectOpen(shop, BOTH, ['SHIRT -1', 'SHIRT-S -1']);
	});
});

describe('an execution that is canceled', () => {
	test.each<[string, string, Fault | null, boolean]>([
		['before the batch is sent', 'GET', null, false],
		['when the batch was taken', 'POST', null, true],
		[
			'when the answer to the create call was lost',
			'POST',
			{ method: 'POST', then: 'reset' },
			true,
		],
		['while the batch waits', 'batch', null, true],
	])('%s', async (_, at, fault, sent) => {
		const controller = new AbortController();
		const shop = open({ batchQueueMs: MINUTE }, { signal: controller.signal });
		if (fault !== null) shop.sandbox.faults.add([fault]);
		shop.sandbox.log.listen(({ method, path }) => {
			if (at === method || (method === 'GET' && path.endsWith(at))) controller.abort();
		});
		const report = await adjust(shop, BOTH, { signal: controller.signal });
		expect(new Set(statuses(report))).toStrictEqual(new Set([sent ? 'unknown' : 'notAttempted']));
		if (sent) return await expectOpen(shop, BOTH, ['SHIRT -1', 'SHIRT-S -1']);
		expect(shop.tokens.tokens.size).toBe(0);
		expect(statuses(await adjust(later(shop), BOTH))).toStrictEqual(['updated', 'updated']);
		expect(moves(shop)).toStrictEqual(['SHIRT -1', 'SHIRT-S -1']);
	});
});
