/** Two shops that sell the same stock: the example as a shop owner makes it theirs, and the table it keeps. */
import { setTimeout as wait } from 'node:timers/promises';
import type { IDataObject } from 'n8n-workflow';
import { nodeOf, readExample } from '../example.mts';
import type { WorkflowJson } from '../n8n.mts';
import type { Host } from '../setup.mts';
import { rowsOf } from './tables.mts';

export const CHECK = 'Every 5 minutes';
export const TABLE = 'shared-stock';

export interface SharedRow {
	id: number;
	sku: string;
	webflow: number | null;
	ecwid: number | null;
	agreed: number | null;
	state: 'agreed' | 'sending' | 'set aside';
	problem: string | null;
	round: number;
	[column: string]: unknown;
}

/** Imports the example; whom it tells is at `chat`. */
export async function importShared(
	host: Host,
	chat: string,
	edit: (workflow: WorkflowJson) => void = () => {},
): Promise<string> {
	const workflow = await readExample('two-shops-one-shelf', host);
	nodeOf(workflow, 'Send message').parameters.url = chat;
	edit(workflow);
	return await host.n8n.createWorkflow(workflow);
}

/** Changes a field of Settings. */
export function setting(workflow: WorkflowJson, name: string, value: unknown): void {
	const { assignments } = nodeOf(workflow, 'Settings').parameters.assignments as {
		assignments: IDataObject[];
	};
	const field = assignments.find((one) => one.name === name);
	if (field === undefined) throw new Error(`Settings has no ${name}`);
	Object.assign(field, { value });
}

/** The rows of the table by SKU. */
export async function sharedRows(host: Host): Promise<Map<string, SharedRow>> {
	const rows = (await rowsOf(host, TABLE)) as unknown as SharedRow[];
	return new Map(rows.map((row) => [row.sku, row]));
}

/** Waits until something is true, for some minutes at most: a poll comes once a minute. */
export async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
	for (let n = 0; n < 4_000; n += 1) {
		if (await isTrue()) return;
		await wait(100);
	}
	throw new Error('The condition was not met in time');
}
