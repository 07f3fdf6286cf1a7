/** n8n in queue mode: a main that takes the calls, workers that do the work, and a webhook workflow for each service. */
import type { ChildProcess } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { startSandbox, type RunningSandbox } from '../../sandbox/server.mts';
import { bySku, parameters } from '../engine/setup.mts';
import type { Progress } from '../host/install.mts';
import { N8n, type WorkflowJson } from '../host/n8n.mts';
import { freePort } from '../host/ports.mts';
import { SERVICES, type Service } from '../host/setup.mts';
import { sandboxCredentials } from '../support/credentials.mts';
import { products, type Line } from './orders.mts';
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

/** What came back for an order line. */
export interface Answer {
	/** The status of its row; null when the execution did not come to its end. */
	status: string | null;
	message: string | null;
	/** The worker whose log names the execution, counted from 0. */
	worker: number | null;
}

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

export class Fleet {
	private readonly workflows = {} as Record<Service, string>;
	/** Order lines sent, and those answered. */
	readonly count = { fired: 0, answered: 0 };

	private constructor(
		private readonly servers: Servers,
		readonly running: RunningSandbox,
		private readonly main: N8n,
		readonly workers: Worker[],
	) {}

	static async open(progress: Progress): Promise<Fleet> {
		const servers = await startServers(progress);
		const running = await startSandbox();
		running.sandbox.seed({ products: products() });
		const main = await N8n.start(progress, 0, {
			EXECUTIONS_MODE: 'queue',
			...QUICK_TO_NOTICE,
			...servers.environment,
		});
		progress(`Starting ${WORKERS} workers`);
		const workers = Array.from({ length: WORKERS }, () => new Worker(main));
		const fleet = new Fleet(servers, running, main, workers);
		for (const worker of workers) await worker.up();
		for (const service of SERVICES) await fleet.publish(service);
		return fleet;
	}

	async close(): Promise<void> {
		await Promise.all(this.workers.map(async (worker) => await worker.down('SIGTERM')));
		await this.main.remove();
		await this.running.close();
		await this.servers.close();
	}

	/** An order line comes in, its units are deducted, and the row's result is the answer. */
	private async publish(service: Service): Promise<void> {
		const type = `${service}InventoryApi`;
		const data = sandboxCredentials(this.running.url)[type];
		const credential = await this.main.createCredential(type, type, data);
		const id = await this.main.createWorkflow(orderWorkflow(service, credential));
		this.workflows[service] = id;
		await this.main.activate(id);
	}

	/** Sends one order line, and waits for what comes of it. */
	async fire(service: Service, line: Line): Promise<Answer> {
		this.count.fired += 1;
		const response = await fetch(`${this.main.url}/webhook/${service}-orders`, {
			method: 'POST',
			headers: { 'Content-Type': 'application/json' },
			body: JSON.stringify(line),
		});
		const body = (await response.json()) as IDataObject;
		this.count.answered += 1;
		const row = (body.details ?? body) as IDataObject;
		const execution = typeof row.reference === 'string' ? row.reference : '';
		const worker = this.workers.findIndex(({ began }) => began.has(execution));
		return {
			status: typeof row.status === 'string' ? row.status : null,
			message: typeof row.message === 'string' ? row.message : null,
			worker: worker === -1 ? null : worker,
		};
	}

	/** Statuses of a service's executions that did not come to their end, as n8n has them. */
	async cutOff(service: Service): Promise<string[]> {
		const status = ['crashed', 'error', 'canceled', 'new', 'running', 'unknown'];
		const filter = JSON.stringify({ workflowId: this.workflows[service], status });
		const { results } = await this.main.rest<{ results: Array<{ status: string }> }>(
			'GET',
			`/executions?limit=100&filter=${encodeURIComponent(filter)}`,
		);
		return results.map((one) => one.status);
	}
}

function orderWorkflow(service: Service, credential: string): WorkflowJson {
	const type = `${service}InventoryApi`;
	const stock: INodeParameters = parameters('adjustByDelta', {
		item: bySku('={{ $json.body.sku }}'),
		delta: '=-{{ $json.body.units }}',
		idempotencyKey: '={{ $json.body.key }}',
		options: { reference: '={{ $execution.id }}' },
	});
	return {
		name: `Orders to ${service}`,
		nodes: [
			{
				name: 'Order line',
				id: 'order',
				type: 'n8n-nodes-base.webhook',
				typeVersion: 2,
				position: [0, 0],
				webhookId: `${service}-orders`,
				parameters: {
					httpMethod: 'POST',
					path: `${service}-orders`,
					responseMode: 'lastNode',
					options: {},
				},
			},
			{
				name: 'Stock',
				id: 'stock',
				type: `n8n-nodes-inventory-sync.${service}Inventory`,
				typeVersion: 1,
				position: [200, 0],
				parameters: stock,
				credentials: { [type]: { id: credential, name: type } },
				onError: 'continueRegularOutput',
			},
		],
		connections: { 'Order line': { main: [[{ node: 'Stock', type: 'main', index: 0 }]] } },
	};
}
