/** What a client reads to learn of changes: the times of the last change, lists since a time, and reorder levels. */
import { ECWID_TOKEN } from '../../sandbox/ecwid/ecwid.mts';
import type { EcwidSwitches } from '../../sandbox/ecwid/switches.mts';
import { ROOTFI_KEY } from '../../sandbox/rootfi/rootfi.mts';
import type { RootFiSwitches } from '../../sandbox/rootfi/switches.mts';
import { Sandbox, type ServiceName } from '../../sandbox/sandbox.mts';
import { InstantClock } from '../support/clock.mts';

let clock: InstantClock;
let sandbox: Sandbox;
beforeEach(() => {
	clock = new InstantClock();
	sandbox = new Sandbox(clock);
	sandbox.seed({
		products: [
			{ name: 'Lantern', sku: 'A', quantity: 50, reorderLevel: 8 },
			{ name: 'Clock', sku: 'B', quantity: 10 },
			{
				name: 'Shirt',
				sku: 'P',
				quantity: 20,
				variations: [
					{ sku: 'V', options: { Size: 'S' }, quantity: 6, reorderLevel: 3 },
					{ sku: 'W', options: { Size: 'M' }, quantity: 3 },
				],
			},
		],
	});
});

const PREFIXES: Record<ServiceName, string> = {
	webflow: '/v2',
	ecwid: '/api/v3/1003',
	rootfi: '/v4',
};

async function ask(service: ServiceName, method: string, path: string, body?: unknown) {
	const url = new URL(`${PREFIXES[service]}${path}`, 'http://inside');
	const delivery = await sandbox.handle(service, {
		method,
		path: url.pathname,
		query: url.searchParams,
		headers: {
			authorization: `Bearer ${ECWID_TOKEN}`,
			api_key: ROOTFI_KEY,
			'content-type': 'application/json',
		},
		body: body === undefined ? '' : JSON.stringify(body),
	});
	if (delivery.kind !== 'reply') throw new Error(delivery.kind);
	const { status, body: answer } = delivery.reply;
	return { status, body: answer as any };
}

describe('Ecwid', () => {
	const LANTERN = 692_730_001;
	const SHIRT = 692_730_003;
	const setSwitches = (switches: Partial<EcwidSwitches>) =>
		Object.assign(sandbox.ecwid.switches, switches);
	const now = () => Math.floor(clock.now() / 1_000);
	const get = async (path: string) => (await ask('ecwid', 'GET', path)).body;
	const ids = async (query: string): Promise<number[]> =>
		(await get(`/products?${query}`)).items.map(({ id }: { id: number }) => id);
	const stampOf = async (id: number): Promise<number> =>
		(await get(`/products/${id}`)).updateTimestamp;

	test.each<[string, () => unknown]>([
		['a delta', () => ask('ecwid', 'PUT', `/products/${SHIRT}/inventory`, { quantityDelta: -1 })],
		['a set', () => ask('ecwid', 'PUT', `/products/${SHIRT}`, { quantity: 4 })],
		[
			'a change of a variation',
			() =>
				ask('ecwid', 'PUT', `/products/${SHIRT}/combinations/20874201/inventory`, {
					quantityDelta: 2,
				}),
		],
		['a sale of a variation', () => sandbox.change('ecwid', { sku: 'W', delta: -1 })],
	])('%s moves the update time of its product, and of no other', async (_, change) => {
		const before = now();
		clock.pass(90_000);
		await change();
		expect(await get(`/products/${SHIRT}`)).toMatchObject({
			updateTimestamp: before + 90,
			updated: '2026-03-02 08:01:30 +0000',
		});
		expect(await stampOf(LANTERN)).toBe(before);
	});

	test('a change of stock may leave the update time alone; any other change moves it', async () => {
		setSwitches({ stockMovesUpdateTime: false });
		const before = now();
		clock.pass(90_000);
		await ask('ecwid', 'PUT', `/products/${LANTERN}/inventory`, { quantityDelta: -1 });
		sandbox.change('ecwid', { sku: 'A', delta: -1 });
		expect(await stampOf(LANTERN)).toBe(before);
		await ask('ecwid', 'PUT', `/products/${LANTERN}`, { warningLimit: 9 });
		expect(await get(`/products/${LANTERN}`)).toMatchObject({
			quantity: 48,
			warningLimit: 9,
			updateTimestamp: before + 90,
		});
	});

	test('the list is bounded by the update time, both ends included', async () => {
		const start = now();
		clock.pass(60_000);
		sandbox.change('ecwid', { sku: 'A', delta: -1 });
		clock.pass(60_000);
		sandbox.change('ecwid', { sku: 'V', delta: -1 });
		expect(await ids(`updatedFrom=${start + 60}`)).toStrictEqual([LANTERN, SHIRT]);
		expect(await ids(`updatedFrom=${start + 61}`)).toStrictEqual([SHIRT]);
		expect(await ids(`updatedTo=${start + 60}`)).toStrictEqual([LANTERN, LANTERN + 1]);
		expect(await ids(`updatedFrom=${start + 1}&updatedTo=${start + 119}`)).toStrictEqual([LANTERN]);
		const date = encodeURIComponent('2026-03-02 08:02:00');
		expect(await ids(`updatedFrom=${date}`)).toStrictEqual([SHIRT]);
		const zoned = encodeURIComponent('2026-03-02 09:02:00 +0100');
		expect(await ids(`updatedFrom=${zoned}`)).toStrictEqual([SHIRT]);
		expect(await ids(`updatedFrom=${start + 500}&sku=A`)).toStrictEqual([LANTERN]);
	});

	test('the list is sorted by the update time, page by page', async () => {
		clock.pass(60_000);
		sandbox.change('ecwid', { sku: 'B', delta: -1 });
		clock.pass(60_000);
		sandbox.change('ecwid', { sku: 'A', delta: -1 });
		const newest = [LANTERN, LANTERN + 1, SHIRT];
		expect(await ids('sortBy=UPDATED_TIME_DESC')).toStrictEqual(newest);
		expect(await ids('sortBy=UPDATED_TIME_ASC')).toStrictEqual(newest.toReversed());
		expect(await ids('sortBy=UPDATED_TIME_ASC&limit=1&offset=1')).toStrictEqual([LANTERN + 1]);
	});

	test('the search lag covers the update time as well', async () => {
		setSwitches({ searchLagMs: 3_000 });
		const start = now();
		clock.pass(60_000);
		sandbox.change('ecwid', { sku: 'A', delta: -1 });
		clock.pass(2_999);
		expect(await ids(`updatedFrom=${start + 60}`)).toStrictEqual([]);
		expect(await stampOf(LANTERN)).toBe(start + 60);
		clock.pass(1);
		expect(await ids(`updatedFrom=${start + 60}`)).toStrictEqual([LANTERN]);
	});

	test.each(['updatedFrom=yesterday', 'updatedTo=', 'sortBy=STOCK_ASC'])(
		'Ecwid refuses %s',
		async (query) => {
			const { status, body } = await ask('ecwid', 'GET', `/products?${query}`);
			expect([status, body.errorCode]).toStrictEqual([400, 'WRONG_PARAMETER']);
		},
	);

	test('products and variations have a warning limit', async () => {
		const { items } = await get(
			'/products?responseFields=items(warningLimit,combinations(sku,warningLimit))',
		);
		expect(items).toStrictEqual([
			{ warningLimit: 8, combinations: [] },
			{ warningLimit: 0, combinations: [] },
			{
				warningLimit: 0,
				combinations: [
					{ sku: 'W', warningLimit: 0 },
					{ sku: 'V', warningLimit: 3 },
				],
			},
		]);
		const refused = await ask('ecwid', 'PUT', `/products/${LANTERN}`, { warningLimit: 'few' });
		expect(refused.status).toBe(400);
	});
});

describe('RootFi', () => {
	const setSwitches = (switches: Partial<RootFiSwitches>) =>
		Object.assign(sandbox.rootfi.switches, switches);
	const LIST = '/ecommerce/inventories';
	const SINCE = 'rootfi_updated_at%5Bgte%5D';
	const SORT = 'sort%5Brootfi_updated_at%5D';
	const list = async (query: string) => (await ask('rootfi', 'GET', `${LIST}?${query}`)).body;
	const skus = async (query: string): Promise<string[]> =>
		(await list(query)).data.map(({ sku }: { sku: string }) => sku);
	const iso = () => new Date(clock.now()).toISOString();

	/** Sells one of each, a minute apart; returns when the first was sold. */
	function sell(...codes: string[]): string {
		clock.pass(60_000);
		const first = iso();
		for (const sku of codes) {
			sandbox.change('rootfi', { sku, delta: -1 });
			clock.pass(60_000);
		}
		return first;
	}

	/** All pages of a list; what is asked goes with the first request only. */
	async function walk(query: string, limit: number, between = () => {}): Promise<string[]> {
		const seen: string[] = [];
		let page = await list(`${query}&limit=${limit}`);
		seen.push(...page.data.map(({ sku }: { sku: string }) => sku));
		while (page.next !== null) {
			between();
			page = await list(`next=${encodeURIComponent(page.next)}&limit=${limit}`);
			seen.push(...page.data.map(({ sku }: { sku: string }) => sku));
		}
		return seen;
	}

	test('RootFi lists what changed since a time, that time included', async () => {
		const first = sell('B', 'A');
		expect(await skus(`${SINCE}=${first}`)).toStrictEqual(['A', 'B']);
		const later = new Date(Date.parse(first) + 1).toISOString();
		expect(await skus(`${SINCE}=${later}`)).toStrictEqual(['A']);
		expect((await list(`${SINCE}=${later}&return_count=true`)).total_count).toBe(1);
	});

	test('a write moves the stamp as a sale does', async () => {
		clock.pass(60_000);
		await ask('rootfi', 'PUT', `${LIST}/158`, { data: [{ quantity: 9 }] });
		expect(await skus(`${SINCE}=${iso()}`)).toStrictEqual(['B']);
	});

	test('RootFi sorts by the stamp, both ways; equal stamps by ID', async () => {
		sell('W', 'A');
		expect(await skus(`${SORT}=ASC`)).toStrictEqual(['B', 'V', 'W', 'A']);
		expect(await skus(`${SORT}=DESC`)).toStrictEqual(['A', 'W', 'B', 'V']);
	});

	test.each([1, 2, 3])('a cursor keeps filter and order, %d a page', async (limit) => {
		const first = sell('W', 'A', 'B');
		expect(await walk(`${SINCE}=${first}&${SORT}=ASC`, limit)).toStrictEqual(['W', 'A', 'B']);
		expect(await walk(`${SINCE}=${first}&${SORT}=DESC`, limit)).toStrictEqual(['B', 'A', 'W']);
		expect(await walk(`${SINCE}=${first}`, limit)).toStrictEqual(['A', 'B', 'W']);
		expect(await walk('rootfi_company_id%5Beq%5D=7', limit)).toStrictEqual([]);
		expect(await walk('', limit)).toStrictEqual(['A', 'B', 'V', 'W']);
	});

	test('a row that changes while the pages are read, oldest first, comes again at the end', async () => {
		const first = sell('W', 'A', 'B');
		let sold = false;
		const seen = await walk(`${SINCE}=${first}&${SORT}=ASC`, 1, () => {
			if (!sold) sandbox.change('rootfi', { sku: 'W', delta: -1 });
			sold = true;
		});
		expect(seen).toStrictEqual(['W', 'A', 'B', 'W']);
	});

	test.each([`${SINCE}=soon`, `${SORT}=UP`])('RootFi refuses %s', async (query) => {
		expect((await ask('rootfi', 'GET', `${LIST}?${query}`)).status).toBe(400);
	});

	test('RootFi may ignore the filter', async () => {
		setSwitches({ updatedFilter: 'ignored' });
		const first = sell('B');
		expect(await skus(`${SINCE}=${first}&${SORT}=DESC`)).toStrictEqual(['B', 'A', 'V', 'W']);
	});

	test('a change may leave the stamp alone', async () => {
		setSwitches({ stampMoves: false });
		const first = sell('B');
		await ask('rootfi', 'PUT', `${LIST}/157`, { data: [{ quantity: 9 }] });
		expect(await skus(`${SINCE}=${first}`)).toStrictEqual([]);
		expect(
			(await list('')).data.map(({ quantity }: { quantity: number }) => quantity),
		).toStrictEqual([9, 9, 6, 3]);
	});

	test('a copy that does not follow shows a change, and its stamp, at the next sync', async () => {
		setSwitches({ copy: 'stale' });
		const first = sell('B');
		expect(await skus(`${SINCE}=${first}`)).toStrictEqual([]);
		sandbox.rootfi.sync();
		expect((await list(`${SINCE}=${first}`)).data).toMatchObject([
			{ sku: 'B', quantity: 9, rootfi_updated_at: iso() },
		]);
	});

	test('a stale reading of the list has the stamps of before', async () => {
		const first = sell('B');
		sandbox.faults.add([{ then: 'stale' }]);
		expect(await skus(`${SINCE}=${first}`)).toStrictEqual([]);
		expect(await skus(`${SINCE}=${first}`)).toStrictEqual(['B']);
	});

	test('rows have a reorder level, or none', async () => {
		const levels = async () =>
			(await list('')).data.map((row: Record<string, unknown>) => row.reorder_level);
		expect(await levels()).toStrictEqual([8, null, 3, null]);
		setSwitches({ quantityAs: 'text' });
		expect(await levels()).toStrictEqual(['8', null, '3', null]);
	});
});

test('the seed gives some items a reorder level, the same on both services', async () => {
	sandbox.reset();
	const { body } = await ask('rootfi', 'GET', '/ecommerce/inventories?limit=100');
	const levels = new Map<string, number>();
	for (const { sku, reorder_level } of body.data) if (reorder_level) levels.set(sku, reorder_level);
	expect(levels.size).toBeGreaterThan(10);
	expect(levels.size).toBeLessThan(50);
	for (const [sku, limit] of levels) {
		const { body: found } = await ask('ecwid', 'GET', `/products?sku=${sku}`);
		const carriers = found.items.flatMap((item: any) => [item, ...item.combinations]);
		expect(carriers).toContainEqual(expect.objectContaining({ sku, warningLimit: limit }));
	}
});
