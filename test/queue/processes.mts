/** n8n in queue mode, of which each part is a process of its own: a main that takes the calls, workers that do the work. */
import type { ChildProcess } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { startSandbox, type RunningSandbox } from '../../sandbox/server.mts';
import type { Progress } from '../host/install.mts';
import { N8n } from '../host/n8n.mts';
import { freePort } from '../host/ports.mts';
import type { Host } from '../host/setup.mts';
import { sandboxCredentials } from '../support/credentials.mts';
import { startServers, type Servers } from './servers.mts';

const WORKERS = 2;
/** Executions a worker runs at once: n8n's default. */
export const CONCURRENCY = 10;
/** How long a worker may take to answer after its start, in milliseconds. */
const START_TIMEOUT = 180_000;

/** n8n's defaults are a minute and half a minute: so long a dead worker's executions stay as they are. */
const QUICK_TO_NOTICE = {
	QUEUE_WORKER_LOCK_DURATION: '10000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '2000',
	QUEUE_WORKER_STALLED_INTERVAL: '5000',
};

export class Worker {
	private child: ChildProcess | null = null;
	/** Every execution this worker ever began. */
	readonly began = new Set<string>();
	/** Those it has not ended. */
	readonly running = new Set<string>();

	constructor(private readonly main: N8n) {}

	async up(): Promise<void> {
		const port = await freePort();
		this.running.clear();
		const child = await this.main.launch(['worker', `--concurrency=${CONCURRENCY}`], {
			QUEUE_HEALTH_CHECK_ACTIVE: 'true',
			QUEUE_HEALTH_CHECK_PORT: String(port),
			N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
		});
		this.child = child;
		let output = '';
		child.stderr?.on('data', (text) => (output = `${output}${text}`.slice(-4_000)));
		this.listen(child);
		const deadline = Date.now() + START_TIMEOUT;
		while (!(await isReady(port))) {
			if (child.exitCode !== null || Date.now() > deadline)
				throw new Error(`A worker did not start:\n${output}`);
			await wait(250);
		}
	}

	/** A worker's log tells which executions it began and ended. */
	private listen(child: ChildProcess): void {
		let rest = '';
		child.stdout?.on('data', (text) => {
			const lines = `${rest}${text}`.split('\n');
			rest = lines.pop() ?? '';
			for (const line of lines) {
				const [, what, id] = /Worker (started|finished) execution (\d+)/.exec(line) ?? [];
				if (what === 'started') {
					this.began.add(id);
					this.running.add(id);
				} else if (what === 'finished') {
					this.running.delete(id);
				}
			}
		});
	}

	/** Ends the process; `SIGKILL` as a power cut would. */
	async down(signal: NodeJS.Signals): Promise<void> {
		const { child } = this;
		if (child === null || child.exitCode !== null || child.signalCode !== null) return;
		const gone = new Promise((resolve) => child.once('exit', resolve));
		child.kill(signal);
		await gone;
	}
}

async function isReady(port: number): Promise<boolean> {
	try {
		return (await fetch(`http://127.0.0.1:${port}/healthz/readiness`)).ok;
	} catch {
		return false;
	}
}

/** The sandbox, and an n8n of several processes that knows it. */
export class Processes implements Host {
	/** Ids of credentials for the sandbox, by type. */
	readonly credentials: Record<string, string> = {};

	private constructor(
		private readonly servers: Servers,
		readonly running: RunningSandbox,
		/** The main process. */
		readonly n8n: N8n,
		readonly workers: Worker[],
	) {}

	/** @param settings Environment variables of every process. */
	static async open(progress: Progress, settings: NodeJS.ProcessEnv = {}): Promise<Processes> {
		const servers = await startServers(progress);
		const running = await startSandbox();
		const main = await N8n.start(progress, 0, {
			EXECUTIONS_MODE: 'queue',
			...QUICK_TO_NOTICE,
			...servers.environment,
			...settings,
		});
		progress(`Starting ${WORKERS} workers`);
		const workers = Array.from({ length: WORKERS }, () => new Worker(main));
		const processes = new Processes(servers, running, main, workers);
		for (const worker of workers) await worker.up();
		for (const [type, data] of Object.entries(sandboxCredentials(running.url)))
			processes.credentials[type] = await main.createCredential(type, type, data);
		return processes;
	}

	async close(): Promise<void> {
		await Promise.all(this.workers.map(async (worker) => await worker.down('SIGTERM')));
		await this.n8n.remove();
		await this.running.close();
		await this.servers.close();
	}
}
