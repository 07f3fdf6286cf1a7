/** The pictures of docs/first-workflow.md. */
import type { Browser } from 'playwright-core';
import { seedCatalogue } from '../../sandbox/catalogue.mts';
import type { Host } from '../host/setup.mts';
import { ASIDES, DRAWN, inBothModes, type Take } from './both-modes.mts';
import { connectWebflow, mapColumns, readSpreadsheet } from './first-workflow.mts';

export async function takeFirstWorkflow(host: Host, browser: Browser, take: Take): Promise<void> {
	await inBothModes(host, browser, async (editor, mode) => {
		const { page } = editor;
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
	});
}
