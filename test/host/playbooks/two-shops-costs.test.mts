/** What the shared stock of Webflow and Ecwid costs in requests, as examples/README.md states it. */
import type { LogEntry } from '../../../sandbox/log.mts';
import { nodeOf, readExample } from '../example.mts';
import { Chat } from '../receivers.mts';
import { useHost } from '../setup.mts';
import { CHECK, importShared, sharedRows, TABLE, until } from './shared-stock.mts';
import { addRows, describeWithTables, removeTables, rowCountOf } from './tables.mts';
import type { ServiceName } from '../../support/services.mts';
import { itemIn, levelsIn, numbered, writesIn } from '../../support/stock.mts';

/** Items in a page of either shop's list. */
const PAGE = 100;

const isBetweenShops = ({ path, method }: LogEntry): boolean =>
	!path.startsWith('batch ') && method !== 'webhook' && !path.includes('/webhooks');
/** Only the Ecwid trigger asks what was updated since. */
const isPoll = ({ query }: LogEntry): boolean => query.includes('updatedFrom=');
/** The time from which a poll asks for updates, in seconds since 1970; 0 for other requests. */
const updatedFrom = ({ query }: LogEntry): number =>
	Number(new URLSearchParams(query).get('updatedFrom') ?? 0);
/** Which item has a SKU: Webflow's catalog, unless the node has seen it within half a minute. */
const isLookUp = ({ platform, path }: LogEntry): boolean =>
	platform === 'webflow' && /\/products(\/[^/]+)?$/.test(path);

describeWithTables('what two shops with one stock cost', () => {
	const host = useHost((sandbox) => sandbox.seed({ products: numbered(3, 10) }));
	let chat: Chat;
	let id: string;
	beforeAll(async () => (chat = await Chat.open()));
	afterAll(async () => await chat.close());
	beforeEach(async () => await removeTables(host));
	afterEach(async () => await host.n8n.deactivate(id));

	/** Publishes the example once every item has a row. */
	async function open(): Promise<void> {
		id = await importShared(host, chat.url, (workflow) => {
			// Only the check that the test starts is counted.
			nodeOf(workflow, CHECK).parameters.rule = { interval: [{ field: 'months' }] };
		});
		await host.n8n.run(id, CHECK);
		await fillUp();
		await host.n8n.activate(id);
	}

	/** Adds the rows of the items that the first check left to the next ones, as those would. */
	async function fillUp(): Promise<void> {
		const { sandbox } = host.running;
		const rows = await sharedRows(host);
		const [{ id: _, createdAt, updatedAt, ...row }] = rows.values();
		const left = sandbox.webflow.stock().filter(({ sku }) => !rows.has(String(sku)));
		const added = left.map(({ sku, itemId }) => ({
			...row,
			sku,
			webflowId: itemId,
			ecwidId: itemIn(host.running, 'ecwid', String(sku))?.itemId,
		}));
		await addRows(host, TABLE, {}, added);
	}

	/** The requests that both shops got during a task. */
	async function requestsOf(task: () => Promise<unknown>): Promise<LogEntry[]> {
		const { log } = host.running.sandbox;
		const before = log.all().at(-1)?.n ?? 0;
		await task();
		return log.all(before).filter(isBetweenShops);
	}

	/** Sells 3 of 10 in one shop, and waits until the other one has them too. */
	async function requestsOfSale(shop: ServiceName, other: ServiceName): Promise<LogEntry[]> {
		return await requestsOf(async () => {
			host.running.sandbox.change(shop, { sku: 'S0', delta: -3 });
			await until(() => levelsIn(host.running, other).S0 === 7);
			await atRest();
		});
	}

	/** The number of requests, without look-ups and polls, which do not depend on sales. */
	function counted(requests: LogEntry[]): { webflow: number; ecwid: number } {
		const to = (shop: string): number =>
			requests.filter((one) => one.platform === shop && !isPoll(one) && !isLookUp(one)).length;
		return { webflow: to('webflow'), ecwid: to('ecwid') };
	}

	/** Waits until every call was delivered and every execution has ended. */
	async function atRest(): Promise<void> {
		await host.running.sandbox.webflow.webhooks.deliveries.settled();
		await host.n8n.executionsOf(id);
	}

	test('a sale in Webflow wakes the workflow at once and takes 1 request there and 6 in Ecwid', async () => {
		await open();
		const requests = await requestsOfSale('webflow', 'ecwid');
		expect(counted(requests)).toStrictEqual({ webflow: 1, ecwid: 6 });
		expect(requests.filter(isLookUp).length).toBeLessThanOrEqual(1);
		const write = requests.findIndex(({ method }) => method === 'POST');
		expect(requests.slice(0, write).filter(isPoll)).toStrictEqual([]);
	});

	test('a sale in Ecwid is found by the next poll, a minute later at most, and takes 3 requests to Webflow and 2 to Ecwid', async () => {
		const { nodes } = await readExample('two-shops-one-shelf', host);
		const trigger = nodes.filter(({ type }) => type.endsWith('.ecwidInventoryTrigger'));
		expect(trigger.map(({ parameters }) => parameters.pollTimes)).toStrictEqual([
			{ item: [{ mode: 'everyMinute' }] },
		]);

		await open();
		const requests = await requestsOfSale('ecwid', 'webflow');
		expect(counted(requests)).toStrictEqual({ webflow: 3, ecwid: 2 });
		expect(requests.filter(isLookUp).length).toBeLessThanOrEqual(1);
		const write = requests.findIndex(({ method }) => method === 'PATCH');
		expect(requests.slice(0, write).filter(isPoll)).toHaveLength(1);
	});

	test('1,000 items at rest take what a check reads, 60 requests to Webflow at most and 70 to Ecwid, one request a poll, and no write', async () => {
		host.running.sandbox.seed({ products: numbered(1_000, 10) });
		const seeded = Math.ceil(Date.now() / 1_000);
		await open();
		expect(await rowCountOf(host, TABLE)).toBe(1_000);
		const requests = await requestsOf(async () => {
			await host.n8n.run(id, CHECK);
			// Polls in the first two minutes list everything, because all products are new.
			await until(() => host.running.sandbox.log.all().some((one) => updatedFrom(one) > seeded));
			await atRest();
		});
		const list = 1_000 / PAGE;
		// The schedule's own list of Ecwid, and another one to find the 50 by their SKUs.
		expect(counted(requests)).toStrictEqual({ webflow: 50, ecwid: 2 * list + 50 });
		expect(requests.filter(isLookUp).length).toBeLessThanOrEqual(list);
		const polls = requests.filter((one) => updatedFrom(one) > seeded);
		for (const { query } of polls) expect(query).toContain('offset=0');
		expect(writesIn(host.running).filter(isBetweenShops)).toStrictEqual([]);
		expect(await host.n8n.executionsOf(id)).toStrictEqual([]);
		expect(chat.received).toStrictEqual([]);
	}, 900_000);
});
