import type { INodeParameters } from 'n8n-workflow';
import type { LogEntry } from '../../sandbox/log.mts';
import type { Sandbox } from '../../sandbox/sandbox.mts';
import { startSandbox, type RunningSandbox } from '../../sandbox/server.mts';
import { SITE_ID } from '../../sandbox/webflow/ids.mts';
import { sandboxCredentials } from '../support/credentials.mts';
import { execute, type EngineResult, type EngineRun, type NodeName } from '../support/engine.mts';

export const NODES: NodeName[] = ['webflowInventory', 'ecwidInventory', 'rootfiInventory'];

/**
 * A sandbox for a test file, as fast as the computer is, and before each test as at the start.
 * @param prepare What each test finds in the shops instead.
 */
export function useSandbox(prepare: (sandbox: Sandbox) => void = () => {}): RunningSandbox {
	const running = {} as RunningSandbox;
	beforeAll(async () => {
		Object.assign(running, await startSandbox());
	});
	afterAll(async () => await running.close());
	beforeEach(() => {
		running.sandbox.reset();
		prepare(running.sandbox);
		liftLimits(running);
	});
	return running;
}

function liftLimits({ sandbox }: RunningSandbox): void {
	for (const name of ['webflow', 'ecwid', 'rootfi'] as const)
		sandbox.limit(name, { requests: 1_000_000 });
}

export const bySku = (value: unknown): INodeParameters =>
	({ __rl: true, mode: 'sku', value }) as INodeParameters;
export const byId = (value: unknown): INodeParameters =>
	({ __rl: true, mode: 'id', value }) as INodeParameters;

/** The column of keys, dragged into its field. */
export const KEYED: INodeParameters = { idempotencyKey: '={{ $json.key }}' };

/** Parameters of a node as the editor saves them, with the columns of a spreadsheet dragged into the fields. */
export function parameters(operation: string, some: INodeParameters = {}): INodeParameters {
	return {
		authentication: 'accessToken',
		operation,
		site: byId(SITE_ID),
		companyId: '',
		item: bySku('={{ $json.sku }}'),
		...(operation === 'setQuantity' ? { quantity: '={{ $json.qty }}' } : {}),
		...(operation === 'adjustByDelta' ? { delta: '={{ $json.qty }}', idempotencyKey: '' } : {}),
		options: {},
		...some,
	};
}

export async function runNode(
	running: RunningSandbox,
	node: NodeName,
	some: Omit<EngineRun, 'node' | 'credentials'> & Partial<Pick<EngineRun, 'credentials'>>,
): Promise<EngineResult> {
	return await execute({ node, credentials: sandboxCredentials(running.url), ...some });
}

export function writes({ sandbox }: RunningSandbox): LogEntry[] {
	return sandbox.log.all().filter(({ method }) => method !== 'GET');
}

export const CONTINUE = { onError: 'continueRegularOutput' } as const;
export const ERROR_OUTPUT = { onError: 'continueErrorOutput' } as const;
