/** What the interface of n8n's editor wants differently in the lines of n8n the tests run on. Everything else is the same. */
import type { IDataObject } from 'n8n-workflow';
import { setTimeout as wait } from 'node:timers/promises';
import type { Line } from './install.mts';

export type Rest = <T = IDataObject>(method: string, route: string, body?: unknown) => Promise<T>;

export interface EditorCalls {
	/** What the button that runs a workflow sends. */
	runBody(rest: Rest, workflowId: string, trigger: string): Promise<IDataObject>;
	/** Waits until a workflow's triggers run; throws what a trigger has to say against it. */
	published(rest: Rest, workflowId: string): Promise<void>;
	/** Waits until they are gone. */
	withdrawn(rest: Rest, workflowId: string): Promise<void>;
}

interface Publication {
	status: string;
	triggers: Array<{ errorMessage: string | null }>;
}

const publication = async (rest: Rest, workflowId: string): Promise<Publication> =>
	await rest<Publication>('GET', `/workflows/${workflowId}/publication-status`);

/** n8n 2.x runs what it has saved, and publishes in the background. */
const second: EditorCalls = {
	async runBody(_, __, trigger) {
		return { triggerToStartFrom: { name: trigger } };
	},
	async published(rest, workflowId) {
		for (;;) {
			const { status, triggers } = await publication(rest, workflowId);
			const failed = triggers.find(({ errorMessage }) => errorMessage !== null);
			if (failed !== undefined) throw new Error(String(failed.errorMessage));
			if (status === 'published') return;
			await wait(100);
		}
	},
	async withdrawn(rest, workflowId) {
		while (['published', 'in_progress'].includes((await publication(rest, workflowId)).status)) {
			await wait(100);
		}
	},
};

/** n8n 1.x is sent the workflow as it is on the screen, and has published it when it answers. */
const first: EditorCalls = {
	async runBody(rest, workflowId, trigger) {
		const workflowData = await rest('GET', `/workflows/${workflowId}`);
		return { workflowData, triggerToStartFrom: { name: trigger } };
	},
	async published() {},
	async withdrawn() {},
};

export const EDITOR_CALLS: Record<Line, EditorCalls> = { '1': first, '2': second };
