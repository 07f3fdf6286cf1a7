/** What Webflow's webhooks deliver, and what becomes of a delivery that fails. */
import { Sandbox } from '../../sandbox/sandbox.mts';
import { BARE_SITE_ID, SITE_ID, SKU_COLLECTION_ID } from '../../sandbox/webflow/ids.mts';
import { WEBFLOW_CLIENT_SECRET } from '../../sandbox/webflow/signature.mts';
import {
	answerWith,
	ask,
	clock,
	create,
	heard,
	idsHeard,
	isSigned,
	ITEM,
	itemOf,
	later,
	listed,
	MINUTE,
	sandbox,
	sell,
	settled,
	tell,
	TRIGGER,
	setSwitches,
	update,
} from './listener.mts';

describe('a change of stock', () => {
	test('a change of stock is delivered, signed with the secret of the webhook', async () => {
		const { secretKey } = (await create()).body;
		await update({ quantity: 83 });
		await settled();
		expect(heard).toHaveLength(1);
		expect(heard[0]).toMatchObject({
			url: 'http://shop.test/hook',
			headers: {
				'Content-Type': 'application/json',
				'x-webflow-timestamp': String(clock.now()),
			},
			body: `{"triggerType":"ecomm_inventory_changed","payload":{"id":"${ITEM}","quantity":83,"inventoryType":"finite"}}`,
		});
		expect(isSigned(secretKey, heard[0])).toBe(true);
	});

	test('a delivery is signed with the secret of the app, or not at all', async () => {
		setSwitches({ webhookSigning: 'clientSecret' });
		await create();
		setSwitches({ webhookSigning: 'none' });
		await create({ url: 'http://shop.test/old' });
		await sell('A');
		expect(isSigned(WEBFLOW_CLIENT_SECRET, heard[0])).toBe(true);
		expect(heard[1]).toMatchObject({ url: 'http://shop.test/old' });
		expect(heard[1].headers).toStrictEqual({ 'Content-Type': 'application/json' });
	});

	test.each<[string, () => unknown, unknown]>([
		['a set', () => update({ quantity: 3 }), { quantity: 3, inventoryType: 'finite' }],
		['a delta', () => update({ updateQuantity: -3 }), { quantity: 47, inventoryType: 'finite' }],
		[
			'no longer counted',
			() => update({ inventoryType: 'infinite' }),
			{ inventoryType: 'infinite' },
		],
		['a sale', () => sell('A'), { quantity: 49, inventoryType: 'finite' }],
	])('a delivery for %s says how the level is now', async (_, change, level) => {
		await create();
		await change();
		await settled();
		expect(heard.map(({ payload }) => payload)).toStrictEqual([{ id: ITEM, ...(level as object) }]);
	});

	test('a change through v1 is delivered to webhooks of v2', async () => {
		await create();
		const path = `/collections/${SKU_COLLECTION_ID}/items/${ITEM}/inventory`;
		await ask('PATCH', path, { fields: { quantity: 4 } });
		await settled();
		expect(heard[0].payload).toMatchObject({ id: ITEM, quantity: 4 });
	});

	test('a change of stock of five items is five deliveries at once', async () => {
		await create();
		const waiting: Array<() => void> = [];
		sandbox.send = async () => await new Promise((resolve) => waiting.push(() => resolve(200)));
		for (const sku of ['A', 'B', 'C', 'D', 'E']) sandbox.change('webflow', { sku, delta: -1 });
		await Promise.resolve();
		expect(waiting).toHaveLength(5);
		for (const answer of waiting) answer();
		await settled();
		expect(sandbox.log.all().filter(({ method }) => method === 'webhook')).toHaveLength(5);
	});

	test('a change of stock does not wait for its delivery', async () => {
		await create();
		sandbox.send = async () => await new Promise(() => {});
		expect((await update({ quantity: 1 })).status).toBe(200);
	});

	test('a change of stock is delivered to every webhook that listens, and to no other', async () => {
		await create();
		await create({ url: 'http://shop.test/second' });
		await create({ url: 'http://shop.test/orders', triggerType: 'ecomm_new_order' });
		const bare = `/v2/sites/${BARE_SITE_ID}/webhooks`;
		await ask('POST', bare, { triggerType: TRIGGER, url: 'http://other.test' });
		await sell('A');
		expect(heard.map(({ url }) => url)).toStrictEqual([
			'http://shop.test/hook',
			'http://shop.test/second',
		]);
	});

	test('a change through the API is delivered or not, a sale always', async () => {
		await create();
		setSwitches({ echo: false });
		await update({ quantity: 1 });
		await sell('B');
		expect(idsHeard()).toStrictEqual([itemOf(1)]);
	});

	test('a write that changes nothing is delivered only where a switch says so', async () => {
		await create();
		await update({ quantity: 50 });
		await settled();
		expect(heard).toHaveLength(0);
		setSwitches({ webhookUnchanged: true });
		await update({ quantity: 50 });
		await settled();
		expect(heard).toHaveLength(1);
	});

	test('a change that is refused is not delivered', async () => {
		await create();
		expect((await update({ quantity: '7' })).status).toBe(400);
		await settled();
		expect(heard).toHaveLength(0);
	});

	test('a delivery stands in the log, with what was answered and without the signature', async () => {
		await create();
		answerWith(204, null);
		await sell('A', 'B');
		const entries = sandbox.log.all().filter(({ method }) => method === 'webhook');
		expect(entries).toMatchObject([
			{
				platform: 'webflow',
				path: 'http://shop.test/hook',
				body: { triggerType: TRIGGER, payload: { id: ITEM, quantity: 49 } },
				status: 204,
				fault: null,
				moves: [],
			},
			{ status: null, fault: 'no answer' },
		]);
		expect(JSON.stringify(entries)).not.toContain('signature');
	});

	test('a delivery goes nowhere in a sandbox without a network, and harms nothing', async () => {
		const alone = new Sandbox(clock);
		alone.webflow.webhooks.create(
			{
				method: 'POST',
				path: '',
				query: new URLSearchParams(),
				headers: {},
				body: JSON.stringify({ triggerType: TRIGGER, url: 'http://shop.test' }),
			},
			SITE_ID,
			{ scopes: ['ecommerce:read'], isApp: false },
		);
		alone.change('webflow', { sku: '71053', delta: -1 });
		await alone.webflow.webhooks.deliveries.settled();
		expect(alone.log.all()).toMatchObject([{ method: 'webhook', status: null }]);
	});
});

describe('a delivery that fails', () => {
	test.each([201, 204, 301, 302, 400, 404, 410, 500, null])(
		'a delivery that fails with %s is sent again ten minutes later, with a new signature',
		async (status) => {
			const { secretKey } = (await create()).body;
			answerWith(status);
			await sell('A');
			await later(10 * MINUTE - 1);
			expect(heard).toHaveLength(1);
			await later(1);
			expect(heard).toHaveLength(2);
			const [first, second] = heard.map(({ headers }) => Number(headers['x-webflow-timestamp']));
			expect(second - first).toBe(10 * MINUTE);
			expect(heard.map((one) => isSigned(secretKey, one))).toStrictEqual([true, true]);
			expect(heard[1].body).toBe(heard[0].body);
			await later();
			expect(heard).toHaveLength(2);
		},
	);

	test.each([
		[3, 4],
		[2, 3],
		[0, 1],
	])(
		'a delivery that fails %d more times, %d in all, deactivates its webhook',
		async (webhookRetries, times) => {
			setSwitches({ webhookRetries });
			await create();
			answerWith(...Array<number>(10).fill(500));
			await sell('A');
			for (let n = 0; n < 6; n += 1) await later();
			expect(heard).toHaveLength(times);
			expect(tell('GET').body).toMatchObject({ webhooks: [{ state: 'deactivated' }], failed: 0 });
			answerWith();
			await sell('B');
			expect(heard).toHaveLength(times);
		},
	);

	test('a delivery that fails is sent again after as long as a switch says', async () => {
		setSwitches({ webhookRetryMs: 50 });
		await create();
		answerWith(500);
		await sell('A');
		await later(50);
		expect(heard).toHaveLength(2);
	});

	test('a delivery that fails is sent again when anything is asked', async () => {
		await create();
		answerWith(500);
		await sell('A');
		expect(tell('GET').body.failed).toBe(1);
		clock.pass(10 * MINUTE);
		await listed();
		await settled();
		expect(heard).toHaveLength(2);
		expect(tell('GET').body.failed).toBe(0);
	});

	test('a delivery that fails is not sent again to a webhook that was removed', async () => {
		const { id } = (await create()).body;
		answerWith(500);
		await sell('A');
		await ask('DELETE', `/v2/webhooks/${id}`);
		await later();
		expect(heard).toHaveLength(1);
	});

	test('a delivery that fails holds up no other', async () => {
		await create();
		answerWith(500);
		await sell('A');
		await sell('B');
		await later();
		expect(idsHeard()).toStrictEqual([itemOf(0), itemOf(1), itemOf(0)]);
	});

	test('a delivery that fails asks to be woken', async () => {
		const asked: number[] = [];
		sandbox.wake = (ms) => asked.push(ms);
		await create();
		answerWith(500);
		await sell('A');
		expect(asked).toStrictEqual([10 * MINUTE]);
	});

	test.each([
		['shown', 1, 200],
		['hidden', 0, 404],
	] as const)(
		'a delivery that fails leaves its webhook %s once it is deactivated',
		async (webhookDeactivated, count, status) => {
			setSwitches({ webhookDeactivated, webhookRetries: 0 });
			const { id } = (await create()).body;
			answerWith(500);
			await sell('A');
			expect(await listed()).toHaveLength(count);
			expect((await ask('GET', `/v2/webhooks/${id}`)).status).toBe(status);
		},
	);

	test('a delivery that fails before a reset is nobody’s after it', async () => {
		await create();
		answerWith(500);
		await sell('A');
		let answer = (_: number) => {};
		sandbox.send = async () => await new Promise((resolve) => (answer = resolve));
		sandbox.change('webflow', { sku: 'B', delta: -1 });
		await Promise.resolve();
		sandbox.reset();
		answer(500);
		await later();
		expect(sandbox.log.all()).toStrictEqual([]);
		expect(tell('GET').body).toStrictEqual({ webhooks: [], held: 0, failed: 0 });
	});
});
