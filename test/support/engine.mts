/**
 * n8n's own engine without a database: a workflow of a start node and the node under test, run to its end.
 */
import 'reflect-metadata';
import './deduplication.mts';
import { ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import type {
	IConnections,
	ICredentialDataDecryptedObject,
	IHttpRequestOptions,
	INode,
	INodeExecutionData,
	INodeParameters,
	INodeType,
	INodeTypes,
	IRun,
	IRunExecutionData,
	IWorkflowExecuteAdditionalData,
	NodeConnectionType,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { createRunExecutionData, ICredentialsHelper, Workflow } from 'n8n-workflow';
import { EcwidInventory } from '../../nodes/EcwidInventory/EcwidInventory.node.ts';
import { RootfiInventory } from '../../nodes/RootfiInventory/RootfiInventory.node.ts';
import { WebflowInventory } from '../../nodes/WebflowInventory/WebflowInventory.node.ts';
import type { CredentialSet } from './credentials.mts';
import type { NodeName } from './services.mts';

/** The nodes the engine can run; a test may add one of its own. */
export const NODES: Record<string, INodeType> = {
	webflowInventory: new WebflowInventory(),
	ecwidInventory: new EcwidInventory(),
	rootfiInventory: new RootfiInventory(),
};

type Authenticate = (data: ICredentialDataDecryptedObject) => Record<string, string>;

const bearer: Authenticate = ({ accessToken }) => ({ Authorization: `Bearer ${accessToken}` });

const AUTHENTICATION: Record<string, Authenticate | undefined> = {
	rootfiInventoryApi: ({ apiKey }) => ({ api_key: String(apiKey) }),
};

class TestCredentials extends ICredentialsHelper {
	constructor(private readonly credentials: CredentialSet) {
		super();
	}

	getParentTypes(type: string) {
		return type.endsWith('OAuth2Api') ? ['oAuth2Api'] : [];
	}

	isCredentialUsableByNode() {
		return true;
	}

	async authenticate(
		data: ICredentialDataDecryptedObject,
		type: string,
		options: IHttpRequestOptions,
	) {
		return {
			...options,
			headers: { ...options.headers, ...(AUTHENTICATION[type] ?? bearer)(data) },
		};
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

export const nodeTypes = (types: Record<string, INodeType>): INodeTypes => ({
	getByName: (name) => types[name],
	getByNameAndVersion: (name) => types[name],
	getKnownTypes: () => ({}),
});

function nodeType(name: string, execute: NonNullable<INodeType['execute']>): INodeType {
	return {
		description: {
			displayName: name,
			name: name.toLowerCase(),
			group: ['transform'],
			version: 1,
			description: '',
			defaults: {},
			inputs: ['main', 'ai_tool'],
			outputs: ['main'],
			properties: [],
		},
		execute,
	};
}

export interface EngineRun {
	node: NodeName | 'toyInventory';
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
	/** What a loop leads through the node after the first input, round by round. */
	rest?: Array<Array<Record<string, unknown>>>;
}

export interface EngineResult {
	run: IRun;
	/** Items of each output of the node under test, in its last round. */
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

const STOCK = 'Stock';

const itemsOf = (records: Array<Record<string, unknown>>): INodeExecutionData[] =>
	records.map((json) => ({ json }) as INodeExecutionData);

const plainNode = (name: string): INode => ({
	id: name.toLowerCase(),
	name,
	type: name.toLowerCase(),
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
});

/** Every credential there is, as a node names those it was given. */
export const chosen = (credentials: CredentialSet): NonNullable<INode['credentials']> =>
	Object.fromEntries(
		Object.keys(credentials).map((type) => [type, { id: `${type}-1`, name: 'Sandbox' }]),
	);

function stockNode({ node, parameters, settings, credentials }: EngineRun): INode {
	return {
		...plainNode(STOCK),
		type: node,
		parameters,
		credentials: chosen(credentials),
		...settings,
	};
}

/** What n8n's contexts find around them. */
export function surroundings(credentials: CredentialSet): Partial<IWorkflowExecuteAdditionalData> {
	return {
		credentialsHelper: new TestCredentials(credentials),
		currentNodeParameters: undefined,
		variables: {},
		webhookBaseUrl: 'http://localhost/webhook',
		webhookTestBaseUrl: 'http://localhost/webhook-test',
		webhookWaitingBaseUrl: 'http://localhost/webhook-waiting',
		formWaitingBaseUrl: 'http://localhost/form-waiting',
		instanceBaseUrl: 'http://localhost',
	};
}

/** Runs a workflow whose first node is Start. */
async function runWorkflow(
	options: EngineRun,
	nodes: INode[],
	types: Record<string, INodeType>,
	connections: IConnections,
): Promise<IRun> {
	const first = plainNode('Start');
	const workflow = new Workflow({
		id: options.workflowId === null ? undefined : (options.workflowId ?? 'test'),
		nodes: [first, ...nodes],
		connections,
		active: false,
		nodeTypes: nodeTypes(types),
	});
	const mode = options.mode ?? 'manual';
	const executionId = options.executionId ?? '1';
	const additionalData = {
		...surroundings(options.credentials),
		hooks: new ExecutionLifecycleHooks(mode, executionId, { id: 'test' } as never),
		executionId,
		setExecutionStatus() {},
	} as unknown as IWorkflowExecuteAdditionalData;
	const input = itemsOf(options.input);
	const execution = new WorkflowExecute(
		additionalData,
		mode,
		options.retryOf === undefined
			? createRunExecutionData({
					executionData: {
						nodeExecutionStack: [{ node: first, data: { main: [input] }, source: null }],
					},
				})
			: retryData(options.retryOf),
	).processRunExecutionData(workflow);
	options.onStart?.(execution);
	return await execution;
}

const to = (node: string, type: NodeConnectionType = 'main') => ({ node, type, index: 0 });

const start = nodeType('Start', async function () {
	return [this.getInputData()];
});

export async function execute(options: EngineRun): Promise<EngineResult> {
	const rest = [...(options.rest ?? [])];
	const loops = rest.length > 0;
	const loop = nodeType('Loop', async () => [itemsOf(rest.shift() ?? [])]);
	const run = await runWorkflow(
		options,
		[stockNode(options), ...(loops ? [plainNode('Loop')] : [])],
		{ start, loop, [options.node]: NODES[options.node] },
		{
			Start: { main: [[to(STOCK)]] },
			...(loops ? { [STOCK]: { main: [[to('Loop')]] }, Loop: { main: [[to(STOCK)]] } } : {}),
		},
	);
	const task = run.data.resultData.runData[STOCK]?.at(-1);
	return {
		run,
		outputs: (task?.data?.main ?? []).map((some) => some ?? []),
		error: run.data.resultData.error as EngineResult['error'],
		hints: task?.hints ?? [],
	};
}

/**
 * An agent's own code calls the node as its tool, once with each record; returns what the agent gets to read.
 * @param atOnce Whether it calls without waiting for the answer before.
 */
export async function callTool(options: EngineRun, atOnce = false): Promise<string[]> {
	const type = NODES[options.node];
	const said: string[] = [];
	const agent = nodeType('Agent', async function () {
		const [tool] = (await this.getInputConnectionData('ai_tool', 0)) as Array<{
			invoke(input: unknown): Promise<string>;
		}>;
		const call = async (one: unknown) =>
			await tool.invoke(one).catch(({ message }: Error) => `Error: ${message}`);
		if (atOnce) said.push(...(await Promise.all(options.input.map(call))));
		else for (const one of options.input) said.push(await call(one));
		return [[]];
	});
	const tool: INodeType = Object.assign(Object.create(type) as INodeType, {
		description: { ...type.description, inputs: [], outputs: ['ai_tool'] },
	});
	await runWorkflow(
		options,
		[plainNode('Agent'), stockNode(options)],
		{ start, agent, [options.node]: tool },
		{ Start: { main: [[to('Agent')]] }, [STOCK]: { ai_tool: [[to('Agent', 'ai_tool')]] } },
	);
	return said;
}
