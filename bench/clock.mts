/**
 * The clock of a contestant, as the process that measures steers it; see fast-clock.cjs.
 */
import { writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PRELOAD = fileURLToPath(new URL('./fast-clock.cjs', import.meta.url));

/** Real milliseconds until the process has noticed, and has cleared its memory where a run begins. */
const NOTICED = 400;

export interface Pace {
	/** Whether idle waiting is leapt over. */
	leaping: boolean;
	/** What time it is at least from now on, in milliseconds since 1970. */
	from?: number;
}

export class FastClock {
	/** @param file Where the process reads what it is told. */
	constructor(
		private readonly file: string,
		pace: Pace = { leaping: false },
	) {
		this.write(pace);
	}

	/** What a Node.js process that lives by this clock finds in its environment. */
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
