/**
 * Makes a fresh clone ready, then runs what it is asked to: `node tools/ready.mjs [command …]`.
 *
 * Only Node.js and npm are needed before. What package-lock.json names is installed once, and again when it changes;
 * install scripts stay off, because n8n's packages carry some that need its own compiler set-up.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { endWithParent, runToEnd } from './processes.mjs';

export const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const STAMP = path.join(ROOT, 'node_modules', '.ready');

/** Runs a command in the project and returns its exit code; its output is the user's. */
export async function run(command, args, options = {}) {
	const bin = path.join(ROOT, 'node_modules', '.bin');
	return await runToEnd(command, args, {
		cwd: ROOT,
		stdio: 'inherit',
		shell: process.platform === 'win32',
		...options,
		env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH}`, ...options.env },
	});
}

export async function makeReady() {
	const wanted = createHash('sha256')
		.update(readFileSync(path.join(ROOT, 'package-lock.json')))
		.digest('hex');
	if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
	console.log('Installing what the project is built with (about a minute, this once) …');
	const status = await run('npm', [
		'ci',
		'--ignore-scripts',
		'--no-audit',
		'--no-fund',
		'--loglevel=error',
	]);
	if (status !== 0) process.exit(status);
	writeFileSync(STAMP, wanted);
}

async function main([command, ...args]) {
	endWithParent();
	await makeReady();
	process.exit(command === undefined ? 0 : await run(command, args));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) void main(process.argv.slice(2));
