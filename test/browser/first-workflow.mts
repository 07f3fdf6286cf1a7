/** The way of a new user from an empty editor to a first workflow, step by step. */
import path from 'node:path';
import { STORE_ROOM } from '../../examples/spreadsheets.mts';
import { WEBFLOW_TOKEN } from '../../sandbox/webflow/webflow.mts';
import type { Editor } from './editor.mts';
import type { NodeView } from './node-view.mts';

/** A trigger, a download and its rows. */
export async function readSpreadsheet(editor: Editor, sandboxUrl: string): Promise<void> {
	await editor.openEmpty();
	await editor.addStart('Trigger manually');
	await addSpreadsheet(editor, `${sandboxUrl}/files/store-room.xlsx`, STORE_ROOM.length);
}

/** A download and its rows, behind the node that is selected or was added last. */
export async function addSpreadsheet(editor: Editor, url: string, rows: number): Promise<void> {
	await editor.search('http');
	const download = await editor.add('HTTP Request');
	await download.fill('url', url);
	await download.execute();
	await download.output.getByText(path.basename(url), { exact: true }).waitFor();
	await download.close();

	await editor.search('spreadsheet');
	const extract = await editor.add('Extract from File', 'Extract from XLSX');
	await extract.execute();
	await extract.output.getByText(`${rows} items`).waitFor();
	await extract.close();
}

export async function connectWebflow(node: NodeView, sandboxUrl: string): Promise<void> {
	const form = await node.newCredential();
	await form.fill('accessToken', WEBFLOW_TOKEN);
	// The one thing a shop owner leaves as it is: it leads to the real Webflow.
	await form.fill('baseUrl', `${sandboxUrl}/webflow`);
	await form.saveForGood();
}

export async function mapColumns(node: NodeView): Promise<void> {
	const [{ sku, counted }] = STORE_ROOM;
	await node.pick('site', 'Sandbox Shop');
	await node.drag('SKU', 'item', String(sku));
	await node.drag('Counted', 'quantity', String(counted));
}
