/**
 * Controls the clock of a contestant's process; see fast-clock.cjs.
 */
import { writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PRELOAD = fileURLToPath(new URL('./fast-clock.cjs', import.meta.url));

/** Real milliseconds until the process has noticed the change and, when a run begins, collected its garbage. */
const NOTICED = 400;

export interface Pace {
	/** Whether the clock jumps over idle waiting. */
	leaping: boolean;
	/** The earliest time that the clock may show from now on, in milliseconds since 1970. */
	from?: number;
}

export class FastClock {
	/** @param file The file from which the process reads its settings. */
	constructor(
		private readonly file: string,
		pace: Pace = { leaping: false },
	) {
		this.write(pace);
	}

	/** The environment variables for a Node.js process with this clock. */
	get environment(): NodeJS.ProcessEnv {
		return {
			FAST_CLOCK: this.file,
			NODE_OPTIONS: `--expose-gc --require ${JSON.stringify(PRELOAD)}`,
		};
	}

	async tell(pid: number, pace: Pace): Promise<void> {
		this.write(pace);
		process.kill(pid, 'SIGUSR2');
		await wait(NOTICED);
	}

	private write({ leaping, from = 0 }: Pace): void {
		writeFileSync(this.file, JSON.stringify({ leaping, from }));
	}
}
