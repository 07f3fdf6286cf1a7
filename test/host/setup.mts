import type { IDataObject, INodeParameters } from 'n8n-workflow';
import type { Sandbox } from '../../sandbox/sandbox.mts';
import { startSandbox, type RunningSandbox } from '../../sandbox/server.mts';
import { sandboxCredentials } from '../support/credentials.mts';
import { N8n, type Execution, type WorkflowJson } from './n8n.mts';

export interface Host {
	n8n: N8n;
	running: RunningSandbox;
	/** Ids of credentials for the sandbox, by type. */
	credentials: Record<string, string>;
}

export type Service = 'webflow' | 'ecwid' | 'rootfi';
export const SERVICES: Service[] = ['webflow', 'ecwid', 'rootfi'];

export const START = 'Start';
const STOCK = 'Stock';

/** The first time, n8n is installed, which takes minutes. */
export function tell(what: string): void {
	process.stderr.write(`${what}\n`);
}

/** A sandbox and an n8n that knows it. */
export async function openHost(settings: NodeJS.ProcessEnv = {}): Promise<Host> {
	const running = await startSandbox();
	liftLimits(running);
	const n8n = await N8n.start(tell, 0, settings);
	const credentials: Record<string, string> = {};
	for (const [type, data] of Object.entries(sandboxCredentials(running.url))) {
		credentials[type] = await n8n.createCredential(type, type, data);
	}
	return { n8n, running, credentials };
}

export async function closeHost({ n8n, running }: Partial<Host>): Promise<void> {
	await n8n?.remove();
	await running?.close();
}

function liftLimits({ sandbox }: RunningSandbox): void {
	for (const name of SERVICES) sandbox.limit(name, { requests: 1_000_000 });
}

/**
 * The same for a test file; before each test the shops are as at the start.
 * @param prepare What each test finds in the shops instead.
 * @param settings Environment variables of n8n.
 */
export function useHost(
	prepare: (sandbox: Sandbox) => void = () => {},
	settings: NodeJS.ProcessEnv = {},
): Host {
	const host = {} as Host;
	beforeAll(async () => {
		Object.assign(host, await openHost(settings));
	});
	afterAll(async () => await closeHost(host));
	beforeEach(() => {
		host.running.sandbox.reset();
		prepare(host.running.sandbox);
		liftLimits(host.running);
	});
	return host;
}

export interface StockStep {
	service: Service;
	parameters: INodeParameters;
	input: IDataObject[];
	/** Settings of the node, such as `onError`. */
	settings?: IDataObject;
}

/** A workflow of a manual trigger that hands out rows, and one inventory node. */
export function stockWorkflow(
	host: Host,
	{ service, parameters, input, settings }: StockStep,
): WorkflowJson {
	const isApp = parameters.authentication === 'oAuth2';
	const type = `${service}Inventory${isApp ? 'OAuth2Api' : 'Api'}`;
	return {
		name: `${service} ${JSON.stringify(parameters.operation)}`,
		nodes: [
			{
				name: START,
				type: 'n8n-nodes-base.manualTrigger',
				typeVersion: 1,
				position: [0, 0],
				id: 'start',
				parameters: {},
			},
			{
				name: STOCK,
				type: `n8n-nodes-inventory-sync.${service}Inventory`,
				typeVersion: 1,
				position: [200, 0],
				id: 'stock',
				parameters: parameters,
				credentials: { [type]: { id: host.credentials[type], name: type } },
				...settings,
			},
		],
		connections: { [START]: { main: [[{ node: STOCK, type: 'main', index: 0 }]] } },
		pinData: { [START]: input.map((json) => ({ json })) },
	} as WorkflowJson;
}

/** Makes the workflow, runs it as the button in the editor does, and gives what came of it. */
export async function runStock(host: Host, step: StockStep): Promise<Execution> {
	const id = await host.n8n.createWorkflow(stockWorkflow(host, step));
	return await host.n8n.run(id, START);
}

export function results(execution: Execution, output = 0): IDataObject[] {
	return execution.items(STOCK, output).map(({ json }) => json);
}

/** The result rows of a write, whether they stand in the outputs or in the error. */
export function resultRows(execution: Execution): IDataObject[] {
	const carried = execution.error?.context?.results as IDataObject[] | undefined;
	const given = [...results(execution, 0), ...results(execution, 1)];
	return carried ?? given.map((json) => (json.details ?? json) as IDataObject);
}
