/**
 * A real n8n with a jumping clock, and workflows in it that take rows from a webhook.
 */
import { execFile } from 'node:child_process';
import { readlink } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { IDataObject } from 'n8n-workflow';
import { N8n, type Execution, type WorkflowJson } from '../test/host/n8n.mts';
import type { Progress } from '../test/host/install.mts';
import type { FastClock } from './clock.mts';
import type { Probe } from './probe.mts';

/** A node of the contestant, without ID and position. */
export interface Step {
	name: string;
	type: string;
	typeVersion: number;
	parameters: IDataObject;
	credentials?: Record<string, { id: string; name: string }>;
	onError?: string;
	retryOnFail?: boolean;
	maxTries?: number;
	waitBetweenTries?: number;
	/** Whether it takes the error output of the step before, not its results. */
	takesErrors?: boolean;
}

const KEY_MEMORY = fileURLToPath(new URL('./key-memory.cjs', import.meta.url));

const START = 'Rows';
const SPLIT = 'One Item a Row';

export class Host {
	private count = 0;

	private constructor(
		readonly n8n: N8n,
		readonly clock: FastClock,
		readonly probe: Probe,
	) {}

	static async open(clock: FastClock, probe: Probe, progress: Progress): Promise<Host> {
		const n8n = await N8n.start(progress, 0, {
			...probe.environment(clock.environment),
			// No Code node runs here: its helper process, which lives in real time, is not started.
			N8N_RUNNERS_MODE: 'external',
			N8N_RUNNERS_AUTH_TOKEN: 'nobody-comes',
			N8N_PAYLOAD_SIZE_MAX: '64',
		});
		return new Host(n8n, clock, probe);
	}

	/** A published workflow of these steps, one after the other. */
	async publish(name: string, steps: Step[]): Promise<Published> {
		this.count += 1;
		const hook = `bench-${this.count}`;
		const id = await this.n8n.createWorkflow(workflowOf(name, hook, steps));
		await this.n8n.activate(id);
		return new Published(this.n8n, id, hook, steps);
	}
}

export class Published {
	constructor(
		private readonly n8n: N8n,
		private readonly id: string,
		private readonly hook: string,
		private readonly steps: Step[],
	) {}

	/** Fills the key memory of the last step, which has not run yet. */
	async fillKeys(): Promise<void> {
		await this.keyMemory('fill', this.id, `step-${this.steps.length + 1}`);
	}

	/** Bytes n8n has written to key memories since one was filled. */
	async keyBytesWritten(): Promise<number> {
		return Number(await this.keyMemory('written'));
	}

	private async keyMemory(command: string, ...more: string[]): Promise<string> {
		const node = await readlink(`/proc/${this.n8n.pid}/exe`);
		const database = path.join(this.n8n.home, '.n8n', 'database.sqlite');
		const args = [KEY_MEMORY, command, database, ...more];
		const { stdout } = await promisify(execFile)(node, args);
		return stdout;
	}

	/** Sends rows and waits until the workflow has ended, successfully or not. */
	async send(rows: readonly object[]): Promise<void> {
		const response = await fetch(`${this.n8n.url}/webhook/${this.hook}`, {
			method: 'POST',
			headers: { 'Content-Type': 'application/json' },
			body: JSON.stringify({ rows }),
		});
		await response.arrayBuffer();
		if (response.status === 404) throw new Error('The workflow is not published');
	}

	/** The execution that ended last. */
	async last(): Promise<Execution> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId: this.id }));
		const { results } = await this.n8n.rest<{ results: Array<{ id: string }> }>(
			'GET',
			`/executions?filter=${filter}&limit=1`,
		);
		return await this.n8n.finished(results[0].id);
	}

	/** Milliseconds the steps took by n8n's own clock, retries included. */
	wall({ data }: Execution): number {
		const runs = this.steps.flatMap(({ name }) => data.resultData.runData[name] ?? []);
		const ends = runs.map(({ startTime, executionTime }) => startTime + executionTime);
		return Math.max(...ends) - Math.min(...runs.map(({ startTime }) => startTime));
	}

	async remove(): Promise<void> {
		await this.n8n.deactivate(this.id);
	}
}

function workflowOf(name: string, hook: string, steps: Step[]): WorkflowJson {
	const all: Step[] = [
		{
			name: START,
			type: 'n8n-nodes-base.webhook',
			typeVersion: 2,
			parameters: {
				httpMethod: 'POST',
				path: hook,
				responseMode: 'lastNode',
				responseData: 'noData',
				options: {},
			},
		},
		{
			name: SPLIT,
			type: 'n8n-nodes-base.splitOut',
			typeVersion: 1,
			parameters: { fieldToSplitOut: 'body.rows', options: {} },
		},
		...steps,
	];
	const connections: Record<string, { main: unknown[][] }> = {};
	for (const [n, { takesErrors, ...step }] of all.slice(1).entries()) {
		const link = [{ node: step.name, type: 'main', index: 0 }];
		connections[all[n].name] = { main: takesErrors ? [[], link] : [link] };
	}
	return {
		name,
		nodes: all.map(({ takesErrors: _, ...step }, n) => ({
			...step,
			id: `step-${n}`,
			position: [n * 200, 0],
			...(n === 0 ? { webhookId: hook } : {}),
		})),
		connections: connections,
		settings: { executionOrder: 'v1' },
	};
}
