/**
 * Processes and folders that last no longer than the process that asked for them, however that ends: by itself, by an
 * exception, by Ctrl+C, with its terminal, or killed. A reaper (reaper.mjs), told of each, ends them.
 */
import { spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM'];
const REAPER = fileURLToPath(new URL('./reaper.mjs', import.meta.url));
/** Windows knows no groups of processes. */
const HAS_GROUPS = process.platform !== 'win32';
/** How often a process looks whether its parent is still there, in milliseconds. */
const LOOK = 1_000;

/** The reaper of this process, as long as there is something to reap: its process ids and folders. */
let reaper = null;
const toReap = new Set();

/**
 * Starts a process that ends with this one, together with all that it has started itself.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 */
export function start(command, args, options = {}) {
	return reapLater(spawn(command, args, { ...options, detached: HAS_GROUPS }), HAS_GROUPS);
}

/** Has a process that was started in another way end with this one. @param {import('node:child_process').ChildProcess} child */
export function reap(child) {
	reapLater(child, false);
}

/** Has a folder removed when this process ends. @param {string} folder */
export function removeAtEnd(folder) {
	remember({ folder });
}

/** Says that such a folder is gone. @param {string} folder */
export function isRemoved(folder) {
	forget({ folder });
}

/**
 * Runs a command on the terminal of this process, and returns its exit code. What would end this process is passed on
 * to it, and its end is waited for.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<number>}
 */
export async function runToEnd(command, args, options) {
	const child = spawn(command, args, options);
	const pass = (signal) => child.kill(signal);
	for (const signal of SIGNALS) process.on(signal, pass);
	reapLater(child, false);
	try {
		return await new Promise((resolve, reject) => {
			child.once('error', reject);
			child.once('exit', (code, signal) => resolve(code ?? exitCode(signal)));
		});
	} finally {
		for (const signal of SIGNALS) process.off(signal, pass);
	}
}

/** Ends this process when its parent is gone, or the npm whose script it is: nobody would be left to stop it. */
export function endWithParent() {
	const parent = process.ppid;
	// npm runs a script in a shell, which outlives it.
	const npm = process.env.npm_lifecycle_event === undefined ? null : parentOf(parent);
	const look = setInterval(() => {
		const isOrphan = process.ppid !== parent || (npm !== null && parentOf(parent) !== npm);
		if (isOrphan) process.kill(process.pid, 'SIGTERM');
	}, LOOK);
	look.unref();
}

/** The id of a process's parent; null where nobody can say. */
function parentOf(pid) {
	const { stdout } = spawnSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' });
	const parent = Number.parseInt(stdout ?? '', 10);
	return Number.isNaN(parent) ? null : parent;
}

function reapLater(child, isLeader) {
	const { pid } = child;
	// One that could not be started has none; its `error` event says why.
	if (pid === undefined) return child;
	const entry = { pid: isLeader ? -pid : pid };
	remember(entry);
	child.once('exit', () => forget(entry));
	return child;
}

function remember(entry) {
	if (reaper === null) {
		reaper = spawn(process.execPath, [REAPER], {
			detached: true,
			stdio: ['pipe', 'ignore', 'ignore'],
			windowsHide: true,
		});
		reaper.unref();
		reaper.stdin.unref();
		for (const signal of SIGNALS) process.on(signal, endOnSignal);
	}
	toReap.add(keyOf(entry));
	reaper.stdin.write(`${JSON.stringify({ ...entry, reap: true })}\n`);
}

function forget(entry) {
	toReap.delete(keyOf(entry));
	if (reaper === null) return;
	reaper.stdin.write(`${JSON.stringify({ ...entry, reap: false })}\n`);
	if (toReap.size === 0) dismiss();
}

const keyOf = ({ pid, folder }) => String(pid ?? folder);

/** The reaper ends, and what it still has to reap with it. */
function dismiss() {
	const dismissed = reaper;
	reaper = null;
	toReap.clear();
	for (const signal of SIGNALS) process.off(signal, endOnSignal);
	dismissed?.stdin.end();
	return dismissed;
}

/** Ends with everything that was started; where someone else handles the signal too, they say when. */
function endOnSignal(signal) {
	if (process.listenerCount(signal) > 1) return;
	process.on(signal, () => {});
	const dismissed = dismiss();
	dismissed.ref();
	dismissed.once('exit', () => process.exit(exitCode(signal)));
}

const exitCode = (signal) => 128 + (constants.signals[signal] ?? 0);
