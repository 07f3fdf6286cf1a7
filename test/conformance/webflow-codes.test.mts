/** Codes that change in a Webflow shop while the process remembers its SKUs. */
import { SkuIndex } from '../../platforms/webflow/sku-index.ts';
import type { Webflow } from '../../platforms/webflow/webflow.ts';
import type { CatalogueProduct } from '../../sandbox/catalogue.mts';
import { run, statuses } from '../support/run.mts';
import { openShop, type Shop } from '../support/shops.mts';

const MINUTE = 60_000;
const PRODUCTS: CatalogueProduct[] = Array.from({ length: 250 }, (_, n) => ({
	name: `N${n}`,
	sku: `S${n}`,
	quantity: 50,
}));

/** A shop of three pages whose SKUs the process has read, and how each later run opens it. */
async function remembered(): Promise<{ first: Shop; later: () => Shop; ids: string[] }> {
	const index = new SkuIndex();
	const first = openShop('webflow', { index });
	first.sandbox.limit('webflow', { requests: 1_000_000 });
	first.sandbox.seed({ webflow: PRODUCTS });
	await first.platform.resolve([{ by: 'sku', sku: 'S0' }], true);
	first.sandbox.log.clear();
	const later = () => openShop('webflow', { index, sandbox: first.sandbox, clock: first.clock });
	return { first, later, ids: first.sandbox.webflow.stock().map(({ itemId }) => itemId) };
}

/** The same products under other codes. */
const renamed = (codes: Record<number, string>): CatalogueProduct[] =>
	PRODUCTS.map((one, n) => ({ ...one, sku: codes[n] ?? one.sku }));

const requests = ({ sandbox }: Shop) => sandbox.log.all().length;
const levels = ({ sandbox }: Shop, ...ids: string[]) =>
	ids.map((id) => sandbox.webflow.stock().find(({ itemId }) => itemId === id)?.quantity);
const sale = (sku: string) => ({
	operation: 'adjustByDelta' as const,
	rows: [{ sku, amount: -1 }],
});

test('codes that changed places over a minute ago get their own writes', async () => {
	const { first, later, ids } = await remembered();
	first.sandbox.seed({ webflow: renamed({ 0: 'S1', 1: 'S0' }) });
	first.clock.pass(MINUTE + 1);
	const { results } = await run(later(), sale('S0'));
	expect(results[0]).toMatchObject({
		status: 'updated',
		item: { itemId: ids[1], sku: 'S0', name: 'N1' },
	});
	expect(levels(first, ids[0], ids[1])).toStrictEqual([50, 49]);
});

test('a code that no item carries any more is not found', async () => {
	const { first, later, ids } = await remembered();
	first.sandbox.seed({ webflow: renamed({ 0: 'NEW' }) });
	first.clock.pass(MINUTE + 1);
	const { results } = await run(later(), sale('S0'));
	expect(results[0].status).toBe('failed');
	expect(results[0].message).toContain('SKU “S0” was found');
	expect(levels(first, ids[0])).toStrictEqual([50]);
});

test('a code whose product is gone is looked for in the whole catalogue', async () => {
	const { first, later } = await remembered();
	first.sandbox.seed({
		webflow: [...PRODUCTS.slice(0, 249).map((one) => ({ ...one, sku: `${one.sku}b` }))],
	});
	first.clock.pass(MINUTE + 1);
	const { results } = await run(later(), sale('S249'));
	expect(results[0].message).toContain('SKU “S249” was found');
});

test('an order line costs three requests while the catalogue was read within ten minutes', async () => {
	const { first, later } = await remembered();
	for (let n = 0; n < 9; n += 1) {
		first.clock.pass(MINUTE);
		first.sandbox.log.clear();
		expect(statuses(await run(later(), sale(`S${n}`)))).toStrictEqual(['updated']);
		// The first line also looks up the collection of SKUs.
		expect(requests(first)).toBe(n === 0 ? 4 : 3);
	}
});

test('lines that follow each other closely share a walk through the catalogue', async () => {
	const { first, later } = await remembered();
	first.clock.pass(MINUTE);
	for (let n = 0; n < 20; n += 1) await run(later(), sale(`S${n}`));
	const lists = first.sandbox.log.all().filter(({ path }) => path.includes('/products'));
	// Two products by themselves, then the three pages.
	expect(lists).toHaveLength(2 + 3);
});

test('a run with more SKUs than the catalogue has pages reads the catalogue again', async () => {
	const { first, later } = await remembered();
	first.sandbox.seed({ webflow: renamed({ 0: 'S1', 1: 'S0' }) });
	first.clock.pass(MINUTE);
	const rows = Array.from({ length: 10 }, (_, n) => ({ sku: `S${n}`, amount: n }));
	const { results } = await run(later(), { operation: 'setQuantity', rows });
	expect(results[0].item?.name).toBe('N1');
	const lists = first.sandbox.log.all().filter(({ path }) => path.includes('/products'));
	expect(lists).toHaveLength(3);
});

test('a product that cannot be looked up stops the run before anything is written', async () => {
	const { first, later } = await remembered();
	first.clock.pass(MINUTE);
	first.sandbox.faults.add([{ path: '/products/', times: 9, apply: false, then: { status: 500 } }]);
	const report = await run(later(), sale('S0'));
	expect(report.abort?.kind).toBe('run');
	expect(first.sandbox.log.all().filter(({ method }) => method === 'PATCH')).toHaveLength(0);
});

describe('an item named by its ID', () => {
	test('an item named by its ID has the code and the name that the shop has now', async () => {
		const { first, later, ids } = await remembered();
		first.sandbox.seed({ webflow: renamed({ 0: 'NEW' }) });
		first.clock.pass(MINUTE);
		const rows = [{ id: ids[0], amount: 7 }];
		const { results } = await run(later(), { operation: 'setQuantity', rows });
		expect(results[0]).toMatchObject({ status: 'updated', item: { sku: 'NEW', name: 'N0' } });
	});

	test('an item named by its ID has no code where it is not to be looked up, and none where that fails', async () => {
		const { first, later, ids } = await remembered();
		first.clock.pass(MINUTE);
		const rows = [{ id: ids[0], amount: 7 }];
		const blind = await run(later(), {
			operation: 'setQuantity',
			rows,
			options: { checkFirst: false },
		});
		expect(blind.results[0]).toMatchObject({ status: 'updated', item: { sku: null } });
		first.sandbox.faults.add([
			{ path: '/products/', times: 9, apply: false, then: { status: 500 } },
		]);
		const { results } = await run(later(), { operation: 'setQuantity', rows });
		expect(results[0]).toMatchObject({ item: { itemId: ids[0], sku: null, name: null } });
		expect(results[0].status).toBe('unchanged');
	});

	test('an item named by its ID gets its current code for a trigger, for one request', async () => {
		const { first, later, ids } = await remembered();
		first.sandbox.seed({ webflow: renamed({ 0: 'S1', 1: 'S0' }) });
		first.clock.pass(24 * 60 * MINUTE);
		const platform = later().platform as Webflow;
		expect(await platform.named(ids[0])).toMatchObject({ item: { sku: 'S1' }, fault: null });
		expect(requests(first)).toBe(1);
		expect(await platform.named(ids[0])).toMatchObject({ item: { sku: 'S1' } });
		expect(requests(first)).toBe(1);
	});

	test('an item named by its ID has the ID of its product', async () => {
		const { first, later, ids } = await remembered();
		const [found] = await later().platform.resolve([{ by: 'id', id: ids[0] }], true);
		expect(found).toMatchObject({ item: { productId: expect.stringMatching(/^[0-9a-f]{24}$/) } });
		expect(requests(first)).toBe(0);
	});
});
