/** The steps of docs/two-rooms.md: clicks, drags, and plain words and numbers typed. */
import { ORDERS_TODAY, TWO_ROOMS } from '../../examples/spreadsheets.mts';
import { ECWID_STORE_ID, ECWID_TOKEN } from '../../sandbox/ecwid/ecwid.mts';
import type { Editor } from './editor.mts';
import { addSpreadsheet } from './first-workflow.mts';
import type { NodeView } from './node-view.mts';

/** Units of each item that the shop is not to offer. */
export const HELD_BACK = 2;

/** The stock file and its rows, behind a trigger. */
export async function readRooms(editor: Editor, sandboxUrl: string): Promise<void> {
	await editor.openEmpty();
	await editor.addStart('Trigger manually');
	await addSpreadsheet(editor, `${sandboxUrl}/files/two-rooms.xlsx`, TWO_ROOMS.length);
}

/** The node that sets the sum of both rooms, ready for its first run, which writes nothing. */
export async function addCounts(editor: Editor, sandboxUrl: string): Promise<NodeView> {
	await editor.search('stock');
	const node = await editor.add('Ecwid Inventory', 'Set stock quantity');
	const form = await node.newCredential();
	await form.fill('storeId', String(ECWID_STORE_ID));
	await form.fill('accessToken', ECWID_TOKEN);
	// The one thing a shop owner leaves as it is: it leads to the real Ecwid.
	await form.fill('baseUrl', `${sandboxUrl}/ecwid`);
	await form.saveForGood();

	const [{ sku, counted }] = TWO_ROOMS;
	await node.drag('SKU', 'item', String(sku));
	await node.drag('Counted', 'quantity', String(counted));
	await node.addOption('Rows of the Same Item');
	await node.choose('sameItemRows', 'Add Up');
	await node.addOption('Safety Stock');
	await node.fill('safetyStock', String(HELD_BACK));
	await node.addOption('Dry Run');
	await node.flip('dryRun');
	return node;
}

/** The order file and its rows, as a second branch behind the trigger. */
export async function readOrders(editor: Editor, sandboxUrl: string): Promise<void> {
	await editor.select('When clicking');
	await addSpreadsheet(editor, `${sandboxUrl}/files/orders-today.xlsx`, ORDERS_TODAY.length);
}

/** The node that takes what was sold off the stock, each order line once; ready for its first run, which writes nothing. */
export async function addSales(editor: Editor): Promise<NodeView> {
	await editor.search('stock');
	const node = await editor.add('Ecwid Inventory', 'Adjust stock by delta');
	const [{ order, line, sku, sold }] = ORDERS_TODAY;
	await node.drag('SKU', 'item', sku);
	await node.drag('Sold', 'delta', String(sold));
	await node.choose('direction', 'Take Away');
	await node.drag('Order', 'idempotencyKey', String(order));
	// The editor puts nothing between the two; the node does.
	await node.drag('Line', 'idempotencyKey', `${order}${line}`);
	await node.addOption('Dry Run');
	await node.flip('dryRun');
	return node;
}
