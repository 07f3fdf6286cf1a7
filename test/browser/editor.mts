/**
 * The real editor in a real browser.
 */
import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { N8n } from '../host/n8n.mts';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Debian's Chromium, or what CHROMIUM names. */
export async function openBrowser(): Promise<Browser> {
	const executablePath = process.env.CHROMIUM ?? PLACES.find((place) => existsSync(place));
	if (executablePath === undefined) {
		throw new Error(
			'No Chromium found: install it (apt-get install chromium), or name it in CHROMIUM.',
		);
	}
	return await chromium.launch({
		executablePath,
		args: [
			'--no-sandbox',
			'--disable-gpu',
			'--disable-quic',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
		],
	});
}

/** A page of the editor, logged in as the owner. */
export async function openEditor(
	browser: Browser,
	n8n: N8n,
	{ width = 1440, height = 860, dark = false } = {},
): Promise<Page> {
	const context = await browser.newContext({
		viewport: { width, height },
		colorScheme: dark ? 'dark' : 'light',
	});
	await context.addCookies([{ ...n8n.session, url: n8n.url }]);
	return await context.newPage();
}
