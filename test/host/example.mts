/** The examples, as a shop owner makes them his: import the file, choose credentials and a site. */
import type { IDataObject } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { SITE_ID } from '../../sandbox/webflow/ids.mts';
import type { Execution, WorkflowJson } from './n8n.mts';
import type { Host } from './setup.mts';

export type WorkflowNode = WorkflowJson['nodes'][number];

const EXAMPLES = new URL('../../examples/', import.meta.url);

export async function readExample(file: string, { credentials }: Host): Promise<WorkflowJson> {
	const text = await readFile(new URL(`${file}.json`, EXAMPLES), 'utf8');
	const workflow = JSON.parse(text) as WorkflowJson;
	for (const node of workflow.nodes) {
		// The editor gives an imported trigger an address of its own.
		if (node.type.endsWith('.webflowInventoryTrigger')) node.webhookId = randomUUID();
		for (const [type, credential] of Object.entries(node.credentials ?? {})) {
			credential.id = credentials[type];
		}
		if (node.parameters.site !== undefined) {
			node.parameters.site = { __rl: true, mode: 'list', value: SITE_ID, cachedResultName: 'Shop' };
		}
	}
	return workflow;
}

/** A node of a workflow, or the fact that it has none of that name. */
export function nodeOf({ nodes }: WorkflowJson, name: string): WorkflowNode {
	const node = nodes.find((one) => one.name === name);
	if (node === undefined) throw new Error(`There is no node ${name}`);
	return node;
}

/** What came out of a node, in all its runs: a node behind three shops runs once for each. */
export function given(execution: Execution, name: string, output = 0): IDataObject[] {
	const runs = execution.data.resultData.runData[name] ?? [];
	return runs.flatMap(({ data }) => (data?.main[output] ?? []).map(({ json }) => json));
}

/** The names of the nodes that ran, in the order in which they began. */
export function orderOf(execution: Execution): string[] {
	return Object.entries(execution.data.resultData.runData)
		.flatMap(([name, runs]) => runs.map(({ executionIndex }) => ({ name, executionIndex })))
		.sort((a, b) => a.executionIndex - b.executionIndex)
		.map(({ name }) => name);
}

/**
 * Data in place of a Google account: what is read is pinned, as a person would pin it, and what is written comes to rest
 * in a node that does nothing.
 */
export function withoutGoogle(workflow: WorkflowJson, rows: IDataObject[]): WorkflowJson {
	const pinData: IDataObject = {};
	for (const node of workflow.nodes) {
		if (node.type !== 'n8n-nodes-base.googleSheets') continue;
		delete node.credentials;
		if (node.parameters.operation === 'read') {
			pinData[node.name] = rows.map((json) => ({ json }));
		} else {
			Object.assign(node, { type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} });
		}
	}
	return Object.assign(workflow, { pinData });
}

/** Rows as a sheet hands them out again that took them unformatted: what was nothing is an empty cell. */
export function fromSheet(rows: IDataObject[]): IDataObject[] {
	return rows.map((row) =>
		Object.fromEntries(Object.entries(row).map(([column, cell]) => [column, cell ?? ''])),
	);
}

/**
 * Runs a workflow once for each call that its trigger gets from outside; the workflow, and what its nodes remember, stays
 * the same.
 */
export async function runCalls(
	{ n8n }: Host,
	workflow: WorkflowJson,
	calls: IDataObject[],
): Promise<Execution[]> {
	const [trigger] = workflow.nodes;
	delete trigger.credentials;
	const pinned = (call: IDataObject): WorkflowJson =>
		Object.assign({}, workflow, { pinData: { [trigger.name]: [{ json: call }] } });
	const id = await n8n.createWorkflow(pinned(calls[0]));
	const executions: Execution[] = [];
	for (const call of calls) {
		const { versionId } = await n8n.rest('GET', `/workflows/${id}`);
		await n8n.rest('PATCH', `/workflows/${id}`, { ...pinned(call), versionId });
		executions.push(await n8n.run(id, trigger.name));
	}
	return executions;
}
