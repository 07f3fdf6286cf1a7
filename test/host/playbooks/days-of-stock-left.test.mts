/** How long stock will last, worked out from the log, in a real n8n. */
import { nodeOf, readExample } from '../example.mts';
import { Chat } from '../receivers.mts';
import { useHost } from '../setup.mts';
import { tenOfEach } from '../stock.mts';
import { addRows, describeWithTables, removeTables } from './tables.mts';

describeWithTables('days-of-stock-left', () => {
	const host = useHost((sandbox) => sandbox.seed({ products: tenOfEach('A', 'B', 'C', 'D') }));
	let chat: Chat;
	beforeAll(async () => (chat = await Chat.open()));
	afterAll(async () => await chat.close());
	beforeEach(async () => {
		chat.received.splice(0);
		await removeTables(host);
	});

	const COLUMNS = {
		at: 'date',
		platform: 'string',
		sku: 'string',
		what: 'string',
		delta: 'number',
		status: 'string',
	};
	const sold = (sku: string, delta: number, others: Record<string, unknown> = {}) => ({
		at: new Date(Date.now() - 86_400_000).toISOString(),
		platform: 'ecwid',
		sku,
		what: 'changed in the shop',
		delta,
		status: 'updated',
		...others,
	});

	async function monday(): Promise<void> {
		const workflow = await readExample('days-of-stock-left', host);
		nodeOf(workflow, 'Send message').parameters.url = chat.url;
		const id = await host.n8n.createWorkflow(workflow);
		const { error } = await host.n8n.run(id, 'Every Monday');
		expect(error).toBeUndefined();
	}

	test('the message names what is soon sold out, the soonest first, by the sales of the last four weeks', async () => {
		const longAgo = new Date(Date.now() - 40 * 86_400_000).toISOString();
		await addRows(host, 'stock-log', COLUMNS, [
			sold('A', -20),
			sold('A', -8, { what: 'adjustByDelta' }),
			sold('A', 5),
			sold('B', -70),
			sold('C', -2),
			sold('D', -100, { at: longAgo }),
			sold('D', -100, { what: 'setQuantity' }),
			sold('D', -100, { status: 'failed' }),
			sold('D', -100, { platform: 'webflow' }),
		]);
		await monday();
		expect(chat.received).toStrictEqual([
			{
				text: [
					'4 days: Item B (B): 10 left, 70 sold in 28 days',
					'10 days: Item A (A): 10 left, 28 sold in 28 days',
				].join('\n'),
			},
		]);
	});

	test('the playbook sends nothing while the log is empty', async () => {
		await monday();
		expect(chat.received).toStrictEqual([]);
	});
});
