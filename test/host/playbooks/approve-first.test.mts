/** A plan is written after a yes, and only then, in a real n8n. */
import type { IDataObject } from 'n8n-workflow';
import { setTimeout as wait } from 'node:timers/promises';
import { nodeOf, orderOf, readExample, withoutGoogle } from '../example.mts';
import type { Execution, WorkflowJson } from '../n8n.mts';
import { Mailbox, partsOf } from '../receivers.mts';
import { useHost } from '../setup.mts';
import { press } from './answers.mts';
import { levelsIn, tenOfEach } from '../stock.mts';
import { describeWithTables, removeTables, rowsOf } from './tables.mts';

describeWithTables('approve-first', () => {
	const host = useHost((sandbox) => sandbox.seed({ products: tenOfEach('A', 'B', 'C', 'D') }));
	let mailbox: Mailbox;

	beforeAll(async () => {
		mailbox = await Mailbox.open();
		host.credentials.smtp = await host.n8n.createCredential('Mail', 'smtp', mailbox.credential);
	});
	afterAll(async () => await mailbox.close());
	beforeEach(async () => {
		mailbox.received.splice(0);
		await removeTables(host);
	});

	const SHEET = [
		{ SKU: 'A', Quantity: 12 },
		{ SKU: 'B', Quantity: 90 },
		{ SKU: 'C', Quantity: 10 },
		{ SKU: 'D', Quantity: 'many' },
	];

	/** Runs until the question is asked; resolves with the id of the execution, which then waits. */
	async function ask(edit: (workflow: WorkflowJson) => void = () => {}): Promise<string> {
		const workflow = withoutGoogle(await readExample('approve-first', host), SHEET);
		edit(workflow);
		const id = await host.n8n.createWorkflow(workflow);
		const execution = await host.n8n.begin(id, 'When clicking ‘Execute workflow’');
		for (let status = ''; status !== 'waiting';) {
			await wait(200);
			({ status } = await host.n8n.rest<{ status: string }>('GET', `/executions/${execution}`));
			if (status === 'error' || status === 'success') throw new Error(`It ended as ${status}`);
		}
		return execution;
	}

	/** Presses a button of the question. */
	async function answer(execution: string, label: string): Promise<Execution> {
		await press(mailbox.received.at(-1) ?? '', label);
		return await host.n8n.finished(execution);
	}

	const levels = () => levelsIn(host, 'ecwid');

	test('after a yes exactly the plan that was shown is written, each row only at the level that was shown', async () => {
		const execution = await ask();
		const [text, list] = partsOf(mailbox.received[0]);
		expect(mailbox.received[0]).toContain('Subject: 2 levels to approve');
		expect(text.split('\n').slice(0, 2)).toStrictEqual(['B: 10 -> 90', 'A: 10 -> 12']);
		expect(text).toMatch(/1 rows need you .*\nD: .*many/);
		expect(list).toContain('A,Item A,10,12,planned');
		expect(levels()).toEqual({ A: 10, B: 10, C: 10, D: 10 });

		host.running.sandbox.change('ecwid', { sku: 'B', delta: -1 });
		host.running.sandbox.change('ecwid', { sku: 'C', delta: -1 });
		const done = await answer(execution, 'Write them');
		expect(done.error).toBeUndefined();
		expect(levels()).toEqual({ A: 12, B: 9, C: 9, D: 10 });
		expect(mailbox.received.at(-1)).toContain('Subject: 1 levels were not written');
		expect(mailbox.received.at(-1)).toMatch(/B: The level is 9, not 10/);
		expect(await rowsOf(host, 'stock-log')).toMatchObject([
			{ sku: 'A', previousQuantity: 10, quantity: 12, reference: `plan ${execution}` },
		]);
	});

	test('a no writes nothing', async () => {
		const done = await answer(await ask(), 'Leave them');
		expect(levels()).toEqual({ A: 10, B: 10, C: 10, D: 10 });
		expect(orderOf(done)).toContain('Nothing was written');
		expect(orderOf(done)).not.toContain('Write in Ecwid');
	});

	test('no answer in time writes nothing', async () => {
		const execution = await ask((workflow) => {
			const { limitWaitTime } = nodeOf(workflow, 'Ask').parameters.options as IDataObject;
			Object.assign((limitWaitTime as { values: IDataObject }).values, {
				resumeAmount: 0.1,
				resumeUnit: 'minutes',
			});
		});
		const done = await host.n8n.finished(execution);
		expect(orderOf(done)).toContain('Nothing was written');
		expect(orderOf(done)).not.toContain('Write in Ecwid');
		expect(levels()).toEqual({ A: 10, B: 10, C: 10, D: 10 });
	});
});
