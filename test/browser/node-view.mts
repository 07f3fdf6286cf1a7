import type { Locator, Page } from 'playwright-core';
import { CredentialForm } from './credential-form.mts';

/** A node opened: what comes in on the left, its fields, and what comes out on the right. */
export class NodeView {
	readonly root: Locator;
	private readonly fields: Locator;
	readonly output: Locator;
	/** What is said in red when the node stops. */
	readonly error: Locator;

	constructor(private readonly page: Page) {
		this.root = page.getByTestId('ndv');
		this.fields = this.root.getByTestId('node-parameters');
		this.output = this.root.getByTestId('output-panel');
		this.error = this.output.getByTestId('node-error-message');
	}

	field(name: string): Locator {
		return this.fields.getByTestId(`parameter-input-${name}`);
	}

	async fill(name: string, text: string): Promise<void> {
		await this.field(name).locator('input').fill(text);
	}

	/** Takes the entry out of the list behind a field; `words` are typed into its search. */
	async pick(name: string, entry: string, words?: string): Promise<void> {
		const locator = this.fields.getByTestId(`resource-locator-${name}`);
		await locator.getByTestId('rlc-input').click();
		if (words !== undefined) {
			await this.page.locator('input[data-test-id="rlc-search"]:visible').fill(words);
		}
		await this.listed().filter({ hasText: entry }).click();
	}

	/** The entries of the list that is open. */
	listed(): Locator {
		return this.page.getByTestId('rlc-item').filter({ visible: true });
	}

	/** How the field names its thing: from a list, by its SKU … */
	async nameBy(name: string, way: string): Promise<void> {
		const locator = this.fields.getByTestId(`resource-locator-${name}`);
		await locator.getByTestId('rlc-mode-selector').click();
		await this.chooseShown(way);
	}

	/** Drags a column of the rows that come in onto a field, and waits for the value it shows. */
	async drag(column: string, name: string, value: string): Promise<void> {
		const input = this.root.getByTestId('ndv-input-panel');
		const item = input.getByTestId('run-data-schema-item').filter({ hasText: column });
		const from = await centerOf(item.getByText(column, { exact: true }));
		const to = await centerOf(this.field(name));
		await this.page.mouse.move(...from);
		await this.page.mouse.down();
		await this.page.mouse.move(from[0] + 10, from[1] + 10, { steps: 3 });
		await this.page.mouse.move(...to, { steps: 8 });
		await this.page.mouse.up();
		const preview = this.fields.getByTestId(`parameter-expression-preview-${name}`);
		await preview.getByText(value, { exact: true }).waitFor();
		// While the field is edited, its result covers those below.
		await input.click({ position: { x: 15, y: 15 } });
	}

	/** Takes a choice of a field that has a few. */
	async choose(name: string, label: string): Promise<void> {
		await this.field(name).click();
		await this.chooseShown(label);
	}

	async addOption(label: string): Promise<void> {
		await this.fields.getByTestId('collection-parameter-add').click();
		await this.page.getByTestId('collection-parameter-option').getByText(label).click();
	}

	/** Turns a switch to the other side. */
	async flip(name: string): Promise<void> {
		await this.field(name).locator('.el-switch').click();
	}

	/** What bad rows do to the others. */
	async onError(what: string): Promise<void> {
		await this.root.getByTestId('tab-settings').click();
		await this.choose('onError', what);
		await this.root.getByTestId('tab-params').click();
	}

	private async chooseShown(label: string): Promise<void> {
		await this.page.getByRole('option').filter({ visible: true, hasText: label }).click();
	}

	async newCredential(): Promise<CredentialForm> {
		await this.root
			.getByTestId('node-credentials-select')
			.or(this.root.getByTestId('node-credentials-empty-state'))
			.click();
		const form = new CredentialForm(this.page);
		const create = this.page.getByTestId('node-credentials-select-item-new');
		await form.root.or(create).first().waitFor();
		if (await create.isVisible()) await create.click();
		await form.root.waitFor();
		return form;
	}

	/** Runs the node; what it says is for the caller to wait for. */
	async execute(): Promise<void> {
		await this.root.getByTestId('node-execute-button').click();
	}

	/** Shows the result as a table, however it is shown now. */
	async showTable(): Promise<void> {
		await this.output.getByTestId('radio-button-table').click();
	}

	/** A row of the result table with all of these texts in it. */
	row(...texts: string[]): Locator {
		return texts.reduce(
			(rows, text) => rows.filter({ hasText: text }),
			this.output.locator('tbody tr'),
		);
	}

	/** Turns to the other output of the node. */
	async showBranch(name: string): Promise<void> {
		await this.output.getByTestId('branches').getByText(name).click();
	}

	async close(): Promise<void> {
		await this.root.getByTestId('ndv-close-button').click();
		await this.root.waitFor({ state: 'hidden' });
	}
}

async function centerOf(locator: Locator): Promise<[number, number]> {
	const box = await locator.boundingBox();
	if (box === null) throw new Error(`${locator.toString()} is not on the screen`);
	return [box.x + box.width / 2, box.y + box.height / 2];
}
