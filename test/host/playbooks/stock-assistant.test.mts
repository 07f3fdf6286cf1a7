/** An assistant that reads freely and writes after a person has seen the change, in a real n8n with a played model. */
import type { IDataObject } from 'n8n-workflow';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { writesOf } from '../../support/tries.mts';
import { readExample } from '../example.mts';
import { OMITTED } from '../lines.mts';
import type { Execution } from '../n8n.mts';
import { Mailbox } from '../receivers.mts';
import { useHost } from '../setup.mts';
import { press } from './answers.mts';
import { levelsIn, tenOfEach } from '../stock.mts';

const describeWithReview = OMITTED.reviewedTools ? describe.skip : describe;

describeWithReview('stock-assistant', () => {
	const host = useHost((sandbox) => sandbox.seed({ products: tenOfEach('A', 'B') }));
	let mailbox: Mailbox;

	type Call = [tool: string, args: IDataObject];
	/** What the model does at each turn: calls tools, or says something. */
	let turns: Array<Call[] | string> = [];
	/** What it was given at each turn. */
	let heard: Array<Array<{ role: string; content: unknown }>> = [];

	const model = createServer((request, response) => {
		let body = '';
		request.on('data', (text) => (body += text));
		request.on('end', () => {
			const { messages } = JSON.parse(body) as {
				messages: Array<{ role: string; content: unknown }>;
			};
			heard.push(messages);
			const turn = turns.shift() ?? 'Done';
			const message =
				typeof turn === 'string'
					? { role: 'assistant', content: turn }
					: {
							role: 'assistant',
							content: null,
							tool_calls: turn.map(([name, args], n) => ({
								id: `call_${heard.length}_${n}`,
								type: 'function',
								function: { name, arguments: JSON.stringify(args) },
							})),
						};
			const finish_reason = typeof turn === 'string' ? 'stop' : 'tool_calls';
			response.setHeader('Content-Type', 'application/json');
			response.end(
				JSON.stringify({
					id: 'chat',
					object: 'chat.completion',
					created: 0,
					model: 'played',
					choices: [{ index: 0, message, finish_reason }],
					usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
				}),
			);
		});
	});

	beforeAll(async () => {
		await new Promise<void>((resolve) => model.listen(0, '127.0.0.1', resolve));
		const { port } = model.address() as AddressInfo;
		mailbox = await Mailbox.open();
		host.credentials.smtp = await host.n8n.createCredential('Mail', 'smtp', mailbox.credential);
		host.credentials.openAiApi = await host.n8n.createCredential('Model', 'openAiApi', {
			apiKey: 'played',
			url: `http://127.0.0.1:${port}/v1`,
		});
	});
	afterAll(async () => {
		model.closeAllConnections();
		await Promise.all([mailbox.close(), new Promise((resolve) => model.close(resolve))]);
	});
	beforeEach(() => {
		[turns, heard] = [[], []];
		mailbox.received.splice(0);
	});

	/** Says something in the chat; resolves once the answer is there, or a person is asked. */
	async function say(...played: typeof turns): Promise<string> {
		turns = played;
		const workflow = await readExample('stock-assistant', host);
		const [trigger] = workflow.nodes;
		const said = { sessionId: 'one', action: 'sendMessage', chatInput: 'Please' };
		const pinned = { ...workflow, pinData: { [trigger.name]: [{ json: said }] } };
		const execution = await host.n8n.begin(await host.n8n.createWorkflow(pinned), trigger.name);
		await atRest(execution);
		return execution;
	}

	/** Waits until an execution has ended or waits for a person. */
	async function atRest(execution: string): Promise<void> {
		for (let status = 'new'; ['new', 'running'].includes(status); await wait(200)) {
			({ status } = await host.n8n.rest<{ status: string }>('GET', `/executions/${execution}`));
		}
	}

	async function decide(execution: string, label: string): Promise<Execution> {
		await press(mailbox.received.at(-1) ?? '', label);
		return await host.n8n.finished(execution);
	}

	const writes = () => writesOf(host.running.sandbox);
	/** What a reviewed tool is given stands under this name. */
	const MOVE: Call = ['Move_stock', { toolParameters: { sku: 'A', delta: -3 } }];

	test('the assistant reads without asking anyone', async () => {
		const execution = await say([['Read_a_level', { sku: 'A' }]], 'There are 10.');
		expect((await host.n8n.finished(execution)).error).toBeUndefined();
		expect(JSON.stringify(heard.at(-1)?.at(-1))).toContain('10');
		expect(mailbox.received).toStrictEqual([]);
		expect(levelsIn(host, 'ecwid')).toEqual({ A: 10, B: 10 });
	});

	test('a change is shown to a person first, and made after a yes', async () => {
		const execution = await say([MOVE], 'Done.');
		expect(writes()).toStrictEqual([]);
		const question = mailbox.received[0].replace(/=\n/g, '').replaceAll('&quot;', '"');
		expect(question).toContain('Move_stock');
		expect(question).toContain('{"sku":"A","delta":-3}');
		await decide(execution, 'Approve');
		expect(levelsIn(host, 'ecwid')).toEqual({ A: 7, B: 10 });
	});

	test('a change that is declined sends nothing', async () => {
		const execution = await say([MOVE], 'Nothing was changed.');
		await decide(execution, 'Decline');
		expect(writes()).toStrictEqual([]);
		expect(levelsIn(host, 'ecwid')).toEqual({ A: 10, B: 10 });
	});

	test('a change that is repeated is made once', async () => {
		const execution = await say([MOVE], [MOVE], 'It was made once.');
		await press(mailbox.received.at(-1) ?? '', 'Approve');
		for (let n = 0; n < 100 && mailbox.received.length < 2; n += 1) await wait(100);
		await atRest(execution);
		await decide(execution, 'Approve');
		expect(levelsIn(host, 'ecwid')).toEqual({ A: 7, B: 10 });
	});
});
