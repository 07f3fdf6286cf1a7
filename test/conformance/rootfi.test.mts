import { LevelList } from '../../inventory/lookup/list-levels.ts';
import type { CatalogueProduct } from '../../sandbox/catalogue.mts';
import { ROOTFI_READ_ONLY_KEY } from '../../sandbox/rootfi/rootfi.mts';
import type { RootFiSwitches } from '../../sandbox/rootfi/switches.mts';
import { run, statuses } from '../support/run.mts';
import { openShop, type Shop, type ShopOptions } from '../support/shops.mts';
import { levelIn } from '../support/stock.mts';

const CATALOGUE: CatalogueProduct[] = [
	{ name: 'Lantern', sku: 'A', quantity: 50 },
	{ name: 'Clock', sku: 'B', quantity: 10 },
	{ name: 'Chair', sku: 'C', quantity: 4 },
];

const open = (switches: Partial<RootFiSwitches> = {}, options?: ShopOptions): Shop =>
	openShop('rootfi', { products: CATALOGUE, switches, ...options });

const puts = ({ sandbox }: Shop) => sandbox.log.all().filter(({ method }) => method === 'PUT');
const levelOf = (shop: Shop, sku: string) => levelIn(shop, 'rootfi', sku);

test('a write carries exactly one element', async () => {
	const shop = open();
	await run(shop, {
		operation: 'setQuantity',
		rows: [
			{ sku: 'A', amount: 7 },
			{ sku: 'B', amount: 8 },
		],
	});
	expect(puts(shop).map(({ body }) => body)).toStrictEqual([
		{ data: [{ quantity: 7 }] },
		{ data: [{ quantity: 8 }] },
	]);
});

test('the company is sent along where it is filled in, and narrows the lists', async () => {
	const shop = open({}, { companyId: '1089' });
	const { results } = await run(shop, {
		operation: 'setQuantity',
		rows: [{ sku: 'A', amount: 7 }],
	});
	expect(results[0].status).toBe('updated');
	expect(puts(shop)[0].body).toStrictEqual({ company_id: 1089, data: [{ quantity: 7 }] });
	expect(shop.sandbox.log.all()[0].query).toContain('rootfi_company_id%5Beq%5D=1089');
});

test('an item of another company is not found, and not written by id', async () => {
	const shop = open({}, { companyId: '7' });
	const report = await run(shop, {
		operation: 'adjustByDelta',
		rows: [
			{ sku: 'A', amount: 1 },
			{ id: '157', amount: 1 },
		],
	});
	expect(statuses(report)).toStrictEqual(['failed', 'failed']);
	expect(report.results[1].message).toContain('belongs to company 1089');
});

test('reserved units are written beside the quantity, and compared', async () => {
	const shop = open();
	const options = { reservedQuantity: 3 };
	const rows = [{ sku: 'A', amount: 50 }];
	expect(statuses(await run(shop, { operation: 'setQuantity', rows, options }))).toStrictEqual([
		'updated',
	]);
	expect(puts(shop)[0].body).toStrictEqual({ data: [{ quantity: 50, reserved_quantity: 3 }] });
	expect(statuses(await run(shop, { operation: 'setQuantity', rows, options }))).toStrictEqual([
		'unchanged',
	]);
});

describe('the envelope of an answer', () => {
	test.each(['bare', 'data', 'dataList', 'dataAndSyncId'] as const)(
		'the envelope of an answer is opened: %s',
		async (envelope) => {
			const shop = open({ envelope });
			for (const operation of ['setQuantity', 'adjustByDelta'] as const) {
				const { results } = await run(shop, {
					operation,
					rows: [{ sku: 'A', amount: 7 }],
				});
				expect(results[0]).toMatchObject({ status: 'updated', warnings: [] });
			}
			expect(levelOf(shop, 'A')).toBe(14);
		},
	);

	test('a sync_id alone is accepted, not applied', async () => {
		const shop = open({ envelope: 'syncIdOnly' });
		for (const operation of ['setQuantity', 'adjustByDelta'] as const) {
			const { results } = await run(shop, { operation, rows: [{ sku: 'A', amount: 7 }] });
			expect(results[0].status).toBe('unknown');
		}
		expect(puts(shop)).toHaveLength(2);
	});

	test('a sync_id alone whose write is seen at once is confirmed', async () => {
		const shop = open();
		shop.sandbox.faults.add([{ method: 'PUT', then: { status: 200, body: { sync_id: 's1' } } }]);
		const { results } = await run(shop, {
			operation: 'setQuantity',
			rows: [{ sku: 'A', amount: 7 }],
		});
		expect(results[0]).toMatchObject({ status: 'updated', after: { quantity: 7 } });
		expect(results[0].warnings.join()).toContain('Confirmed by reading');
	});

	test.each([
		{ data: [] },
		{
			data: [
				{ rootfi_id: 157, quantity: 1 },
				{ rootfi_id: 158, quantity: 1 },
			],
		},
		{ rootfi_id: 158, quantity: 7 },
		{ hello: 'world' },
	])('%j is not an answer', async (body) => {
		const shop = open();
		shop.sandbox.faults.add([{ method: 'PUT', then: { status: 200, body } }]);
		const { results } = await run(shop, {
			operation: 'setQuantity',
			rows: [{ sku: 'A', amount: 7 }],
		});
		expect(results[0].warnings.join()).toContain('Confirmed by reading');
	});
});

describe('finding a SKU', () => {
	test.each(['honoured', 'ignored', 'refused', 'breaks'] as const)(
		'a SKU is found where the filter is %s',
		async (skuFilter) => {
			const shop = open({ skuFilter });
			const { results } = await run(shop, {
				operation: 'setQuantity',
				rows: [{ sku: 'B', amount: 7 }],
			});
			expect(results[0]).toMatchObject({ status: 'updated', item: { sku: 'B', itemId: '158' } });
			expect(levelOf(shop, 'A')).toBe(50);
		},
	);

	test.each(['honoured', 'ignored', 'refused', 'breaks'] as const)(
		'a SKU that is not there is not found where the filter is %s',
		async (skuFilter) => {
			const { results } = await run(open({ skuFilter }), {
				operation: 'setQuantity',
				rows: [{ sku: 'b', amount: 7 }],
			});
			expect(results[0].message).toContain('Did you mean “B”?');
		},
	);

	test.each(['honoured', 'ignored'] as const)(
		'a SKU is found in a long list whose length is %s',
		async (totalCount) => {
			const shop = open({ totalCount, mostPerPage: 2 });
			const rows = ['A', 'B', 'C', 'NOPE'].map((sku) => ({ sku, amount: 7 }));
			const report = await run(shop, { operation: 'setQuantity', rows });
			expect(statuses(report)).toStrictEqual(['updated', 'updated', 'updated', 'failed']);
		},
	);

	test('SKUs are searched one by one where that costs less than the list', async () => {
		const shop = open();
		shop.sandbox.seed({
			rootfi: Array.from({ length: 900 }, (_, n) => ({ name: `N${n}`, sku: `S${n}`, quantity: 5 })),
		});
		const report = await run(shop, {
			operation: 'setQuantity',
			rows: [
				{ sku: 'S7', amount: 1 },
				{ sku: 'S8', amount: 1 },
			],
		});
		expect(statuses(report)).toStrictEqual(['updated', 'updated']);
		// The list, the searches, the readings; then each write, after a second look whether the row is counted.
		expect(shop.sandbox.log.all()).toHaveLength(1 + 2 + 2 + 2 * 2);
	});

	test('a search that fails for one row fails the row, and the run with it', async () => {
		const shop = open();
		shop.sandbox.faults.add([{ method: 'GET', apply: false, then: { status: 403 } }]);
		const report = await run(shop, { operation: 'setQuantity', rows: [{ sku: 'A', amount: 7 }] });
		expect(report.abort).toMatchObject({ kind: 'run', fault: { httpStatus: 403 } });
	});

	test('a row fails when neither filter nor list can be read', async () => {
		const shop = open({ skuFilter: 'refused' });
		shop.sandbox.faults.add([
			{ method: 'GET', skip: 1, times: 9, apply: false, then: { status: 500 } },
		]);
		const report = await run(shop, { operation: 'setQuantity', rows: [{ sku: 'A', amount: 7 }] });
		expect(report.abort?.kind).toBe('run');
	});
});

describe('an id', () => {
	test.each(['157', '123456_1'])('the ID %s names the row', async (id) => {
		const shop = open();
		for (const operation of ['setQuantity', 'adjustByDelta'] as const) {
			const { results } = await run(shop, { operation, rows: [{ id, amount: 7 }] });
			expect(results[0]).toMatchObject({ status: 'updated', item: { itemId: '157', sku: 'A' } });
		}
	});

	test('an ID is taken as it is without Check First', async () => {
		const shop = open();
		const rows = [{ id: '123456_1', amount: 7 }];
		const { results } = await run(shop, {
			operation: 'setQuantity',
			rows,
			options: { checkFirst: false },
		});
		expect(results[0]).toMatchObject({ status: 'updated', item: { itemId: '157' } });
		expect(shop.sandbox.log.all()).toHaveLength(1);
	});

	test('both IDs of one row are one item', async () => {
		const shop = open();
		const rows = [
			{ id: '157', amount: 7 },
			{ id: '123456_1', amount: 8 },
		];
		const report = await run(shop, { operation: 'setQuantity', rows });
		expect(statuses(report)).toStrictEqual(['failed', 'failed']);
		expect(report.results[0].message).toContain('different quantities');
	});

	test('an ID of digits that RootFi takes for another row’s platform_id is not written to', async () => {
		const shop = open();
		shop.sandbox.faults.add([
			{
				method: 'GET',
				times: 9,
				then: { status: 200, body: { rootfi_id: 900, platform_id: '157', quantity: 1 } },
			},
		]);
		const { results } = await run(shop, {
			operation: 'adjustByDelta',
			rows: [{ id: '157', amount: 1 }],
		});
		expect(results[0]).toMatchObject({ status: 'failed' });
		expect(results[0].message).toContain('answered with another row (900)');
		expect(puts(shop)).toHaveLength(0);
	});

	test('an ID of a row that was deleted in the shop is refused', async () => {
		const shop = open();
		const body = { rootfi_id: 157, quantity: 1, rootfi_deleted_at: '2026-02-01T00:00:00Z' };
		shop.sandbox.faults.add([{ method: 'GET', times: 9, then: { status: 200, body } }]);
		const { results } = await run(shop, {
			operation: 'setQuantity',
			rows: [{ id: '157', amount: 1 }],
		});
		expect(results[0].message).toContain('was deleted');
	});
});

test('quantities as text, as v3 sends them, are numbers', async () => {
	const shop = open({ quantityAs: 'text' });
	const report = await run(shop, { operation: 'adjustByDelta', rows: [{ sku: 'A', amount: -1 }] });
	expect(report.results[0]).toMatchObject({ before: { quantity: 50 }, after: { quantity: 49 } });
});

test('a level that RootFi does not name cannot be added to, but can be set', async () => {
	const shop = open();
	const unnamed = {
		method: 'GET',
		times: 2,
		then: { status: 200, body: { rootfi_id: 157, quantity: null } },
	};
	shop.sandbox.faults.add([unnamed]);
	const delta = await run(shop, { operation: 'adjustByDelta', rows: [{ id: '157', amount: 1 }] });
	expect(delta.results[0]).toMatchObject({ status: 'failed' });
	shop.sandbox.faults.clear();
	shop.sandbox.faults.add([{ ...unnamed, times: 1 }]);
	const set = await run(shop, { operation: 'setQuantity', rows: [{ id: '157', amount: 9 }] });
	expect(set.results[0]).toMatchObject({ status: 'updated', after: { quantity: 9 } });
});

describe('a 400', () => {
	test.each([
		['operation-denied', 'failed', 'enable UPDATE'],
		['invalid-params', 'failed', 'RootFi refused (“Words; Out of range”)'],
	])('a 400 with %s is a refusal', async (code, status, words) => {
		const shop = open();
		const body = { error: { code, message: 'Words', platform_error: 'Out of range.' } };
		shop.sandbox.faults.add([{ method: 'PUT', apply: false, then: { status: 400, body } }]);
		const { results } = await run(shop, {
			operation: 'adjustByDelta',
			rows: [{ sku: 'A', amount: 1 }],
		});
		expect(results[0].status).toBe(status);
		expect(results[0].message).toContain(words);
	});

	test.each([
		{ error: { code: 'unknown-error', message: 'The shop did not answer' } },
		'Bad Request',
	])('a 400 with %j may mean that the shop took the write', async (body) => {
		for (const apply of [true, false]) {
			for (const operation of ['setQuantity', 'adjustByDelta'] as const) {
				const shop = open();
				shop.sandbox.faults.add([{ method: 'PUT', apply, then: { status: 400, body } }]);
				const { results } = await run(shop, {
					operation,
					rows: [{ sku: 'A', amount: 1 }],
				});
				const notTaken = operation === 'setQuantity' ? 'failed' : 'unknown';
				expect(results[0].status).toBe(apply ? 'updated' : notTaken);
				expect(puts(shop)).toHaveLength(1);
			}
		}
	});

	test('a set that may have been taken and sold from since is unknown', async () => {
		const shop = open();
		const body = { error: { code: 'unknown-error' } };
		const sold = { sku: 'A', delta: -1 };
		shop.sandbox.faults.add([{ method: 'PUT', then: { status: 400, body }, after: sold }]);
		const { results } = await run(shop, {
			operation: 'setQuantity',
			rows: [{ sku: 'A', amount: 9 }],
		});
		expect(results[0]).toMatchObject({
			status: 'unknown',
			message: expect.stringContaining('The level was 50, and is 8'),
		});
	});

	test('a 400 from a key that may not update names what to enable', async () => {
		const shop = openShop('rootfi', { token: ROOTFI_READ_ONLY_KEY });
		const { results } = await run(shop, {
			operation: 'setQuantity',
			rows: [{ sku: '85123A', amount: 1 }],
		});
		expect(results[0].message).toContain('enable UPDATE');
	});
});

describe('a limit without Retry-After', () => {
	test.each(['resetSeconds', 'resetEpoch', 'none'] as const)(
		'a limit without Retry-After is waited for by %s',
		async (wait) => {
			const shop = open({ wait });
			shop.sandbox.limit('rootfi', { requests: 2 });
			const { results } = await run(shop, {
				operation: 'adjustByDelta',
				rows: [{ sku: 'A', amount: 1 }],
			});
			expect(results[0].status).toBe('updated');
			expect(levelOf(shop, 'A')).toBe(51);
		},
	);
});

test('a list or a row may leave out what is optional', async () => {
	const shop = open();
	const body = {
		data: [{ rootfi_id: 5 }, { rootfi_id: 6, rootfi_deleted_at: '2026-01-01T00:00:00Z' }],
	};
	shop.sandbox.faults.add([{ method: 'GET', then: { status: 200, body } }]);
	expect(await shop.platform.list(null)).toMatchObject({
		kind: 'page',
		next: null,
		items: [
			{ item: { itemId: '5', sku: null, name: null }, level: { quantity: null, updatedAt: null } },
		],
	});
	shop.sandbox.faults.add([{ method: 'GET', apply: false, times: 4, then: { status: 500 } }]);
	expect(await shop.platform.list(null)).toMatchObject({ kind: 'failed' });
});

test('a list that names a page as its own next is not read forever', async () => {
	const shop = open();
	const body = { data: [{ rootfi_id: 157 }], next: 'again' };
	shop.sandbox.faults.add([{ method: 'GET', times: 20, then: { status: 200, body } }]);
	const rows = ['A', 'B', 'C'].map((sku) => ({ sku, amount: 1 }));
	const report = await run(shop, { operation: 'setQuantity', rows });
	expect(report.abort).toMatchObject({
		fault: { message: expect.stringContaining('leads back to a page') },
	});
	expect(shop.sandbox.log.all()).toHaveLength(2);
});

test('a list whose cursors go round in a circle ends with a fault, in Get Many too', async () => {
	const shop = open();
	for (const next of ['b', 'c', 'b', 'c', 'b']) {
		const body = { data: [{ rootfi_id: 157 }], next };
		shop.sandbox.faults.add([{ method: 'GET', then: { status: 200, body } }]);
	}
	const levels: string[] = [];
	for await (const one of new LevelList(shop.platform).walk()) {
		levels.push(one.kind === 'failed' ? one.fault.message : one.kind);
	}
	expect(levels).toStrictEqual(['level', 'level', expect.stringContaining('leads back to a page')]);
});

test('several items without a list that can be read stop the run', async () => {
	const shop = open();
	shop.sandbox.faults.add([{ method: 'GET', apply: false, times: 9, then: { status: 500 } }]);
	const rows = [
		{ id: '157', amount: 1 },
		{ id: '158', amount: 1 },
	];
	const report = await run(shop, { operation: 'setQuantity', rows });
	expect(report.abort?.kind).toBe('run');
});

test('a company that is not a number is sent along as text', async () => {
	const shop = open({}, { companyId: 'acme' });
	const rows = [{ id: '157', amount: 1 }];
	await run(shop, { operation: 'setQuantity', rows, options: { checkFirst: false } });
	expect(puts(shop)[0].body).toMatchObject({ company_id: 'acme' });
});

test('the name of a row is known where a list has shown it', async () => {
	const shop = open();
	const rows = [
		{ sku: 'A', amount: 1 },
		{ sku: 'B', amount: 1 },
		{ id: '159', amount: 1 },
	];
	const { results } = await run(shop, {
		operation: 'setQuantity',
		rows,
		options: { checkFirst: false },
	});
	expect(results[2].item).toMatchObject({ name: 'Chair' });
});

test('a platform_id that cannot be read fails its row', async () => {
	const report = await run(open(), {
		operation: 'setQuantity',
		rows: [{ id: 'nope_1', amount: 1 }],
	});
	expect(report.results[0]).toMatchObject({ status: 'failed' });
});

describe('what the shop behind RootFi said', () => {
	test.each<[string, unknown, string]>([
		['text', 'location closed', 'No; location closed'],
		['an object', { message: 'location closed', code: 17 }, 'No; location closed; code: 17'],
		['a list', [{ detail: 'location closed' }, 'try later'], 'No; location closed; try later'],
		[
			'by field',
			{ errors: { quantity: ['must be 0 or more'] } },
			'No; quantity: must be 0 or more',
		],
		['nothing', { errors: [null, ''] }, 'No'],
		['not even that', undefined, 'No'],
	])(
		'what the shop behind RootFi said stands in the message: %s',
		async (_, platformError, words) => {
			const shop = open();
			const error = { code: 'invalid-params', message: 'No', platform_error: platformError };
			shop.sandbox.faults.add([
				{ method: 'PUT', apply: false, then: { status: 400, body: { error } } },
			]);
			const rows = [{ sku: 'A', amount: 7 }];
			const { results } = await run(shop, { operation: 'setQuantity', rows });
			expect(results[0].message).toContain(`RootFi refused (“${words}”).`);
		},
	);

	test('what the shop behind RootFi said is cut where it is long', async () => {
		const shop = open();
		const error = { code: 'invalid-params', message: 'No', platform_error: ['x'.repeat(5_000)] };
		shop.sandbox.faults.add([
			{ method: 'PUT', apply: false, then: { status: 400, body: { error } } },
		]);
		const rows = [{ sku: 'A', amount: 7 }];
		const { results } = await run(shop, { operation: 'setQuantity', rows });
		expect(results[0].message?.length).toBeLessThan(500);
	});
});

describe('a row that the shop does not count', () => {
	const openUncounted = (): Shop => {
		const shop = open();
		shop.sandbox.seed({ rootfi: [{ name: 'Lamp', sku: 'L', quantity: 5, unlimited: true }] });
		return shop;
	};
	const convert = { unlimitedStock: 'convert' };

	test('a row that the shop does not count is tracked from the write that is to convert it, and no other write says so', async () => {
		const shop = openUncounted();
		const rows = [{ sku: 'L', amount: 7 }];
		const first = await run(shop, { operation: 'setQuantity', rows, options: convert });
		expect(first.results[0]).toMatchObject({
			status: 'updated',
			before: { quantity: null, unlimited: true },
			after: { quantity: 7, unlimited: false },
			warnings: [],
		});
		await run(shop, {
			operation: 'setQuantity',
			rows: [{ sku: 'L', amount: 8 }],
			options: convert,
		});
		expect(puts(shop).map(({ body }) => (body as { data: unknown[] }).data[0])).toStrictEqual([
			{ quantity: 7, is_trackable: true },
			{ quantity: 8 },
		]);
	});

	test('a row that the shop does not count is unlimited in lists, too', async () => {
		const page = await openUncounted().platform.list(null);
		expect(page).toMatchObject({ items: [{ level: { quantity: null, unlimited: true } }] });
	});

	test('a row that the shop does not count stays so under a blind write, with a warning', async () => {
		const { results } = await run(openUncounted(), {
			operation: 'setQuantity',
			rows: [{ id: '157', amount: 7 }],
			options: { checkFirst: false },
		});
		expect(results[0]).toMatchObject({ status: 'updated', after: { unlimited: true } });
		expect(results[0].warnings.join()).toContain('does not count this item');
	});
});
