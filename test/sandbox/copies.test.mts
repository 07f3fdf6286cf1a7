/** Where a reading is not what was written: RootFi's copy and its envelopes, Ecwid's search. */
import type { RootFiSwitches } from '../../sandbox/rootfi/switches.mts';
import { ask, clock, control, level, READ, TAKE_TWO, to } from './connection.mts';

describe('RootFi’s copy', () => {
	const stale = { platform: 'rootfi', method: 'GET', then: 'stale' };

	test('a copy lags for as many readings as it is asked to', async () => {
		const before = (await ask(READ.rootfi)).body;
		clock.pass(1_000);
		const written = (await ask(TAKE_TWO.rootfi)).body;
		await control('faults', { ...stale, times: 2 });
		expect((await ask(READ.rootfi)).body).toStrictEqual(before);
		const list = await ask(to('rootfi', 'GET', '/ecommerce/inventories'));
		expect(list.body.data).toStrictEqual([before]);
		expect((await ask(READ.rootfi)).body).toStrictEqual(written);
		expect(level('rootfi')).toBe(48);
	});

	test('a copy lags after a sale as well', async () => {
		await control('stock', { platform: 'rootfi', sku: 'A', delta: -3 });
		await control('faults', stale);
		expect((await ask(READ.rootfi)).body.quantity).toBe(50);
		expect((await ask(READ.rootfi)).body.quantity).toBe(47);
	});

	test('a copy does not lag where nothing changed', async () => {
		await control('faults', stale);
		expect((await ask(READ.rootfi)).body.quantity).toBe(50);
	});

	test('a lagging copy does not keep a write from naming what it wrote', async () => {
		await control('faults', { then: 'stale' });
		expect((await ask(TAKE_TWO.rootfi)).body.quantity).toBe(48);
	});

	test.each(['webflow', 'ecwid'] as const)('%s has no copy that lags', async (service) => {
		await ask(TAKE_TWO[service]);
		await control('faults', { then: 'stale' });
		expect((await ask(READ[service])).body.quantity).toBe(48);
	});
});

test.each<[RootFiSwitches['envelope'], (row: object) => object, (row: object) => object]>([
	['bare', (row) => row, (row) => row],
	['data', (row) => ({ data: row }), (row) => ({ data: row })],
	['dataList', (row) => ({ data: [row] }), (row) => ({ data: [row] })],
	[
		'dataAndSyncId',
		(row) => ({ data: row }),
		(row) => ({ data: row, sync_id: expect.any(String) }),
	],
	['syncIdOnly', (row) => row, () => ({ sync_id: expect.any(String) })],
])('RootFi wraps its answers: %s', async (envelope, read, write) => {
	await control('switches', { rootfi: { envelope } });
	const applied = envelope === 'syncIdOnly' ? 50 : 48;
	const row = (quantity: number) => expect.objectContaining({ rootfi_id: 157, quantity });
	expect((await ask(TAKE_TWO.rootfi)).body).toEqual(write(row(48)));
	expect((await ask(READ.rootfi)).body).toEqual(read(row(applied)));
	expect(level('rootfi')).toBe(applied);
});

test('Ecwid’s search lags behind, a product by its id does not', async () => {
	await control('switches', { ecwid: { searchLagMs: 3_000 } });
	const found = async (): Promise<number> =>
		(await ask(to('ecwid', 'GET', '/products?sku=A'))).body.items[0].quantity;
	await ask(TAKE_TWO.ecwid);
	expect([await found(), (await ask(READ.ecwid)).body.quantity]).toStrictEqual([50, 48]);
	clock.pass(2_999);
	expect(await found()).toBe(50);
	clock.pass(1);
	expect(await found()).toBe(48);
});
