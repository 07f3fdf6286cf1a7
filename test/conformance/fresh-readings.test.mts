/** A write that rests on a reading leaves while that is fresh, whatever delays it: a limit, a pause, a service's queue. */
import type { WriteOperation } from '../../inventory/model/change.ts';
import type { Fault } from '../../sandbox/faults.mts';
import { run, statuses, type TestRow } from '../support/run.mts';
import { openShop, type Shop, type ShopName, type ShopOptions } from '../support/shops.mts';

const SERVICES: ShopName[] = ['webflow', 'webflowV1', 'ecwid', 'rootfi'];

function open(name: ShopName, faults: Fault[] = [], count = 1, options: ShopOptions = {}): Shop {
	const shop = openShop(name, options);
	const items = Array.from({ length: count }, (_, n) => ({
		name: `Item ${n}`,
		sku: `S${n}`,
		quantity: 10,
	}));
	shop.sandbox.seed({ [shop.service]: items });
	shop.sandbox.faults.add(faults);
	return shop;
}

const methodOf = (name: ShopName): string => (name.startsWith('webflow') ? 'PATCH' : 'PUT');

/** The first write meets the limit, and three are sold while it waits. */
const limitedAndSold = (name: ShopName): Fault => ({
	method: methodOf(name),
	apply: false,
	then: { status: 429, headers: { 'retry-after': '60' }, body: {} },
	after: { sku: 'S0', delta: -3 },
});

const level = ({ sandbox, service }: Shop, n = 0): unknown => sandbox[service].stock()[n].quantity;

describe.each(SERVICES)('%s: after a wait between the reading and the write', (name) => {
	const one = async (operation: WriteOperation, row: TestRow) => {
		const shop = open(name, [limitedAndSold(name)]);
		const report = await run(shop, { operation, rows: [{ sku: 'S0', ...row }] });
		return { shop, result: report.results[0] };
	};

	test('Only If Quantity Is does not overwrite a sale', async () => {
		const { shop, result } = await one('setQuantity', {
			amount: 20,
			options: { onlyIfQuantityIs: 10 },
		});
		expect(result).toMatchObject({ status: 'failed' });
		expect(result.message).toContain('The level is 7, not 10');
		expect(level(shop)).toBe(7);
	});

	test('Stop at Zero takes no more than is left', async () => {
		const { shop, result } = await one('adjustByDelta', {
			amount: -8,
			options: { belowZero: 'stopAtZero' },
		});
		expect(result).toMatchObject({ status: 'updated', before: { quantity: 7 } });
		expect(level(shop)).toBe(0);
	});

	test('a delta with a key and a guard counts once, from the level of now', async () => {
		const { shop, result } = await one('adjustByDelta', {
			amount: -8,
			key: 'order 1',
			options: { belowZero: 'refuse' },
		});
		expect(result).toMatchObject({ status: 'failed' });
		expect(level(shop)).toBe(7);
	});

	test('a plain delta loses no sale', async () => {
		const { shop, result } = await one('adjustByDelta', { amount: -1 });
		expect(result.status).toBe('updated');
		expect(level(shop)).toBe(6);
	});
});

describe.each(['webflow', 'webflowV1', 'ecwid'] as const)('%s: unlimited stock', (name) => {
	test('stock that was made unlimited while the run was at other rows is not counted again', async () => {
		const shop = open(name, [], 60);
		const faults: Fault[] = [
			{
				method: name === 'ecwid' ? 'POST' : 'PATCH',
				skip: name === 'ecwid' ? 0 : 5,
				apply: false,
				then: { status: 429, headers: { 'retry-after': '60' }, body: {} },
				after: { sku: 'S50', unlimited: true },
			},
		];
		shop.sandbox.faults.add(faults);
		const rows = Array.from({ length: 60 }, (_, n) => ({ sku: `S${n}`, amount: 4 }));
		const report = await run(shop, { operation: 'setQuantity', rows });
		expect(report.results[50]).toMatchObject({ status: 'failed' });
		expect(statuses(report).filter((status) => status === 'updated')).toHaveLength(59);
		expect(shop.sandbox[shop.service].stock()[50].unlimited).toBe(true);
	});
});

test.each(SERVICES)(
	'%s: a slow limit of the user does not keep guarded rows from leaving',
	async (name) => {
		// Six a minute: ten seconds between two requests.
		const shop = open(name, [], 3, { requestsPerMinute: 6 });
		const rows = [0, 1, 2].map((n) => ({
			sku: `S${n}`,
			amount: -1,
			options: { belowZero: 'refuse' },
		}));
		expect(statuses(await run(shop, { operation: 'adjustByDelta', rows }))).toStrictEqual([
			'updated',
			'updated',
			'updated',
		]);
	},
);

test('a batch of Ecwid that has waited reads its levels again, a page of products at a time', async () => {
	const shop = open('ecwid', [], 120);
	shop.sandbox.faults.add([
		{
			method: 'POST',
			apply: false,
			then: { status: 429, headers: { 'retry-after': '30' }, body: {} },
		},
	]);
	const rows = Array.from({ length: 120 }, (_, n) => ({ sku: `S${n}`, amount: 4 }));
	const report = await run(shop, { operation: 'setQuantity', rows });
	expect(new Set(statuses(report))).toStrictEqual(new Set(['updated']));
	const reads = shop.sandbox.log
		.all()
		.filter(({ method, path }) => method === 'GET' && path.includes('/products'));
	expect(reads.length).toBeLessThanOrEqual(4);
});
