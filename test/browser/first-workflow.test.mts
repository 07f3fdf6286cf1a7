/**
 * As a new user would: from an n8n with nothing in it to "the counted spreadsheet sets the stock at Webflow", reading
 * nothing but what stands on the screen.
 */
import { afterStockTake } from '../../examples/expected.mts';
import { STORE_ROOM } from '../../examples/spreadsheets.mts';
import { startSandbox, type RunningSandbox } from '../../sandbox/server.mts';
import { WEBFLOW_TOKEN } from '../../sandbox/webflow/webflow.mts';
import { N8n } from '../host/n8n.mts';
import { closeHost } from '../host/setup.mts';
import type { Editor } from './editor.mts';
import type { NodeView } from './node-view.mts';
import { useBrowser } from './setup.mts';

const host = {} as { n8n: N8n; running: RunningSandbox };
beforeAll(async () => {
	host.running = await startSandbox();
	host.running.sandbox.limit('webflow', { requests: 6_000 });
	host.n8n = await N8n.start(() => {});
});
afterAll(async () => await closeHost(host));
const inEditor = useBrowser(host);

async function readSpreadsheet(editor: Editor): Promise<void> {
	await editor.search('http');
	const download = await editor.add('HTTP Request');
	await download.fill('url', `${host.running.url}/files/store-room.xlsx`);
	await download.execute();
	await download.output.getByText('store-room.xlsx', { exact: true }).waitFor();
	await download.close();

	await editor.search('spreadsheet');
	const rows = await editor.add('Extract from File', 'Extract from XLSX');
	await rows.execute();
	await rows.output.getByText(`${STORE_ROOM.length} items`).waitFor();
	await rows.close();
}

async function connect(node: NodeView): Promise<void> {
	const form = await node.newCredential();
	await form.fill('accessToken', WEBFLOW_TOKEN);
	// The one thing a shop owner would leave as it is: it leads to the real Webflow.
	await form.fill('baseUrl', `${host.running.url}/webflow`);
	await form.saveForGood();
}

test(
	'a counted spreadsheet sets the stock at Webflow',
	inEditor(async (editor) => {
		const { webflow } = host.running.sandbox;
		const before = webflow.stock();
		await editor.openEmpty();
		await editor.addStart('Trigger manually');
		await readSpreadsheet(editor);

		await editor.search('stock');
		const node = await editor.add('Webflow Inventory', 'Set stock quantity');
		await connect(node);
		await node.pick('site', 'Sandbox Shop');
		await node.drag('SKU', 'item', String(STORE_ROOM[0].sku));
		await node.drag('Counted', 'quantity', String(STORE_ROOM[0].counted));

		// The sheet has rows that cannot be written: the node names each, and how to write the others.
		await node.execute();
		await node.error.getByText(`of ${STORE_ROOM.length} rows cannot be written`).waitFor();
		await node.output.getByText('"none left" is not a whole number').first().waitFor();
		await node.output
			.getByText('To write the other rows all the same, set On Error to Continue')
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
