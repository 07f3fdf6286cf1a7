/** Webflow and Ecwid sell the same stock; no sale is lost, doubled or sent round in circles. */
import { parameters } from '../../engine/setup.mts';
import type { Execution, WorkflowJson } from '../n8n.mts';
import { Chat } from '../receivers.mts';
import { runStock, useHost } from '../setup.mts';
import { CHECK, importShared, setting, sharedRows, TABLE, until } from './shared-stock.mts';
import { changeRows, describeWithTables, removeTables } from './tables.mts';
import { writesIn, levelsIn, tenOfEach } from '../../support/stock.mts';
import type { ServiceName } from '../../support/services.mts';

describeWithTables('two-shops-one-shelf', () => {
	const host = useHost((sandbox) => sandbox.seed({ products: tenOfEach('A', 'B', 'C') }));
	let chat: Chat;
	let id: string;
	beforeAll(async () => (chat = await Chat.open()));
	afterAll(async () => await chat.close());
	beforeEach(async () => {
		await removeTables(host);
		chat.received.length = 0;
	});

	const open = async (edit?: (workflow: WorkflowJson) => void): Promise<void> => {
		id = await importShared(host, chat.url, edit);
	};

	async function check(): Promise<Execution> {
		const execution = await host.n8n.run(id, CHECK);
		expect(execution.error).toBeUndefined();
		return execution;
	}

	function sell(service: ServiceName, sku: string, units: number): void {
		host.running.sandbox.change(service, { sku, delta: -units });
	}

	const both = (levels: Record<string, number>): void => {
		expect(levelsIn(host.running, 'webflow')).toEqual(levels);
		expect(levelsIn(host.running, 'ecwid')).toEqual(levels);
	};

	test('what each shop has sold since the last check is taken off in the other, once', async () => {
		await open();
		await check();
		sell('webflow', 'A', 2);
		sell('ecwid', 'A', 3);
		sell('ecwid', 'B', -5);
		await check();
		both({ A: 5, B: 15, C: 10 });
		const written = writesIn(host.running).length;
		await check();
		both({ A: 5, B: 15, C: 10 });
		expect(writesIn(host.running)).toHaveLength(written);
		expect(chat.received).toStrictEqual([]);
	});

	test.each([
		['lower', 4],
		['webflow', 7],
		['ecwid', 4],
	])('the first time, the level of %s counts, as Settings says', async (startFrom, level) => {
		host.running.sandbox.change('webflow', { sku: 'A', quantity: 7 });
		host.running.sandbox.change('ecwid', { sku: 'A', quantity: 4 });
		await open((workflow) => setting(workflow, 'startFrom', startFrom));
		await check();
		both({ A: level, B: 10, C: 10 });
	});

	test('a count in one shop reaches the other as the difference it is', async () => {
		await open();
		await check();
		sell('ecwid', 'A', 1);
		const counted = { ...parameters('setQuantity'), options: { reason: 'stock-take' } };
		await runStock(host, {
			service: 'webflow',
			parameters: counted,
			input: [{ sku: 'A', qty: 14 }],
		});
		await check();
		both({ A: 13, B: 10, C: 10 });
	});

	test('what cannot be shared is set aside by name, reported once, and continues when it can', async () => {
		const { sandbox } = host.running;
		const [d, e, f] = tenOfEach('D', 'E', 'F');
		const uncounted = { ...f, unlimited: true };
		sandbox.seed({ webflow: [d, { ...e, sku: 'D' }, uncounted], ecwid: [d, e, f] });
		await open();
		await check();
		const told = (chat.received as Array<{ text: string }>).flatMap(({ text }) => text.split('\n'));
		expect(told.sort()).toStrictEqual([
			expect.stringMatching(/^D: Webflow: .*2 items.*It takes part again/) as string,
			expect.stringMatching(/^E: Webflow: .*It takes part again/) as string,
			'F: Webflow: the item is not counted. Webflow has no known level, Ecwid has 10. It takes part again once that is fixed.',
		]);
		expect(chat.received).toHaveLength(1);
		expect(writesIn({ sandbox })).toStrictEqual([]);

		sandbox.change('webflow', { sku: 'F', quantity: 8 });
		sell('ecwid', 'F', 1);
		await check();
		expect(chat.received).toHaveLength(1);
		expect(levelsIn(host.running, 'webflow').F).toBe(8);
		expect(levelsIn(host.running, 'ecwid').F).toBe(8);
	});

	test('an answer that stays unknown sets the item aside, until a person says which level counts', async () => {
		const { sandbox } = host.running;
		await open();
		await check();
		sell('ecwid', 'A', 2);
		const anotherSale = { sku: 'A', delta: -1 };
		sandbox.faults.add([
			{ platform: 'webflow', method: 'PATCH', then: 'reset', after: anotherSale },
		]);
		await check();
		expect((await sharedRows(host)).get('A')).toMatchObject({
			state: 'set aside',
			webflow: 7,
			ecwid: 8,
		});
		expect(chat.received).toStrictEqual([
			{
				text: expect.stringMatching(
					/^A: Webflow: .* Webflow has 7, Ecwid has 8\. Type the level that counts into/,
				) as string,
			},
		]);

		const written = writesIn({ sandbox }).length;
		await check();
		expect(writesIn({ sandbox })).toHaveLength(written);
		expect(chat.received).toHaveLength(1);

		await changeRows(host, TABLE, { sku: 'A' }, { level: 7 });
		await check();
		both({ A: 7, B: 10, C: 10 });
		expect((await sharedRows(host)).get('A')).toMatchObject({ state: 'agreed', level: null });
		sell('webflow', 'A', 1);
		await check();
		both({ A: 6, B: 10, C: 10 });
	});

	/** Its polls would see what the workflow wrote, and start it for nothing. */
	async function openWithoutPolls(): Promise<void> {
		await open((workflow) => {
			const polls = 'Stock changed in Ecwid';
			workflow.nodes = workflow.nodes.filter(({ name }) => name !== polls);
			delete workflow.connections[polls];
		});
		await check();
	}

	test.each([
		[
			'while the levels are read',
			[
				// The first execution reads before it, and the second one is done reading after the first has ended.
				{ method: 'GET', path: '/inventory$', after: { sku: 'A', delta: -1 } },
				{ method: 'GET', path: '/inventory$', delayMs: 6_000 },
				{ platform: 'ecwid' as const, method: 'GET', delayMs: 2_000 },
			],
		],
		[
			'while it is sent',
			[{ platform: 'ecwid' as const, method: 'POST', path: '/batch', delayMs: 4_000 }],
		],
	])('a second sale %s reaches the other shop without waiting for a check', async (_, faults) => {
		await openWithoutPolls();
		await host.n8n.activate(id);
		try {
			const { sandbox } = host.running;
			sandbox.faults.add(faults);
			sell('webflow', 'A', 3);
			if (faults.length === 1) {
				await until(async () => (await sharedRows(host)).get('A')?.state === 'sending');
				sell('webflow', 'A', 1);
			}
			await until(() => levelsIn(host.running, 'ecwid').A === 6);
			await sandbox.webflow.webhooks.deliveries.settled();
			await host.n8n.executionsOf(id);
			both({ A: 6, B: 10, C: 10 });
		} finally {
			await host.n8n.deactivate(id);
		}
	});

	test('a sale wakes it, reaches the other shop, and sends nothing round', async () => {
		await openWithoutPolls();
		await host.n8n.activate(id);
		try {
			sell('webflow', 'A', 3);
			await until(() => levelsIn(host.running, 'ecwid').A === 7);
			await host.running.sandbox.webflow.webhooks.deliveries.settled();
			both({ A: 7, B: 10, C: 10 });
			expect(await host.n8n.executionsOf(id)).toHaveLength(1);
		} finally {
			await host.n8n.deactivate(id);
		}
	});
});
