/**
 * Two shops sell 40 items of one stock at random moments, through n8n in queue mode with two workers, one of which is killed
 * while it has a difference on its way. When all is quiet, no sale is missing and none counts twice.
 */
import { CAUSES, inAHurry, products, SALES, SharedSales } from '../host/playbooks/shared-sales.mts';
import {
	CHECK,
	importShared,
	sharedRows,
	type SharedRow,
} from '../host/playbooks/shared-stock.mts';
import { Chat } from '../host/receivers.mts';
import { tell } from '../host/setup.mts';
import { liftLimits } from '../support/stock.mts';
import { Processes, type Worker } from './processes.mts';

/** After how many sales the worker is looked at, to be killed with the next difference it sends. */
const KILL_FROM = SALES / 4;
/** Milliseconds a write takes until then, so that there is one to be caught. */
const SLOW_WRITE = 500;

/** With n8n's two connections to PostgreSQL, the main process answers many calls of a rush with "Database is not ready". */
const MANY_CONNECTIONS = { DB_POSTGRESDB_POOL_SIZE: '10' };

let processes: Processes;
let chat: Chat;

beforeAll(async () => {
	processes = await Processes.open(tell, MANY_CONNECTIONS);
	const { sandbox } = processes.running;
	sandbox.seed({ products });
	liftLimits(sandbox);
	chat = await Chat.open();
});

afterAll(async () => {
	await processes?.close();
	await chat?.close();
});

/** Items with a round that this worker claimed and has not ended. */
async function underWay({ running }: Worker): Promise<string[]> {
	// A main process that has much to do may answer that its database is not ready.
	const rows = await sharedRows(processes).catch(() => new Map<string, SharedRow>());
	return [...rows.values()]
		.filter(({ state, owner }) => state === 'sending' && running.has(String(owner)))
		.map(({ sku }) => sku);
}

test('two workers, one of them killed, leave both shops at the start minus all sales, and set aside what has an unknown answer', async () => {
	const { n8n, running, workers } = processes;
	const id = await importShared(processes, chat.url, inAHurry);
	await n8n.run(id, CHECK);
	await n8n.activate(id);

	const [victim, survivor] = workers;
	const { faults } = running.sandbox;
	let caught: string[] = [];
	let starting = Promise.resolve();
	const sales = new SharedSales(processes);
	await sales.sellAll(async (n) => {
		if (n < KILL_FROM || caught.length > 0) return;
		if (n === KILL_FROM)
			faults.add(['PATCH', 'POST'].map((method) => ({ method, delayMs: SLOW_WRITE, times: 500 })));
		caught = await underWay(victim);
		if (caught.length === 0) return;
		await victim.down('SIGKILL');
		faults.clear();
		tell(`Killed a worker after ${n} sales, with ${caught.length} items under way`);
		starting = victim.up();
	});
	await starting;
	const calls = running.sandbox.log.all().filter(({ method }) => method === 'webhook');
	tell(`${calls.filter(({ status }) => status === 200).length} of ${calls.length} calls arrived`);
	expect(caught).not.toStrictEqual([]);

	const aside = await sales.rest();
	for (const { problem } of aside) expect(problem).toMatch(CAUSES);
	tell(`${aside.length} items are set aside, of which the kill caught ${common(aside, caught)}`);
	await sales.answer(aside);
	expect(victim.began.size).toBeGreaterThan(0);
	expect(survivor.began.size).toBeGreaterThan(0);
	tell(`The workers began ${victim.began.size} and ${survivor.began.size} executions`);
});

const common = (aside: Array<{ sku: string }>, caught: string[]): number =>
	aside.filter(({ sku }) => caught.includes(sku)).length;
