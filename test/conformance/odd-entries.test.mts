/** Documents in which something is out of shape: it costs no more than itself. */
import { getLevels } from '../../inventory/lookup/get-levels.ts';
import { parseNamedRow } from '../../inventory/rows/row.ts';
import { run, statuses } from '../support/run.mts';
import { openShop, type Shop, type ShopName } from '../support/shops.mts';

/** What the list of a shop shows, in the words of each service. */
type Entry = Record<string, unknown>;
const LISTS: Record<string, { path: string; body(entries: unknown[]): unknown }> = {
	webflow: {
		path: '/products$',
		body: (items) => ({ items, pagination: { total: items.length } }),
	},
	ecwid: { path: '/products$', body: (items) => ({ items, total: items.length }) },
	rootfi: { path: '/inventories$', body: (data) => ({ data, next: null }) },
};

const SOUND: Record<string, Entry> = {
	webflow: { product: { id: 'p1' }, skus: [{ id: 'a'.repeat(24), fieldData: { sku: 'A' } }] },
	ecwid: { id: 1, sku: 'A', quantity: 5 },
	rootfi: { rootfi_id: 157, sku: 'A', quantity: 5 },
};

function open(name: ShopName, entries: unknown[]): Shop {
	const shop = openShop(name);
	shop.sandbox.seed({ products: [{ name: 'Lantern', sku: 'A', quantity: 5 }] });
	const { path, body } = LISTS[name];
	const answer = { status: 200, body: body(entries) };
	shop.sandbox.faults.add([{ method: 'GET', path, times: 20, then: answer }]);
	return shop;
}

const get = async (shop: Shop, sku: string) => {
	const rows = [parseNamedRow({ item: { by: 'sku', cell: sku }, fault: null }, 0)];
	return (await getLevels(rows, shop.platform)).outcomes[0];
};

describe.each(['webflow', 'ecwid', 'rootfi'] as const)('a list of %s', (name) => {
	const entry = (some: Entry): Entry =>
		name === 'webflow'
			? { product: { id: 'p2' }, skus: [{ id: 'b'.repeat(24), fieldData: some }] }
			: { id: 2, rootfi_id: 2, quantity: 1, ...some };

	test.each<[string, Entry]>([
		['a name', { name: { en: 'Lamp' }, description: ['Lamp'], sku: 'B' }],
		['options', { sku: 'B', combinations: [{ id: 9, options: [{ name: 1, value: true }, 7] }] }],
		['marks', { sku: 'B', warningLimit: 'low', reorder_level: {}, updateTimestamp: 'now' }],
	])('a list is read although %s of one entry are out of shape', async (_, some) => {
		const page = await open(name, [entry(some), SOUND[name]]).platform.list(null);
		expect(page).toMatchObject({ kind: 'page', leftOut: [] });
		const skus = page.kind === 'page' ? page.items.map(({ item }) => item.sku) : [];
		expect(skus).toStrictEqual(['B', 'A']);
	});

	test('a list takes a number for a SKU as its text, and anything else for none', async () => {
		const page = await open(name, [
			entry({ sku: 17 }),
			entry({ sku: true }),
			entry({ sku: 2 ** 60 }),
		]).platform.list(null);
		const skus = page.kind === 'page' ? page.items.map(({ item }) => item.sku) : [];
		expect(skus).toStrictEqual(['17', null, null]);
	});

	test('a list leaves out what it cannot identify, and names it', async () => {
		const odd = name === 'webflow' ? { product: { id: 'p2' }, skus: [{ sku: 'B' }] } : { sku: 'B' };
		const shop = open(name, [odd, 'nothing', SOUND[name]]);
		const page = await shop.platform.list(null);
		expect(page).toMatchObject({ kind: 'page', leftOut: expect.arrayContaining(['B', 'entry 2']) });
		expect(page.kind === 'page' && page.items.map(({ item }) => item.sku)).toStrictEqual(['A']);
		expect(await get(shop, 'B')).toMatchObject({
			kind: 'failed',
			message: expect.stringContaining('The item with the SKU “B” cannot be read'),
		});
	});

	test('a list that leaves one entry out serves the rows of all others', async () => {
		const odd = name === 'webflow' ? { skus: [{ sku: 'B' }] } : { sku: 'B' };
		const report = await run(openListed(name, [odd]), {
			operation: 'setQuantity',
			rows: ['A', 'B'].map((sku) => ({ sku, amount: 7 })),
		});
		expect(statuses(report)).toStrictEqual(['updated', 'failed']);
		expect(report.results[1].message).toContain('cannot be read');
	});
});

/** A shop whose own list also shows some entries more. */
function openListed(name: ShopName, odd: unknown[]): Shop {
	const shop = openShop(name);
	shop.sandbox.seed({ products: [{ name: 'Lantern', sku: 'A', quantity: 5 }] });
	const [{ itemId }] = shop.sandbox.service(shop.service).stock();
	const sound: Record<string, Entry> = {
		webflow: { product: { id: 'p1' }, skus: [{ id: itemId, fieldData: { sku: 'A' } }] },
		ecwid: { id: Number(itemId), sku: 'A', quantity: 5 },
		rootfi: { rootfi_id: Number(itemId), sku: 'A', quantity: 5 },
	};
	const { path, body } = LISTS[name];
	const answer = { status: 200, body: body([...odd, sound[name]]) };
	shop.sandbox.faults.add([{ method: 'GET', path, times: 20, then: answer }]);
	return shop;
}

describe.each(['webflow', 'ecwid', 'rootfi'] as const)('a level of %s', (name) => {
	const LEVELS: Record<string, { path: string; body(quantity: unknown): Entry }> = {
		webflow: {
			path: '/inventory$',
			body: (quantity) => ({ quantity, inventoryType: 'finite' }),
		},
		ecwid: { path: '/products/', body: (quantity) => ({ id: 692_730_001, sku: 'A', quantity }) },
		rootfi: { path: '/\\d+$', body: (quantity) => ({ rootfi_id: 157, sku: 'A', quantity }) },
	};

	function openOdd(quantity: unknown): Shop {
		const shop = openShop(name);
		shop.sandbox.seed({ products: [{ name: 'Lantern', sku: 'A', quantity: 5 }] });
		const { path, body } = LEVELS[name];
		const answer = { status: 200, body: body(quantity) };
		shop.sandbox.faults.add([{ method: 'GET', path, times: 20, then: answer }]);
		return shop;
	}

	test.each(['', 'many', true, [5], { value: 5 }])(
		'a level of %j is not known, and a row that depends on it is told so',
		async (quantity) => {
			const shop = openOdd(quantity);
			const [reading] = await shop.platform.read(
				[{ itemId: idIn(shop), variantId: null, sku: 'A', name: null }],
				'byId',
			);
			expect(reading).toMatchObject({
				kind: 'level',
				reading: { quantity: null, unlimited: false },
			});
			expect(await get(shop, 'A')).toMatchObject({
				kind: 'failed',
				message: expect.stringContaining('The level is not known'),
			});
			const { results } = await run(openOdd(quantity), {
				operation: 'adjustByDelta',
				rows: [{ sku: 'A', amount: -1 }],
			});
			expect(results[0].status).toBe('failed');
			expect(results[0].message).toContain('The level is not known');
		},
	);

	test('a level that is not known can be set', async () => {
		const report = await run(openOdd(''), {
			operation: 'setQuantity',
			rows: [{ sku: 'A', amount: 7 }],
		});
		expect(statuses(report)).toStrictEqual(['updated']);
	});

	test('a level in text is a number only where the service is known to send it so', async () => {
		const found = await get(openOdd('12'), 'A');
		expect(found).toMatchObject(
			name === 'rootfi' ? { kind: 'level', level: { quantity: 12 } } : { kind: 'failed' },
		);
	});
});

const idIn = ({ sandbox, service }: Shop): string => sandbox.service(service).stock()[0].itemId;
