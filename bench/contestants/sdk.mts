/**
 * Webflow's own SDK in a script: one call a row, with the retries it makes by itself. It is told the ids.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SKU_COLLECTION_ID } from '../../sandbox/webflow/ids.mts';
import { WEBFLOW_TOKEN } from '../../sandbox/webflow/webflow.mts';
import { cacheFolder, type Progress } from '../../test/host/install.mts';
import { FastClock } from '../clock.mts';
import { reap } from '../../tools/processes.mjs';
import type { ScriptReport, ScriptTask } from './sdk-script.mts';

const run = promisify(execFile);
const MANIFEST = fileURLToPath(new URL('../sdk/', import.meta.url));
const SCRIPT = fileURLToPath(new URL('./sdk-script.mts', import.meta.url));

/** Installs the SDK once, beside n8n; answers with its folder. */
export async function installSdk(progress: Progress): Promise<string> {
	const lock = await readFile(path.join(MANIFEST, 'package-lock.json'));
	const fingerprint = createHash('sha256').update(lock).digest('hex').slice(0, 16);
	const folder = path.join(cacheFolder(), `webflow-sdk-${fingerprint}`);
	if (!existsSync(folder)) {
		progress('Downloading the Webflow SDK (this once)');
		const building = `${folder}.${process.pid}`;
		await mkdir(building, { recursive: true });
		for (const name of ['package.json', 'package-lock.json']) {
			await copyFile(path.join(MANIFEST, name), path.join(building, name));
		}
		await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
			cwd: building,
			shell: process.platform === 'win32',
		});
		await rename(building, folder);
	}
	return path.join(folder, 'node_modules', 'webflow-api');
}

/**
 * Runs the script to its end.
 * @param at What time it is there, in milliseconds since 1970.
 */
export async function runSdk(
	{ baseUrl, operation, rows }: Pick<ScriptTask, 'baseUrl' | 'operation' | 'rows'>,
	{ sdk, own: folder }: { sdk: string; own: string },
	at: number,
): Promise<ScriptReport> {
	const file = path.join(folder, 'sdk-task.json');
	const task: ScriptTask = {
		sdk,
		baseUrl: `${baseUrl}/webflow/v2`,
		token: WEBFLOW_TOKEN,
		collection: SKU_COLLECTION_ID,
		operation,
		rows,
	};
	await writeFile(file, JSON.stringify(task));
	const clock = new FastClock(path.join(folder, 'sdk-clock.json'), {
		leaping: true,
		from: at,
	});
	const script = run(process.execPath, ['--import', import.meta.resolve('tsx'), SCRIPT, file], {
		env: { ...process.env, ...clock.environment },
	});
	reap(script.child);
	const { stdout } = await script;
	await rm(file);
	return JSON.parse(stdout) as ScriptReport;
}
