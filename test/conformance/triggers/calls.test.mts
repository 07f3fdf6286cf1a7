/**
 * Whatever is sold and written, and however Webflow's calls arrive: late, twice, out of order, again at a new time, or not at
 * all. The deltas the trigger tells and those this process wrote add up to the change of the level, from the first call of an
 * item that was taken in to the last. So no change of others is hidden, and none is told twice; what a lost call would have
 * told is told with the next one of its item.
 */
import fc from 'fast-check';
import { run } from '../../support/run.mts';
import { CalledShop } from './called-shop.mts';
import { goods, MINUTE } from './polled-shop.mts';

const SKUS = ['S0', 'S1'];
const sku = fc.constantFrom(...SKUS);
const delta = fc.integer({ min: -3, max: 3 });

const sale = fc.record({ kind: fc.constant('sale' as const), sku, delta, isQuick: fc.boolean() });
const write = fc.record({
	kind: fc.constant('write' as const),
	sku,
	delta,
	operation: fc.constantFrom('setQuantity' as const, 'adjustByDelta' as const),
	/** What becomes of the request; where it is lost, it was applied. */
	fault: fc.constantFrom(null, null, null, { status: 422, body: {} }, 'reset' as const),
	/** What is sold between the reading and the write, or just before it. */
	between: fc.constantFrom(null, null, null, 'afterReading' as const, 'beforeWrite' as const),
	options: fc.record({ checkFirst: fc.boolean(), writeUnchanged: fc.boolean() }),
	/** Whether calls arrive at once, while the write is on its way. */
	isQuick: fc.boolean(),
});
/** One of the calls on their way, or of those that came or were lost before. */
const call = fc.record({
	kind: fc.constantFrom('arrives' as const, 'arrives' as const, 'isLost' as const),
	which: fc.nat(5),
});
const repeat = fc.record({
	kind: fc.constantFrom('twice' as const, 'again' as const),
	which: fc.nat(5),
});
const time = fc.constantFrom('seconds', 'minutes', 'hour', 'restart');
const step = fc.oneof(
	{ weight: 4, arbitrary: sale },
	{ weight: 4, arbitrary: write },
	{ weight: 5, arbitrary: call },
	{ weight: 2, arbitrary: repeat },
	{ weight: 2, arbitrary: time },
);

type Of<T> = T extends fc.Arbitrary<infer U> ? U : never;

/** A trigger's life from the first call of each item on. */
class Life {
	/** By SKU: the level at its first call, what was told and what was written since. */
	private readonly sums = new Map<
		string,
		{ began: number; told: number; own: number; overwritten: number; toldOf: number }
	>();

	constructor(private readonly called: CalledShop) {
		called.onChange = ({ item, difference: { from, to, changes } }) => {
			expect(from).not.toBe(to);
			const sum = this.sums.get(String(item.sku));
			if (sum === undefined) return;
			// No call that others have overtaken is told.
			expect(changes).toBeGreaterThanOrEqual(sum.toldOf);
			Object.assign(sum, { told: sum.told + Number(to) - Number(from), toldOf: changes });
		};
	}

	/** A call of each item comes, so that its level is known. */
	async begin(): Promise<void> {
		this.sums.clear();
		for (const name of SKUS) await this.sell(name, -1, true);
		for (const [name, began] of this.called.levels)
			this.sums.set(name, { began, told: 0, own: 0, overwritten: 0, toldOf: 0 });
	}

	async sell(name: string, by: number, isQuick: boolean): Promise<void> {
		this.called.isQuick = isQuick;
		this.called.sell(name, by);
		await this.called.settled();
	}

	async write(some: Of<typeof write>): Promise<void> {
		const { sku: name, delta: by, operation, fault, between, options, isQuick } = some;
		const { called } = this;
		const { shop, own: ownWrites } = called;
		const { sandbox } = shop;
		called.isQuick = isQuick;
		const sold = { sku: name, delta: -1 };
		if (fault !== null) {
			sandbox.faults.add([{ method: 'PATCH', apply: fault === 'reset', then: fault }]);
		} else if (between === 'beforeWrite') {
			sandbox.faults.add([{ method: 'PATCH', before: sold }]);
		} else if (between === 'afterReading') {
			sandbox.faults.add([{ method: 'GET', path: '/inventory$', after: sold }]);
		}
		const id = sandbox.webflow.stock().find((item) => item.sku === name)?.itemId;
		const isSet = operation === 'setQuantity';
		const rows = [{ id, amount: isSet ? 50 + by : by }];
		const { results } = await run(shop, { operation, rows, options, ownWrites });
		await called.settled();
		sandbox.faults.clear();
		const [{ status, before, after }] = results;
		const sum = this.sums.get(name);
		if (status !== 'updated' || sum === undefined) return;
		if (!isSet) sum.own += by;
		else if (before?.quantity != null) {
			sum.own += Number(after?.quantity) - before.quantity;
			// A sale that was told before the write left was overwritten: the write moved one more than its row knows.
			if (between === 'afterReading' && fault === null && isQuick) sum.overwritten += 1;
		}
	}

	async arrives(which: number, isLost: boolean): Promise<void> {
		const { waiting, past } = this.called;
		const [one] = waiting.splice(which % Math.max(waiting.length, 1), 1);
		if (one === undefined) return;
		if (isLost) past.push(one);
		else await this.called.arrive(one);
	}

	async comesBack(which: number, isNew: boolean): Promise<void> {
		const { past } = this.called;
		const one = past.at(-1 - (which % Math.max(past.length, 1)));
		if (one === undefined) return;
		if (isNew) await this.called.arriveAgain(one);
		else await this.called.arrive(one);
	}

	async restart(): Promise<void> {
		const { waiting, past } = this.called;
		past.push(...waiting.splice(0));
		this.called.restart();
		await this.begin();
	}

	async pass(ms: number): Promise<void> {
		this.called.shop.clock.pass(ms);
		await Promise.resolve();
	}

	/** By SKU: what the level changed by, and what was told and written. */
	get balance(): Array<{ name: string; shop: number; trigger: number; overwritten: number }> {
		return [...this.sums].map(([name, { began, told, own, overwritten }]) => ({
			name,
			shop: Number(this.called.levels.get(name)) - began,
			trigger: told + own,
			overwritten,
		}));
	}
}

async function live(life: Life, one: Of<typeof step>): Promise<void> {
	if (one === 'restart') return await life.restart();
	if (one === 'seconds') return await life.pass(5_000);
	if (one === 'minutes') return await life.pass(4 * MINUTE);
	if (one === 'hour') return await life.pass(60 * MINUTE);
	if (one.kind === 'sale') return await life.sell(one.sku, one.delta, one.isQuick);
	if (one.kind === 'write') return await life.write(one);
	if (one.kind === 'arrives' || one.kind === 'isLost')
		return await life.arrives(one.which, one.kind === 'isLost');
	await life.comesBack(one.which, one.kind === 'again');
}

test('the deltas that calls tell and those that were written add up to the change of the level', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.boolean(),
			fc.array(step, { minLength: 1, maxLength: 18 }),
			async (echo, steps) => {
				const called = new CalledShop(goods(2));
				Object.assign(called.shop.sandbox.webflow.switches, { echo });
				await called.listen();
				const life = new Life(called);
				await life.begin();
				for (const one of steps) await live(life, one);
				// Whatever is still on its way is lost; the next call of each item makes up for it.
				await life.pass(10 * MINUTE);
				for (const name of SKUS) await life.sell(name, -1, true);
				for (const { name, shop, trigger, overwritten } of life.balance) {
					const possible = Array.from({ length: overwritten + 1 }, (_, n) => shop - n);
					expect({ name, possible }).toMatchObject({ possible: expect.arrayContaining([trigger]) });
				}
			},
		),
		{ numRuns: 300 },
	);
}, 120_000);
