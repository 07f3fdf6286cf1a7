/** What a canceled or refunded order puts back, in a real n8n. */
import type { IDataObject } from 'n8n-workflow';
import { given, nodeOf, orderOf, readExample, runCalls } from '../example.mts';
import type { Execution } from '../n8n.mts';
import { Chat, OrderShop } from '../receivers.mts';
import { useHost } from '../setup.mts';
import { levelsIn, tenOfEach } from '../../support/stock.mts';

const host = useHost((sandbox) => sandbox.seed({ products: tenOfEach('A', 'B') }));
let chat: Chat;
let shop: OrderShop;

beforeAll(async () => {
	[chat, shop] = [await Chat.open(), await OrderShop.open()];
	host.credentials.wooCommerceApi = await host.n8n.createCredential(
		'Shop',
		'wooCommerceApi',
		shop.credential,
	);
});
afterAll(async () => await Promise.all([chat.close(), shop.close()]));
beforeEach(() => {
	chat.received.splice(0);
	shop.refunds = [];
});

const PAID = {
	id: 731,
	number: '1042',
	status: 'processing',
	date_paid: '2026-03-02T10:00:00',
	refunds: [],
	line_items: [
		{ id: 11, sku: 'A', quantity: 3 },
		{ id: 12, sku: 'B', quantity: 2 },
	],
};

/** A refund as WooCommerce tells it: its lines name the line of the order in their meta data. */
const refund = (id: number, lines: Array<[line: number, units: number]>): IDataObject => ({
	id,
	line_items: lines.map(([line, units]) => ({
		id: 900 + line,
		quantity: -units,
		meta_data: [{ id: 1, key: '_refunded_item_id', value: String(line) }],
	})),
});

/** The order as it stands at each call; its refunds are those of the shop at the end. */
async function calls(...states: IDataObject[]): Promise<Execution[]> {
	const workflow = await readExample('canceled-and-refunded', host);
	nodeOf(workflow, 'Send message').parameters.url = chat.url;
	const links = { _links: { self: [{ href: shop.orderUrl(PAID.id) }] } };
	return await runCalls(
		host,
		workflow,
		states.map((state) => ({ ...PAID, ...links, ...state })),
	);
}

const inBothShops = (levels: Record<string, number>): void => {
	expect(levelsIn(host.running, 'webflow')).toEqual(levels);
	expect(levelsIn(host.running, 'ecwid')).toEqual(levels);
};

const REFUNDED = { refunds: [{ id: 55, total: '-10.00' }] };
const CANCELED = { ...REFUNDED, status: 'cancelled' };

test('a refund of part of an order and then its cancellation, each told twice, put back exactly what is left, once', async () => {
	shop.refunds = [refund(55, [[11, 1]])];
	const [first, second, ...rest] = await calls(REFUNDED, REFUNDED, CANCELED, CANCELED);
	inBothShops({ A: 13, B: 12 });
	const statuses = (execution: Execution) =>
		given(execution, 'Audit trail').map(({ sku, status }) => `${sku} ${status}`);
	const twice = (rows: string[]) => [...rows, ...rows];
	expect(statuses(first)).toStrictEqual(twice(['A updated']));
	expect(statuses(second)).toStrictEqual(twice(['A duplicate']));
	expect(statuses(rest[0])).toStrictEqual(
		twice(['A duplicate', 'A updated', 'A updated', 'B updated', 'B updated']),
	);
	expect(statuses(rest[1])).toStrictEqual(
		twice([...Array(3).fill('A duplicate'), ...Array(2).fill('B duplicate')]),
	);
	expect(chat.received).toStrictEqual([]);
});

test('a cancellation first and the refund of the same units after it put them back once', async () => {
	shop.refunds = [
		refund(55, [
			[11, 3],
			[12, 2],
		]),
	];
	await calls({ ...CANCELED, refunds: [] }, CANCELED, { ...REFUNDED, status: 'refunded' });
	inBothShops({ A: 13, B: 12 });
});

test('an order that was never paid puts nothing back when it is canceled', async () => {
	const [execution] = await calls({ ...CANCELED, refunds: [], date_paid: null });
	inBothShops({ A: 10, B: 10 });
	expect(orderOf(execution)).toStrictEqual([
		'Order in WooCommerce',
		'Paid, then canceled or refunded',
	]);
});

test('an order that is neither canceled nor refunded puts nothing back', async () => {
	await calls({}, { status: 'completed' });
	inBothShops({ A: 10, B: 10 });
});

test('an order refunded as a whole without its lines comes to a person by name', async () => {
	shop.refunds = [refund(55, [[12, 2]]), { id: 56, line_items: [] }];
	await calls({ ...REFUNDED, status: 'refunded' });
	inBothShops({ A: 10, B: 12 });
	expect(chat.received).toStrictEqual([
		{
			text: 'Order 1042 was refunded in full without saying how many of the 3 A came back: 0 were put back',
		},
	]);
});

test('a unit that cannot be put back comes to a person by name, and the others go back', async () => {
	host.running.sandbox.seed({ webflow: tenOfEach('A'), ecwid: tenOfEach('A', 'B') });
	await calls({ ...CANCELED, refunds: [] });
	expect(levelsIn(host.running, 'webflow')).toEqual({ A: 13 });
	expect(levelsIn(host.running, 'ecwid')).toEqual({ A: 13, B: 12 });
	const [{ text }] = chat.received as Array<{ text: string }>;
	expect(text).toMatch(/^Put back in Webflow: order 1042, B: [^\n]+$/);
	expect(chat.received).toHaveLength(1);
});
