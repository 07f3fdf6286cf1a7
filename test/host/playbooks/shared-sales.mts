/** Random sales in two shops with one stock, with mishaps, and what has to hold once everything has settled. */
import fc from 'fast-check';
import { setTimeout as wait } from 'node:timers/promises';
import '../../support/properties.mts';
import type { LogEntry } from '../../../sandbox/log.mts';
import type { RunningSandbox } from '../../../sandbox/server.mts';
import { levelsIn, writesIn } from '../../support/stock.mts';
import { nodeOf } from '../example.mts';
import type { WorkflowJson } from '../n8n.mts';
import type { Host } from '../setup.mts';
import { CHECK, setting, sharedRows, TABLE, type SharedRow } from './shared-stock.mts';
import { changeRows } from './tables.mts';

const START = 1_000;
const SKUS = Array.from({ length: 40 }, (_, n) => `S${n}`);
export const SALES = 500;
export const products = SKUS.map((sku) => ({ name: `Item ${sku}`, sku, quantity: START }));

/** The problems for which an item may be set aside: the outcome of a write is unknown. */
export const CAUSES = /never learned|someone else/;

/** Seconds between two checks; the example has five minutes. */
const CHECK_SECONDS = 15;
/** Minutes after which an unfinished round is taken over; the example has five. */
const FINISH_AFTER = 0.5;
/** Milliseconds within which everything has to settle. */
const REST_TIMEOUT = 240_000;

const sale = fc.record({
	shop: fc.constantFrom('webflow' as const, 'ecwid' as const),
	sku: fc.constantFrom(...SKUS),
	/** Units sold; below zero for a return. */
	units: fc.constantFrom(1, 1, 1, 2, 3, -1),
	/** Milliseconds until the next sale. */
	pause: fc.constantFrom(0, 0, 50, 150, 300, 500),
});

interface Sale {
	shop: 'webflow' | 'ecwid';
	sku: string;
	units: number;
}

/** Mishaps between the sales. */
const mishap = fc.constantFrom(
	'lostAnswer',
	'slowWrite',
	'saleAfterReading',
	'doubledCall',
	'lateCalls',
);

/** Shortens the example's intervals, so that the test need not wait for minutes. */
export function inAHurry(workflow: WorkflowJson): void {
	setting(workflow, 'finishAfter', FINISH_AFTER);
	nodeOf(workflow, CHECK).parameters.rule = {
		interval: [{ field: 'seconds', secondsInterval: CHECK_SECONDS }],
	};
}

export class SharedSales {
	private readonly expected = new Map(SKUS.map((sku) => [sku, START]));
	/** Sales that wait until a shop has answered a reading, so that they fall between reading and write. */
	private readonly afterReading: Sale[] = [];

	constructor(private readonly host: Host) {}

	private get running(): RunningSandbox {
		return this.host.running;
	}

	/**
	 * Sells at random moments, every tenth time with a mishap.
	 * @param onSale Called after each sale, with its number.
	 */
	async sellAll(onSale: (n: number) => Promise<void>): Promise<void> {
		const { sandbox } = this.running;
		const stop = sandbox.log.listen(({ platform, method, path }) => {
			if (method !== 'GET' || !/\/inventory$|\/products\/\d+$/.test(path)) return;
			const due = this.afterReading.findIndex(({ shop }) => shop === platform);
			for (const one of due === -1 ? [] : this.afterReading.splice(due, 1)) this.sell(one);
		});
		const { seed } = fc.readConfigureGlobal();
		const sales = fc.sample(sale, { numRuns: SALES, seed });
		const mishaps = fc.sample(mishap, { numRuns: SALES, seed });
		for (const [n, one] of sales.entries()) {
			this.sell(one);
			if (n % 10 === 5) this.goWrong(mishaps[n], one);
			await onSale(n);
			if (n % 50 === 0) process.stderr.write(`${n} of ${SALES} sales\n`);
			await wait(one.pause);
		}
		stop();
		sandbox.faults.clear();
	}

	private sell({ shop, sku, units }: Sale): void {
		this.running.sandbox.change(shop, { sku, delta: -units });
		this.expected.set(sku, (this.expected.get(sku) as number) - units);
	}

	private goWrong(what: string, one: Sale): void {
		const { shop } = one;
		const { faults, webflow } = this.running.sandbox;
		const write = { platform: shop, method: shop === 'webflow' ? 'PATCH' : 'POST' };
		if (what === 'lostAnswer') faults.add([{ ...write, then: 'reset' }]);
		if (what === 'slowWrite') faults.add([{ ...write, delayMs: 2_000 }]);
		if (what === 'saleAfterReading') this.afterReading.push(one);
		if (what === 'doubledCall') webflow.webhooks.deliveries.duplicate(3);
		if (what === 'lateCalls') webflow.webhooks.deliveries.shuffle(3);
	}

	/**
	 * Waits until both shops have the start minus all sales, except for items set aside, whose true levels the table must
	 * have; then until two more checks have passed without a write.
	 * @returns The items set aside.
	 */
	async rest(): Promise<SharedRow[]> {
		const rows = await this.quiet(false);
		const { sandbox } = this.running;
		const written = writesIn({ sandbox }).length;
		await this.checks(2);
		expect(writesIn({ sandbox }).slice(written)).toStrictEqual([]);
		return [...rows.values()].filter(({ state }) => state === 'set aside');
	}

	/** Enters the correct level of each item set aside, and waits until both shops have it. */
	async answer(aside: SharedRow[]): Promise<void> {
		for (const { sku } of aside)
			await changeRows(this.host, TABLE, { sku }, { level: this.expected.get(sku) });
		await this.quiet(true);
	}

	/** Waits for this many more checks to begin; each lists Ecwid's products once or twice. */
	private async checks(count: number): Promise<void> {
		const { log } = this.running.sandbox;
		const isList = ({ platform, path, query }: LogEntry): boolean =>
			platform === 'ecwid' &&
			path.endsWith('/products') &&
			!/(^|&)(sku|productId|updatedFrom)=/.test(query);
		const since = log.all().at(-1)?.n ?? 0;
		const deadline = Date.now() + REST_TIMEOUT;
		while (log.all(since).filter(isList).length < 2 * count) {
			if (Date.now() > deadline) throw new Error('The workflow no longer checks');
			await wait(500);
		}
	}

	private async quiet(isAnswered: boolean): Promise<Map<string, SharedRow>> {
		const deadline = Date.now() + REST_TIMEOUT;
		for (;;) {
			// A busy n8n may answer that its database is not ready.
			const rows = await sharedRows(this.host).catch(() => new Map<string, SharedRow>());
			const left = this.wrong(rows, isAnswered);
			if (left.length === 0) return rows;
			if (Date.now() > deadline) throw new Error(`It did not come to rest:\n${left.join('\n')}`);
			await wait(2_000);
		}
	}

	/**
	 * Everything that is wrong with the shops and the table.
	 * @param isAnswered Whether a person has entered the correct levels: until then, a SKU may be set aside with its true levels.
	 */
	private wrong(rows: Map<string, SharedRow>, isAnswered: boolean): string[] {
		const levels = {
			webflow: levelsIn(this.running, 'webflow'),
			ecwid: levelsIn(this.running, 'ecwid'),
		};
		return SKUS.flatMap((sku) => {
			const row = rows.get(sku);
			const [webflow, ecwid] = [levels.webflow[sku], levels.ecwid[sku]];
			if (row === undefined) return [`${sku} has no row`];
			if (row.state === 'set aside' && !isAnswered) {
				const isTrue = row.webflow === webflow && row.ecwid === ecwid;
				const told = `${row.webflow} and ${row.ecwid}`;
				return isTrue ? [] : [`${sku} is set aside with ${told}, and not ${webflow} and ${ecwid}`];
			}
			const is = this.expected.get(sku);
			const isRight = row.state === 'agreed' && webflow === is && ecwid === is;
			return isRight ? [] : [`${sku} ${row.state}: ${webflow} and ${ecwid} in place of ${is}`];
		});
	}
}
