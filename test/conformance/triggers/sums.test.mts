/**
 * Whatever is sold, written and polled: the deltas a trigger tells and those it wrote itself add up to the change of the
 * level. So no change of others is hidden, and none is told twice.
 */
import fc from 'fast-check';
import { run } from '../../support/run.mts';
import { goods, MINUTE, NO_DEADLINE, PolledShop, POLLED } from './polled-shop.mts';

const SKUS = ['S0', 'S1'];
const sku = fc.constantFrom(...SKUS);
const delta = fc.integer({ min: -3, max: 3 });

const sale = fc.record({ kind: fc.constant('sale' as const), sku, delta });
const write = fc.record({
	kind: fc.constant('write' as const),
	sku,
	delta,
	operation: fc.constantFrom('setQuantity' as const, 'adjustByDelta' as const),
	/** What becomes of the request; where it is lost, it was applied. */
	fault: fc.constantFrom(null, null, null, { status: 422, body: {} }, 'reset' as const),
	/** What is sold between the reading and the write. */
	between: fc.constantFrom(0, 0, 0, -1),
	options: fc.record({ checkFirst: fc.boolean(), writeUnchanged: fc.boolean() }),
});
const time = fc.constantFrom('poll', 'poll', 'short poll', 'seconds', 'hour', 'restart', 'publish');
const step = fc.oneof({ weight: 3, arbitrary: sale }, { weight: 3, arbitrary: write }, time);

type Write = typeof write extends fc.Arbitrary<infer T> ? T : never;

/** A trigger's life from the state it began with. */
class Life {
	/** By SKU: the level it began with, what it was told and what it wrote since. */
	readonly sums = new Map(SKUS.map((name) => [name, { began: 50, told: 0, own: 0 }]));
	/** What n8n stored, when something was told. */
	private stored: { state: PolledShop['state']; levels: Map<string, number> } | undefined;

	constructor(readonly polled: PolledShop) {}

	get levels(): Map<string, number> {
		const { shop, service } = this.polled;
		return new Map(
			shop.sandbox[service].stock().map((item) => [String(item.sku), Number(item.quantity)]),
		);
	}

	async poll(deadline = NO_DEADLINE, isPublished = false): Promise<void> {
		const { changes } = await this.polled.poll(deadline, isPublished);
		for (const { item, difference } of changes) {
			expect(difference.from).not.toBe(difference.to);
			this.of(item.sku).told += Number(difference.to) - Number(difference.from);
		}
		if (changes.length > 0 || this.stored === undefined) this.store();
	}

	async write({ sku: name, delta: by, operation, fault, between, options }: Write): Promise<void> {
		const { shop, service, own: ownWrites } = this.polled;
		const { sandbox } = shop;
		if (fault !== null) {
			sandbox.faults.add([{ method: 'PUT', apply: fault === 'reset', then: fault }]);
		} else if (between !== 0) {
			sandbox.faults.add([{ method: 'PUT', before: { sku: name, delta: between } }]);
		}
		const id = sandbox[service].stock().find((item) => item.sku === name)?.itemId;
		const isSet = operation === 'setQuantity';
		const rows = [{ id, amount: isSet ? 50 + by : by }];
		const { results } = await run(shop, { operation, rows, options, ownWrites });
		sandbox.faults.clear();
		const [{ status, before, after }] = results;
		if (status !== 'updated') return;
		const was = before?.quantity;
		if (!isSet) this.of(name).own += by;
		else if (was != null) this.of(name).own += Number(after?.quantity) - was;
	}

	/** n8n starts again with what it stored last: what was written since, it wrote in another life. */
	async restart(): Promise<void> {
		this.polled.restart(structuredClone(this.stored?.state));
		for (const [name, sum] of this.sums) {
			Object.assign(sum, { began: this.stored?.levels.get(name) ?? sum.began, told: 0, own: 0 });
		}
		// n8n polls as soon as it has started.
		await this.poll();
	}

	private store(): void {
		const { state } = this.polled;
		const levels = new Map<string, number>();
		const { shop, service } = this.polled;
		for (const item of shop.sandbox[service].stock()) {
			levels.set(String(item.sku), Number(state?.levels[item.itemId]?.[0] ?? 50));
		}
		this.stored = { state: structuredClone(state), levels };
	}

	private of(name: string | null) {
		const sum = this.sums.get(String(name));
		if (sum === undefined) throw new Error(`No SKU ${name}`);
		return sum;
	}
}

test('the deltas a poll tells and those that were written add up to the change of the level', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.constantFrom(...POLLED),
			fc.constantFrom(0, 20_000, 90_000),
			fc.array(step, { maxLength: 14 }),
			async (service, searchLagMs, steps) => {
				const life = new Life(new PolledShop(service, goods(2)));
				const { polled } = life;
				if (service === 'ecwid') polled.setSwitches({ searchLagMs });
				await life.poll();
				await life.poll();
				const end = ['poll', 'poll', 'poll', 'hour', 'poll', 'poll'];
				for (const one of [...steps, ...end]) {
					if (one === 'poll') await life.poll();
					else if (one === 'short poll') await life.poll(0);
					else if (one === 'publish') await life.poll(NO_DEADLINE, true);
					else if (one === 'restart') await life.restart();
					else if (typeof one === 'string')
						polled.shop.clock.pass(one === 'hour' ? 60 * MINUTE : 5_000);
					else if (one.kind === 'sale') polled.sell(one.sku, one.delta);
					else await life.write(one);
				}
				for (const [name, level] of life.levels) {
					const { began, told, own } = life.sums.get(name) ?? { began: 0, told: 0, own: 0 };
					expect({ name, change: told + own }).toStrictEqual({ name, change: level - began });
				}
			},
		),
		{ numRuns: 200 },
	);
}, 120_000);
