/**
 * What a contestant's process holds while it runs, as it tells itself; see probe.cjs.
 */
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PRELOAD = fileURLToPath(new URL('./probe.cjs', import.meta.url));

export interface Held {
	count: number;
	/** Bytes in use after a collection. */
	inUse: number;
	/** The longest time since the last look in which the process did nothing else, in milliseconds. */
	longest: number;
	/** Milliseconds of processor time that all collections so far have cost. */
	spent: number;
}

export class Probe {
	private last = 0;

	constructor(private readonly file: string) {}

	/** What a Node.js process that tells finds in its environment, beside what it is told otherwise. */
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
	 * Looks again and again until a run has ended.
	 * @param every Real milliseconds between two looks.
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
