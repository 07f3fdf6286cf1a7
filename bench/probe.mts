/**
 * The memory of a contestant's process, as reported by probe.cjs inside it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PRELOAD = fileURLToPath(new URL('./probe.cjs', import.meta.url));

export interface Held {
	count: number;
	/** Bytes in use after a collection. */
	inUse: number;
	/** The longest time since the last sample for which the event loop was blocked, in milliseconds. */
	longest: number;
	/** CPU milliseconds of all garbage collections so far. */
	spent: number;
}

export class Probe {
	private last = 0;

	constructor(private readonly file: string) {}

	/** The environment variables for a process with the probe, in addition to others. */
	environment(others: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
		const options = `${others.NODE_OPTIONS ?? ''} --expose-gc --require ${JSON.stringify(PRELOAD)}`;
		return { ...others, NODE_OPTIONS: options.trim(), BENCH_PROBE: this.file };
	}

	async look(pid: number): Promise<Held> {
		process.kill(pid, 'SIGURG');
		for (;;) {
			await wait(20);
			const held = this.read();
			if (held === null || held.count === this.last) continue;
			this.last = held.count;
			return held;
		}
	}

	/**
	 * Samples until a run has ended.
	 * @param every Real milliseconds between two samples.
	 */
	async watch(pid: number, run: Promise<unknown>, every: number): Promise<Held[]> {
		const looks: Held[] = [];
		let isOver = false;
		const end = run.finally(() => {
			isOver = true;
		});
		while (!isOver) {
			await Promise.race([end, wait(every)]);
			if (!isOver) looks.push(await this.look(pid));
		}
		await end;
		return looks;
	}

	private read(): Held | null {
		return existsSync(this.file) ? (JSON.parse(readFileSync(this.file, 'utf8')) as Held) : null;
	}
}
