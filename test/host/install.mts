/**
 * The real n8n, installed once into a cache folder outside the project: 2.8 GB, some minutes. What it consists of is
 * locked in this folder's package-lock.json; for `N8N_VERSION=1`, the oldest line the package supports, in n8n-1.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { longStep } from '../support/long-step.mts';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const MANIFEST = ['package.json', 'package-lock.json'];
const QUIET = ['--no-audit', '--no-fund', '--loglevel=error'];

/** Where the manifest of each line of n8n is. */
const LINES = { '1': path.join(HERE, 'n8n-1'), '2': HERE };
export type Line = keyof typeof LINES;

/** Which line of n8n is wanted: that of the environment variable `N8N_VERSION`, or else the newest. */
export function wantedLine(wanted = process.env.N8N_VERSION ?? '2'): Line {
	if (wanted in LINES) return wanted as Line;
	throw new Error(`N8N_VERSION is ${Object.keys(LINES).join(' or ')}, not "${wanted}"`);
}

export interface Install {
	line: Line;
	/** The folder with `node_modules`. */
	folder: string;
	/** Node 24, which n8n needs. */
	node: string;
	/** n8n's command, to be run with that Node. */
	n8n: string;
}

/** Tells a person what is going on. */
export type Progress = (what: string) => void;

export function cacheFolder(): string {
	const caches = process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache');
	return path.join(caches, 'n8n-nodes-inventory-sync');
}

/** Installs n8n unless it is there already. */
export async function installN8n(progress: Progress, line = wantedLine()): Promise<Install> {
	const manifest = LINES[line];
	const folder = path.join(cacheFolder(), `n8n-${await fingerprint(manifest)}`);
	if (!existsSync(path.join(folder, '.complete'))) await install(manifest, folder, progress);
	return {
		line,
		folder,
		node: path.join(folder, 'node_modules', '.bin', 'node'),
		n8n: path.join(folder, 'node_modules', 'n8n', 'bin', 'n8n'),
	};
}

/** Another manifest, or another kind of computer, is another install. */
async function fingerprint(manifest: string): Promise<string> {
	const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
	for (const name of MANIFEST) hash.update(await readFile(path.join(manifest, name)));
	return hash.digest('hex').slice(0, 16);
}

async function install(manifest: string, folder: string, progress: Progress): Promise<void> {
	const building = `${folder}.${process.pid}`;
	await mkdir(building, { recursive: true });
	for (const name of MANIFEST) await copyFile(path.join(manifest, name), path.join(building, name));
	const headers = path.join(building, 'node_modules', 'node', 'node_modules', nodePackage());
	const steps: Array<[string, string[], NodeJS.ProcessEnv?]> = [
		['Downloading n8n (2,000 packages and more, this once)', ['ci', '--ignore-scripts']],
		['Getting Node 24 for it', ['rebuild', 'node']],
		[
			'Building its database driver and sandbox',
			['rebuild', 'sqlite3', 'isolated-vm'],
			{
				PATH: `${path.join(building, 'node_modules', '.bin')}${path.delimiter}${process.env.PATH}`,
				npm_config_nodedir: headers,
			},
		],
	];
	for (const [what, args, env] of steps) {
		const scripts = args.includes('--ignore-scripts') ? [] : ['--ignore-scripts=false'];
		await longStep('npm', [...args, ...scripts, ...QUIET], { cwd: building, env }, (seconds) =>
			progress(`${what} … ${seconds} s`),
		);
	}
	await writeFile(path.join(building, '.complete'), '');
	await rm(folder, { recursive: true, force: true });
	await rename(building, folder);
}

function nodePackage(): string {
	return `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
}
