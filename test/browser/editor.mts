/**
 * The real editor in a real browser, as a person uses it: by what stands on the screen.
 */
import { selectors, type Browser, type Locator, type Page } from 'playwright-core';
import type { N8n } from '../host/n8n.mts';
import { NodeView } from './node-view.mts';

export { openBrowser } from './chromium.mts';

selectors.setTestIdAttribute('data-test-id');

/** How long anything may take to appear, in milliseconds: the machine may be busy. */
const PATIENCE = 60_000;

/**
 * A page of the editor, logged in as the owner.
 * @param options.scale Pixels of the screen for each of the page: 2 for a picture that stays sharp on a fine screen.
 */
export async function openEditor(
	browser: Browser,
	n8n: N8n,
	{ width = 1440, height = 860, dark = false, scale = 1 } = {},
): Promise<Page> {
	const context = await browser.newContext({
		viewport: { width, height },
		deviceScaleFactor: scale,
		colorScheme: dark ? 'dark' : 'light',
	});
	context.setDefaultTimeout(PATIENCE);
	await context.addCookies([{ ...n8n.session, url: n8n.url }]);
	return await context.newPage();
}

export class Editor {
	constructor(
		readonly page: Page,
		private readonly url: string,
	) {}

	/** A new workflow with nothing in it. */
	async openEmpty(): Promise<void> {
		await this.page.goto(`${this.url}/workflow/new`);
		await this.page.getByTestId('canvas-add-button').waitFor();
	}

	async openWorkflow(id: string): Promise<void> {
		await this.page.goto(`${this.url}/workflow/${id}`);
		await this.page.getByTestId('canvas-node').first().waitFor();
	}

	/** Opens the nodes panel, unless it is open, and looks for something there. */
	async search(words: string): Promise<void> {
		const bar = this.page.getByTestId('node-creator-search-bar');
		if (!(await bar.isVisible())) {
			await this.page.getByTestId('node-creator-plus-button').waitFor();
			await this.page.keyboard.press('n');
		}
		await bar.fill(words);
	}

	/** An entry of the nodes panel: a node, or something it can do. */
	entry(name: string): Locator {
		return this.page.getByTestId('node-creator-item-name').getByText(name, { exact: true });
	}

	/** Starts the workflow with a node that shows no fields. */
	async addStart(name: string): Promise<void> {
		await this.search('');
		await this.entry(name).click();
		await this.node('When clicking').waitFor();
	}

	/** Adds what was searched for and is seen now, behind the node that was added last. */
	async add(name: string, action?: string): Promise<NodeView> {
		await this.entry(name).first().click();
		if (action !== undefined) await this.entry(action).click();
		return await this.shown();
	}

	node(name: string): Locator {
		return this.page.getByTestId('canvas-node').filter({ hasText: name });
	}

	/** Selects a node, so that the next one is added behind it. */
	async select(name: string): Promise<void> {
		await this.node(name).click();
	}

	async openNode(name: string): Promise<NodeView> {
		await this.node(name).dblclick();
		return await this.shown();
	}

	private async shown(): Promise<NodeView> {
		const view = new NodeView(this.page);
		await view.root.waitFor();
		return view;
	}

	/** Puts the nodes of the workflow in order, as the button with the broom does. */
	async tidyUp(): Promise<void> {
		await this.page.getByTestId('tidy-up-button').click();
	}

	/** Runs the whole workflow, and waits until the editor says that it went well. */
	async execute(): Promise<void> {
		// The notice of an earlier execution may still be there. Pictures hide it, but it stays in the page.
		const notice = this.page.getByText('Workflow executed successfully').first();
		await notice.waitFor({ state: 'detached' });
		await this.page.getByTestId('execute-workflow-button').click();
		await notice.waitFor({ state: 'attached' });
	}
}
