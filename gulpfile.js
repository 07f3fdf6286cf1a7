/**
 * The build: `n8n-node build` compiles and copies, then everything goes that does not belong in the package.
 */
const { execFile } = require('node:child_process');
const { readdir, rm } = require('node:fs/promises');
const path = require('node:path');
const { series } = require('gulp');

/** What users get. `n8n-node build` also copies every picture of the project, and its compiler settings. */
const PUBLISHED = ['credentials', 'icons', 'inventory', 'n8n', 'nodes', 'platforms'];

function compile(done) {
	execFile(
		'npx',
		['n8n-node', 'build'],
		{ shell: process.platform === 'win32' },
		(error, stdout, stderr) => {
			if (error) process.stderr.write(stdout + stderr);
			done(error);
		},
	);
}

async function prune() {
	const entries = await readdir('dist');
	const foreign = entries.filter((entry) => !PUBLISHED.includes(entry));
	await Promise.all(foreign.map((entry) => rm(path.join('dist', entry), { recursive: true })));
}

exports.build = series(compile, prune);
exports.default = exports.build;
