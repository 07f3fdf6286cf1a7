/** Sold-out products leave the Ecwid shop and come back, in a real n8n. */
import type { IDataObject } from 'n8n-workflow';
import { nodeOf, readExample, runCalls } from '../example.mts';
import { Chat } from '../receivers.mts';
import { useHost } from '../setup.mts';
import { tenOfEach } from '../stock.mts';
import { describeWithTables, removeTables, rowsOf } from './tables.mts';

describeWithTables('hide-sold-out', () => {
	const variation = (sku: string) => ({ sku, options: { Size: sku }, quantity: 1 });
	const [plain, shirt] = tenOfEach('A', 'SHIRT');
	const variations = [variation('S'), variation('M')];
	const host = useHost((sandbox) =>
		sandbox.seed({ ecwid: [plain, { ...shirt, quantity: 0, variations }] }),
	);
	let chat: Chat;
	const [A, SHIRT] = ['692730001', '692730002'];

	beforeAll(async () => (chat = await Chat.open()));
	afterAll(async () => await chat.close());
	beforeEach(async () => {
		chat.received.splice(0);
		await removeTables(host);
	});

	/** The events of one poll. */
	async function tell(...itemIds: string[]): Promise<void> {
		const workflow = await readExample('hide-sold-out', host);
		nodeOf(workflow, 'Send message').parameters.url = chat.url;
		for (const name of ['Read the product', 'Hide it', 'Show it again']) {
			nodeOf(workflow, name).retryOnFail = false;
		}
		const store = nodeOf(workflow, 'Your Ecwid store').parameters as {
			assignments: { assignments: Array<{ value: unknown }> };
		};
		store.assignments.assignments[0].value = `${host.running.url}/ecwid/api/v3/1003`;
		const events = itemIds.map((itemId) => ({ event: 'outOfStock', itemId }));
		const [execution] = await runCalls(host, workflow, events);
		expect(execution.error).toBeUndefined();
	}

	const api = async (itemId: string, body?: IDataObject): Promise<IDataObject> => {
		const response = await fetch(`${host.running.url}/ecwid/api/v3/1003/products/${itemId}`, {
			method: body === undefined ? 'GET' : 'PUT',
			headers: { Authorization: 'Bearer secret_sandbox', 'Content-Type': 'application/json' },
			body: body === undefined ? undefined : JSON.stringify(body),
		});
		return (await response.json()) as IDataObject;
	};
	const isShown = async (itemId: string) => (await api(itemId)).enabled;
	const move = (sku: string, delta: number) => host.running.sandbox.change('ecwid', { sku, delta });

	test('a sold-out product is hidden, and shown again when it is back', async () => {
		move('A', -10);
		await tell(A);
		expect(await isShown(A)).toBe(false);
		expect(await rowsOf(host, 'hidden-products')).toMatchObject([{ itemId: A, name: 'Item A' }]);
		move('A', 4);
		await tell(A);
		expect(await isShown(A)).toBe(true);
		expect(await rowsOf(host, 'hidden-products')).toStrictEqual([]);
		expect(chat.received).toStrictEqual([]);
	});

	test('a product with variations is hidden only when all of them are out', async () => {
		move('S', -1);
		await tell(SHIRT);
		expect(await isShown(SHIRT)).toBe(true);
		move('M', -1);
		await tell(SHIRT);
		expect(await isShown(SHIRT)).toBe(false);
		move('S', 1);
		await tell(SHIRT);
		expect(await isShown(SHIRT)).toBe(true);
	});

	test('a product that the owner hid by hand stays hidden', async () => {
		await api(A, { enabled: false });
		move('A', -10);
		await tell(A);
		move('A', 4);
		await tell(A);
		expect(await isShown(A)).toBe(false);
		expect(await rowsOf(host, 'hidden-products')).toStrictEqual([]);
	});

	test('a product that could not be hidden is named, and not remembered as hidden', async () => {
		move('A', -10);
		const refused = { status: 403, body: { errorMessage: 'Not allowed' } };
		host.running.sandbox.faults.add([
			{ platform: 'ecwid', method: 'PUT', apply: false, then: refused },
		]);
		await tell(A);
		expect(await isShown(A)).toBe(true);
		expect(await rowsOf(host, 'hidden-products')).toStrictEqual([]);
		expect(chat.received).toMatchObject([
			{ text: expect.stringMatching(/^Item A \(692730001\) could not be hidden: /) },
		]);
	});
});
