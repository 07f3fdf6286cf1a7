/** The examples with triggers, imported into a real n8n, switched on, and met by sales. */
import type { IDataObject } from 'n8n-workflow';
import { setTimeout as wait } from 'node:timers/promises';
import type { LogEntry } from '../../sandbox/log.mts';
import { nodeOf, readExample } from './example.mts';
import { OMITTED } from './lines.mts';
import type { Execution, WorkflowJson } from './n8n.mts';
import { Chat } from './receivers.mts';
import { useHost } from './setup.mts';
import type { ServiceName } from '../support/services.mts';
import { writesIn, levelIn, tenOfEach } from '../support/stock.mts';

/** Plenty of each item, in all three shops. */
const PRODUCTS = tenOfEach('A', 'B', 'C', 'D');

/** The longest time between two polls, in milliseconds, and some more. */
const NEXT_POLL = 70_000;

const host = useHost((sandbox) => sandbox.seed({ products: PRODUCTS }));
let active: string | null = null;

afterEach(async () => {
	if (active !== null) await host.n8n.deactivate(active);
	active = null;
});

/** What a shop owner does: import the file, choose the credentials and the site, publish. */
async function publish(file: string, edit: (workflow: WorkflowJson) => void = () => {}) {
	const workflow = await readExample(file, host);
	edit(workflow);
	active = await host.n8n.createWorkflow(workflow);
	await host.n8n.activate(active);
	return active;
}

/** Publishing again makes the triggers poll at once instead of at the next minute. */
async function poll(workflowId: string): Promise<void> {
	await host.n8n.deactivate(workflowId);
	await host.n8n.activate(workflowId);
	await settled(workflowId);
}

/** Until n8n has started what there is to start, and it has ended. */
async function settled(workflowId: string): Promise<Execution[]> {
	const { deliveries } = host.running.sandbox.webflow.webhooks;
	let known = -1;
	for (;;) {
		await deliveries.settled();
		await wait(500);
		const executions = await host.n8n.executionsOf(workflowId);
		if (executions.length === known) return executions;
		known = executions.length;
	}
}

async function eventually<T>(
	what: () => Promise<T | undefined> | T | undefined,
	ms = 10_000,
): Promise<T> {
	const deadline = Date.now() + ms;
	for (;;) {
		const found = await what();
		if (found !== undefined) return found;
		if (Date.now() > deadline) throw new Error(`Nothing came within ${ms} ms`);
		await wait(100);
	}
}

function sell(service: ServiceName, sku: string, units: number): void {
	host.running.sandbox.change(service, { sku, delta: -units });
}

const level = (service: ServiceName, sku: string): number | undefined =>
	levelIn(host.running, service, sku);

/** Writes of levels, and not of webhooks. */
function levelWrites(): LogEntry[] {
	return writesIn(host.running).filter(({ path }) => !path.includes('webhooks'));
}

function rows(executions: Execution[], node: string, output = 0): IDataObject[] {
	return executions.flatMap((one) => one.items(node, output).map(({ json }) => json));
}

describe('low-stock-message', () => {
	let chat: Chat;
	beforeAll(async () => (chat = await Chat.open()));
	afterAll(async () => await chat.close());

	test('the low-stock message tells the chat once when an item falls to five or fewer', async () => {
		const { received } = chat;
		const id = await publish('low-stock-message', (workflow) => {
			nodeOf(workflow, 'Send message').parameters.url = chat.url;
		});
		sell('ecwid', 'A', 4);
		sell('ecwid', 'B', 5);
		await poll(id);
		expect(received).toStrictEqual([{ text: 'Item B (B): 5 left in Ecwid' }]);

		// By n8n's own clock this time.
		sell('ecwid', 'A', 1);
		sell('ecwid', 'B', 1);
		await eventually(() => received[1], NEXT_POLL);
		await settled(id);
		expect(received.slice(1)).toStrictEqual([{ text: 'Item A (A): 5 left in Ecwid' }]);
	});
});

describe('webflow-to-ecwid', () => {
	test('Webflow to Ecwid sets the level in Ecwid, and hands a person what Ecwid does not have', async () => {
		host.running.sandbox.seed({ ecwid: PRODUCTS.filter(({ sku }) => sku !== 'D') });
		const id = await publish('webflow-to-ecwid');
		sell('webflow', 'A', 3);
		sell('webflow', 'D', 1);
		sell('webflow', 'B', 10);
		const executions = await settled(id);
		expect(['A', 'B', 'C'].map((sku) => level('ecwid', sku))).toStrictEqual([7, 0, 10]);
		expect(executions.map(({ status }) => status)).toStrictEqual(Array(3).fill('success'));
		expect(rows(executions, 'Audit trail')).toHaveLength(2);
		expect(levelWrites()).toHaveLength(2);
		expect(rows(executions, 'Changes for a person')).toMatchObject([
			OMITTED.errorDetails ? { sku: 'D' } : { details: { status: 'failed', sku: 'D' } },
		]);
	});

	test('Webflow to Ecwid sets the last level when sales overtake each other', async () => {
		const id = await publish('webflow-to-ecwid');
		host.running.sandbox.faults.add([{ platform: 'ecwid', method: 'GET', delayMs: 1_500 }]);
		for (let n = 0; n < 8; n += 1) sell('webflow', 'A', 1);
		await settled(id);
		expect(level('ecwid', 'A')).toBe(2);
	});
});

// Only newer data tables can be made by a workflow.
if (!OMITTED.tablesOnTheWay) {
	describe('sold-out-list', () => {
		test('the sold-out list gets a row for each item that sells out', async () => {
			const id = await publish('sold-out-list');
			sell('rootfi', 'A', 10);
			sell('rootfi', 'B', 9);
			sell('rootfi', 'C', 10);
			await poll(id);
			sell('rootfi', 'B', 1);
			await poll(id);
			const written = await soldOut();
			expect(written).toMatchObject([
				{ sku: 'A', name: 'Item A', before: 10 },
				{ sku: 'C', name: 'Item C', before: 10 },
				{ sku: 'B', name: 'Item B', before: 1 },
			]);
			for (const { soldOutAt } of written) {
				expect(Math.abs(Date.now() - Date.parse(String(soldOutAt)))).toBeLessThan(60_000);
			}
			expect(new Set(written.map(({ eventId }) => eventId)).size).toBe(3);
		});

		async function soldOut(): Promise<IDataObject[]> {
			const { n8n } = host;
			const { id } = await n8n.rest<{ id: string }>('GET', '/projects/personal');
			const tables = `/projects/${id}/data-tables`;
			const found = await n8n.rest<{ data: Array<{ id: string; name: string }> }>('GET', tables);
			const table = found.data.find(({ name }) => name === 'sold-out');
			const { data } = await n8n.rest<{ data: IDataObject[] }>(
				'GET',
				`${tables}/${table?.id}/rows?sortBy=id:asc`,
			);
			return data;
		}
	});
}
