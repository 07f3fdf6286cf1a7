/** The polling triggers over HTTP, in n8n's own context: what a poll costs, what it may take, and what its errors say. */
import type { IDataObject, NodeError } from 'n8n-workflow';
import { systemClock } from '../../n8n/host/clock.ts';
import type { CatalogueProduct } from '../../sandbox/catalogue.mts';
import { Sandbox } from '../../sandbox/sandbox.mts';
import { startSandbox, type RunningSandbox } from '../../sandbox/server.mts';
import type { InstantClock } from '../support/clock.mts';
import { sandboxCredentials } from '../support/credentials.mts';
import { Trigger } from '../support/trigger.mts';

jest.mock('../../n8n/host/clock.ts', () => {
	const { InstantClock: Clock } = jest.requireActual<{ InstantClock: new () => InstantClock }>(
		'../support/clock.mts',
	);
	return { systemClock: new Clock() };
});

const clock = systemClock as InstantClock;
const MINUTE = 60_000;

type Polled = 'ecwid' | 'rootfi';
const POLLED: Polled[] = ['ecwid', 'rootfi'];

/**
 * Of 10,000 items, as docs/triggers.md states them: the requests of a full sweep, of a poll that finds nothing, and of one after
 * 100 sales; and the bytes of static data for each item.
 */
const FIGURES = {
	ecwid: { sweep: 100, quiet: 1, busy: 4, bytes: 22 },
	rootfi: { sweep: 100, quiet: 1, busy: 3, bytes: 16 },
};

let running: RunningSandbox;
let sandbox: Sandbox;
let trigger: Trigger;

beforeEach(async () => {
	running = await startSandbox(0, new Sandbox({ now: () => Math.floor(clock.now()) }));
	({ sandbox } = running);
});
afterEach(async () => await running.close());

const goods = (count: number): CatalogueProduct[] =>
	Array.from({ length: count }, (_, n) => ({ name: `Item ${n}`, sku: `S${n}`, quantity: 50 }));

function open(service: Polled, products: number | CatalogueProduct[] = 3, some = {}): void {
	sandbox.seed({ products: typeof products === 'number' ? goods(products) : products });
	const credentials = sandboxCredentials(running.url);
	trigger = new Trigger({ service, credentials, parameters: { options: {}, ...some } });
}

/** A minute later. */
async function poll(budget?: number): Promise<IDataObject[]> {
	clock.pass(MINUTE);
	return await trigger.poll(budget);
}

/** Requests since the last call. */
function requests(): number {
	const { log } = sandbox;
	const count = log.all().length;
	log.clear();
	return count;
}

describe.each(POLLED)('%s', (service) => {
	const sell = (sku: string): void => void sandbox.change(service, { sku, delta: -1 });

	test('10,000 SKUs are polled at the documented limit, through 100 sales a minute for ten minutes', async () => {
		open(service, 10_000);
		expect(await poll()).toStrictEqual([]);
		const sweep = requests();
		clock.pass(10 * MINUTE);
		expect([...(await poll()), ...(await poll())]).toStrictEqual([]);
		requests();
		expect(await poll()).toStrictEqual([]);
		const quiet = requests();

		const sold = new Map<string, number>();
		const busy: number[] = [];
		for (let minute = 0; minute < 10; minute += 1) {
			const expected = new Set<string>();
			const before = new Map(sold);
			for (let n = 0; n < 100; n += 1) {
				const sku = `S${(minute * 3_371 + n * 97) % 10_000}`;
				sell(sku);
				sold.set(sku, (sold.get(sku) ?? 0) + 1);
				expected.add(sku);
			}
			const level = (sku: string, sales: Map<string, number>) => 50 - (sales.get(sku) ?? 0);
			const seen = (await poll()).map((item) => [item.sku, item.previousQuantity, item.quantity]);
			expect(seen).toHaveLength(expected.size);
			expect(new Set(seen.map((one) => one.join()))).toStrictEqual(
				new Set([...expected].map((sku) => [sku, level(sku, before), level(sku, sold)].join())),
			);
			busy.push(requests());
		}
		const bytes = Math.ceil(JSON.stringify(trigger.stored).length / 10_000);
		// The figures of docs/triggers.md.
		expect({ sweep, quiet, busy: Math.max(...busy), bytes }).toStrictEqual(FIGURES[service]);
	}, 120_000);

	test('a poll keeps to its time; the rest follows with the next ones', async () => {
		open(service, 2_000);
		const budget = 5_000;
		const timed = async (): Promise<IDataObject[]> => {
			const began = clock.now();
			const items = await trigger.poll(budget);
			expect(clock.now() - began).toBeLessThanOrEqual(budget);
			clock.pass(MINUTE);
			return items;
		};
		let sweeping = 0;
		const isSwept = () => (trigger.stored.poll as { sweptAt: number }).sweptAt > 0;
		do {
			expect(await timed()).toStrictEqual([]);
			sweeping += 1;
		} while (!isSwept() && sweeping < 40);
		expect(isSwept()).toBe(true);
		// Ecwid's limit lets these pages through in the time of one poll.
		expect(sweeping > 1).toBe(service === 'rootfi');
		for (let n = 0; n < 2_000; n += 1) sell(`S${n}`);
		const seen: IDataObject[] = [];
		for (let n = 0; n < 12; n += 1) seen.push(...(await timed()));
		expect(seen).toHaveLength(2_000);
		expect(new Set(seen.map(({ sku }) => sku)).size).toBe(2_000);
	}, 60_000);

	describe('what n8n’s schedule of polls is told', () => {
		const failed = async (): Promise<NodeError> =>
			await poll().then(
				() => {
					throw new Error('The poll did not fail');
				},
				(error: NodeError) => error,
			);

		test.each([
			[401, 'credential-invalid'],
			[402, 'credential-invalid'],
			[403, 'credential-invalid'],
			[500, 'temporarily-unavailable'],
			[503, 'temporarily-unavailable'],
		])('n8n’s schedule of polls is told of %i: %s', async (status, cause) => {
			open(service);
			await poll();
			sandbox.faults.add([{ apply: false, times: 99, then: { status, body: {} } }]);
			expect((await failed()).failure).toStrictEqual({ cause });
		});

		test('n8n’s schedule of polls is told of a 429: rate-limited, and until when', async () => {
			open(service);
			await poll();
			const headers = { 'Retry-After': '3600' };
			sandbox.faults.add([{ apply: false, times: 99, then: { status: 429, headers, body: {} } }]);
			const { failure, message } = await failed();
			const told = clock.now() + 60 * MINUTE;
			expect(failure).toStrictEqual({ cause: 'rate-limited', resetsAtEpochMs: told });
			expect(message).toContain(new Date(told).toISOString().slice(0, 10));
		});

		test('n8n’s schedule of polls is told nothing of a 400, for nobody knows what it means', async () => {
			open(service);
			await poll();
			sandbox.faults.add([{ apply: false, times: 99, then: { status: 400, body: {} } }]);
			expect((await failed()).failure).toBeUndefined();
		});
	});

	test('a service that gives no answer in the time of a poll is reported, and nothing is lost', async () => {
		open(service);
		await poll();
		sell('S1');
		sandbox.faults.add([{ apply: false, times: 9, then: { status: 503, body: {} } }]);
		// Too short to find out that the service is down: that takes some pauses.
		await expect(poll(2_000)).rejects.toThrow(/did not answer within the time of one poll/);
		sandbox.faults.clear();
		expect(await poll(2_000)).toMatchObject([{ sku: 'S1', quantity: 49 }]);
	});

	test('what was seen before a page failed goes out; the next poll says what is wrong', async () => {
		open(service, 150);
		await poll();
		for (let n = 0; n < 150; n += 1) sell(`S${n}`);
		sandbox.faults.add([{ skip: 1, times: 2, apply: false, then: { status: 403, body: {} } }]);
		expect(await poll()).toHaveLength(100);
		await expect(poll()).rejects.toMatchObject({ failure: { cause: 'credential-invalid' } });
		expect(await poll()).toHaveLength(50);
	});

	test('the same change read again has the same id; the same levels another time have others', async () => {
		open(service);
		await poll();
		const ids = new Set<unknown>();
		for (const delta of [1, -1, 1, -1]) {
			sandbox.change(service, { sku: 'S1', delta });
			const before = JSON.stringify(trigger.stored);
			const [first] = await poll();
			// As after a crash, where n8n did not come to keep what was seen.
			trigger = trigger.restarted(before);
			expect(await poll()).toMatchObject([{ eventId: first.eventId, quantity: first.quantity }]);
			ids.add(first.eventId);
		}
		expect(ids.size).toBe(4);
	});

	test('the first change after a pause of days, or of an item that came back, has an id of its own', async () => {
		open(service);
		const id = async (): Promise<unknown> => {
			sandbox.change(service, { sku: 'S1', quantity: 50 });
			for (let n = 0; n < 3; n += 1) await poll();
			sell('S1');
			const [told] = await poll();
			expect(told).toMatchObject({ previousQuantity: 50, quantity: 49 });
			return told.eventId;
		};
		await poll();
		const ids = [await id()];
		clock.pass(3 * 24 * 60 * MINUTE);
		ids.push(await id());
		for (const skus of ['S0', '', 'S0', '']) {
			trigger.set({ skus });
			await poll();
			if (skus === '') ids.push(await id());
		}
		expect(new Set(ids).size).toBe(4);
	});

	test('a trigger that is filled in again continues from what was seen', async () => {
		open(service, 3, { skus: 'S0', events: ['changed'] });
		for (let n = 0; n < 6; n += 1) await poll();
		sell('S0');
		trigger.set({ skus: 'S0\nS1', events: ['lowStock'], threshold: 47 });
		expect(await poll()).toStrictEqual([]);
		for (const sku of ['S0', 'S1']) sandbox.change(service, { sku, delta: -3 });
		expect(await poll()).toMatchObject([
			{ event: 'lowStock', sku: 'S0', previousQuantity: 49, quantity: 46 },
			{ event: 'lowStock', sku: 'S1', previousQuantity: 50, quantity: 47 },
		]);
	});

	describe('stock is low', () => {
		const products = [
			{ name: 'Marked', sku: 'M', quantity: 10, reorderLevel: 8 },
			{ name: 'Plain', sku: 'P', quantity: 10 },
		];
		const fall = async (some: object): Promise<unknown[]> => {
			open(service, products, { events: ['lowStock', 'outOfStock'], threshold: 5, ...some });
			await poll();
			const told: unknown[] = [];
			for (const delta of [-2, -3, -5]) {
				for (const sku of ['M', 'P']) sandbox.change(service, { sku, delta });
				told.push((await poll()).map(({ sku, event }) => `${sku} ${event}`).sort());
			}
			return told;
		};

		test('stock is low at the threshold of the field', async () => {
			expect(await fall({})).toStrictEqual([
				[],
				['M lowStock', 'P lowStock'],
				['M outOfStock', 'P outOfStock'],
			]);
		});

		test('stock is low at the mark of the service, and at that of the field where there is none', async () => {
			expect(await fall({ options: { thresholdFrom: 'service' } })).toStrictEqual([
				['M lowStock'],
				['P lowStock'],
				['M outOfStock', 'P outOfStock'],
			]);
		});
	});

	test('samples are of an item that is watched, on whatever page it stands', async () => {
		open(service, 250, { skus: 'S240' });
		trigger = new Trigger({ ...trigger.options, mode: 'manual' });
		expect(await poll()).toMatchObject([{ sku: 'S240', previousQuantity: 51, quantity: 50 }]);
		trigger.set({ skus: 'S9' });
		requests();
		expect(await poll()).toHaveLength(1);
		expect(requests()).toBeLessThanOrEqual(2);
		expect(trigger.stored).toStrictEqual({});
	});

	describe('SKUs that the shop does not have', () => {
		const publish = async (skus: string): Promise<string[]> => {
			open(service, 3, { skus });
			trigger = trigger.published('{}');
			await poll();
			return trigger.logged;
		};

		test('SKUs that the shop does not have keep the workflow from being published if none exists, and similar ones are named', async () => {
			await expect(publish('s1')).rejects.toMatchObject({
				message: 'None of the SKUs to watch is in the shop.',
				description: expect.stringContaining('Did you mean “S1”?'),
			});
		});

		test('SKUs that the shop does not have are logged if only some do not exist, and the others are watched', async () => {
			const logged = await publish('S0\ns1');
			expect(logged).toStrictEqual([
				expect.stringMatching(/^1 of the 2 SKUs to watch is not in the shop\. .*“s1”/),
			]);
			sell('S0');
			expect(await poll()).toMatchObject([{ sku: 'S0', quantity: 49 }]);
			expect(logged).toHaveLength(1);
		});

		test('SKUs that the shop does not have are reported by Fetch Test Event, each of them', async () => {
			open(service, 3, { skus: 'S0\nS9' });
			trigger = new Trigger({ ...trigger.options, mode: 'manual' });
			await expect(poll()).rejects.toMatchObject({
				message: '1 of the 2 SKUs to watch is not in the shop.',
			});
		});

		test('SKUs that the shop does not have cost a restart of n8n no request', async () => {
			open(service, 3, { skus: 'None' });
			expect(await poll()).toStrictEqual([]);
			expect(trigger.logged).toStrictEqual([]);
		});
	});

	describe('after a pause of two days', () => {
		const PAUSE = 48 * 60 * MINUTE;
		const stored = async (): Promise<string> => {
			open(service);
			await poll();
			const text = JSON.stringify(trigger.stored);
			sell('S1');
			clock.pass(PAUSE);
			return text;
		};

		test('n8n that starts again tells what changed meanwhile', async () => {
			const text = await stored();
			trigger = trigger.restarted(text);
			expect(await poll()).toMatchObject([{ sku: 'S1', previousQuantity: 50, quantity: 49 }]);
		});

		test('a workflow that is published again is silent, and tells what changes from then on', async () => {
			const text = await stored();
			trigger = trigger.published(text);
			expect(await poll()).toStrictEqual([]);
			sell('S1');
			expect(await poll()).toMatchObject([{ previousQuantity: 49, quantity: 48 }]);
			// The same activation, however long its next poll takes to come.
			sell('S1');
			clock.pass(PAUSE);
			expect(await poll()).toMatchObject([{ previousQuantity: 48, quantity: 47 }]);
		});

		test('a workflow that polled all the time and is published again continues', async () => {
			const text = await stored();
			expect(await poll()).toHaveLength(1);
			trigger = trigger.published(text);
			expect(await poll()).toStrictEqual([]);
			sell('S1');
			expect(await poll()).toMatchObject([{ previousQuantity: 49, quantity: 48 }]);
		});
	});

	test('an event has the fields a person reads first in front', async () => {
		open(service);
		await poll();
		sell('S1');
		const [event] = await poll();
		expect(Object.keys(event).join(' ')).toBe(
			'event sku name previousQuantity quantity delta unlimited platform itemId variantId productId eventId occurredAt',
		);
		if (service === 'ecwid') expect(event.productId).toBe(event.itemId);
	});

	test.each([
		[{ events: [] }, 'Choose at least one event.'],
		[{ events: ['lowStock'], threshold: '={{ "many" }}' }, 'Threshold “many”'],
		[{ options: { fullSweepMinutes: 0 } }, 'Full Sweep Every (Minutes)'],
	])('a poll with %j stops and says what is wrong', async (some, words) => {
		open(service, 3, some);
		await expect(poll()).rejects.toThrow(words);
		expect(requests()).toBe(0);
	});
});
