/**
 * `npm run pictures`: the pictures of the README, taken from the real thing.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { closeHost, openHost, type Host } from '../host/setup.mts';
import type { WorkflowJson } from '../host/n8n.mts';
import { openBrowser, openEditor } from './editor.mts';
import { takeFirstWorkflow } from './first-workflow-pictures.mts';

const EXAMPLES = new URL('../../examples/', import.meta.url);
const PICTURES = new URL('../../docs/pictures/', import.meta.url);
const FILE_SERVER = 'http://127.0.0.1:4010';
/** Until the editor has drawn what it was asked for, in milliseconds. */
const DRAWN = 2_500;

async function importExample({ n8n, running, credentials }: Host, name: string): Promise<string> {
	const text = await readFile(new URL(`${name}.json`, EXAMPLES), 'utf8');
	const workflow = JSON.parse(text.replaceAll(FILE_SERVER, running.url)) as WorkflowJson;
	for (const node of workflow.nodes) {
		for (const [type, credential] of Object.entries(node.credentials ?? {}))
			credential.id = credentials[type];
	}
	return await n8n.createWorkflow(workflow);
}

async function take(page: Page, name: string): Promise<void> {
	await page.screenshot({ path: fileURLToPath(new URL(`${name}.png`, PICTURES)) });
	console.log(`docs/pictures/${name}.png`);
}

const host = await openHost();
const browser = await openBrowser();
try {
	const page = await openEditor(browser, host.n8n, { width: 1440, height: 800 });

	const stockTake = await importExample(host, 'stock-take');
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
	await page.waitForTimeout(DRAWN);
	await take(page, 'node');

	const shelves = await openEditor(browser, host.n8n, { width: 1440, height: 800 });
	await shelves.goto(host.running.url);
	const orders = await importExample(host, 'orders');
	const run = host.n8n.run(orders, 'When clicking ‘Execute workflow’');
	await shelves.getByText('Ecwid PUT').first().waitFor({ timeout: 120_000 });
	await shelves.waitForTimeout(DRAWN);
	await take(shelves, 'shelves');
	await run;

	await takeFirstWorkflow(host, browser, take);
} finally {
	await browser.close();
	await closeHost(host);
}
