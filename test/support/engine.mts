/**
 * n8n's own engine without a database: a workflow of a start node and the node under test, run to its end.
 */
import 'reflect-metadata';
import './deduplication.mts';
import { ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import type {
	ICredentialDataDecryptedObject,
	IExecuteFunctions,
	IHttpRequestOptions,
	INode,
	INodeExecutionData,
	INodeParameters,
	INodeType,
	IRun,
	IRunExecutionData,
	IWorkflowExecuteAdditionalData,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { createRunExecutionData, ICredentialsHelper, Workflow } from 'n8n-workflow';
import { EcwidInventory } from '../../nodes/EcwidInventory/EcwidInventory.node.ts';
import { RootfiInventory } from '../../nodes/RootfiInventory/RootfiInventory.node.ts';
import { WebflowInventory } from '../../nodes/WebflowInventory/WebflowInventory.node.ts';
import type { CredentialSet } from './credentials.mts';

export type NodeName = 'webflowInventory' | 'ecwidInventory' | 'rootfiInventory';

const NODES: Record<NodeName, { type: INodeType; credential: string }> = {
	webflowInventory: { type: new WebflowInventory(), credential: 'webflowInventoryApi' },
	ecwidInventory: { type: new EcwidInventory(), credential: 'ecwidInventoryApi' },
	rootfiInventory: { type: new RootfiInventory(), credential: 'rootfiInventoryApi' },
};

const AUTHENTICATION: Record<
	string,
	(data: ICredentialDataDecryptedObject) => Record<string, string>
> = {
	webflowInventoryApi: ({ accessToken }) => ({ Authorization: `Bearer ${accessToken}` }),
	ecwidInventoryApi: ({ accessToken }) => ({ Authorization: `Bearer ${accessToken}` }),
	rootfiInventoryApi: ({ apiKey }) => ({ api_key: String(apiKey) }),
};

class TestCredentials extends ICredentialsHelper {
	constructor(private readonly credentials: CredentialSet) {
		super();
	}

	getParentTypes() {
		return [];
	}

	isCredentialUsableByNode() {
		return true;
	}

	async authenticate(
		data: ICredentialDataDecryptedObject,
		type: string,
		options: IHttpRequestOptions,
	) {
		return { ...options, headers: { ...options.headers, ...AUTHENTICATION[type](data) } };
	}

	async preAuthentication() {
		return undefined;
	}

	async runPreAuthentication() {
		return undefined;
	}

	async getCredentials(): Promise<never> {
		throw new Error('not used');
	}

	async getDecrypted(_: unknown, __: unknown, type: string) {
		return this.credentials[type];
	}

	async updateCredentials() {}

	async updateCredentialsOauthTokenData() {}

	getCredentialsProperties() {
		return [];
	}
}

const start: INodeType = {
	description: {
		displayName: 'Start',
		name: 'start',
		group: ['trigger'],
		version: 1,
		description: '',
		defaults: {},
		inputs: [],
		outputs: ['main'],
		properties: [],
	},
	async execute(this: IExecuteFunctions) {
		return [this.getInputData()];
	},
};

export interface EngineRun {
	node: NodeName;
	parameters: INodeParameters;
	/** One record per input item. */
	input: Array<Record<string, unknown>>;
	credentials: CredentialSet;
	settings?: Partial<INode>;
	mode?: WorkflowExecuteMode;
	/** A workflow that was never saved has none. */
	workflowId?: string | null;
	/** Data of a failed execution that is retried, as n8n keeps it. */
	retryOf?: IRun;
	executionId?: string;
	/** Called with the execution once it runs, to cancel it. */
	onStart?: (execution: { cancel(): void }) => void;
}

export interface EngineResult {
	run: IRun;
	/** Items of each output of the node under test. */
	outputs: INodeExecutionData[][];
	/** What the node threw, or undefined. */
	error:
		| (Error & { description?: string; context?: Record<string, unknown>; httpCode?: string })
		| undefined;
	hints: Array<{ message: string }>;
}

/** What n8n makes of a failed execution when a person retries it: the failed node stands on the stack again. */
function retryData({ data }: IRun): IRunExecutionData {
	const again = structuredClone(JSON.parse(JSON.stringify(data)) as IRunExecutionData);
	const { lastNodeExecuted, runData } = again.resultData;
	delete again.resultData.error;
	if (lastNodeExecuted !== undefined) runData[lastNodeExecuted]?.pop();
	return again;
}

export async function execute(options: EngineRun): Promise<EngineResult> {
	const { type, credential } = NODES[options.node];
	const types: Record<string, INodeType> = { start, [options.node]: type };
	const nodes: INode[] = [
		{ id: 'start', name: 'Start', type: 'start', typeVersion: 1, position: [0, 0], parameters: {} },
		{
			id: 'stock',
			name: 'Stock',
			type: options.node,
			typeVersion: 1,
			position: [200, 0],
			parameters: options.parameters,
			credentials: { [credential]: { id: 'sandbox', name: 'Sandbox' } },
			...options.settings,
		},
	];
	const workflow = new Workflow({
		id: options.workflowId === null ? undefined : (options.workflowId ?? 'test'),
		nodes,
		connections: { Start: { main: [[{ node: 'Stock', type: 'main', index: 0 }]] } },
		active: false,
		nodeTypes: {
			getByName: (name) => types[name],
			getByNameAndVersion: (name) => types[name],
			getKnownTypes: () => ({}),
		},
	});
	const mode = options.mode ?? 'manual';
	const executionId = options.executionId ?? '1';
	const additionalData = {
		hooks: new ExecutionLifecycleHooks(mode, executionId, { id: 'test' } as never),
		credentialsHelper: new TestCredentials(options.credentials),
		currentNodeParameters: undefined,
		executionId,
		variables: {},
		webhookWaitingBaseUrl: 'http://localhost/webhook-waiting',
		formWaitingBaseUrl: 'http://localhost/form-waiting',
		instanceBaseUrl: 'http://localhost',
		setExecutionStatus() {},
	} as unknown as IWorkflowExecuteAdditionalData;
	const input = options.input.map((json) => ({ json }) as INodeExecutionData);
	const execution = new WorkflowExecute(
		additionalData,
		mode,
		options.retryOf === undefined
			? createRunExecutionData({
					executionData: {
						nodeExecutionStack: [{ node: nodes[0], data: { main: [input] }, source: null }],
					},
				})
			: retryData(options.retryOf),
	).processRunExecutionData(workflow);
	options.onStart?.(execution);
	const run = await execution;
	const task = run.data.resultData.runData.Stock?.at(-1);
	return {
		run,
		outputs: (task?.data?.main ?? []).map((items) => items ?? []),
		error: run.data.resultData.error as EngineResult['error'],
		hints: (task?.hints ?? []) as EngineResult['hints'],
	};
}
