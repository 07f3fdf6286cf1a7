/**
 * The real n8n, installed once into a cache folder outside the project: 2.8 GB, some minutes. What it consists of is
 * locked in this folder's package-lock.json.
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

export interface Install {
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
export async function installN8n(progress: Progress): Promise<Install> {
	const folder = path.join(cacheFolder(), `n8n-${await fingerprint()}`);
	if (!existsSync(path.join(folder, '.complete'))) await install(folder, progress);
	return {
		folder,
		node: path.join(folder, 'node_modules', '.bin', 'node'),
		n8n: path.join(folder, 'node_modules', 'n8n', 'bin', 'n8n'),
	};
}

/** Another manifest, or another kind of computer, is another install. */
async function fingerprint(): Promise<string> {
	const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
	for (const name of MANIFEST) hash.update(await readFile(path.join(HERE, name)));
	return hash.digest('hex').slice(0, 16);
}

async function install(folder: string, progress: Progress): Promise<void> {
	const building = `${folder}.${process.pid}`;
	await mkdir(building, { recursive: true });
	for (const name of MANIFEST) await copyFile(path.join(HERE, name), path.join(building, name));
	const headers = path.join(building, 'node_modules', 'node', 'node_modules', nodePackage());
	const steps: Array<[string, string[], NodeJS.ProcessEnv?]> = [
		['Downloading n8n (2,400 packages, this once)', ['ci', '--ignore-scripts']],
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
