/** What moved an item's stock, told by a form in a real n8n. */
import type { IDataObject } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { parameters } from '../../engine/setup.mts';
import { nodeOf, readExample } from '../example.mts';
import type { WorkflowJson } from '../n8n.mts';
import { START, stockWorkflow, useHost, type Service } from '../setup.mts';
import { levelsIn, tenOfEach } from '../stock.mts';
import { describeWithTables, removeTables, rowsOf } from './tables.mts';

describeWithTables('why-is-this-3', () => {
	const host = useHost((sandbox) => sandbox.seed({ products: tenOfEach('A', 'B') }));
	let story: string;
	let form: string;

	beforeEach(async () => await removeTables(host));

	async function publish(edit: (workflow: WorkflowJson) => void = () => {}): Promise<void> {
		const workflow = await readExample('why-is-this-3', host);
		form = randomUUID();
		(nodeOf(workflow, 'Which SKU?').parameters.options as IDataObject).path = form;
		edit(workflow);
		story = await host.n8n.createWorkflow(workflow);
		await host.n8n.activate(story);
	}
	afterEach(async () => await host.n8n.deactivate(story));

	/** Another workflow sets a level and hands its result over. */
	async function write(service: Service, sku: string, quantity: unknown): Promise<void> {
		const step = {
			service,
			parameters: { ...parameters('setQuantity'), options: { reason: 'delivery' } },
			input: [{ sku, qty: quantity }] as IDataObject[],
			settings: { onError: 'continueRegularOutput' },
		};
		const workflow = stockWorkflow(host, step) as WorkflowJson & { pinData: IDataObject };
		workflow.nodes.push({
			name: 'Hand over',
			type: 'n8n-nodes-base.executeWorkflow',
			typeVersion: 1.2,
			position: [400, 0],
			id: 'hand',
			parameters: {
				workflowId: { __rl: true, mode: 'id', value: story },
				options: { waitForSubWorkflow: true },
			},
		});
		Object.assign(workflow.connections, {
			Stock: { main: [[{ node: 'Hand over', type: 'main', index: 0 }]] },
		});
		const { error } = await host.n8n.run(await host.n8n.createWorkflow(workflow), START);
		expect(error).toBeUndefined();
	}

	/** Someone else moves stock, and the log hears of it. */
	async function sell(service: Service, sku: string, units: number): Promise<void> {
		const before = (await rowsOf(host, 'stock-log')).length;
		host.running.sandbox.change(service, { sku, delta: -units });
		if (service !== 'webflow') {
			await host.n8n.deactivate(story);
			await host.n8n.activate(story);
		}
		for (let n = 0; n < 100 && (await rowsOf(host, 'stock-log')).length === before; n += 1) {
			await wait(100);
		}
	}

	/** Fills in the form as a browser does, and gives the text of the page that answers. */
	async function askFor(sku: string): Promise<string[]> {
		const body = new FormData();
		body.set('field-0', sku);
		const sent = await fetch(`${host.n8n.url}/form/${form}`, { method: 'POST', body });
		const { formWaitingUrl } = (await sent.json()) as { formWaitingUrl: string };
		const { pathname, search } = new URL(formWaitingUrl);
		for (let n = 0; n < 100; n += 1) {
			const page = await pageAt(`${host.n8n.url}${pathname}${search}`);
			if (page.includes('<h2>')) {
				return page
					.slice(page.indexOf('<h2>'))
					.split(/<\/?(?:h2|li|ul|tr|table)>/)
					.map((line) => line.replace(/<\/t[hd]><t[hd]>/g, ' | ').replace(/<[^>]+>/g, ''))
					.filter((line) => line.trim() !== '');
			}
			await wait(100);
		}
		throw new Error('The form did not answer');
	}

	test('a form tells the story of a SKU, newest first, and replaying it gives the level of each shop', async () => {
		await publish();
		await sell('webflow', 'A', 2);
		await write('ecwid', 'A', 8);
		await sell('ecwid', 'A', 3);
		await write('ecwid', 'A', 'three');
		await write('webflow', 'A', 3);
		await write('ecwid', 'B', 20);
		expect(levelsIn(host, 'ecwid')).toEqual({ A: 5, B: 20 });

		const [title, ...lines] = await askFor(' A ');
		expect(title).toBe('A');
		expect(lines.slice(0, 4)).toStrictEqual([
			'Webflow: 3, as the log says',
			'Ecwid: 5, as the log says',
			'RootFi: 10, and nothing in the log',
			'When | Shop | Level | Change | What | Why',
		]);
		expect(lines.slice(4, 9).map((line) => line.split(' | ').slice(1, 5).join(' '))).toStrictEqual([
			'Webflow 8 → 3 -5 setQuantity',
			'Ecwid failed  setQuantity',
			'Ecwid 8 → 5 -3 changed in the shop',
			'Ecwid 10 → 8 -2 setQuantity',
			'Webflow ? → 8  changed in the shop',
		]);
		expect(lines[4]).toContain('delivery');
	});

	test('a change that is not in the log is named with its size', async () => {
		await publish(withoutTriggers);
		await write('ecwid', 'A', 8);
		host.running.sandbox.change('ecwid', { sku: 'A', delta: -1 });
		expect(await askFor('A')).toContain(
			'Ecwid: 7, but the log ends at 8: a change of -1 is not in it',
		);
	});
});

/** A page of a form; while the workflow is still at work, n8n lets the caller wait. */
async function pageAt(url: string): Promise<string> {
	try {
		return await (await fetch(url, { signal: AbortSignal.timeout(2_000) })).text();
	} catch {
		return '';
	}
}

/** The log does not hear of changes. */
function withoutTriggers(workflow: WorkflowJson): void {
	const isTrigger = ({ type }: { type: string }) => type.endsWith('InventoryTrigger');
	for (const { name } of workflow.nodes.filter(isTrigger)) delete workflow.connections[name];
	workflow.nodes = workflow.nodes.filter((node) => !isTrigger(node));
}
