/** The pictures of the examples' page: each workflow on the canvas of the real editor. */
import type { IDataObject } from 'n8n-workflow';
import type { Browser, Page } from 'playwright-core';
import { readExample } from '../host/example.mts';
import type { WorkflowJson } from '../host/n8n.mts';
import type { Host } from '../host/setup.mts';
import { DRAWN, SCALE, type Frame, type Take } from './both-modes.mts';
import { openEditor } from './editor.mts';

/** Where the sheets of the demo are read from. */
export const FILE_SERVER = 'http://127.0.0.1:4010';
/** A page in which the width of a workflow decides how large it is drawn. */
const CANVAS = { width: 1260, height: 1300 };
/** What lies over the canvas, and is no part of the workflow. */
const OVERLAYS = `
	.vue-flow__panel, #canvas > :not(.vue-flow), [data-test-id="canvas-wrapper"] > :not(#canvas) { visibility: hidden; }`;
/** Pixels around a workflow. */
const MARGIN = 16;

/** Credentials of other services, so that no node of a picture asks for one; nothing is sent with them. */
const OTHERS: Record<string, IDataObject> = {
	ftp: { host: 'ftp.supplier.example', username: '', password: '' },
	googleSheetsOAuth2Api: {},
	imap: { host: 'mail.shop.example', user: '', password: '' },
	openAiApi: { apiKey: '' },
	smtp: { host: 'mail.shop.example', user: '', password: '' },
	wooCommerceApi: { consumerKey: '', consumerSecret: '', url: 'https://shop.example' },
};

/** @param files Where the sheets of the demo are read from. */
export async function importExample(host: Host, name: string, files: string): Promise<string> {
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

/** The canvas of these examples, as large as its nodes and its note need. */
export async function takeCanvas(
	browser: Browser,
	host: Host,
	names: string[],
	take: Take,
): Promise<void> {
	for (const [type, data] of Object.entries(OTHERS)) {
		host.credentials[type] = await host.n8n.createCredential(type, type, data);
	}
	const page = await openEditor(browser, host.n8n, { scale: SCALE });
	for (const name of names) {
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
