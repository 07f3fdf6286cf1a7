/** A webhook workflow for each service in n8n's queue mode: order lines go in, what became of them comes out. */
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import type { RunningSandbox } from '../../sandbox/server.mts';
import { bySku, parameters } from '../engine/setup.mts';
import type { Progress } from '../host/install.mts';
import type { WorkflowJson } from '../host/n8n.mts';
import { products, type Line } from './orders.mts';
import { Processes, type Worker } from './processes.mts';
import { SERVICES, type ServiceName } from '../support/services.mts';

/** What came back for an order line. */
export interface Answer {
	/** The status of its row; null when the execution did not come to its end. */
	status: string | null;
	message: string | null;
	/** The worker whose log names the execution, counted from 0. */
	worker: number | null;
}

export class Fleet {
	private readonly workflows = {} as Record<ServiceName, string>;
	/** Order lines sent, and those answered. */
	readonly count = { fired: 0, answered: 0 };

	private constructor(private readonly processes: Processes) {}

	get running(): RunningSandbox {
		return this.processes.running;
	}

	get workers(): Worker[] {
		return this.processes.workers;
	}

	static async open(progress: Progress): Promise<Fleet> {
		const processes = await Processes.open(progress);
		processes.running.sandbox.seed({ products: products() });
		const fleet = new Fleet(processes);
		for (const service of SERVICES) await fleet.publish(service);
		return fleet;
	}

	async close(): Promise<void> {
		await this.processes.close();
	}

	/** An order line comes in, its units are deducted, and the row's result is the answer. */
	private async publish(service: ServiceName): Promise<void> {
		const { n8n, credentials } = this.processes;
		const credential = credentials[`${service}InventoryApi`];
		const id = await n8n.createWorkflow(orderWorkflow(service, credential));
		this.workflows[service] = id;
		await n8n.activate(id);
	}

	/** Sends one order line, and waits for what comes of it. */
	async fire(service: ServiceName, line: Line): Promise<Answer> {
		this.count.fired += 1;
		const response = await fetch(`${this.processes.n8n.url}/webhook/${service}-orders`, {
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
	async cutOff(service: ServiceName): Promise<string[]> {
		const status = ['crashed', 'error', 'canceled', 'new', 'running', 'unknown'];
		const filter = JSON.stringify({ workflowId: this.workflows[service], status });
		const { results } = await this.processes.n8n.rest<{ results: Array<{ status: string }> }>(
			'GET',
			`/executions?limit=100&filter=${encodeURIComponent(filter)}`,
		);
		return results.map((one) => one.status);
	}
}

function orderWorkflow(service: ServiceName, credential: string): WorkflowJson {
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
