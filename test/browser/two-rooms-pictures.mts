/** The pictures of docs/two-rooms.md. */
import type { Browser } from 'playwright-core';
import { seedCatalogue } from '../../sandbox/catalogue.mts';
import type { Host } from '../host/setup.mts';
import { ASIDES, DRAWN, inBothModes, type Take } from './both-modes.mts';
import { addCounts, addSales, readOrders, readRooms } from './two-rooms.mts';

export async function takeTwoRooms(host: Host, browser: Browser, take: Take): Promise<void> {
	await inBothModes(host, browser, async (editor, mode) => {
		const { page } = editor;
		host.running.sandbox.seed({ ecwid: seedCatalogue().ecwid });
		await readRooms(editor, host.running.url);
		await page.addStyleTag({ content: ASIDES });
		const counts = await addCounts(editor, host.running.url);
		await counts.onError('Continue (using error output)');
		await counts.execute();
		await counts.showTable();
		await counts.row('planned').first().waitFor();
		await page.waitForTimeout(DRAWN);
		await take(page, `rooms-counts-${mode}`);
		await counts.flip('dryRun');
		await counts.close();

		await readOrders(editor, host.running.url);
		const sales = await addSales(editor);
		await sales.onError('Continue (using error output)');
		await sales.execute();
		await sales.showTable();
		await sales.row('planned').first().waitFor();
		await page.waitForTimeout(DRAWN);
		await take(page, `rooms-sales-${mode}`);
		await sales.flip('dryRun');
		await sales.close();

		await editor.tidyUp();
		await editor.execute();
		await page.keyboard.press('1');
		await page.waitForTimeout(DRAWN);
		await take(page, `rooms-workflow-${mode}`);
	});
}
