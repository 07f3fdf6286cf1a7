/**
 * `npm run pictures`: the pictures of the README and of the pages, taken from the real thing. `-- examples` takes only
 * those of the examples' page, `-- examples/kits` only that of one example, `-- two-rooms` those of that page.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { closeHost, openHost, type Host } from '../host/setup.mts';
import { sandboxCredentials } from '../support/credentials.mts';
import { ASIDES, DRAWN, SCALE, type Frame } from './both-modes.mts';
import { importExample, takeCanvas } from './canvas-pictures.mts';
import { openBrowser, openEditor } from './editor.mts';
import { takeFirstWorkflow } from './first-workflow-pictures.mts';
import { takeTwoRooms } from './two-rooms-pictures.mts';

const EXAMPLES = new URL('../../examples/', import.meta.url);
const PICTURES = new URL('../../docs/pictures/', import.meta.url);

async function take(page: Page, name: string, clip?: Frame): Promise<void> {
	await page.screenshot({ path: fileURLToPath(new URL(`${name}.png`, PICTURES)), clip });
	console.log(`docs/pictures/${name}.png`);
}

/** The same host, where the credential that is seen has the name that n8n gives it. */
async function withAccount(host: Host): Promise<Host> {
	const type = 'ecwidInventoryApi';
	const data = sandboxCredentials(host.running.url)[type];
	const id = await host.n8n.createCredential('Ecwid Inventory account', type, data);
	return { ...host, credentials: { ...host.credentials, [type]: id } };
}

/** A stock-take that ran, one of its nodes, and the stock while orders come in. */
async function takeReadme(browser: Browser, host: Host): Promise<void> {
	const page = await openEditor(browser, host.n8n, { width: 1440, height: 800, scale: SCALE });

	const stockTake = await importExample(await withAccount(host), 'stock-take', host.running.url);
	await page.goto(`${host.n8n.url}/workflow/${stockTake}`);
	await page.waitForSelector('[data-test-id="canvas-node"]');
	await page.locator('button:has-text("Execute workflow"):visible').last().click();
	await page.getByText('Workflow executed successfully').waitFor({ timeout: 120_000 });
	await page.mouse.click(1_200, 120);
	await page.getByText('Workflow executed successfully').waitFor({ state: 'hidden' });
	await page.keyboard.press('1');
	await page.waitForTimeout(DRAWN);
	await take(page, 'workflow');

	await page
		.locator('[data-test-id="canvas-node"]')
		.filter({ hasText: 'Ecwid Inventory' })
		.dblclick();
	await page.addStyleTag({ content: ASIDES });
	await page.waitForTimeout(DRAWN);
	await take(page, 'node');

	// The page is to show what the orders ask for, not what the stock-take did.
	host.running.sandbox.log.clear();
	const stock = await openEditor(browser, host.n8n, { width: 1440, height: 800, scale: SCALE });
	await stock.goto(host.running.url);
	const orders = await importExample(host, 'orders', host.running.url);
	const run = host.n8n.run(orders, 'When clicking ‘Execute workflow’');
	await stock.getByText('RootFi PUT').first().waitFor({ timeout: 120_000 });
	await take(stock, 'stock');
	await run;
}

/** What was asked for: `npm run pictures -- examples` takes only those. */
const wanted = process.argv.slice(2);
const wants = (some: string): boolean => wanted.length === 0 || wanted.includes(some);
const examples = readdirSync(EXAMPLES)
	.filter((name) => name.endsWith('.json'))
	.map((file) => path.basename(file, '.json'))
	.filter((name) => wants('examples') || wanted.includes(`examples/${name}`));

const host = await openHost();
const browser = await openBrowser();
try {
	if (wants('readme')) await takeReadme(browser, host);
	if (examples.length > 0) await takeCanvas(browser, host, examples, take);
	if (wants('first-workflow')) await takeFirstWorkflow(host, browser, take);
	if (wants('two-rooms')) await takeTwoRooms(host, browser, take);
} finally {
	await browser.close();
	await closeHost(host);
}
