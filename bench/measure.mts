/**
 * What a process has used, as Linux counts it.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

/** Clock ticks a second in /proc. */
const TICKS = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Milliseconds of processor time, all threads, in user and in kernel mode. */
export function cpuOf(pid: number): number {
	const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
	// The name of the command may hold spaces; fields are counted behind it.
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	const [user, system] = [fields[11], fields[12]].map(Number);
	return ((user + system) * 1_000) / TICKS;
}

/** The most memory a process has had since `forgetPeak`, in bytes. */
export function peakOf(pid: number): number {
	const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
	return Number(peak?.[1] ?? 0) * 1_024;
}

/** Starts anew; answers with what the process has now, in bytes. */
export function forgetPeak(pid: number): number {
	writeFileSync(`/proc/${pid}/clear_refs`, '5');
	return peakOf(pid);
}

export function median(values: number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
