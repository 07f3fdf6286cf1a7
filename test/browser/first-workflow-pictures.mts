/** The pictures of docs/first-workflow.md, for light and for dark pages. */
import type { Browser, Page } from 'playwright-core';
import { seedCatalogue } from '../../sandbox/catalogue.mts';
import type { Host } from '../host/setup.mts';
import { Editor, openEditor } from './editor.mts';
import { connectWebflow, mapColumns, readSpreadsheet } from './first-workflow.mts';

/** What is in the way: notices of n8n, and the empty boxes its expression editor leaves in the corner. */
export const ASIDES = `
	.el-notification { display: none !important }
	.app-grid > div > [class^="\u037c"] { visibility: hidden }
`;

/** Pixels of a picture for each of the page: pages are read on fine screens. */
export const SCALE = 2;

/** Until the editor has drawn what it was asked for, in milliseconds. */
const DRAWN = 2_500;

type Take = (page: Page, name: string) => Promise<void>;

export async function takeFirstWorkflow(host: Host, browser: Browser, take: Take): Promise<void> {
	for (const mode of ['light', 'dark']) {
		const dark = mode === 'dark';
		const page = await openEditor(browser, host.n8n, {
			width: 1200,
			height: 680,
			dark,
			scale: SCALE,
		});
		const editor = new Editor(page, host.n8n.url);
		host.running.sandbox.seed({ webflow: seedCatalogue().webflow });
		await readSpreadsheet(editor, host.running.url);
		await page.addStyleTag({ content: ASIDES });

		await editor.search('stock');
		await editor.entry('Webflow Inventory').waitFor();
		await take(page, `first-search-${mode}`);

		const node = await editor.add('Webflow Inventory', 'Set stock quantity');
		await connectWebflow(node, host.running.url);
		await mapColumns(node);
		await node.execute();
		await node.error.waitFor();
		await page.waitForTimeout(DRAWN);
		await take(page, `first-stopped-${mode}`);

		await node.onError('Continue (using error output)');
		await node.execute();
		await node.showTable();
		await node.row('updated').first().waitFor();
		await take(page, `first-result-${mode}`);
		await page.context().close();
	}
}
