/**
 * Refuses a release while the package names an organization or an address that nobody owns: the first person to register it
 * would be taken for us.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Stands for the owner of the repository until there is one. Replace it everywhere, and leave it here as it is. */
export const PLACEHOLDER_ORGANIZATION = 'github.com/inventory-sync/';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
/** What is published, or links to it: everything a user may follow an address from. */
const FILES = ['package.json', 'README.md', 'CHANGELOG.md', 'SECURITY.md'];
const FOLDERS = ['credentials', 'nodes', 'n8n', 'platforms', 'inventory'];
/** An e-mail address or a host under `.example`, which is reserved for documentation and never exists. */
const EXAMPLE_ADDRESS = /@[\w.-]+\.example\b|https?:\/\/[\w.-]+\.example\b/;

/** The lines of a text that still hold a placeholder, as `name:line: text`. */
export function placeholdersIn(name, text) {
	return text.split('\n').flatMap((line, n) => {
		const found = line.includes(PLACEHOLDER_ORGANIZATION) || EXAMPLE_ADDRESS.test(line);
		return found ? [`${name}:${n + 1}: ${line.trim()}`] : [];
	});
}

function main() {
	const inFolders = FOLDERS.flatMap((folder) =>
		readdirSync(path.join(ROOT, folder), { recursive: true })
			.map((name) => path.join(folder, String(name)))
			.filter((name) => /\.(ts|json)$/.test(name)),
	);
	const found = [...FILES, ...inFolders].flatMap((name) =>
		placeholdersIn(name, readFileSync(path.join(ROOT, name), 'utf8')),
	);
	if (found.length === 0) return;
	console.error(
		`Not released: these are placeholders, not addresses of ours.\n${found.join('\n')}`,
	);
	process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
