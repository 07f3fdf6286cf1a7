/**
 * As a new user would: from an n8n with nothing in it to "the counted spreadsheet sets the stock at Webflow", reading
 * nothing but what stands on the screen.
 */
import { afterStockTake } from '../../examples/expected.mts';
import { STORE_ROOM } from '../../examples/spreadsheets.mts';
import { startSandbox, type RunningSandbox } from '../../sandbox/server.mts';
import { N8n } from '../host/n8n.mts';
import { closeHost, tell } from '../host/setup.mts';
import { connectWebflow, mapColumns, readSpreadsheet } from './first-workflow.mts';
import { useBrowser } from './setup.mts';

const host = {} as { n8n: N8n; running: RunningSandbox };
beforeAll(async () => {
	host.running = await startSandbox();
	host.running.sandbox.limit('webflow', { requests: 6_000 });
	host.n8n = await N8n.start(tell);
});
afterAll(async () => await closeHost(host));
const inEditor = useBrowser(host);

test(
	'a counted spreadsheet sets the stock at Webflow',
	inEditor(async (editor) => {
		const { webflow } = host.running.sandbox;
		const before = webflow.stock();
		await readSpreadsheet(editor, host.running.url);

		await editor.search('stock');
		const node = await editor.add('Webflow Inventory', 'Set stock quantity');
		await connectWebflow(node, host.running.url);
		await mapColumns(node);

		// The sheet has rows that cannot be written: the node names each, and how to write the others.
		await node.execute();
		await node.error.getByText(`of ${STORE_ROOM.length} rows cannot be written`).waitFor();
		await node.output.getByText('“none left” is not a whole number').first().waitFor();
		await node.output
			.getByText('To write the other rows anyway, set On Error to Continue')
			.waitFor();
		expect(webflow.stock()).toStrictEqual(before);

		await node.onError('Continue (using error output)');
		await node.close();
		await editor.execute();
		const result = await editor.openNode('Webflow Inventory');
		await result.showTable();
		await result.row('updated', String(STORE_ROOM[0].sku)).waitFor();
		await result.showBranch('Error Branch');
		await result.row('none left', 'failed').waitFor();
		expect(webflow.stock()).toStrictEqual(afterStockTake(before, STORE_ROOM));
	}),
);
