/** How Ecwid’s products are found and read: by the list, the search, their ids and addresses. */
import { run, statuses } from '../../support/run.mts';
import { type Shop } from '../../support/shops.mts';
import { open } from './setup.mts';

describe('1,000 rows of which 50 differ', () => {
	test('1,000 rows of which 50 differ cost at most 10 list pages, one batch and its status requests', async () => {
		const products = Array.from({ length: 1_000 }, (_, n) => ({
			name: `N${n}`,
			sku: `S${n}`,
			quantity: n,
		}));
		const shop = open({}, products);
		const rows = products.map(({ sku, quantity }, n) => ({
			sku,
			amount: n % 20 === 0 ? quantity + 1 : quantity,
		}));
		const report = await run(shop, { operation: 'setQuantity', rows });
		const log = shop.sandbox.log.all();
		expect(log.filter(({ path }) => path.endsWith('/products'))).toHaveLength(10);
		const posts = log.filter(({ method }) => method === 'POST');
		expect(posts).toHaveLength(1);
		expect(posts[0].query).toContain('stopOnFirstFailure=false&allowParallelMode=true');
		expect(report.results.filter(({ status }) => status === 'updated')).toHaveLength(50);
		expect(
			shop.sandbox.ecwid
				.stock()
				.filter((one) => !rows.some((row) => row.sku === one.sku && row.amount === one.quantity)),
		).toStrictEqual([]);
		const unchanged = report.results.filter(({ status }) => status === 'unchanged');
		expect(unchanged).toHaveLength(950);
		expect(unchanged[0].warnings.join()).toContain('lag by a few seconds');
	});
});

test('an item may be named by its address in the Ecwid admin', async () => {
	const shop = open({});
	const [{ itemId }] = shop.sandbox.ecwid.stock();
	const link = `https://my.ecwid.com/store/1003#product:mode=edit&id=${itemId}&return=products`;
	const [found] = await shop.platform.resolve([{ by: 'id', id: link }], true);
	expect(found).toMatchObject({ kind: 'found', item: { itemId } });
	const elsewhere = await shop.platform.resolve(
		[{ by: 'id', id: 'https://my.ecwid.com/store/1003#orders:id=7' }],
		true,
	);
	expect(elsewhere[0].kind).toBe('failed');
});

describe('the search lags', () => {
	const products = Array.from({ length: 150 }, (_, n) => ({
		name: `N${n}`,
		sku: `S${n}`,
		quantity: 5,
	}));

	test('a single row is decided by the product itself where the search lags', async () => {
		const shop = open({ searchLagMs: 60_000 }, products);
		shop.sandbox.change('ecwid', { sku: 'S7', quantity: 3 });
		const { results } = await run(shop, {
			operation: 'setQuantity',
			rows: [{ sku: 'S7', amount: 5 }],
		});
		expect(results[0]).toMatchObject({ status: 'updated', before: { quantity: 3, source: 'id' } });
	});

	test('a guard never trusts a search that lags', async () => {
		const shop = open({ searchLagMs: 60_000 }, products);
		shop.sandbox.change('ecwid', { sku: 'S7', quantity: 3 });
		const rows = products.slice(0, 20).map(({ sku }) => ({ sku, amount: -4 }));
		const report = await run(shop, {
			operation: 'adjustByDelta',
			rows,
			options: { belowZero: 'refuse' },
		});
		expect(report.results[7]).toMatchObject({ status: 'failed' });
		expect(report.results[7].message).toContain('The level is 3');
		expect(report.results[6].status).toBe('updated');
	});
});

describe('a product that the list does not show', () => {
	const products = Array.from({ length: 3 }, (_, n) => ({
		name: `N${n}`,
		sku: `S${n}`,
		quantity: 5,
	}));
	const set = async (shop: Shop, ids: number[]) =>
		await run(shop, {
			operation: 'setQuantity',
			rows: ids.map((id) => ({ id: String(id), amount: 1 })),
		});

	test('a product that the list does not show yet is read by its ID', async () => {
		const shop = open({}, products);
		const body = { total: 2, items: [692_730_001, 692_730_002].map((id) => ({ id, quantity: 5 })) };
		shop.sandbox.faults.add([{ method: 'GET', path: '/products$', then: { status: 200, body } }]);
		const report = await set(shop, [692_730_001, 692_730_002, 692_730_003]);
		expect(statuses(report)).toStrictEqual(['updated', 'updated', 'updated']);
	});

	test('a product that the list no longer shows fails its row, and costs no more than the list did', async () => {
		const shop = open({}, products);
		const one = await set(shop, [692_730_001, 692_730_002, 692_730_999]);
		expect(statuses(one)).toStrictEqual(['updated', 'updated', 'failed']);
		expect(one.results[2].message).toContain('does not know this product');
		const other = open({}, products);
		const two = await set(other, [692_730_001, 692_730_998, 692_730_999]);
		expect(statuses(two)).toStrictEqual(['updated', 'failed', 'failed']);
		expect(two.results[2].message).toContain('does not list the product');
		const reads = other.sandbox.log.all().filter(({ method }) => method === 'GET');
		expect(reads).toHaveLength(1);
	});
});

test('a later row by id knows the name its list has shown', async () => {
	const products = Array.from({ length: 3 }, (_, n) => ({
		name: `N${n}`,
		sku: `S${n}`,
		quantity: 5,
	}));
	const shop = open({}, products);
	const rows = [
		{ sku: 'S0', amount: 1 },
		{ sku: 'S1', amount: 1 },
		{ id: '692730003', amount: 1 },
	];
	const { results } = await run(shop, {
		operation: 'setQuantity',
		rows,
		options: { checkFirst: false },
	});
	expect(results[2].item).toMatchObject({ name: 'N2', sku: 'S2' });
});

test.each(['0692730001', '692730001:020874001', '0', '-1', '1.5'])(
	'%s is not an ID',
	async (id) => {
		const { results } = await run(open(), {
			operation: 'adjustByDelta',
			rows: [{ id, amount: -1 }],
		});
		expect(results[0].message).toContain('is not an Ecwid ID');
	},
);
