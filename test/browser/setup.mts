import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import type { N8n } from '../host/n8n.mts';
import { openBrowser } from './chromium.mts';
import { Editor, openEditor } from './editor.mts';

type Test<T extends unknown[]> = (editor: Editor, ...values: T) => Promise<void>;

/**
 * A browser for a test file. Each test gets an editor that remembers nothing of the one before, but need not load it
 * again; of one that fails, a picture is kept.
 */
export function useBrowser(host: { n8n: N8n }) {
	let browser: Browser | undefined;
	let context: BrowserContext | undefined;
	beforeAll(async () => {
		browser = await openBrowser();
		context = (await openEditor(browser, host.n8n)).context();
	});
	afterAll(async () => await browser?.close());

	return function inEditor<T extends unknown[]>(test: Test<T>) {
		return async (...values: T): Promise<void> => {
			const page = await (context as BrowserContext).newPage();
			try {
				await test(new Editor(page, host.n8n.url), ...values);
			} catch (error) {
				const picture = path.join(await mkdtemp(path.join(tmpdir(), 'editor-')), 'failed.png');
				await page.screenshot({ path: picture });
				throw new Error(`The editor as it was then: ${picture}`, { cause: error });
			} finally {
				await page.evaluate('localStorage.clear()');
				await page.close();
			}
		};
	};
}
