import type { Locator, Page } from 'playwright-core';

/** The dialog in which a credential is filled in and tested. */
export class CredentialForm {
	readonly root: Locator;

	constructor(private readonly page: Page) {
		this.root = page.getByTestId('editCredential-modal');
	}

	private field(name: string): Locator {
		return this.root.getByTestId(`parameter-input-${name}`);
	}

	/** Types over what is in the field: one that is kept secret shows nothing that could be changed. */
	async fill(name: string, text: string): Promise<void> {
		await this.field(name).locator('input').fill(text);
	}

	async choose(name: string, label: string): Promise<void> {
		await this.field(name).click();
		await this.page.getByRole('option').filter({ visible: true, hasText: label }).click();
	}

	private async save(): Promise<void> {
		await this.root.getByTestId('credential-save-button').click();
	}

	/** Saves, and opens what n8n has to say against it. */
	async saveInVain(): Promise<void> {
		await this.save();
		await this.root.getByText('Couldn’t connect with these settings').waitFor();
		await this.root.getByText('More details').click();
	}

	/** Saves: n8n closes the dialog once the test has passed. */
	async saveForGood(): Promise<void> {
		await this.save();
		await this.root.waitFor({ state: 'hidden' });
	}
}
