/**
 * Ecwid's batches: writes that travel together, are known again by their deduplication key, and end truthfully
 * whatever becomes of the create call, the ticket or the answers inside.
 */
import type { RunReport } from '../../inventory/run.ts';
import { BatchAttempts } from '../../platforms/ecwid/attempts.ts';
import type { CatalogueProduct } from '../../sandbox/catalogue.mts';
import { ECWID_PUBLIC_TOKEN } from '../../sandbox/ecwid/ecwid.mts';
import type { EcwidSwitches } from '../../sandbox/ecwid/switches.mts';
import type { Fault } from '../../sandbox/faults.mts';
import { keysOn, MemoryTokens } from '../support/memory.mts';
import { run, statuses, type TestRow, type TestRun } from '../support/run.mts';
import { openShop, type Shop } from '../support/shops.mts';

/** One request reads the shirt and its variation, so that both have a fresh level before they are sent. */
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

function open(
	faults: Fault[] = [],
	switches: Partial<EcwidSwitches> = {},
	products = CATALOGUE,
	signal?: AbortSignal,
	token?: string,
): Bench {
	const attempts = new BatchAttempts('1003');
	const shop = openShop('ecwid', { attempts, signal, token });
	shop.sandbox.seed({ ecwid: products });
	Object.assign(shop.sandbox.ecwid.switches, switches);
	shop.sandbox.faults.add(faults);
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
const ONE = [line('A')];
const BOTH = [line('SHIRT'), line('SHIRT-S')];
const ALL = [line('A'), line('SHIRT'), line('B')];
const BLIND = { options: { checkFirst: false } };
const STOP = { stopOnFailure: true };
const many = (count: number): CatalogueProduct[] =>
	Array.from({ length: count }, (_, n) => ({ name: `N${n}`, sku: `S${n}`, quantity: 5 }));
const linesOf = (products: CatalogueProduct[]) => products.map(({ sku }) => line(String(sku)));

interface Posted {
	deduplicationKey?: string;
	items: Array<{ id: string; path: string; method: string; body: unknown }>;
}
const posts = ({ sandbox }: Shop): Posted[] => {
	const created = sandbox.log.all().filter(({ method }) => method === 'POST');
	return created.map(({ query, body }) => ({
		...Object.fromEntries(new URLSearchParams(query)),
		items: body as Posted['items'],
	}));
};
const keysPosted = (shop: Shop) => new Set(posts(shop).map((one) => one.deduplicationKey));
const sizes = (shop: Shop): number[] => posts(shop).map(({ items }) => items.length);
/** The requests that write, without those inside a batch. */
const methods = ({ sandbox }: Shop): string[] => {
	const outer = sandbox.log.all().filter(({ path }) => !path.startsWith('batch'));
	return outer.map(({ method }) => method).filter((method) => method !== 'GET');
};
/** What was really applied, in order: `A -1`. */
const moves = ({ sandbox }: Shop): string[] => {
	sandbox.ecwid.advance();
	const all = sandbox.log.all().flatMap((entry) => entry.moves);
	return all.map(({ sku, from, to }) => `${sku} ${Number(to) - Number(from)}`);
};
const movesOf = (rows: TestRow[]): string[] => rows.map(({ sku, amount }) => `${sku} ${amount}`);
const POST: Fault = { method: 'POST' };
const ITEM: Fault = { method: 'PUT', path: 'inventory$' };
const POLL: Fault = { method: 'GET', path: '/batch$' };
const refused = (status: number): Fault => ({ apply: false, then: { status } });
const uniform = (report: RunReport) => [...new Set(statuses(report))];
const warningsOf = ({ endings }: RunReport) => endings.map(({ warnings }) => warnings);
const confirmed = (report: RunReport) =>
	warningsOf(report).map((warnings) => warnings.join().includes('Confirmed by reading'));

/** Nobody knows what became of the rows: a later run sends nothing and says so. */
async function expectOpen(shop: Bench, rows: TestRow[], applied: string[]): Promise<void> {
	const sent = methods(shop);
	expect(uniform(await adjust(later(shop, 2 * HOUR), rows))).toStrictEqual(['unknown']);
	expect(methods(shop)).toStrictEqual(sent);
	expect(moves(shop)).toStrictEqual(applied);
}

/** The rows were certainly not applied: a later run applies them once, under a key Ecwid has not seen. */
async function expectReleased(shop: Bench, rows: TestRow[], ms?: number): Promise<void> {
	expect([moves(shop), shop.tokens.tokens.size]).toStrictEqual([[], 0]);
	const seen = keysPosted(shop);
	expect(uniform(await adjust(later(shop, ms), rows))).toStrictEqual(['updated']);
	expect(moves(shop)).toStrictEqual(movesOf(rows));
	expect(seen).not.toContain(posts(shop).at(-1)?.deduplicationKey);
}

describe('what travels as a batch', () => {
	test('keyed deltas, on products and variations', async () => {
		const shop = open();
		const mailed = { ...line('SHIRT-S'), options: { notifyLowStock: true } };
		const { endings } = await adjust(shop, [line('A', -5), mailed]);
		expect(endings[0]).toMatchObject({ status: 'updated', after: { quantity: 45 }, warnings: [] });
		const deduplicationKey = expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
		const item = (path: string, quantityDelta: number) => {
			const id = expect.any(String);
			return { id, path: `/products/${path}`, method: 'PUT', body: { quantityDelta } };
		};
		const variation = '692730003/combinations/20874201/inventory?checkLowStockNotification=true';
		const items = [item('692730001/inventory', -5), item(variation, -1)];
		expect(posts(shop)).toStrictEqual([{ stopOnFirstFailure: 'true', deduplicationKey, items }]);
		expect(moves(shop)).toStrictEqual(['A -5', 'SHIRT-S -1']);
	});

	test('not a few sets, nor a few deltas without a key, which go alone and in their place', async () => {
		const shop = open();
		await run(shop, { operation: 'setQuantity', rows: [line('A', 7)] });
		await run(shop, { operation: 'setUnlimited', rows: [line('B')] });
		expect(methods(shop)).toStrictEqual(['PUT', 'PUT']);
		await adjust(shop, [line('A'), { sku: 'SHIRT', amount: -1 }, line('SHIRT-S')]);
		expect(methods(shop).slice(2)).toStrictEqual(['POST', 'PUT', 'POST']);
		expect(moves(shop).slice(2)).toStrictEqual(['A -1', 'SHIRT -1', 'SHIRT-S -1']);
	});

	test('rows of one item as one request, unless one of them has no key', async () => {
		const shop = open();
		await adjust(shop, [line('A'), line('B'), { ...line('A', -2), key: 'order 8' }, line('A')]);
		expect(posts(shop)).toMatchObject([{ items: [{ body: { quantityDelta: -3 } }, {}] }]);
		await adjust(shop, [line('SHIRT'), { sku: 'SHIRT', amount: -2 }]);
		expect(methods(shop)).toStrictEqual(['POST', 'PUT']);
		expect(moves(shop)).toStrictEqual(['A -3', 'B -1', 'SHIRT -3']);
	});

	test.each([
		[{ belowZero: 'refuse' }, 'failed', []],
		[{ belowZero: 'stopAtZero' }, 'updated', ['B -2']],
		[{ onlyIfQuantityIs: 10 }, 'failed', []],
	])('%j: each alone, directly behind a second look', async (options, status, moved) => {
		// While the first batch waits, someone else buys what the second row was planned on.
		const shop = open([{ ...POLL, after: { sku: 'B', delta: -8 } }], { batchQueueMs: 15_000 });
		shop.sandbox.change('ecwid', { sku: 'A', quantity: 10 });
		const report = await adjust(shop, [line('A', -4), line('B', -4)], { options });
		expect(statuses(report)).toStrictEqual(['updated', status]);
		expect(sizes(shop)).toStrictEqual([1, ...moved.map(() => 1)]);
		expect(moves(shop)).toStrictEqual(['A -4', ...moved]);
		const looks = shop.sandbox.log.all().filter(({ path }) => path.endsWith('/692730002'));
		// The plan's, the second, and the one that reads the new level back.
		expect(looks).toHaveLength(2 + moved.length);
	});

	test('500 requests at the most; the next batch takes the rest', async () => {
		const shop = open([], {}, many(501));
		const rows = linesOf(many(501));
		const report = await adjust(shop, [...rows, { ...rows[0], key: 'order 8' }]);
		expect(uniform(report)).toStrictEqual(['updated']);
		expect([sizes(shop), keysPosted(shop).size]).toStrictEqual([[500, 1], 2]);
		expect(moves(shop)).toStrictEqual(['S0 -2', ...movesOf(rows).slice(1)]);
	});

	test.each([
		[20, 4],
		[21, null],
	])('of %d items the level afterwards is %p', async (count, quantity) => {
		const shop = open([], {}, many(count));
		const { endings } = await adjust(shop, linesOf(many(count)));
		expect([...new Set(endings.map(({ after }) => after?.quantity))]).toStrictEqual([quantity]);
	});
});

describe('many writes without keys', () => {
	const products = many(12);
	const TWELVE = products.map(({ sku }) => ({ sku, amount: -1 }));
	const levels = products.map(({ sku }) => ({ sku, amount: 9 }));
	const INSIDE: Fault = { method: 'PUT', path: 'products/692730004' };
	const stock = ({ sandbox }: Shop) => sandbox.ecwid.stock().map(({ quantity }) => quantity);
	const set = async (shop: Bench, more: Partial<TestRun> = {}) =>
		await run(shop, { operation: 'setQuantity', rows: levels, ...more });

	test('sets go together, in parallel, and each row has the level Ecwid names', async () => {
		const shop = open([], {}, products);
		const { endings } = await set(shop);
		expect(endings[11]).toMatchObject({ status: 'updated', before: { quantity: 5 } });
		expect(posts(shop)).toMatchObject([
			{ stopOnFirstFailure: 'false', allowParallelMode: 'true', items: { length: 12 } },
		]);
		expect(new Set(stock(shop))).toStrictEqual(new Set([9]));
	});

	test('deltas stop at the first failure, and the same ones in another run count again', async () => {
		const shop = open([], {}, products);
		expect(uniform(await adjust(shop, TWELVE))).toStrictEqual(['updated']);
		expect(uniform(await adjust(later(shop), TWELVE))).toStrictEqual(['updated']);
		expect(posts(shop)[0]).toMatchObject({ stopOnFirstFailure: 'true' });
		expect(posts(shop)[0]).not.toHaveProperty('allowParallelMode');
		expect(keysPosted(shop).size).toBe(2);
		expect(new Set(stock(shop))).toStrictEqual(new Set([3]));
	});

	test('a create call whose answer is lost is posted again under its key, and counts once', async () => {
		const shop = open([{ ...POST, then: { status: 502 } }], {}, products);
		expect(uniform(await adjust(shop, TWELVE))).toStrictEqual(['updated']);
		expect([posts(shop).length, keysPosted(shop).size]).toStrictEqual([2, 1]);
		expect(new Set(stock(shop))).toStrictEqual(new Set([4]));
	});

	test('a set whose outcome is not known is looked at, and sent again where it was not taken', async () => {
		const broken = { ...INSIDE, apply: false, then: { status: 500 }, times: 6 };
		const shop = open([broken], {}, products);
		expect(uniform(await set(shop))).toStrictEqual(['updated']);
		expect(new Set(stock(shop))).toStrictEqual(new Set([9]));
	});

	test('a delta whose outcome is not known is unknown, and those behind it go again', async () => {
		const shop = open([{ ...INSIDE, then: { status: 500 } }], {}, products);
		const report = await adjust(shop, TWELVE);
		expect(statuses(report).filter((status) => status !== 'updated')).toStrictEqual(['unknown']);
		expect(new Set(stock(shop))).toStrictEqual(new Set([4]));
	});

	test('a row that is refused leaves the others', async () => {
		const shop = open([{ ...INSIDE, ...refused(404) }], {}, products);
		expect(statuses(await set(shop)).filter((status) => status !== 'updated')).toStrictEqual([
			'failed',
		]);
		expect(stock(shop).filter((level) => level === 9)).toHaveLength(11);
	});

	describe('a row that Ecwid tried before it refused it', () => {
		const TAKEN: Fault = { ...INSIDE, then: { status: 502 } };
		const row = ({ endings }: RunReport) => endings[3];

		test('is updated where the level shows it', async () => {
			const shop = open([{ ...INSIDE, skip: 1, ...refused(409) }, TAKEN], {}, products);
			expect(row(await set(shop))).toMatchObject({
				status: 'updated',
				after: { quantity: 9 },
				warnings: ['Confirmed by reading; the answer did not say so.'],
			});
		});

		test('is set again where it was set, sold from, and then found as it should be', async () => {
			const sold = { ...TAKEN, after: { sku: 'S3', delta: -1 } };
			const unchanged = { status: 200, body: { updateCount: 0 } };
			const shop = open([sold, { ...INSIDE, apply: false, then: unchanged }], {}, products);
			expect(row(await set(shop)).status).toBe('updated');
			expect(stock(shop)[3]).toBe(9);
		});

		test('is refused where its variation is there no more, and its product is', async () => {
			const variation = { sku: 'V', options: { Size: 'S' }, quantity: 5 };
			const shirt = { name: 'Shirt', sku: 'SHIRT', quantity: 5, variations: [variation] };
			const shop = open([], { batchQueueMs: 3_000 }, [shirt, ...products]);
			const { connection, sandbox } = shop;
			const send = connection.send.bind(connection);
			connection.send = async (...request) => {
				// Deleted between the plan and the batch; what is seeded keeps its ids.
				if (request[1].method === 'POST')
					sandbox.seed({ ecwid: [{ ...shirt, variations: [] }, ...products] });
				return await send(...request);
			};
			const { endings } = await set(shop, { rows: [{ sku: 'V', amount: 9 }, ...levels] });
			expect(endings[0]).toMatchObject({
				status: 'failed',
				message: expect.stringContaining('does not know this product or variation'),
			});
		});

		test('is unknown where the level is neither what it was nor what it was set to', async () => {
			const sold = { ...TAKEN, after: { sku: 'S3', delta: -1 } };
			const shop = open([sold, { ...INSIDE, ...refused(409) }], {}, products);
			expect(row(await set(shop))).toMatchObject({
				status: 'unknown',
				message: expect.stringContaining('The level was 5, and is 8'),
			});
		});

		test('and then put off for its limit, too', async () => {
			const limited = { method: 'PUT', path: 'products/', times: 99, ...refused(429) };
			const shop = open([TAKEN, limited], {}, products);
			expect(row(await set(shop)).status).toBe('updated');
		});

		const NOT_TAKEN: Fault = { ...TAKEN, apply: false };

		test('is refused where the level does not show it, and where there is none to see', async () => {
			const shop = open([NOT_TAKEN, { ...INSIDE, ...refused(409) }], {}, products);
			expect(row(await set(shop))).toMatchObject({
				status: 'failed',
				message: expect.stringMatching(/409.*The level shows 5/),
			});
			const absent = { path: 'products/692730004', ...refused(404), times: 9 };
			const gone = open([NOT_TAKEN, absent], {}, products);
			expect(row(await set(gone))).toMatchObject({ status: 'failed' });
			const blind = open(
				[
					NOT_TAKEN,
					{ ...INSIDE, ...refused(409) },
					{ method: 'GET', path: 'products/692730004', ...refused(403), times: 9 },
				],
				{},
				products,
			);
			expect(row(await set(blind)).status).toBe('unknown');
		});
	});

	test('deltas of variations on a plan without them are not tried one after the other', async () => {
		const shirts = products.map((one) => ({
			...one,
			variations: [{ sku: `V${one.sku}`, options: { Size: 'S' }, quantity: 5 }],
		}));
		const shop = open([], { plan: 'venture' }, shirts);
		const rows = [...shirts.map(({ sku }) => line(`V${sku}`)), line('S7')];
		const report = await adjust(shop, rows);
		expect(statuses(report)).toStrictEqual([
			'failed',
			...Array<string>(11).fill('notAttempted'),
			'updated',
		]);
		expect(report.endings[11].message).toContain('does not offer this on the plan');
		expect(sizes(shop)).toStrictEqual([13, 1]);
		expect(shop.tokens.tokens.size).toBe(2);
	});

	describe('rows that are all refused for one reason', () => {
		const every = (status: number, code?: string, times = 99): Fault => ({
			path: 'products/\\d',
			apply: false,
			times,
			then: { status, body: { errorCode: code, errorMessage: 'No.' } },
		});
		const looks = ({ sandbox }: Shop) =>
			sandbox.log.all().filter(({ method, path }) => method === 'GET' && /s\/\d+$/.test(path));

		test.each([
			[402, 'NOT_AVAILABLE_ON_CURRENT_PLAN'],
			[403, 'INSUFFICIENT_APP_SCOPE'],
			[403, 'INVALID_API_TOKEN'],
		])('%d %s: failed, and none is looked at where none was repeated', async (status, code) => {
			const shop = open([{ method: 'PUT', ...every(status, code) }], {}, products);
			const report = await set(shop);
			expect(uniform(report)).toStrictEqual(['failed']);
			expect(looks(shop)).toStrictEqual([]);
			expect(report.halt).toMatchObject({ kind: 'run', fault: { httpStatus: status } });
		});

		test('each is looked at once where the batch took so long that they may have been', async () => {
			const refusing = { method: 'PUT', ...every(402) };
			const shop = open([refusing], { batchQueueMs: 3_000 }, products);
			expect(uniform(await set(shop))).toStrictEqual(['failed']);
			expect(looks(shop)).toHaveLength(12);
		});

		test('variations of one product are looked at together', async () => {
			const [{ name, sku }] = products;
			const variations = products.map((one) => ({
				sku: `V${String(one.sku)}`,
				options: { Size: one.name },
				quantity: 5,
			}));
			const shirt = [{ name, sku, quantity: 5, variations }];
			const shop = open([{ method: 'PUT', ...every(402) }], { batchQueueMs: 3_000 }, shirt);
			const rows = variations.map((one) => ({ sku: one.sku, amount: 9 }));
			expect(uniform(await set(shop, { rows }))).toStrictEqual(['failed']);
			// The plan's, and one for all.
			expect(looks(shop)).toHaveLength(2);
		});

		test.each(['create', 'eachItem'] as const)(
			'because the token may not write (by %s), in words that say so',
			async (batchScopes) => {
				const shop = open([], { batchScopes }, products, undefined, ECWID_PUBLIC_TOKEN);
				const { endings, halt } = await set(shop);
				expect(halt).toMatchObject({ kind: 'run', fault: { httpStatus: 403 } });
				expect(endings[11]).toMatchObject({
					status: 'failed',
					message: expect.stringContaining('needs the scopes read_catalog and update_catalog'),
				});
			},
		);

		test.each(['asSent', 'reversed'] as const)(
			'because the token is blocked for a while (%s): sent again after it',
			async (batchOrder) => {
				const put = { method: 'PUT', path: 'products/' };
				const limit = { ...put, ...refused(429) };
				const block = { ...put, ...refused(403), times: 11 };
				const faults = batchOrder === 'asSent' ? [limit, block] : [block, limit];
				const shop = open(faults, { batchOrder }, products);
				const report = await set(shop);
				expect(uniform(report)).toStrictEqual(['updated']);
				expect(sizes(shop)).toStrictEqual([12, 12]);
				const again = open([limit, { ...block, times: 99 }], { batchOrder }, products);
				const { endings, halt } = await set(again);
				expect(endings[11]).toMatchObject({
					status: 'failed',
					message: expect.stringContaining('has blocked the access token'),
				});
				expect(halt).toMatchObject({ fault: { until: expect.any(Number) } });
			},
		);

		test('no more are looked at once a reading is refused for all of them', async () => {
			const shop = open([every(403, 'INVALID_API_TOKEN')], { batchQueueMs: 3_000 }, products);
			expect(uniform(await set(shop))).toStrictEqual(['unknown']);
			// As many as are asked for at once.
			expect(looks(shop).length).toBeLessThanOrEqual(4);
		});
	});

	describe('a batch that may run yet: its sets are not sent again one by one', () => {
		const singles = (shop: Shop) => methods(shop).filter((method) => method === 'PUT');

		test.each<[string, Fault[]]>([
			['it cannot be watched', [{ ...POLL, ...refused(503), times: 4 }]],
			['the answer to its creation is lost', [{ ...POST, then: { status: 503 }, times: 4 }]],
		])('%s', async (_, faults) => {
			const shop = open(faults, { batchQueueMs: 2 * MINUTE }, products);
			expect(uniform(await set(shop))).toStrictEqual(['unknown']);
			expect(singles(shop)).toStrictEqual([]);
			shop.clock.pass(2 * MINUTE);
			expect(new Set(stock(shop))).toStrictEqual(new Set([9]));
		});

		test('it does not get on', async () => {
			const more = many(150);
			const shop = open([], { batchItemMs: 11 * MINUTE }, more);
			const report = await set(shop, { rows: more.map(({ sku }) => ({ sku, amount: 9 })) });
			const updated = statuses(report).filter((status) => status === 'updated');
			expect([updated.length, uniform(report)]).toStrictEqual([100, ['updated', 'unknown']]);
			expect(singles(shop)).toStrictEqual([]);
		});
	});

	test('with Stop Workflow, the rows of the batch count as attempted, and nothing follows', async () => {
		const shop = open([{ ...INSIDE, ...refused(404) }], {}, products);
		const report = await set(shop, STOP);
		expect(report.halt).toMatchObject({ kind: 'row', phase: 'write' });
		expect(statuses(report).filter((status) => status === 'updated')).toHaveLength(11);
	});
});

describe('a create call whose answer is lost', () => {
	const losses: Array<Fault['then']> = [
		...(['reset', 'hang', 'truncate', 'nonsense'] as const),
		...[500, 502, 503, 504, 408].map((status) => ({ status })),
		{ status: 307, headers: { Location: '/elsewhere' } },
	];

	test.each(losses)('%j: is posted again with its key, and runs once', async (then) => {
		for (const apply of [true, false]) {
			const shop = open([{ ...POST, then, apply, times: 2 }]);
			const report = await adjust(shop, BOTH);
			expect(uniform(report)).toStrictEqual(['updated']);
			expect(warningsOf(report)).toStrictEqual([[], []]);
			const [first, ...again] = posts(shop);
			expect(again).toStrictEqual([first, first]);
			expect(moves(shop)).toStrictEqual(movesOf(BOTH));
		}
	});

	test.each<[string, Fault[]]>([
		['for good', [{ then: 'reset', times: 4 }]],
		['and then refused', [{ then: 'reset' }, refused(403)]],
	])('%s: its rows are settled by reading, or stay unknown', async (_, faults) => {
		for (const apply of [true, false]) {
			const shop = open(faults.map((fault) => ({ ...POST, apply, ...fault })));
			expect(uniform(await adjust(shop, BOTH, BLIND))).toStrictEqual(['unknown']);
			await expectOpen(shop, BOTH, apply ? movesOf(BOTH) : []);
		}
		const shop = open(faults.map((fault) => ({ ...POST, ...fault })));
		const report = await adjust(shop, BOTH);
		expect(uniform(report)).toStrictEqual(['updated']);
		expect(confirmed(report)).toStrictEqual([true, true]);
		expect(uniform(await adjust(later(shop), BOTH))).toStrictEqual(['duplicate']);
		expect(moves(shop)).toStrictEqual(movesOf(BOTH));
	});
});

describe('a create call that is not taken', () => {
	test.each<[string, Fault]>([
		...[400, 401, 402, 403, 404].map((status): [string, Fault] => ['failed', refused(status)]),
		['failed', { then: 'noConnection', times: 4 }],
	])('%s (%j), and a later run applies its rows with another key', async (status, fault) => {
		const shop = open([{ ...POST, ...fault, apply: false }]);
		expect(uniform(await adjust(shop, BOTH))).toStrictEqual([status]);
		await expectReleased(shop, BOTH);
	});

	test.each([
		['20', 'updated', 'duplicate'],
		['3600', 'notAttempted', 'updated'],
	])('429 for %s seconds: %s, then %s', async (seconds, status, again) => {
		const then = { status: 429, headers: { 'Retry-After': seconds } };
		const shop = open([{ ...POST, apply: false, then }]);
		const start = shop.clock.now();
		expect(uniform(await adjust(shop, BOTH))).toStrictEqual([status]);
		if (status === 'updated') expect(shop.clock.now() - start).toBeGreaterThanOrEqual(20_000);
		expect(uniform(await adjust(later(shop, HOUR), BOTH))).toStrictEqual([again]);
		expect(moves(shop)).toStrictEqual(movesOf(BOTH));
	});
});

describe('a batch that was sent before', () => {
	test('is not sent again: the key memory knows its rows', async () => {
		const shop = open();
		await adjust(shop, ONE);
		expect(uniform(await adjust(later(shop), ONE))).toStrictEqual(['duplicate']);
		expect(methods(shop)).toStrictEqual(['POST']);
	});

	test('is known to Ecwid for an hour, but not to another store or step', async () => {
		const shop = open();
		await adjust(shop, ONE);
		for (const attempts of [shop.attempts, shop.attempts, new BatchAttempts('2003')]) {
			expect([moves(shop), keysPosted(shop).size]).toStrictEqual([['A -1'], 1]);
			const next = later({ ...shop, attempts, tokens: new MemoryTokens() });
			expect(uniform(await adjust(next, ONE))).toStrictEqual(['updated']);
		}
		expect(keysPosted(shop).size).toBe(2);
	});

	test('is known for an hour since it was sent last, not since it was first refused', async () => {
		const shop = open([{ ...POST, ...refused(400) }]);
		await adjust(shop, ONE);
		await adjust(later(shop, 59 * MINUTE), ONE);
		await adjust(later({ ...shop, tokens: new MemoryTokens() }, 2 * MINUTE), ONE);
		expect(moves(shop)).toStrictEqual(['A -1']);
	});
});

describe('an item that is not taken', () => {
	test.each([400, 404, 409])('with %d: fails, and those behind it go again', async (status) => {
		const shop = open([{ ...ITEM, skip: 1, ...refused(status) }]);
		expect(statuses(await adjust(shop, ALL))).toStrictEqual(['updated', 'failed', 'updated']);
		const [first, second] = posts(shop);
		expect(second.items.map(({ path }) => path)).toStrictEqual([first.items[2].path]);
		expect(keysPosted(shop).size).toBe(2);
		const again = statuses(await adjust(later(shop), ALL));
		expect(again).toStrictEqual(['duplicate', 'updated', 'duplicate']);
		expect(moves(shop)).toStrictEqual(['A -1', 'B -1', 'SHIRT -1']);
	});

	test.each([400, 403])('with %d, with Stop Workflow: those behind it stay out', async (status) => {
		const shop = open([{ ...ITEM, skip: 1, ...refused(status) }]);
		const report = await adjust(shop, ALL, STOP);
		expect(statuses(report)).toStrictEqual(['updated', 'failed', 'notAttempted']);
		expect(report.halt).not.toBeNull();
		expect(methods(shop)).toStrictEqual(['POST']);
		const again = statuses(await adjust(later(shop), ALL, STOP));
		expect(again).toStrictEqual(['duplicate', 'updated', 'updated']);
		expect(moves(shop)).toStrictEqual(movesOf(ALL));
	});

	test.each<[string, Fault]>([
		['failed', refused(400)],
		['failed', { then: { status: 200, body: { updateCount: 0 } } }],
		['notAttempted', { ...refused(429), times: 99 }],
	])('%s (%j), and a later run applies it', async (status, fault) => {
		const shop = open([{ ...ITEM, ...fault, apply: false }]);
		expect(uniform(await adjust(shop, ONE))).toStrictEqual([status]);
		await expectReleased(shop, ONE);
	});

	test('because of a limit: goes again, with those behind it', async () => {
		const shop = open([{ ...ITEM, skip: 1, times: 2, ...refused(429) }]);
		expect(uniform(await adjust(shop, ALL))).toStrictEqual(['updated']);
		expect([sizes(shop), keysPosted(shop).size]).toStrictEqual([[3, 2, 2], 3]);
		expect(moves(shop)).toStrictEqual(movesOf(ALL));
	});

	test('because each counts: the batches shrink to what the limit lets through', async () => {
		const shop = open([], { batchCounts: 'eachItem' }, many(25));
		shop.sandbox.limit('ecwid', { requests: 12 });
		const rows = linesOf(many(25));
		expect(uniform(await adjust(shop, rows))).toStrictEqual(['updated']);
		expect(keysPosted(shop).size).toBeGreaterThan(2);
		expect(moves(shop)).toStrictEqual(movesOf(rows));
	});
});

test.each<[string, Fault]>([
	['met a limit', refused(429)],
	['was confirmed by reading', { then: { status: 504 } }],
])('with Stop Workflow, no row is left out silently behind one that %s', async (_, fault) => {
	const shop = open([{ ...ITEM, ...fault }]);
	const report = await adjust(shop, BOTH, STOP);
	const leftOut = statuses(report).includes('notAttempted');
	expect({ leftOut, halted: report.halt !== null }).not.toEqual({ leftOut: true, halted: false });
});

describe('an item whose answer does not say', () => {
	const unclear: Array<Fault['then']> = [
		...[500, 502, 504, 408, 302].map((status) => ({ status })),
		...(['reset', 'nonsense'] as const),
		{ status: 200, body: {} },
		{ status: 200, body: { updateCount: 1, item: { id: 5 } } },
	];
	const ways = [
		[true, 'updated', {}],
		[true, 'unknown', BLIND],
		[false, 'unknown', {}],
		[false, 'unknown', BLIND],
	] as const;

	test.each(unclear)('%j: is settled by reading, and never sent again', async (then) => {
		for (const [apply, status, more] of ways) {
			const shop = open([{ ...ITEM, then, apply }]);
			const report = await adjust(shop, BOTH, more);
			expect(statuses(report)).toStrictEqual([status, 'updated']);
			expect(confirmed(report)).toStrictEqual([status === 'updated', false]);
			const again = statuses(await adjust(later(shop), BOTH));
			expect(again).toStrictEqual([status === 'updated' ? 'duplicate' : 'unknown', 'duplicate']);
			expect(moves(shop)).toStrictEqual(movesOf(BOTH).slice(apply ? 0 : 1));
		}
	});

	test('updateCount 0 though the level moved: unknown', async () => {
		const shop = open([{ ...ITEM, then: { status: 200, body: { updateCount: 0 } } }]);
		expect(uniform(await adjust(shop, ONE))).toStrictEqual(['unknown']);
		await expectOpen(shop, ONE, ['A -1']);
	});

	const sale = { after: { sku: 'A', delta: -1 } };
	const then = { status: 429, headers: { 'Retry-After': '300' } };
	const limit: Fault = { ...POST, ...sale, apply: false, then };
	const failing: Fault = { ...ITEM, ...refused(504) };
	test.each<[string, Partial<EcwidSwitches>, Fault[]]>([
		['limit', {}, [limit, failing]],
		['limit, then no answer', {}, [limit, { ...POST, ...refused(504), times: 4 }]],
		['queue', { batchQueueMs: 5 * MINUTE }, [{ ...POLL, ...sale }, failing]],
	])('a level from before a wait (%s) bears no witness', async (_, switches, faults) => {
		const shop = open(faults, switches);
		expect(uniform(await adjust(shop, ONE))).toStrictEqual(['unknown']);
		expect(moves(shop)).toStrictEqual([]);
	});

	test.each([
		[1, true, 'updated', 2],
		[6, true, 'unknown', 6],
		[1, false, 'updated', 1],
		[6, false, 'unknown', 0],
	])('repeated by Ecwid itself (%d lost, taken: %p): %s', async (times, apply, status, count) => {
		const lost: Fault = { ...ITEM, times, apply, then: { status: 504 } };
		const shop = open([lost], { batchRepeats: 'always' });
		const { endings } = await adjust(shop, ONE);
		expect(endings[0].status).toBe(status);
		expect(moves(shop)).toHaveLength(count);
		// How often Ecwid itself applied it shows in the level, the only place where it can.
		if (status === 'updated') expect(endings[0].after?.quantity).toBe(50 - count);
	});
});

describe('the answers of a batch', () => {
	type Answer = Record<string, unknown>;
	const done = { status: 'COMPLETED', httpStatusCode: 200, httpBody: { updateCount: 1 } };
	/** Answers the first look at a ticket with these instead of the true ones. */
	const answer = ({ sandbox }: Shop, make: (a: Answer, b: Answer) => unknown): void => {
		sandbox.log.listen(({ method, body }) => {
			if (method !== 'POST') return;
			const [a, b] = (body as Posted['items']).map(({ id }) => ({ id, ...done }));
			const said = { status: 'COMPLETED', responses: make(a, b) };
			sandbox.faults.add([{ ...POLL, then: { status: 200, body: said } }]);
		});
	};
	const text = (one: Answer, escaped: string) => ({
		...one,
		httpBody: null,
		escapedHttpBody: escaped,
	});

	test.each<Partial<EcwidSwitches>>([
		{ batchOrder: 'reversed' },
		{ batchOrder: 'reversed', batchPartial: 'hidden', batchItemMs: 5_000 },
		{ warning: 'whenCrossing', batchItemMs: 5_000 },
	])('%j: each row gets its own, a warning of Ecwid included', async (switches) => {
		const report = await adjust(open([], switches), [line('B', -12), line('A'), line('SHIRT')]);
		expect(uniform(report)).toStrictEqual(['updated']);
		expect(warningsOf(report)).toStrictEqual([[NEGATIVE], [], []]);
		expect(report.endings.map(({ after }) => after?.quantity)).toStrictEqual([-2, 49, 19]);
	});

	test('may stand in an escaped text', async () => {
		const shop = open();
		const warned = JSON.stringify({ updateCount: 1, warning: NEGATIVE });
		answer(shop, (a, b) => [text(a, '{"updateCount":1}'), text(b, warned)]);
		const report = await adjust(shop, BOTH);
		expect(uniform(report)).toStrictEqual(['updated']);
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
		['none has a status code', (a, b) => [a, b].map((one) => ({ ...one, httpStatusCode: null }))],
		['their texts are cut', (a, b) => [text(a, '{"upd'), text(b, '{"upd')]],
	])('%s: every row is settled, none claimed', async (_, make) => {
		const shop = open();
		answer(shop, make);
		const report = await adjust(shop, BOTH);
		expect(uniform(report)).toStrictEqual(['updated']);
		expect(confirmed(report)).toStrictEqual([true, true]);

		const waiting = open([], { batchQueueMs: HOUR });
		answer(waiting, make);
		expect(uniform(await adjust(waiting, BOTH))).toStrictEqual(['unknown']);
		await expectOpen(waiting, BOTH, movesOf(BOTH));
	});
});

describe('a ticket', () => {
	test.each<[string, Partial<EcwidSwitches>, Fault[]]>([
		['while the queue is slow', { batchQueueMs: 9 * MINUTE }, []],
		['as long as it goes on', { batchItemMs: 3 * MINUTE }, []],
		['through looks that break', {}, [{ ...POLL, then: 'reset', times: 3 }]],
	])('is waited for %s', async (_, switches, faults) => {
		const shop = open(faults, switches, many(6));
		const report = await adjust(shop, linesOf(many(6)));
		expect(uniform(report)).toStrictEqual(['updated']);
		expect(warningsOf(report).flat()).toStrictEqual([]);
		expect(methods(shop)).toStrictEqual(['POST']);
	});

	test('is deleted after ten minutes without progress; a later run applies its rows', async () => {
		const shop = open([], { batchQueueMs: 20 * MINUTE });
		const start = shop.clock.now();
		const report = await adjust(shop, BOTH);
		expect(uniform(report)).toStrictEqual(['notAttempted']);
		expect(report.halt?.kind).toBe('run');
		expect(shop.clock.now() - start).toBeGreaterThan(10 * MINUTE);
		shop.sandbox.ecwid.switches.batchQueueMs = 0;
		await expectReleased(shop, BOTH, 10 * MINUTE);
	});

	const stuck = { batchQueueMs: HOUR };
	const DELETE: Fault = { method: 'DELETE', apply: false };
	const unreadable = { status: 'COMPLETED', responses: [{ id: 7 }] };
	test.each<[string, Partial<EcwidSwitches>, Fault[]]>([
		['deleted too late', stuck, [{ ...DELETE, then: { status: 200, body: { deleteCount: 0 } } }]],
		['not to be deleted', stuck, [{ ...DELETE, ...refused(403) }]],
		['deleted or not', stuck, [{ ...DELETE, then: 'reset' }]],
		['stuck in the middle', { batchItemMs: HOUR }, []],
		['gone', {}, [{ ...POLL, ...refused(404) }]],
		['kept from us', {}, [{ ...POLL, ...refused(403) }]],
		['out of reach', {}, [{ ...POLL, ...refused(500), times: 4 }]],
		['unreadable', {}, [{ ...POLL, times: 4, then: { status: 200, body: unreadable } }]],
	])('that is %s leaves its rows unknown and open', async (_, switches, faults) => {
		const shop = open(faults, switches);
		expect(uniform(await adjust(shop, BOTH, BLIND))).toStrictEqual(['unknown']);
		await expectOpen(shop, BOTH, movesOf(BOTH));
	});

	test('that is gone before it began keeps its rows waiting together, not one after the other', async () => {
		const variations = many(20).map(({ sku }, n) => ({
			sku,
			options: { Size: `${n}` },
			quantity: 5,
		}));
		const poster: CatalogueProduct = { name: 'Poster', sku: 'POSTER', quantity: 5, variations };
		const shop = open([{ ...POLL, ...refused(404) }], { batchQueueMs: HOUR }, [poster]);
		const start = shop.clock.now();
		const { endings } = await adjust(shop, linesOf(many(20)));
		expect(new Set(endings.map(({ message }) => message?.includes('level shows 5')))).toStrictEqual(
			new Set([true]),
		);
		expect(shop.clock.now() - start).toBeLessThan(20_000);
	});

	test('that is gone, as everything else, leaves its rows unknown and open', async () => {
		// An address that leads elsewhere all of a sudden, once the batch was taken.
		const shop = open([
			{ ...POST, then: { status: 502 } },
			{ ...POLL, ...refused(404) },
		]);
		shop.sandbox.faults.add([{ path: '/products/\\d+$', skip: 1, times: 9, ...refused(404) }]);
		expect(uniform(await adjust(shop, BOTH))).toStrictEqual(['unknown']);
		await expectOpen(shop, BOTH, movesOf(BOTH));
	});
});

test.each<[string, string, Fault[], boolean]>([
	['before the batch is sent', 'GET', [], false],
	['when the batch was taken', 'POST', [], true],
	['when the answer to the create call was lost', 'POST', [{ ...POST, then: 'reset' }], true],
	['while the batch waits', '/batch', [], true],
])('an execution that is canceled %s', async (_, at, faults, sent) => {
	const controller = new AbortController();
	const shop = open(faults, { batchQueueMs: MINUTE }, CATALOGUE, controller.signal);
	shop.sandbox.log.listen(({ method, path }) => {
		if (at === method || (method === 'GET' && path.endsWith(at))) controller.abort();
	});
	const report = await adjust(shop, BOTH, { signal: controller.signal });
	expect(uniform(report)).toStrictEqual([sent ? 'unknown' : 'notAttempted']);
	if (sent) await expectOpen(shop, BOTH, movesOf(BOTH));
	else await expectReleased(shop, BOTH);
});
