/**
 * `npm run pictures [-- examples]`: the pictures of the README and of the examples' page, taken from the real thing; with
 * `examples`, only the latter.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { IDataObject } from 'n8n-workflow';
import type { Browser, Page } from 'playwright-core';
import { readExample } from '../host/example.mts';
import { closeHost, openHost, type Host } from '../host/setup.mts';
import { sandboxCredentials } from '../support/credentials.mts';
import type { WorkflowJson } from '../host/n8n.mts';
import { openBrowser, openEditor } from './editor.mts';
import { ASIDES, SCALE, takeFirstWorkflow } from './first-workflow-pictures.mts';

const EXAMPLES = new URL('../../examples/', import.meta.url);
const PICTURES = new URL('../../docs/pictures/', import.meta.url);
const FILE_SERVER = 'http://127.0.0.1:4010';
/** A page in which the width of a workflow decides how large it is drawn. */
const CANVAS = { width: 1260, height: 1300 };
/** What lies over the canvas, and is no part of the workflow. */
const OVERLAYS = `
	.vue-flow__panel, #canvas > :not(.vue-flow), [data-test-id="canvas-wrapper"] > :not(#canvas) { visibility: hidden; }`;
/** Pixels around a workflow. */
const MARGIN = 16;
/** Until the editor has drawn what it was asked for, in milliseconds. */
const DRAWN = 2_500;

/** Credentials of other services, so that no node of a picture asks for one; nothing is sent with them. */
const OTHERS: Record<string, IDataObject> = {
	googleSheetsOAuth2Api: {},
	smtp: { host: 'mail.shop.example', user: '', password: '' },
	wooCommerceApi: { consumerKey: '', consumerSecret: '', url: 'https://shop.example' },
};

/** @param files Where the sheets of the demo are read from. */
async function importExample(host: Host, name: string, files: string): Promise<string> {
	const example = await readExample(name, host);
	for (const { parameters } of example.nodes) {
		if (parameters.documentId !== undefined) {
			parameters.documentId = {
				__rl: true,
				mode: 'list',
				value: 'sheet',
				cachedResultName: 'Stock',
			};
		}
	}
	const workflow = JSON.stringify(example).replaceAll(FILE_SERVER, files);
	return await host.n8n.createWorkflow(JSON.parse(workflow) as WorkflowJson);
}

type Frame = { x: number; y: number; width: number; height: number };

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

/** A stock-take that ran, one of its nodes, and the shelves while orders come in. */
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
	const shelves = await openEditor(browser, host.n8n, { width: 1440, height: 800, scale: SCALE });
	await shelves.goto(host.running.url);
	const orders = await importExample(host, 'orders', host.running.url);
	const run = host.n8n.run(orders, 'When clicking ‘Execute workflow’');
	await shelves.getByText('RootFi PUT').first().waitFor({ timeout: 120_000 });
	await take(shelves, 'shelves');
	await run;
}

/** The part of the page that the nodes, their lines and the note take up. */
async function frameOf(page: Page): Promise<Frame> {
	const drawn = page.locator(
		'.vue-flow__node, [data-test-id="edge"], [data-test-id="canvas-handle-plus"]',
	);
	const boxes = await drawn.evaluateAll((all) =>
		all.map((one) => one.getBoundingClientRect().toJSON()),
	);
	const [left, top] = [Math.min(...boxes.map(({ x }) => x)), Math.min(...boxes.map(({ y }) => y))];
	const right = Math.max(...boxes.map(({ x, width }) => x + width));
	const bottom = Math.max(...boxes.map(({ y, height }) => y + height));
	// A node's name stands under its box.
	return {
		x: left - MARGIN,
		y: top - MARGIN,
		width: right - left + 4 * MARGIN,
		height: bottom - top + 5 * MARGIN,
	};
}

/** The canvas of each example, as large as its nodes and its note need. */
async function takeExamples(browser: Browser, host: Host): Promise<void> {
	for (const [type, data] of Object.entries(OTHERS)) {
		host.credentials[type] = await host.n8n.createCredential(type, type, data);
	}
	const page = await openEditor(browser, host.n8n, { scale: SCALE });
	const names = readdirSync(EXAMPLES).filter((name) => name.endsWith('.json'));
	for (const name of names.map((file) => path.basename(file, '.json'))) {
		const workflow = await importExample(host, name, FILE_SERVER);
		await page.setViewportSize(CANVAS);
		await page.goto(`${host.n8n.url}/workflow/${workflow}`);
		await page.waitForSelector('[data-test-id="canvas-node"]');
		await page.waitForTimeout(DRAWN);
		await page.keyboard.press('1');
		await page.addStyleTag({ content: OVERLAYS });
		await page.waitForTimeout(DRAWN);
		await take(page, `examples/${name}`, await frameOf(page));
	}
}

/** `npm run pictures -- examples` takes only those. */
function wants(some: string): boolean {
	const named = process.argv.slice(2);
	return named.length === 0 || named.includes(some);
}

const host = await openHost();
const browser = await openBrowser();
try {
	if (wants('readme')) await takeReadme(browser, host);
	if (wants('examples')) await takeExamples(browser, host);
	if (wants('first-workflow')) await takeFirstWorkflow(host, browser, take);
} finally {
	await browser.close();
	await closeHost(host);
}
