/** A supplier's file sets the stock in Ecwid, and the run is undone, in a real n8n. */
import type { IDataObject } from 'n8n-workflow';
import { given, nodeOf, readExample } from '../example.mts';
import type { Execution, WorkflowJson } from '../n8n.mts';
import { Chat } from '../receivers.mts';
import { useHost } from '../setup.mts';
import { FilePage, FtpServer } from './suppliers.mts';
import { describeWithTables, removeTables, rowsOf } from './tables.mts';
import { levelsIn, tenOfEach } from '../../support/stock.mts';

describeWithTables('supplier-feed', () => {
	const host = useHost((sandbox) => sandbox.seed({ products: tenOfEach('A', 'B', 'C', 'D', 'E') }));
	let chat: Chat;
	let page: FilePage;
	let ftp: FtpServer;

	beforeAll(async () => {
		[chat, page, ftp] = [await Chat.open(), await FilePage.open(), await FtpServer.open()];
		host.credentials.ftp = await host.n8n.createCredential('FTP', 'ftp', ftp.credential);
	});
	afterAll(async () => await Promise.all([chat.close(), page.close(), ftp.close()]));
	beforeEach(async () => {
		chat.received.splice(0);
		await removeTables(host);
	});

	const messages = (): string =>
		chat.received.map((one) => (one as { text: string }).text).join('\n');
	const csv = (rows: Record<string, string>): string =>
		['SKU,Stock', ...Object.entries(rows).map(([sku, stock]) => `${sku},${stock}`)].join('\n');

	/** The workflow of one supplier; each file is one morning. */
	async function supplier(
		name = 'Supplier 1',
	): Promise<(file: string | null) => Promise<Execution>> {
		const id = await host.n8n.createWorkflow(await ready(name));
		return async (file) => {
			page.file = file;
			return await host.n8n.run(id, 'Every morning');
		};
	}

	async function ready(name = 'Supplier 1'): Promise<WorkflowJson> {
		const workflow = await readExample('supplier-feed', host);
		nodeOf(workflow, 'Feed by address').parameters.url = page.url;
		nodeOf(workflow, 'Feed by address').retryOnFail = false;
		nodeOf(workflow, 'Send message').parameters.url = chat.url;
		const settings = nodeOf(workflow, 'This supplier').parameters as {
			assignments: { assignments: Array<{ name: string; value: unknown }> };
		};
		settings.assignments.assignments[0].value = name;
		return workflow;
	}

	async function undo(reference: string): Promise<Execution> {
		const workflow = await readExample('undo-a-run', host);
		nodeOf(workflow, 'Send message').parameters.url = chat.url;
		const settings = nodeOf(workflow, 'Which run').parameters as {
			assignments: { assignments: Array<{ value: unknown }> };
		};
		settings.assignments.assignments[0].value = reference;
		return await host.n8n.run(
			await host.n8n.createWorkflow(workflow),
			'When clicking ‘Execute workflow’',
		);
	}

	const levels = () => levelsIn(host.running, 'ecwid');
	const E = 10;

	test('words become numbers by the table, safety stock is held back, and a strange word comes to a person', async () => {
		const morning = await supplier();
		const execution = await morning(csv({ A: 'In stock', B: '>10', C: 'call', D: 'soon', F: '4' }));
		expect(execution.error).toBeUndefined();
		expect(levels()).toEqual({ A: 3, B: 8, C: 10, D: 10, E });
		expect(messages()).toMatch(
			/^Supplier 1: 2 to check\nD, in the feed: .*soon.*\nF, in the feed: /,
		);
	});

	test('an item missing from the feed goes to 0 if this feed wrote it before, and only then', async () => {
		const morning = await supplier();
		await morning(csv({ A: '20', B: '20', C: '20', D: '20', E: '12' }));
		expect(levels()).toEqual({ A: 18, B: 18, C: 18, D: 18, E: 10 });
		// E was right already: the feed has never written it.
		await morning(csv({ B: '20', C: '20', D: '20' }));
		expect(levels()).toEqual({ A: 0, B: 18, C: 18, D: 18, E: 10 });
		expect((await rowsOf(host, 'stock-log')).at(-1)).toMatchObject({
			sku: 'A',
			previousQuantity: 18,
			quantity: 0,
			reason: 'missing from the feed',
		});
		expect(messages()).toBe('');
	});

	test('an item of another supplier is never touched, and named', async () => {
		const first = await supplier('First');
		const second = await supplier('Second');
		await first(csv({ A: '7', B: '8' }));
		await second(csv({ B: '100', C: '9' }));
		expect(levels()).toEqual({ A: 5, B: 6, C: 7, D: 10, E });
		expect(messages()).toBe('Second: 1 to check\nB: belongs to another supplier, left alone');
	});

	test.each([
		['an empty file', '', 'The feed is empty'],
		['a file with nothing but its heading', 'SKU,Stock\n', 'The feed is empty'],
		['half a file', 'SKU,Stock\nA,50\n', 'only 33 % of the items'],
		['a file that is not there', null, 'The feed could not be read'],
	])('%s writes nothing, and says so', async (_, file, words) => {
		const morning = await supplier();
		await morning(csv({ A: '7', B: '8', C: '9' }));
		const before = levels();
		await morning(file);
		expect(levels()).toEqual(before);
		expect(messages()).toContain(words);
		expect(messages()).toContain('Nothing was written');
	});

	test('a feed that would empty most of the shop is stopped before it writes', async () => {
		const many = Array.from({ length: 24 }, (_, n) => `N${n}`);
		host.running.sandbox.seed({ ecwid: tenOfEach(...many) });
		const morning = await supplier();
		await morning(csv(Object.fromEntries(many.map((sku) => [sku, '50']))));
		await morning(csv(Object.fromEntries(many.map((sku) => [sku, 'out of stock']))));
		expect(new Set(Object.values(levels()))).toEqual(new Set([48]));
		expect(messages()).toContain('Supplier 1: 24 to check');
	});

	test('the second workflow puts every level back that the feed has written, but not what was sold since', async () => {
		const morning = await supplier();
		await morning(csv({ A: '7', B: '8', C: '12', D: 'call' }));
		expect(levels()).toEqual({ A: 5, B: 6, C: 10, D: 10, E });
		const log = await rowsOf(host, 'stock-log');
		expect(log).toMatchObject([
			{ platform: 'ecwid', sku: 'A', previousQuantity: 10, quantity: 5, status: 'updated' },
			{ platform: 'ecwid', sku: 'B', previousQuantity: 10, quantity: 6, status: 'updated' },
		]);
		host.running.sandbox.change('ecwid', { sku: 'B', delta: -1 });
		const reference = String(log[0].reference);
		await undo(reference);
		expect(levels()).toEqual({ A: 10, B: 5, C: 10, D: 10, E });
		expect(messages()).toMatch(/^1 not put back\nBack in Ecwid: B: The level is 5, not 6/);
		await undo(`undo of ${reference}`);
		expect(levels()).toEqual({ A: 5, B: 5, C: 10, D: 10, E });
		expect((await undo('Supplier 9, run 1')).error?.message).toContain(
			'no written rows with the reference “Supplier 9, run 1”',
		);
	});

	test('the file of a feed may come by FTP', async () => {
		const workflow = await ready();
		delete nodeOf(workflow, 'Every morning, by FTP').disabled;
		ftp.file = csv({ A: '7' });
		await host.n8n.run(await host.n8n.createWorkflow(workflow), 'Every morning, by FTP');
		expect(messages()).toBe('');
		expect(levels().A).toBe(5);
	});

	test('the file of a feed may come by email', async () => {
		const workflow = await ready();
		const mail = nodeOf(workflow, 'Feed by mail');
		delete mail.disabled;
		delete mail.credentials;
		const attachment_0 = {
			data: Buffer.from(csv({ A: '7' })).toString('base64'),
			mimeType: 'text/csv',
			fileName: 'stock.csv',
		};
		const received = [{ json: { subject: 'Stock' }, binary: { attachment_0 } }];
		const pinned = { ...workflow, pinData: { [mail.name]: received as unknown as IDataObject[] } };
		const execution = await host.n8n.run(await host.n8n.createWorkflow(pinned), mail.name);
		expect(given(execution, 'Add to the log')).toHaveLength(1);
		expect(levels().A).toBe(5);
	});
});
