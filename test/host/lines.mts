/**
 * What is different in the lines of n8n the tests run on: what the interface of the editor wants, and what n8n leaves out.
 * Everything else is the same; docs/compatibility.md says what it means for users.
 */
import type { IDataObject } from 'n8n-workflow';
import { setTimeout as wait } from 'node:timers/promises';
import { wantedLine, type Line } from './install.mts';

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

export interface Omissions {
	/** Nothing but `{ error, message }` goes to the error output, so the status of these rows is not told there. */
	errorDetails: boolean;
	/** n8n has words of its own for what a credential's test was answered, instead of the credential's. */
	credentialReasons: boolean;
	/** A workflow cannot make the data table it writes to. */
	tablesOnTheWay: boolean;
	/** No person can be asked before an agent uses a tool. */
	reviewedTools: boolean;
}

const OMISSIONS: Record<Line, Omissions> = {
	'1': { errorDetails: true, credentialReasons: true, tablesOnTheWay: true, reviewedTools: true },
	'2': {
		errorDetails: false,
		credentialReasons: false,
		tablesOnTheWay: false,
		reviewedTools: false,
	},
};

/** What n8n calls an execution whose worker died. */
export const CUT_OFF = { '1': 'crashed', '2': 'error' }[wantedLine()];

/** What the n8n of this run leaves out. */
export const OMITTED = OMISSIONS[wantedLine()];
