/** Buttons in emails of n8n, as a person presses them. */
import { partsOf } from '../receivers.mts';

/** n8n takes no answer from programs that look into links. */
const BROWSER = 'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36';

export async function press(message: string, label: string): Promise<void> {
	const html = partsOf(message)[0] ?? bodyOf(message);
	const links = [...html.matchAll(/<a[^>]*href="([^"]+)"[^>]*>([^<]*)/g)];
	const link = links.find(([, , text]) => text.trim() === label)?.[1];
	if (link === undefined) throw new Error(`There is no button "${label}" in: ${html}`);
	await fetch(link.replaceAll('&amp;', '&'), { headers: { 'User-Agent': BROWSER } });
}

/** The body of a message with one part. */
function bodyOf(message: string): string {
	return message
		.slice(message.indexOf('\n\n') + 2)
		.replace(/=\n/g, '')
		.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
