/** The examples that a clock, an order or a person starts, imported into a real n8n and run there. */
import type { IDataObject } from 'n8n-workflow';
import {
	fromSheet,
	given,
	nodeOf,
	orderOf,
	readExample,
	runCalls,
	withoutGoogle,
} from './example.mts';
import type { Execution, WorkflowJson } from './n8n.mts';
import { OMITTED } from './lines.mts';
import { Chat, Mailbox, partsOf } from './receivers.mts';
import { useHost } from './setup.mts';
import type { ServiceName } from '../support/services.mts';
import { SERVICES } from '../support/services.mts';
import { levelsIn, tenOfEach } from '../support/stock.mts';

const PRODUCTS = tenOfEach('A', 'B', 'C', '0017');

const host = useHost((sandbox) => sandbox.seed({ products: PRODUCTS }));

/** Imports a workflow and runs it from its first node. */
async function run(workflow: WorkflowJson): Promise<Execution> {
	const id = await host.n8n.createWorkflow(workflow);
	return await host.n8n.run(id, workflow.nodes[0].name);
}

const levels = (service: ServiceName): Record<string, number> => levelsIn(host.running, service);

function inAllShops(expected: Record<string, number>): void {
	for (const service of SERVICES) expect([service, levels(service)]).toEqual([service, expected]);
}

function sell(service: ServiceName, sku: string, units: number): void {
	host.running.sandbox.change(service, { sku, delta: -units });
}

/** A row to be checked names its shop; where the error output tells no more than the problem, the step. */
const inCheck = (shop: string, step: string): IDataObject =>
	OMITTED.errorDetails
		? { shop: `${step} ${shop}`, status: 'see problem' }
		: { shop, status: 'failed' };

describe('stock-take-google-sheets', () => {
	const COUNT = [
		{ row_number: 2, SKU: 'A', Counted: 7 },
		{ row_number: 3, SKU: 'B', Counted: '' },
		{ row_number: 4, SKU: 'C', Counted: 0 },
		{ row_number: 5, SKU: 17, Counted: 3 },
		{ row_number: 6, SKU: 'A3', Counted: 'three' },
	];
	const count = async (rows: IDataObject[]) =>
		await run(withoutGoogle(await readExample('stock-take-google-sheets', host), rows));

	test('the stock-take sets three shops, books every row, and empties the count at the end', async () => {
		const execution = await count(COUNT);
		expect(execution.error).toBeUndefined();
		inAllShops({ A: 7, B: 10, C: 0, '0017': 10 });

		const reference = `stock-take ${execution.id}`;
		expect(given(execution, 'Add to Results')).toMatchObject(
			SERVICES.flatMap((platform) => [
				{ platform, sku: 'A', status: 'updated', previousQuantity: 10, quantity: 7, reference },
				{ platform, sku: 'C', status: 'updated', previousQuantity: 10, quantity: 0, reference },
			]),
		);
		expect(given(execution, 'Add to To check')).toMatchObject(
			['Webflow', 'Ecwid', 'RootFi'].flatMap((shop) => [
				{ ...inCheck(shop, 'Set in'), sku: '17', counted: '3', reference },
				{ ...inCheck(shop, 'Set in'), sku: 'A3', counted: 'three', reference },
			]),
		);
		expect(given(execution, 'Add to To check')[0].problem).toContain('0017');
		expect(orderOf(execution).at(-1)).toBe('Empty the count');
	});

	test('the stock-take does nothing on an evening nobody counted', async () => {
		const execution = await count(COUNT.map((row) => ({ ...row, Counted: '' })));
		inAllShops({ A: 10, B: 10, C: 10, '0017': 10 });
		expect(orderOf(execution)).toStrictEqual([
			'Every evening',
			'Read the count',
			'Rows with a count',
		]);
	});

	describe('undo-stock-take', () => {
		const undo = async (results: IDataObject[], reference: string): Promise<Execution> => {
			const workflow = await readExample('undo-stock-take', host);
			const { assignments } = nodeOf(workflow, 'Which stock-take').parameters.assignments as {
				assignments: IDataObject[];
			};
			assignments[0].value = reference;
			return await run(withoutGoogle(workflow, fromSheet(results)));
		};

		test('undoing a stock-take puts every level back, but leaves alone what was sold in between', async () => {
			const earlier = await count([{ SKU: 'B', Counted: 9 }]);
			const stockTake = await count(COUNT);
			const sheet = [earlier, stockTake].flatMap((one) => given(one, 'Add to Results'));
			inAllShops({ A: 7, B: 9, C: 0, '0017': 10 });
			sell('ecwid', 'A', 2);

			const undone = await undo(sheet, `stock-take ${stockTake.id}`);
			expect(undone.error).toBeUndefined();
			expect(levels('webflow')).toEqual({ A: 10, B: 9, C: 10, '0017': 10 });
			expect(levels('ecwid')).toEqual({ A: 5, B: 9, C: 10, '0017': 10 });
			expect(levels('rootfi')).toEqual({ A: 10, B: 9, C: 10, '0017': 10 });
			expect(given(undone, 'Add to To check')).toMatchObject([
				{
					...inCheck('Ecwid', 'Back in'),
					sku: 'A',
					problem: expect.stringMatching(/^The level is 5, not 7 /),
				},
			]);

			// Once more: there is nothing left to put back, and nothing moves.
			const again = await undo(sheet, `stock-take ${stockTake.id}`);
			expect(given(again, 'Add to Results')).toStrictEqual([]);
			expect(given(again, 'Add to To check')).toHaveLength(6);
			expect(levels('ecwid')).toEqual({ A: 5, B: 9, C: 10, '0017': 10 });

			// And the undo undone, as the note says.
			sheet.push(...given(undone, 'Add to Results'));
			await undo(sheet, `undo of stock-take ${stockTake.id}`);
			expect(levels('webflow')).toEqual({ A: 7, B: 9, C: 0, '0017': 10 });
			expect(levels('ecwid')).toEqual({ A: 5, B: 9, C: 0, '0017': 10 });
		});

		test('undoing a stock-take of many items works, though Ecwid takes them in one go', async () => {
			const many = Array.from({ length: 30 }, (_, n) => ({
				name: `Item ${n}`,
				sku: `N${n}`,
				quantity: n,
			}));
			host.running.sandbox.seed({ products: many });
			const before = levels('ecwid');
			const stockTake = await count(many.map(({ sku }, n) => ({ SKU: sku, Counted: 200 + n })));
			expect(Object.values(levels('ecwid')).every((level) => level >= 200)).toBe(true);
			sell('ecwid', 'N7', 1);
			const undone = await undo(given(stockTake, 'Add to Results'), `stock-take ${stockTake.id}`);
			expect(levels('ecwid')).toEqual({ ...before, N7: 206 });
			expect(levels('rootfi')).toEqual(before);
			expect(given(undone, 'Add to To check')).toMatchObject([
				{ ...inCheck('Ecwid', 'Back in'), sku: 'N7' },
			]);
		});

		test('undoing a stock-take says so when Results has no such stock-take', async () => {
			const execution = await undo(
				[{ platform: 'ecwid', sku: 'A', status: 'updated', reference: 'stock-take 1' }],
				'stock-take 4711',
			);
			expect(execution.status).toBe('error');
			expect(execution.error?.message).toContain(
				'no written rows with the reference “stock-take 4711”',
			);
		});
	});
});

describe('shop-order', () => {
	let chat: Chat;
	beforeAll(async () => (chat = await Chat.open()));
	afterAll(async () => await chat.close());

	const ORDER = {
		id: 731,
		number: '1042',
		status: 'processing',
		line_items: [
			{ id: 11, name: 'Item A', sku: 'A', quantity: 2 },
			{ id: 12, name: 'Item A', sku: 'A', quantity: 1 },
			{ id: 13, name: 'Not counted', sku: 'U', quantity: 4 },
			{ id: 14, name: 'Only here', sku: 'ONLY-HERE', quantity: 1 },
			{ id: 15, name: 'No code', sku: '', quantity: 1 },
		],
	};
	/** WooCommerce calls again and again; the workflow stays the same. */
	const calls = async (orders: IDataObject[]): Promise<Execution[]> => {
		const workflow = await readExample('shop-order', host);
		nodeOf(workflow, 'Send message').parameters.url = chat.url;
		return await runCalls(host, workflow, orders);
	};

	test('a shop order takes each line away once, skips what is not counted, and tells the chat the rest', async () => {
		const uncounted = { name: 'Not counted', sku: 'U', quantity: 5, unlimited: true };
		host.running.sandbox.seed({
			webflow: [...PRODUCTS, uncounted],
			ecwid: [...PRODUCTS, uncounted],
		});
		const [pending, paid, ...more] = await calls([
			{ ...ORDER, status: 'pending' },
			ORDER,
			ORDER,
			{ ...ORDER, status: 'completed' },
			{ ...ORDER, number: '1043', line_items: [{ id: 16, sku: 'B', quantity: 3 }] },
		]);
		expect(orderOf(pending)).not.toContain('Take away in Webflow');
		for (const service of ['webflow', 'ecwid'] as const) {
			expect(levels(service)).toMatchObject({ A: 7, B: 7, C: 10 });
		}
		expect(levels('rootfi')).toMatchObject({ A: 10 });

		expect(given(paid, 'Audit trail').map(({ sku, status }) => [sku, status])).toStrictEqual(
			['webflow', 'ecwid'].flatMap(() => [
				['A', 'updated'],
				['A', 'updated'],
				['U', 'skipped'],
			]),
		);
		expect(given(more[0], 'Audit trail').map(({ status }) => status)).toStrictEqual(
			['webflow', 'ecwid'].flatMap(() => ['duplicate', 'duplicate', 'skipped']),
		);
		expect(chat.received).toHaveLength(6);
		const { text } = chat.received[0] as { text: string };
		expect(text.split('\n')).toStrictEqual([
			expect.stringMatching(/^Take away in Webflow: order 1042, 1 of ONLY-HERE: /),
			expect.stringMatching(/^Take away in Webflow: order 1042, 1 of a line without a SKU: /),
		]);
	});
});

describe('orders', () => {
	test('an export of orders takes each line once, though the next export has newer orders on top', async () => {
		const line = (InvoiceNo: string, StockCode: string, Quantity: string) => ({
			InvoiceNo,
			StockCode,
			Quantity,
		});
		const first = [line('1', 'A', '2'), line('1', 'B', '1'), line('1', 'A', '2')];
		const later = [line('2', 'A', '1'), line('2', 'B', '1'), ...first];
		const workflow = await readExample('orders', host);
		const pinned = (rows: IDataObject[]) => ({
			...workflow,
			pinData: { 'Orders of the day': [{ json: {} }], 'Read CSV': rows.map((json) => ({ json })) },
		});
		const id = await host.n8n.createWorkflow(pinned(first));
		await host.n8n.run(id, workflow.nodes[0].name);
		inAllShops({ A: 6, B: 9, C: 10, '0017': 10 });
		const { versionId } = await host.n8n.rest('GET', `/workflows/${id}`);
		await host.n8n.rest('PATCH', `/workflows/${id}`, { ...pinned(later), versionId });
		const again = await host.n8n.run(id, workflow.nodes[0].name);
		inAllShops({ A: 5, B: 8, C: 10, '0017': 10 });
		expect(given(again, 'Audit trail').map(({ status }) => status)).toStrictEqual(
			SERVICES.flatMap(() => ['updated', 'updated', ...Array(3).fill('duplicate')]),
		);
	});
});

describe('low-stock-digest', () => {
	let chat: Chat;
	beforeAll(async () => (chat = await Chat.open()));
	afterAll(async () => await chat.close());
	beforeEach(() => chat.received.splice(0));

	const digest = async (): Promise<Execution> => {
		const workflow = await readExample('low-stock-digest', host);
		nodeOf(workflow, 'Send message').parameters.url = chat.url;
		return await run(workflow);
	};

	test('the low-stock digest sends one message for three shops', async () => {
		sell('webflow', 'A', 6);
		sell('ecwid', 'A', 5);
		sell('ecwid', 'B', 4);
		sell('rootfi', '0017', 10);
		await digest();
		expect(chat.received).toStrictEqual([
			{
				text: [
					'Webflow: Item A (A): 4 left',
					'Ecwid: Item A (A): 5 left',
					'RootFi: Item 0017 (0017): 0 left',
				].join('\n'),
			},
		]);
	});

	test('the low-stock digest goes by the limit an item has of its own in Ecwid and RootFi', async () => {
		const limits: Record<string, number> = { A: 10, B: 2 };
		host.running.sandbox.seed({
			products: PRODUCTS.map((item) => ({ ...item, reorderLevel: limits[item.sku] })),
		});
		for (const service of SERVICES) sell(service, 'B', 6);
		await digest();
		expect(chat.received).toStrictEqual([
			{
				text: [
					'Webflow: Item B (B): 4 left',
					'Ecwid: Item A (A): 10 left',
					'RootFi: Item A (A): 10 left',
				].join('\n'),
			},
		]);
	});

	test('the low-stock digest sends nothing when nothing is low, and what there is when two shops have nothing', async () => {
		const execution = await digest();
		expect(execution.status).toBe('success');
		expect(chat.received).toStrictEqual([]);
		sell('rootfi', 'C', 8);
		await digest();
		expect(chat.received).toStrictEqual([{ text: 'RootFi: Item C (C): 2 left' }]);
	});

	test('the low-stock digest names a shop that cannot be read, and the others’ levels all the same', async () => {
		sell('rootfi', 'A', 9);
		const refused = { status: 403, body: {} };
		host.running.sandbox.faults.add([{ platform: 'ecwid', times: 100, then: refused }]);
		await digest();
		const [{ text }] = chat.received as Array<{ text: string }>;
		expect(text.split('\n')).toStrictEqual([
			expect.stringMatching(/^Ecwid: not read\. /),
			'RootFi: Item A (A): 1 left',
		]);
	});

	test('the low-stock digest names twenty-five items, and says how many more there are', async () => {
		const low = Array.from({ length: 60 }, (_, n) => ({
			name: `I${n}`,
			sku: `N${n}`,
			quantity: 1,
		}));
		host.running.sandbox.seed({ ecwid: low });
		await digest();
		const [{ text }] = chat.received as Array<{ text: string }>;
		expect(text.split('\n')).toHaveLength(26);
		expect(text.split('\n').at(-1)).toBe('… and 35 more');
	});
});

describe('nightly-difference-report', () => {
	let mailbox: Mailbox;
	beforeAll(async () => {
		mailbox = await Mailbox.open();
		host.credentials.smtp = await host.n8n.createCredential('Mail', 'smtp', mailbox.credential);
	});
	afterAll(async () => await mailbox.close());
	beforeEach(() => mailbox.received.splice(0));

	const report = async (): Promise<Execution> =>
		await run(await readExample('nightly-difference-report', host));

	test('the difference report sends what differs as a list, what is sold out in one shop first, and writes nothing', async () => {
		host.running.sandbox.seed({ webflow: PRODUCTS.filter(({ sku }) => sku !== '0017') });
		sell('webflow', 'A', 3);
		sell('rootfi', 'C', 10);
		const before = host.running.sandbox.stock();
		const execution = await report();
		expect(execution.error).toBeUndefined();
		expect(host.running.sandbox.stock()).toStrictEqual(before);
		expect(mailbox.received).toHaveLength(1);
		expect(mailbox.received[0]).toContain('Subject: 3 differences from the stock in Ecwid');
		const [text, list] = partsOf(mailbox.received[0]);
		expect(text.split('\n').slice(0, 3)).toStrictEqual([
			'C in RootFi: 0, in Ecwid 10 (sold out in one of them)',
			'A in Webflow: 7, in Ecwid 10',
			expect.stringMatching(/^0017 in Webflow: /),
		]);
		const lines = list
			.replace(/^\uFEFF/, '')
			.trim()
			.split(/\r?\n/);
		expect(lines).toStrictEqual([
			'sku,name,inEcwid,shop,inShop,status,message,soldOutInOne',
			'C,Item C,10,RootFi,0,planned,Would be set from 0 to 10.,yes',
			'A,Item A,10,Webflow,7,planned,Would be set from 7 to 10.,no',
			expect.stringMatching(/^0017,Item 0017,10,Webflow,,failed,.*,no$/),
		]);
	});

	test('the difference report sends nothing when all shops agree', async () => {
		const execution = await report();
		expect(execution.status).toBe('success');
		expect(mailbox.received).toStrictEqual([]);
	});
});
