/**
 * A real n8n that logs everything it can: after runs and triggers that went well and badly, no token stands in any file of
 * it, neither in its log nor in its database with the executions, static data and pinned data. The credentials themselves
 * are encrypted there.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { signedRequest } from '../../sandbox/webflow/signature.mts';
import { SITE_ID } from '../../sandbox/webflow/ids.mts';
import { byId, bySku } from '../engine/setup.mts';
import { sandboxCredentials } from '../support/credentials.mts';
import { leaks } from '../support/texts.mts';
import { runStock, SERVICES, useHost, type Service } from './setup.mts';
import { triggerNode } from './trigger-node.mts';

const host = useHost(() => {}, { N8N_LOG_LEVEL: 'debug', N8N_LOG_OUTPUT: 'console,file' });

const SECRETS = Object.values(sandboxCredentials('')).map(({ accessToken, apiKey }) =>
	String(accessToken ?? apiKey),
);
/** A word of the answers that repeat a token, to know that the search looks in the right places. */
const MARK = 'a header that was refused';

const tokenOf = (service: Service): string => SECRETS[SERVICES.indexOf(service)];

function echo(service: Service, status: number) {
	const words = `${MARK}: Bearer ${tokenOf(service)}`;
	return {
		platform: service,
		apply: false,
		times: 99,
		then: {
			status,
			reason: words,
			body: { message: words, errorMessage: words, error: { message: words } },
		},
	};
}

async function sell(service: Service, onError: string, failing?: number): Promise<void> {
	const { faults } = host.running.sandbox;
	faults.clear();
	if (failing !== undefined) faults.add([echo(service, failing)]);
	const execution = await runStock(host, {
		service,
		parameters: {
			authentication: 'accessToken',
			operation: 'adjustByDelta',
			site: byId(SITE_ID),
			companyId: '',
			item: bySku('={{ $json.sku }}'),
			delta: -1,
			idempotencyKey: '={{ $json.sku }}',
			options: { checkFirst: false },
		},
		input: [{ sku: '85123A' }, { sku: '71053' }],
		settings: { onError },
	});
	expect(leaks(execution, SECRETS)).toStrictEqual([]);
	faults.clear();
}

async function listening(service: Service): Promise<string> {
	const nodes = [triggerNode(host, service)];
	return await host.n8n.createWorkflow({ name: 'Trigger', nodes, connections: {} });
}

async function executed(id: string): Promise<void> {
	while ((await host.n8n.executionsOf(id)).length === 0) await wait(200);
	expect(leaks(await host.n8n.executionsOf(id), [...SECRETS, ...hookKeys()])).toStrictEqual([]);
}

const hookKeys = (): string[] =>
	host.running.sandbox.webflow.webhooks.all().map(({ key }) => String(key));

/** Every file below n8n's home, but for the package's own. */
async function filesOf(home: string): Promise<string[]> {
	const entries = await readdir(home, { recursive: true, withFileTypes: true });
	return entries
		.filter((entry) => entry.isFile())
		.map((entry) => path.join(entry.parentPath, entry.name))
		.filter((file) => !file.includes(`${path.sep}node_modules${path.sep}`));
}

test.each(SERVICES)('no run of %s leaves a token in n8n’s data', async (service) => {
	for (const onError of ['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput']) {
		await sell(service, onError);
		for (const status of [400, 401, 404]) await sell(service, onError, status);
	}
	await sell(service, 'stopWorkflow', 500);
});

test.each(SERVICES)('no trigger of %s leaves a token in n8n’s data', async (service) => {
	host.running.sandbox.faults.add([echo(service, 401)]);
	const refused = await host.n8n.activate(await listening(service)).catch((error: Error) => error);
	expect(refused).toBeInstanceOf(Error);
	expect(leaks(refused, SECRETS)).toStrictEqual([]);
	host.running.sandbox.faults.clear();

	const id = await listening(service);
	await host.n8n.activate(id);
	host.running.sandbox.change(service, { sku: '85123A', delta: -1 });
	if (service !== 'webflow') {
		await host.n8n.deactivate(id);
		await host.n8n.activate(id);
	}
	await executed(id);
	await host.n8n.deactivate(id);
});

test('a call to the webhook that is too large, or about no SKU, starts nothing', async () => {
	const id = await listening('webflow');
	await host.n8n.activate(id);
	const [{ url, key }] = host.running.sandbox.webflow.webhooks.all();
	const call = async (padding: number, skuId = 'f'.repeat(24)) => {
		const payload = { id: skuId, quantity: 3, inventoryType: 'finite' };
		const body = JSON.stringify({
			triggerType: 'ecomm_inventory_changed',
			payload,
			padding: 'x'.repeat(padding),
		});
		const request = { ...signedRequest(key, Date.now(), body), method: 'POST' };
		return (await fetch(url, request)).status;
	};
	expect(await call(70_000)).toBe(413);
	// n8n's own limit, N8N_PAYLOAD_SIZE_MAX: 16 MB where nothing else is said.
	expect(await call(17 * 1024 * 1024)).toBeGreaterThanOrEqual(400);
	for (const odd of ['', '../x', 'f'.repeat(1_000)]) expect(await call(0, odd)).toBe(200);
	expect(await host.n8n.executionsOf(id)).toStrictEqual([]);
	expect(await call(0)).toBe(200);
	await executed(id);
	await host.n8n.deactivate(id);
});

test('afterwards no file of n8n holds a token', async () => {
	await host.n8n.down();
	const files = await filesOf(host.n8n.home);
	const holding = async (text: string): Promise<string[]> => {
		const found = await Promise.all(
			files.map(async (file) => ((await readFile(file)).includes(text) ? file : '')),
		);
		return found.filter((file) => file !== '').map((file) => path.basename(file));
	};
	expect(await holding(MARK)).toContain('database.sqlite');
	expect(files.map((file) => path.basename(file))).toContain('n8n.log');
	for (const secret of SECRETS) expect([secret, await holding(secret)]).toStrictEqual([secret, []]);
});
