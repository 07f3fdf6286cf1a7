/**
 * As a shop owner would: from an n8n with nothing in it to a workflow that sets the stock counted in two rooms, holds some of
 * it back, and takes off what was sold, each order line once; without an expression typed or a line of code.
 */
import { afterOrders, afterTwoRooms } from '../../examples/expected.mts';
import { ORDERS_TODAY, TWO_ROOMS } from '../../examples/spreadsheets.mts';
import { startSandbox, type RunningSandbox } from '../../sandbox/server.mts';
import { N8n } from '../host/n8n.mts';
import { closeHost, tell } from '../host/setup.mts';
import { useBrowser } from './setup.mts';
import { addCounts, addSales, HELD_BACK, readOrders, readRooms } from './two-rooms.mts';

const host = {} as { n8n: N8n; running: RunningSandbox };
beforeAll(async () => {
	host.running = await startSandbox();
	host.n8n = await N8n.start(tell);
});
afterAll(async () => await closeHost(host));
const inEditor = useBrowser(host);

test(
	'a stock file with two rooms, less a safety stock, and an order file set the stock at Ecwid without an expression typed',
	inEditor(async (editor) => {
		const { ecwid } = host.running.sandbox;
		const before = ecwid.stock();
		await readRooms(editor, host.running.url);
		const counts = await addCounts(editor, host.running.url);

		// An item that was not counted in one of the rooms has no sum: the node names its rows, and how to write the others.
		await counts.execute();
		await counts.error
			.getByText('Row 6 (22310): Row 11 of the same item has no usable quantity')
			.waitFor();
		await counts.onError('Continue (using error output)');
		await counts.execute();
		await counts.output.getByText('Dry run: 6 items would be written').waitFor();
		await counts.showTable();
		await counts.row('planned', '85123A').first().waitFor();
		await counts.showBranch('Error Branch');
		await counts.row('22310').waitFor();
		await counts.flip('dryRun');
		await counts.close();

		await readOrders(editor, host.running.url);
		const sales = await addSales(editor);
		await sales.execute();
		await sales.output.getByText('Dry run: 3 items would be written').waitFor();
		await sales.showTable();
		await sales.row('planned', '85123A', '1042 1').waitFor();
		await sales.flip('dryRun');
		await sales.onError('Continue (using error output)');
		await sales.close();
		expect(ecwid.stock()).toStrictEqual(before);

		await editor.tidyUp();
		await editor.execute();
		const counted = afterTwoRooms(before, TWO_ROOMS, HELD_BACK);
		const sold = ORDERS_TODAY.map(({ order, line, sku, sold: quantity }) => ({
			invoice: String(order),
			line,
			sku,
			description: '',
			quantity,
		}));
		expect(ecwid.stock()).toStrictEqual(afterOrders(counted, sold));
		expect(ecwid.stock()).not.toStrictEqual(before);
	}),
);
