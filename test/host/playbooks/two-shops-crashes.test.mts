/**
 * Two shops sell 40 items of one stock at random moments, while calls get lost and doubled, answers get lost, and n8n is
 * killed three times. When all is quiet, no sale is missing and none counts twice.
 */
import fc from 'fast-check';
import { setTimeout as wait } from 'node:timers/promises';
import '../../support/properties.mts';
import { nodeOf } from '../example.mts';
import { Chat } from '../receivers.mts';
import { useHost } from '../setup.mts';
import {
	CHECK,
	importShared,
	setting,
	sharedRows,
	TABLE,
	type SharedRow,
} from './shared-stock.mts';
import { changeRows, describeWithTables } from './tables.mts';
import { writesIn, levelsIn } from '../../support/stock.mts';

const START = 1_000;
const SKUS = Array.from({ length: 40 }, (_, n) => `S${n}`);
const SALES = 500;
/** After how many sales n8n is killed, and how many more are made before it is started again. */
const KILLS = [120, 250, 380];
const WHILE_DOWN = 15;
/** Seconds between two checks, in place of the five minutes of the example. */
const CHECK_SECONDS = 15;

const sale = fc.record({
	shop: fc.constantFrom('webflow' as const, 'ecwid' as const),
	sku: fc.constantFrom(...SKUS),
	/** Below zero, something comes back. */
	units: fc.constantFrom(1, 1, 1, 2, 3, -1),
	/** Milliseconds until the next one. */
	pause: fc.constantFrom(0, 0, 50, 150, 300, 500),
});

interface Sale {
	shop: 'webflow' | 'ecwid';
	sku: string;
	units: number;
}

/** What goes wrong beside the sales. */
const mishap = fc.constantFrom(
	'lostAnswer',
	'slowWrite',
	'saleAfterReading',
	'doubledCall',
	'lateCalls',
);

describeWithTables('two shops, one stock, through crashes', () => {
	const products = SKUS.map((sku) => ({ name: `Item ${sku}`, sku, quantity: START }));
	const host = useHost((sandbox) => sandbox.seed({ products }));
	let chat: Chat;
	beforeAll(async () => (chat = await Chat.open()));
	afterAll(async () => await chat.close());

	const expected = new Map(SKUS.map((sku) => [sku, START]));

	function sell({ shop, sku, units }: Sale): void {
		host.running.sandbox.change(shop, { sku, delta: -units });
		expected.set(sku, (expected.get(sku) as number) - units);
	}

	/** Sales that wait until a shop has told a level: they fall between the reading and the write. */
	const afterReading: Sale[] = [];

	function goWrong(what: string, one: Sale): void {
		const { shop } = one;
		const { faults, webflow } = host.running.sandbox;
		const write = { platform: shop, method: shop === 'webflow' ? 'PATCH' : 'POST' };
		if (what === 'lostAnswer') faults.add([{ ...write, then: 'reset' }]);
		if (what === 'slowWrite') faults.add([{ ...write, delayMs: 2_000 }]);
		if (what === 'saleAfterReading') afterReading.push(one);
		if (what === 'doubledCall') webflow.webhooks.deliveries.duplicate(3);
		if (what === 'lateCalls') webflow.webhooks.deliveries.shuffle(3);
	}

	/**
	 * What is not as it should be.
	 * @param isAnswered Whether a person said which level counts: until then, a SKU may be set aside with its true levels.
	 */
	function wrong(rows: Map<string, SharedRow>, isAnswered: boolean): string[] {
		const levels = {
			webflow: levelsIn(host.running, 'webflow'),
			ecwid: levelsIn(host.running, 'ecwid'),
		};
		return SKUS.flatMap((sku) => {
			const row = rows.get(sku);
			const [webflow, ecwid] = [levels.webflow[sku], levels.ecwid[sku]];
			if (row === undefined) return [`${sku} has no row`];
			if (row.state === 'set aside' && !isAnswered) {
				const isTrue = row.webflow === webflow && row.ecwid === ecwid;
				return isTrue
					? []
					: [
							`${sku} is set aside with ${row.webflow} and ${row.ecwid}, and not ${webflow} and ${ecwid}`,
						];
			}
			const is = expected.get(sku);
			const isRight = row.state === 'agreed' && webflow === is && ecwid === is;
			return isRight ? [] : [`${sku} ${row.state}: ${webflow} and ${ecwid} in place of ${is}`];
		});
	}

	async function quiet(isAnswered: boolean): Promise<Map<string, SharedRow>> {
		const deadline = Date.now() + 240_000;
		for (;;) {
			const rows = await sharedRows(host);
			const left = wrong(rows, isAnswered);
			if (left.length === 0) return rows;
			if (Date.now() > deadline) throw new Error(`It did not come to rest:\n${left.join('\n')}`);
			await wait(2_000);
		}
	}

	test('both shops stand at the start minus all sales, and what is set aside has an unknown answer', async () => {
		const { n8n, running } = host;
		const { sandbox } = running;
		const id = await importShared(host, chat.url, (workflow) => {
			setting(workflow, 'finishAfter', 0.5);
			nodeOf(workflow, CHECK).parameters.rule = {
				interval: [{ field: 'seconds', secondsInterval: CHECK_SECONDS }],
			};
		});
		await n8n.run(id, CHECK);
		await n8n.activate(id);

		const stop = sandbox.log.listen(({ platform, method, path }) => {
			if (method !== 'GET' || !/\/inventory$|\/products\/\d+$/.test(path)) return;
			const due = afterReading.findIndex(({ shop }) => shop === platform);
			for (const one of due === -1 ? [] : afterReading.splice(due, 1)) sell(one);
		});

		const { seed } = fc.readConfigureGlobal();
		const sales = fc.sample(sale, { numRuns: SALES, seed });
		const mishaps = fc.sample(mishap, { numRuns: SALES, seed });
		let starting: Promise<void> | null = null;
		for (const [n, one] of sales.entries()) {
			sell(one);
			if (n % 10 === 5) goWrong(mishaps[n], one);
			if (KILLS.includes(n)) {
				await starting;
				await n8n.down('SIGKILL');
			}
			if (KILLS.includes(n - WHILE_DOWN)) starting = n8n.up();
			if (n % 50 === 0) process.stderr.write(`${n} of ${SALES} sales\n`);
			await wait(one.pause);
		}
		await starting;
		stop();
		sandbox.faults.clear();

		const rows = await quiet(false);
		const aside = [...rows.values()].filter(({ state }) => state === 'set aside');
		process.stderr.write(`${aside.length} SKUs are set aside\n`);
		for (const { problem } of aside) expect(problem).toMatch(/never learned|someone else/);
		const written = writesIn({ sandbox }).length;
		await wait(2.5 * CHECK_SECONDS * 1_000);
		expect(writesIn({ sandbox }).slice(written)).toStrictEqual([]);

		for (const { sku } of aside)
			await changeRows(host, TABLE, { sku }, { level: expected.get(sku) });
		await quiet(true);
	});
});
