/** What the pictures of the pages have in common: sharp, without asides, for light and for dark pages. */
import type { Browser, Page } from 'playwright-core';
import type { Host } from '../host/setup.mts';
import { Editor, openEditor } from './editor.mts';

/** What is in the way: notices of n8n, and the empty boxes its expression editor leaves in the corner. */
export const ASIDES = `
	.el-notification { display: none !important }
	.app-grid > div > [class^="\u037c"] { visibility: hidden }
`;

/** Pixels of a picture for each of the page: pages are read on fine screens. */
export const SCALE = 2;

/** Until the editor has drawn what it was asked for, in milliseconds. */
export const DRAWN = 2_500;

export type Frame = { x: number; y: number; width: number; height: number };
/** Keeps a picture, of the part of the page that is named. */
export type Take = (page: Page, name: string, clip?: Frame) => Promise<void>;

/** Goes the same way in an editor with light and in one with dark colors. */
export async function inBothModes(
	host: Host,
	browser: Browser,
	go: (editor: Editor, mode: string) => Promise<void>,
): Promise<void> {
	for (const mode of ['light', 'dark']) {
		const page = await openEditor(browser, host.n8n, {
			width: 1200,
			height: 680,
			dark: mode === 'dark',
			scale: SCALE,
		});
		await go(new Editor(page, host.n8n.url), mode);
		await page.context().close();
	}
}
