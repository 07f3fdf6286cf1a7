/**
 * Reports the memory of a process: `node --expose-gc --require ./bench/probe.cjs …`.
 *
 * On SIGURG it collects garbage and writes to the file named by BENCH_PROBE how much memory is in use, for how long the event
 * loop was blocked at most since the last signal, and what the collections have cost.
 */
'use strict';
const { renameSync, writeFileSync } = require('node:fs');
const { monitorEventLoopDelay } = require('node:perf_hooks');

/** Milliseconds between two samples of the event loop. */
const RESOLUTION = 5;

const file = process.env.BENCH_PROBE;
if (file !== undefined) {
	const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
	delay.enable();
	let count = 0;
	let spent = 0;
	process.on('SIGURG', () => {
		delay.disable();
		const longest = Math.max(delay.max / 1e6 - RESOLUTION, 0);
		const before = process.cpuUsage();
		globalThis.gc?.();
		const { user, system } = process.cpuUsage(before);
		spent += (user + system) / 1_000;
		count += 1;
		const { heapUsed, external } = process.memoryUsage();
		const answer = { count, inUse: heapUsed + external, longest, spent };
		// Whoever reads finds the whole answer, or the one before.
		writeFileSync(`${file}.new`, JSON.stringify(answer));
		renameSync(`${file}.new`, file);
		delay.reset();
		delay.enable();
	});
}
