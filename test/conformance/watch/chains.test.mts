/** Whatever is sold, written and polled, what is told makes a chain that ends with the levels of the shop. */
import fc from 'fast-check';
import type { StockChange } from '../../../inventory/triggers/poll.ts';
import { run } from '../../support/run.mts';
import { goods, MINUTE, NO_DEADLINE, Post, WATCHED } from './post.mts';

test('whatever changes and whenever it is polled, the differences of an item make a chain', async () => {
	const step = fc.oneof(
		{ weight: 3, arbitrary: fc.record({ sku: fc.nat(4), delta: fc.integer({ min: -9, max: 9 }) }) },
		{ weight: 2, arbitrary: fc.constant('poll' as const) },
		{ weight: 1, arbitrary: fc.constant('hour' as const) },
		{ weight: 1, arbitrary: fc.constant('short poll' as const) },
	);
	await fc.assert(
		fc.asyncProperty(fc.constantFrom(...WATCHED), fc.array(step), async (service, steps) => {
			const post = new Post(service, goods(5));
			const seen: StockChange[] = [];
			await post.poll();
			for (const one of [...steps, 'poll', 'poll']) {
				if (one === 'hour') post.shop.clock.pass(60 * MINUTE);
				else if (typeof one === 'object') post.sell(`S${one.sku}`, one.delta);
				else seen.push(...(await post.poll(one === 'poll' ? NO_DEADLINE : 0)).changes);
			}
			for (const { sku, quantity } of post.shop.sandbox[service].stock()) {
				let level: number | null = 50;
				let changes = 0;
				for (const { difference } of seen.filter(({ item }) => item.sku === sku)) {
					expect(difference.from).toBe(level);
					expect(difference.to).not.toBe(level);
					expect(difference.changes).toBe(changes + 1);
					level = difference.to;
					({ changes } = difference);
				}
				expect(level).toBe(quantity);
			}
		}),
		{ numRuns: 60 },
	);
}, 60_000);

test('whoever writes and sells, those who hear of it end with the levels of the shop, and nobody hears himself', async () => {
	const sku = fc.constantFrom('S0', 'S1');
	const delta = fc.integer({ min: -2, max: 2 });
	const operation = fc.constantFrom('setQuantity', 'adjustByDelta');
	const fault = fc.constantFrom(null, null, { status: 422, body: {} }, 'reset');
	const options = fc.record({ checkFirst: fc.boolean(), writeUnchanged: fc.boolean() });
	const written = fc.record({ sku, delta, operation, fault, options });
	const step = fc.oneof(
		fc.record({ sku, delta }),
		written,
		fc.constantFrom('poll', 'poll', 'seconds', 'hour'),
	);
	type Write = typeof written extends fc.Arbitrary<infer T> ? T : never;

	const write = async (post: Post, { sku: name, delta: by, ...one }: Write) => {
		const { sandbox } = post.shop;
		const then = one.fault as 'reset' | { status: number } | null;
		// What is lost was applied.
		if (then !== null) sandbox.faults.add([{ method: 'PUT', apply: then === 'reset', then }]);
		const id = sandbox[post.service].stock().find((item) => item.sku === name)?.itemId;
		const isSet = one.operation === 'setQuantity';
		const { results: endings } = await run(post.shop, {
			operation: isSet ? 'setQuantity' : 'adjustByDelta',
			rows: [{ id, amount: isSet ? 50 + by : by }],
			options: one.options,
			ownWrites: post.own,
		});
		sandbox.faults.clear();
		return endings[0];
	};

	await fc.assert(
		fc.asyncProperty(
			fc.constantFrom(...WATCHED),
			fc.constantFrom(0, 20_000, 90_000),
			fc.array(step, { maxLength: 14 }),
			async (service, searchLagMs, steps) => {
				const post = new Post(service, goods(2));
				if (service === 'ecwid') post.turn({ searchLagMs });
				/** What somebody takes the levels for; but for those of which he does not know whether he wrote them. */
				const held = new Map<string, number | null | undefined>();
				const unknown = new Set<string>();
				let heard = 0;
				const hear = async (): Promise<void> => {
					for (const { item, difference } of (await post.poll()).changes) {
						held.set(String(item.sku), difference.to);
						heard += 1;
					}
				};
				for (const name of ['S0', 'S1']) held.set(name, 50);
				for (const one of [
					'poll',
					'poll',
					...steps,
					'poll',
					'poll',
					'poll',
					'hour',
					'poll',
					'poll',
				]) {
					if (one === 'poll') await hear();
					else if (typeof one === 'string')
						post.shop.clock.pass(one === 'hour' ? 60 * MINUTE : 5_000);
					else if (!('operation' in one)) post.sell(one.sku, one.delta);
					else {
						const { status, after } = await write(post, one as Write);
						if (status === 'updated') held.set(one.sku, after?.quantity);
						if (status === 'unknown') unknown.add(one.sku);
					}
				}
				const isAlone = steps.every((one) => typeof one === 'string' || 'operation' in one);
				if (unknown.size === 0 && isAlone) expect(heard).toBe(0);
				for (const { sku: name, quantity } of post.shop.sandbox[service].stock())
					if (!unknown.has(String(name))) expect(held.get(String(name))).toBe(quantity);
			},
		),
		{ numRuns: 150 },
	);
}, 60_000);
