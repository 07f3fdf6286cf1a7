/** The triggers, activated in a real n8n: a change in a shop starts the workflow, and nothing else does. */
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { setTimeout as wait } from 'node:timers/promises';
import { SITE_ID } from '../../sandbox/webflow/ids.mts';
import { WEBFLOW_OAUTH_TOKEN } from '../../sandbox/webflow/oauth.mts';
import { WEBFLOW_CLIENT_SECRET } from '../../sandbox/webflow/signature.mts';
import { openBrowser } from '../browser/editor.mts';
import { byId, bySku } from '../engine/setup.mts';
import { sandboxApp } from '../support/credentials.mts';
import type { Execution, WorkflowJson } from './n8n.mts';
import { resultRows, runStock, useHost, type Service } from './setup.mts';
import { TRIGGER, triggerNode } from './trigger-node.mts';

const host = useHost((sandbox) =>
	sandbox.seed({ products: ['A', 'B', 'C'].map((sku) => ({ name: sku, sku, quantity: 50 })) }),
);

function listening(service: Service, some?: INodeParameters): WorkflowJson {
	return {
		name: `${service} trigger`,
		nodes: [
			triggerNode(host, service, some),
			{
				name: 'Nothing',
				id: 'nothing',
				type: 'n8n-nodes-base.noOp',
				typeVersion: 1,
				position: [200, 0],
				parameters: {},
			},
		],
		connections: { [TRIGGER]: { main: [[{ node: 'Nothing', type: 'main', index: 0 }]] } },
	};
}

async function activated(service: Service, some?: INodeParameters): Promise<string> {
	const id = await host.n8n.createWorkflow(listening(service, some));
	await host.n8n.activate(id);
	return id;
}

const itemsOf = (executions: Execution[]): IDataObject[] =>
	executions.flatMap((execution) => execution.items(TRIGGER).map(({ json }) => json));

/** Waits until so many executions have been started. */
async function started(id: string, most: number): Promise<IDataObject[]> {
	for (;;) {
		const executions = await host.n8n.executionsOf(id);
		if (executions.length >= most) return itemsOf(executions);
		await wait(200);
	}
}

/** What all deliveries so far have started. */
async function delivered(id: string): Promise<IDataObject[]> {
	await host.running.sandbox.webflow.webhooks.deliveries.settled();
	return itemsOf(await host.n8n.executionsOf(id));
}

const sell = (service: Service, sku: string, delta = -1) =>
	host.running.sandbox.change(service, { sku, delta });

/** As a person sells: by a click on the sandbox's page. */
async function sellByHand(service: Service, sku: string): Promise<void> {
	const browser = await openBrowser();
	try {
		const page = await browser.newPage();
		await page.goto(host.running.url);
		await page.locator(`[data-shop=${service}] .item`, { hasText: sku }).click();
		await page.locator(`[data-shop=${service}] .item`, { hasText: '49' }).waitFor();
	} finally {
		await browser.close();
	}
}

const hooks = () => host.running.sandbox.webflow.webhooks.all();

describe('Webflow', () => {
	test('a change starts the workflow at once, with what it was before', async () => {
		const id = await activated('webflow', { events: ['changed', 'lowStock', 'outOfStock'] });
		expect(hooks()).toHaveLength(1);
		sell('webflow', 'A');
		expect(await started(id, 1)).toMatchObject([
			{
				event: 'changed',
				platform: 'webflow',
				sku: 'A',
				name: 'A',
				previousQuantity: null,
				quantity: 49,
				delta: null,
				unlimited: false,
			},
		]);
		sell('webflow', 'A', -49);
		const items = (await started(id, 2)).slice(1);
		expect(items.map(({ event }) => event)).toStrictEqual(['changed', 'lowStock', 'outOfStock']);
		expect(items[0]).toMatchObject({ previousQuantity: 49, quantity: 0, delta: -49 });
		expect(new Set(items.map(({ eventId }) => eventId)).size).toBe(3);
		await host.n8n.deactivate(id);
		expect(hooks()).toStrictEqual([]);
	});

	test('a sale at the page of the sandbox starts the workflow', async () => {
		const id = await activated('webflow');
		await sellByHand('webflow', 'B');
		expect(await started(id, 1)).toMatchObject([{ sku: 'B', quantity: 49 }]);
		await host.n8n.deactivate(id);
	});

	test('Webflow as an app (OAuth2), connected in n8n, writes, and is known by the secret of the app', async () => {
		const { sandbox, url } = host.running;
		const type = 'webflowInventoryOAuth2Api';
		host.credentials[type] = await host.n8n.createCredential(type, type, sandboxApp(url));
		await host.n8n.connect(host.credentials[type], async (address) => {
			expect(address.origin + address.pathname).toBe('https://webflow.com/oauth/authorize');
			const asked = await fetch(`${url}/webflow/oauth/authorize${address.search}`, {
				redirect: 'manual',
			});
			return asked.headers.get('location') as string;
		});
		const id = await activated('webflow', { authentication: 'oAuth2' });
		expect(hooks()).toMatchObject([{ key: WEBFLOW_CLIENT_SECRET, ownSecret: false }]);
		sell('webflow', 'A');
		expect(await started(id, 1)).toMatchObject([{ sku: 'A', quantity: 49 }]);
		for (const action of ['forged', 'stale', 'future', 'unsigned'] as const) {
			sandbox.webflow.act({ action, sku: 'A', quantity: 3 });
		}
		expect(await delivered(id)).toHaveLength(1);
		const written = await runStock(host, {
			service: 'webflow',
			parameters: {
				authentication: 'oAuth2',
				operation: 'adjustByDelta',
				site: byId(SITE_ID),
				item: bySku('A'),
				delta: -9,
				options: {},
			},
			input: [{}],
		});
		expect(resultRows(written)).toMatchObject([{ status: 'updated', quantity: 40 }]);
		expect(JSON.stringify(written.data)).not.toContain(WEBFLOW_OAUTH_TOKEN);
		expect(await delivered(id)).toHaveLength(1);
		await host.n8n.deactivate(id);
		expect(hooks()).toStrictEqual([]);
	});

	test('when n8n is killed between two changes, each is told once, also what changed meanwhile', async () => {
		const id = await activated('webflow');
		sell('webflow', 'A');
		await started(id, 1);
		await host.n8n.down('SIGKILL');
		Object.assign(host.running.sandbox.webflow.switches, {
			webhookRetries: 100_000,
			webhookRetryMs: 200,
		});
		sell('webflow', 'B');
		await host.n8n.up();
		await started(id, 2);
		sell('webflow', 'A', -2);
		await started(id, 3);
		host.running.sandbox.webflow.act({ action: 'duplicate' });
		const items = await delivered(id);
		// What n8n forgot is the level before.
		expect(
			items.map(({ sku, previousQuantity, quantity }) => [sku, previousQuantity, quantity]),
		).toStrictEqual([
			['A', null, 49],
			['B', null, 49],
			['A', null, 47],
		]);
		expect(hooks()).toHaveLength(1);
		await host.n8n.deactivate(id);
		expect(hooks()).toStrictEqual([]);
	});

	test('an order of several lines makes several calls at once, each told once', async () => {
		const id = await activated('webflow');
		const { webflow } = host.running.sandbox;
		webflow.act({ action: 'shuffle', next: 3 });
		webflow.act({ action: 'duplicate', next: 3 });
		for (const sku of ['A', 'B', 'C']) sell('webflow', sku);
		const items = await started(id, 3);
		expect(items.map(({ sku }) => sku).sort()).toStrictEqual(['A', 'B', 'C']);
		expect(await delivered(id)).toHaveLength(3);
		await host.n8n.deactivate(id);
	});

	test('a call that is forged, stale, unsigned, repeated or about something else starts nothing', async () => {
		const id = await activated('webflow');
		const { webflow } = host.running.sandbox;
		sell('webflow', 'A');
		await started(id, 1);
		for (const action of ['forged', 'stale', 'future', 'unsigned', 'otherTrigger'] as const) {
			webflow.act({ action, sku: 'A', quantity: 3 });
		}
		webflow.act({ action: 'duplicate' });
		expect(await delivered(id)).toHaveLength(1);
		await host.n8n.deactivate(id);
	});

	test('a level that one of the nodes wrote starts nothing; the next sale does', async () => {
		const id = await activated('webflow');
		await runStock(host, {
			service: 'webflow',
			parameters: {
				authentication: 'accessToken',
				operation: 'setQuantity',
				site: byId(SITE_ID),
				item: { __rl: true, mode: 'sku', value: 'A' },
				quantity: 7,
				options: {},
			},
			input: [{}],
		});
		expect(await delivered(id)).toStrictEqual([]);
		sell('webflow', 'A');
		expect(await started(id, 1)).toMatchObject([{ previousQuantity: 7, quantity: 6 }]);
		await host.n8n.deactivate(id);
	});

	test('a webhook that vanished is created again at the next activation', async () => {
		const id = await activated('webflow');
		host.running.sandbox.webflow.act({ action: 'vanish' });
		expect(hooks()).toStrictEqual([]);
		await host.n8n.deactivate(id);
		await host.n8n.activate(id);
		expect(hooks()).toHaveLength(1);
		sell('webflow', 'A');
		expect(await started(id, 1)).toMatchObject([{ sku: 'A', quantity: 49 }]);
		await host.n8n.deactivate(id);
		expect(hooks()).toStrictEqual([]);
	});

	test('a trigger listens for a test event, and leaves nothing behind', async () => {
		const id = await host.n8n.createWorkflow(listening('webflow'));
		expect(await host.n8n.press(id, TRIGGER)).toMatchObject({ waitingForWebhook: true });
		expect(hooks()).toMatchObject([{ url: expect.stringContaining('/webhook-test/') }]);
		sell('webflow', 'A');
		while (hooks().length > 0) await wait(100);
		await host.running.sandbox.webflow.webhooks.deliveries.settled();
		const filter = encodeURIComponent(JSON.stringify({ workflowId: id }));
		const { results } = await host.n8n.rest<{ results: Array<{ id: string }> }>(
			'GET',
			`/executions?filter=${filter}`,
		);
		expect(results).toHaveLength(1);
		expect(itemsOf([await host.n8n.finished(results[0].id)])).toMatchObject([
			{ sku: 'A', quantity: 49 },
		]);
	});

	test('a webhook without a key for the signature is refused, unless that is accepted', async () => {
		host.running.sandbox.webflow.switches.webhookSigning = 'none';
		await expect(activated('webflow')).rejects.toThrow('returned no signing key for this webhook');
		expect(hooks()).toStrictEqual([]);
		const id = await activated('webflow', { options: { acceptUnsigned: true } });
		sell('webflow', 'A');
		expect(await started(id, 1)).toMatchObject([{ sku: 'A', quantity: 49 }]);
		await host.n8n.deactivate(id);
	});
});

describe.each<Service>(['ecwid', 'rootfi'])('%s', (service) => {
	/** Deactivating and activating is the quickest way to the next poll. */
	const pollAgain = async (id: string): Promise<void> => {
		await host.n8n.deactivate(id);
		await host.n8n.activate(id);
	};

	test('a sale at the page of the sandbox starts the workflow at the next poll, by itself', async () => {
		const id = await activated(service, { events: ['changed', 'lowStock'] });
		await sellByHand(service, 'A');
		expect(await started(id, 1)).toMatchObject([
			{
				event: 'changed',
				platform: service,
				sku: 'A',
				previousQuantity: 50,
				quantity: 49,
				delta: -1,
			},
		]);
		await host.n8n.deactivate(id);
	});

	test('the first poll is silent; each difference is told once, also after n8n was killed', async () => {
		const id = await activated(service);
		expect(await host.n8n.executionsOf(id)).toStrictEqual([]);
		sell(service, 'A');
		await pollAgain(id);
		await started(id, 1);
		await host.n8n.down('SIGKILL');
		sell(service, 'A', -2);
		sell(service, 'B');
		await host.n8n.up();
		const items = await started(id, 2);
		await pollAgain(id);
		expect(await host.n8n.executionsOf(id)).toHaveLength(2);
		expect(
			items.map(({ sku, previousQuantity, quantity }) => [sku, previousQuantity, quantity]),
		).toEqual(
			expect.arrayContaining([
				['A', 50, 49],
				['A', 49, 47],
				['B', 50, 49],
			]),
		);
		await host.n8n.deactivate(id);
	});

	test('Fetch Test Event gives samples and moves nothing', async () => {
		const id = await activated(service, { events: ['changed', 'outOfStock'] });
		sell(service, 'A');
		const manual = await host.n8n.run(id, TRIGGER);
		expect(itemsOf([manual])).toMatchObject([{ event: 'changed' }, { event: 'outOfStock' }]);
		await pollAgain(id);
		expect(await started(id, 1)).toMatchObject([{ sku: 'A', previousQuantity: 50, quantity: 49 }]);
		await host.n8n.deactivate(id);
	});

	test('a token that is refused keeps the workflow from being activated, in words', async () => {
		host.running.sandbox.faults.add([
			{ platform: service, apply: false, times: 999, then: { status: 401, body: {} } },
		]);
		await expect(activated(service)).rejects.toThrow(/did not accept the (access token|API key)/i);
	});
});
