/** Many writes without keys: sets, which Ecwid tries again by itself, and deltas. */
import type { RunReport } from '../../../inventory/run/run.ts';
import { ECWID_PUBLIC_TOKEN } from '../../../sandbox/ecwid/ecwid.mts';
import type { Fault } from '../../../sandbox/faults.mts';
import { run, statuses, type TestRun } from '../../support/run.mts';
import { type Shop } from '../../support/shops.mts';
import {
	adjust,
	type Bench,
	keysPosted,
	later,
	line,
	many,
	methods,
	MINUTE,
	open,
	POLL,
	POST,
	posts,
	refused,
	sizes,
	STOP,
	uniform,
} from './setup.mts';

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
		const { results } = await set(shop);
		expect(results[11]).toMatchObject({ status: 'updated', before: { quantity: 5 } });
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

	test('a set whose outcome is not known is read back, and sent again where it was not taken', async () => {
		const broken = { ...INSIDE, apply: false, then: { status: 500 }, times: 6 };
		const shop = open([broken], {}, products);
		expect(uniform(await set(shop))).toStrictEqual(['updated']);
		expect(new Set(stock(shop))).toStrictEqual(new Set([9]));
	});

	test('a delta whose outcome is not known is unknown, and the ones after it are sent again', async () => {
		const shop = open([{ ...INSIDE, then: { status: 500 } }], {}, products);
		const report = await adjust(shop, TWELVE);
		expect(statuses(report).filter((status) => status !== 'updated')).toStrictEqual(['unknown']);
		expect(new Set(stock(shop))).toStrictEqual(new Set([4]));
	});

	test('a row that is refused leaves the others alone', async () => {
		const shop = open([{ ...INSIDE, ...refused(404) }], {}, products);
		expect(statuses(await set(shop)).filter((status) => status !== 'updated')).toStrictEqual([
			'failed',
		]);
		expect(stock(shop).filter((level) => level === 9)).toHaveLength(11);
	});

	describe('a row that Ecwid tried before it refused it', () => {
		const TAKEN: Fault = { ...INSIDE, then: { status: 502 } };
		const row = ({ results }: RunReport) => results[3];

		test('a row that Ecwid tried before it refused it is updated where the level shows it', async () => {
			const shop = open([{ ...INSIDE, skip: 1, ...refused(409) }, TAKEN], {}, products);
			expect(row(await set(shop))).toMatchObject({
				status: 'updated',
				after: { quantity: 9 },
				warnings: ['Confirmed by reading; the answer did not say so.'],
			});
		});

		test('a row that Ecwid tried before it refused it is set again where it was set, sold from, and then found as it should be', async () => {
			const sold = { ...TAKEN, after: { sku: 'S3', delta: -1 } };
			const unchanged = { status: 200, body: { updateCount: 0 } };
			const shop = open([sold, { ...INSIDE, apply: false, then: unchanged }], {}, products);
			expect(row(await set(shop)).status).toBe('updated');
			expect(stock(shop)[3]).toBe(9);
		});

		test('a row that Ecwid tried before it refused it is refused where its variation is there no more, and its product is', async () => {
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
			const { results } = await set(shop, { rows: [{ sku: 'V', amount: 9 }, ...levels] });
			expect(results[0]).toMatchObject({
				status: 'failed',
				message: expect.stringContaining('does not know this product or variation'),
			});
		});

		test('a row that Ecwid tried before it refused it is unknown where the level is neither what it was nor what it was set to', async () => {
			const sold = { ...TAKEN, after: { sku: 'S3', delta: -1 } };
			const shop = open([sold, { ...INSIDE, ...refused(409) }], {}, products);
			expect(row(await set(shop))).toMatchObject({
				status: 'unknown',
				message: expect.stringContaining('The level was 5, and is 8'),
			});
		});

		test('a row that Ecwid tried before, and then put off for its limit, is unknown', async () => {
			const limited = { method: 'PUT', path: 'products/', times: 99, ...refused(429) };
			const shop = open([TAKEN, limited], {}, products);
			expect(row(await set(shop)).status).toBe('updated');
		});

		const NOT_TAKEN: Fault = { ...TAKEN, apply: false };

		test('a row that Ecwid tried before it refused it is refused where the level does not show it, and where there is none to see', async () => {
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
		expect(report.results[11].message).toContain('plan does not include this');
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
		])(
			'rows refused with %d %s fail, and none is read where none was repeated',
			async (status, code) => {
				const shop = open([{ method: 'PUT', ...every(status, code) }], {}, products);
				const report = await set(shop);
				expect(uniform(report)).toStrictEqual(['failed']);
				expect(looks(shop)).toStrictEqual([]);
				expect(report.abort).toMatchObject({ kind: 'run', fault: { httpStatus: status } });
			},
		);

		test('each row is read once where the batch took so long that it may have been repeated', async () => {
			const refusing = { method: 'PUT', ...every(402) };
			const shop = open([refusing], { batchQueueMs: 3_000 }, products);
			expect(uniform(await set(shop))).toStrictEqual(['failed']);
			expect(looks(shop)).toHaveLength(12);
		});

		test('variations of one product are read together', async () => {
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
			'rows refused because the token may not write (by %s) fail in words that say so',
			async (batchScopes) => {
				const shop = open([], { batchScopes }, products, undefined, ECWID_PUBLIC_TOKEN);
				const { results, abort } = await set(shop);
				expect(abort).toMatchObject({ kind: 'run', fault: { httpStatus: 403 } });
				expect(results[11]).toMatchObject({
					status: 'failed',
					message: expect.stringContaining('needs the scopes read_catalog and update_catalog'),
				});
			},
		);

		test.each(['asSent', 'reversed'] as const)(
			'rows refused because the token is blocked for a while (%s) are sent again after it',
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
				const { results, abort } = await set(again);
				expect(results[11]).toMatchObject({
					status: 'failed',
					message: expect.stringContaining('has blocked the access token'),
				});
				expect(abort).toMatchObject({ fault: { until: expect.any(Number) } });
			},
		);

		test('no more rows are read once a reading is refused for all of them', async () => {
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
		])(
			'sets of a batch that may still run are not sent again one by one: %s',
			async (_, faults) => {
				const shop = open(faults, { batchQueueMs: 2 * MINUTE }, products);
				expect(uniform(await set(shop))).toStrictEqual(['unknown']);
				expect(singles(shop)).toStrictEqual([]);
				shop.clock.pass(2 * MINUTE);
				expect(new Set(stock(shop))).toStrictEqual(new Set([9]));
			},
		);

		test('sets of a batch that makes no progress are not sent again one by one', async () => {
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
		expect(report.abort).toMatchObject({ kind: 'row', phase: 'write' });
		expect(statuses(report).filter((status) => status === 'updated')).toHaveLength(11);
	});
});
