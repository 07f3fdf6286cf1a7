/** Orders for kits take their parts, and kits are as available as their parts, in a real n8n. */
import type { IDataObject } from 'n8n-workflow';
import { given, nodeOf, readExample, runCalls } from '../example.mts';
import type { Execution, WorkflowJson } from '../n8n.mts';
import { Chat } from '../receivers.mts';
import { useHost } from '../setup.mts';
import { levelsIn, tenOfEach } from '../stock.mts';
import { addRows, describeWithTables, removeTables } from './tables.mts';

describeWithTables('kits', () => {
	const ITEMS = tenOfEach('Y', 'Z', 'KIT');
	const host = useHost((sandbox) => sandbox.seed({ products: ITEMS }));
	let chat: Chat;

	beforeAll(async () => (chat = await Chat.open()));
	afterAll(async () => await chat.close());
	beforeEach(async () => {
		chat.received.splice(0);
		await removeTables(host);
		await addRows(host, 'kit-recipes', { kit: 'string', part: 'string', units: 'number' }, [
			{ kit: 'KIT', part: 'Y', units: 1 },
			{ kit: 'KIT', part: 'Z', units: 1 },
		]);
	});

	const messages = () => chat.received.map((one) => (one as { text: string }).text);

	async function ready(): Promise<WorkflowJson> {
		const workflow = await readExample('kits', host);
		nodeOf(workflow, 'Send message').parameters.url = chat.url;
		const store = nodeOf(workflow, 'Your Ecwid store').parameters as {
			assignments: { assignments: Array<{ value: unknown }> };
		};
		store.assignments.assignments[0].value = `${host.running.url}/ecwid/api/v3/1003`;
		delete workflow.nodes[0].credentials;
		return workflow;
	}

	/** WooCommerce calls several times for the same order. */
	const order = async (lines: IDataObject[]): Promise<Execution[]> => {
		const call = { number: '1042', status: 'processing', line_items: lines };
		return await runCalls(host, await ready(), [call, call, { ...call, status: 'completed' }]);
	};

	const refresh = async (): Promise<Execution> =>
		await host.n8n.run(await host.n8n.createWorkflow(await ready()), 'Every 5 minutes');

	test('an order for 3 Y and one kit of Y and Z takes 4 Y and 1 Z once, whatever is repeated', async () => {
		const [first, ...again] = await order([
			{ id: 11, sku: 'Y', quantity: 3 },
			{ id: 12, sku: 'KIT', quantity: 1 },
		]);
		expect(levelsIn(host, 'webflow')).toEqual({ Y: 6, Z: 9, KIT: 10 });
		expect(levelsIn(host, 'ecwid')).toEqual({ Y: 6, Z: 9, KIT: 6 });
		expect(messages()).toStrictEqual([]);
		const statuses = (execution: Execution) =>
			given(execution, 'Audit trail').map(({ status }) => status);
		expect(statuses(first)).toStrictEqual(Array(6).fill('updated'));
		expect(again.flatMap(statuses)).toStrictEqual(Array(12).fill('duplicate'));
	});

	test('a kit is as available as its scarcest part', async () => {
		await addRows(host, 'kit-recipes', {}, [{ kit: 'Z', part: 'Y', units: 3 }]);
		host.running.sandbox.change('ecwid', { sku: 'Y', delta: -2 });
		await refresh();
		expect(levelsIn(host, 'ecwid')).toEqual({ Y: 8, Z: 2, KIT: 8 });
		await refresh();
		expect(levelsIn(host, 'ecwid')).toEqual({ Y: 8, Z: 2, KIT: 2 });
		expect(messages()).toStrictEqual([]);
	});

	test('a kit with a part that is not found is not set, and named once a day', async () => {
		await addRows(host, 'kit-recipes', {}, [{ kit: 'KIT', part: 'GONE', units: 1 }]);
		host.running.sandbox.change('ecwid', { sku: 'Y', delta: -2 });
		const id = await host.n8n.createWorkflow(await ready());
		await host.n8n.run(id, 'Every 5 minutes');
		await host.n8n.run(id, 'Every 5 minutes');
		expect(levelsIn(host, 'ecwid')).toEqual({ Y: 8, Z: 10, KIT: 10 });
		expect(messages()).toStrictEqual([expect.stringMatching(/^KIT was not set\. GONE: /)]);
	});

	test('a kit that Ecwid puts together itself is warned of, and not set', async () => {
		host.running.sandbox.seed({
			ecwid: ITEMS.map((item) => ({ ...item, components: item.sku === 'KIT' ? 2 : 0 })),
		});
		host.running.sandbox.change('ecwid', { sku: 'Y', delta: -2 });
		await refresh();
		expect(levelsIn(host, 'ecwid')).toEqual({ Y: 8, Z: 10, KIT: 10 });
		expect(messages()).toStrictEqual([expect.stringMatching(/^KIT was not set: Ecwid puts it/)]);
	});

	test('a part that could not be taken is named with its order and its kit', async () => {
		host.running.sandbox.seed({ webflow: tenOfEach('Y'), ecwid: ITEMS });
		await order([{ id: 12, sku: 'KIT', quantity: 2 }]);
		expect(levelsIn(host, 'webflow')).toEqual({ Y: 8 });
		expect(messages()[0]).toMatch(
			/^Take parts in Webflow: order 1042, 2 of Z for kit KIT: Webflow does not know/,
		);
	});
});
