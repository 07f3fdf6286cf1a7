/**
 * Ends what another process has started, once that is gone; processes.mjs starts it. It is told on its input, a line each:
 * `{ pid, reap }` (negative: a group of processes) or `{ folder, reap }`. The input ends with whoever writes to it.
 */
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';

/** How long a process may take to end in its own way, in milliseconds. */
const GRACE = 10_000;
const LOOK = 50;

const pids = new Set();
const folders = new Set();

/** Sends a signal, or with 0 asks; returns whether anyone is there to get it. */
function send(pid, signal) {
	try {
		process.kill(pid, signal);
		return true;
	} catch {
		return false;
	}
}

for await (const line of createInterface({ input: process.stdin })) {
	const { pid, folder, reap } = JSON.parse(line);
	const [set, value] = folder === undefined ? [pids, pid] : [folders, folder];
	if (reap) set.add(value);
	else set.delete(value);
	// The leader of a group has ended: what is left of the group has nobody.
	if (!reap && pid < 0) send(pid, 'SIGTERM');
}

for (const pid of pids) send(pid, 'SIGTERM');
const until = Date.now() + GRACE;
while (Date.now() < until && [...pids].some((pid) => send(pid, 0))) await wait(LOOK);
for (const pid of pids) send(pid, 'SIGKILL');
for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
