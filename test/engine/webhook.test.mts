/** The Webflow trigger in n8n's contexts: which calls start what. */
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { SITE_ID } from '../../sandbox/webflow/ids.mts';
import { signedRequest, WEBFLOW_CLIENT_SECRET } from '../../sandbox/webflow/signature.mts';
import type { InstantClock } from '../support/clock.mts';
import { connectedApp } from '../support/credentials.mts';
import { byId, bySku, runNode } from './setup.mts';
import {
	clock,
	MINUTE,
	running,
	sandbox,
	trigger,
	started,
	LOGINS,
	open,
	levels,
	levelOf,
	settled,
	sell,
	sellInVain,
	told,
} from './setup-webhook.mts';

jest.mock('../../n8n/host/clock.ts', () => {
	const { InstantClock: Clock } = jest.requireActual<{ InstantClock: new () => InstantClock }>(
		'../support/clock.mts',
	);
	return { systemClock: new Clock() };
});

describe.each(LOGINS)('by %s, a call that is', (login) => {
	test.each(['forged', 'stale', 'future', 'unsigned'] as const)(
		'a call that is %s is answered with 401',
		async (action) => {
			open(login, { options: { acceptUnsigned: true } });
			await trigger.activate();
			sandbox.webflow.act({ action, sku: 'A', quantity: 3 });
			await settled();
			expect(started).toStrictEqual([]);
			expect(sandbox.log.all().at(-1)).toMatchObject({ method: 'webhook', status: 401 });
			await sell('A');
			expect(levels()).toStrictEqual([[null, 49]]);
		},
	);

	test('a call that is about something else starts nothing', async () => {
		open(login);
		await trigger.activate();
		sandbox.webflow.act({ action: 'otherTrigger' });
		await settled();
		expect(started).toStrictEqual([]);
		expect(sandbox.log.all().at(-1)).toMatchObject({ method: 'webhook', status: 200 });
	});
});

describe('a refused call', () => {
	test('a refused call is logged with its reason, at most once in ten minutes', async () => {
		open();
		await trigger.activate();
		const refused = async (action: 'forged' | 'stale' | 'future'): Promise<void> => {
			sandbox.webflow.act({ action, sku: 'A', quantity: 3 });
			await settled();
		};
		await refused('forged');
		clock.pass(9 * MINUTE);
		await refused('stale');
		expect(trigger.logged).toStrictEqual([
			expect.stringContaining(
				'“Stock Changed” was refused. Its signature does not match its body.',
			),
		]);
		clock.pass(2 * MINUTE);
		await refused('stale');
		expect(trigger.logged).toHaveLength(2);
		expect(trigger.logged[1]).toMatch(
			/its timestamp is [\d.]+ minutes behind this computer's clock/,
		);
		clock.pass(11 * MINUTE);
		await refused('future');
		expect(trigger.logged[2]).toMatch(
			/its timestamp is [\d.]+ minutes ahead of this computer's clock/,
		);
		expect(started).toStrictEqual([]);
	});
});

test.each([
	[{ quantity: null, inventoryType: 'finite' }, []],
	[{ quantity: null }, []],
	[{ inventoryType: 'finite' }, []],
	[{ quantity: 'eight', inventoryType: 'finite' }, []],
	[{ quantity: '8', inventoryType: 'finite' }, []],
	[{ quantity: 8 }, [8]],
	[{ quantity: -8, inventoryType: 'finite' }, [-8]],
	[{ inventoryType: 'infinite' }, [null]],
	[{ quantity: 8, inventoryType: 'infinite' }, [null]],
])('a call that tells %j starts what it tells', async (level, quantities) => {
	open();
	await trigger.activate();
	const [{ key }] = sandbox.webflow.webhooks.all();
	const payload = { id: sandbox.webflow.stock()[0].itemId, ...level };
	const body = JSON.stringify({ triggerType: 'ecomm_inventory_changed', payload });
	const { status, items } = await trigger.call(signedRequest(key, Math.floor(clock.now()), body));
	expect(status).toBe(200);
	expect(items.map(({ quantity }) => quantity)).toStrictEqual(quantities);
	expect(items.map(({ unlimited }) => unlimited)).toStrictEqual(quantities.map((q) => q === null));
});

test('a field that went wrong since then fails the authentic calls of Webflow, and no others', async () => {
	open();
	await trigger.activate();
	trigger.set({ threshold: '={{ "many" }}' });
	const now = Math.floor(clock.now());
	for (const key of [null, 'another'])
		expect(await trigger.call(signedRequest(key, now, told(7)))).toMatchObject({ status: 401 });
	const [{ key }] = sandbox.webflow.webhooks.all();
	await expect(trigger.call(signedRequest(key, now, told(7)))).rejects.toThrow(
		'Threshold “many” is not a number. Change it in the node.',
	);
});

test('an item seen for the first time is low, or out, where it stands there now', async () => {
	open('accessToken', { events: ['changed', 'lowStock', 'outOfStock', 'backInStock'] });
	await trigger.activate();
	await sell('A', -46);
	expect(started.splice(0)).toMatchObject([
		{ event: 'changed', sku: 'A', name: 'A', previousQuantity: null, quantity: 4, delta: null },
		{ event: 'lowStock' },
	]);
	await sell('A', -4);
	await sell('A', 9);
	expect(started.map(({ event }) => event)).toStrictEqual([
		'changed',
		'outOfStock',
		'changed',
		'backInStock',
	]);
	expect(started.at(-1)).toMatchObject({ previousQuantity: 0, quantity: 9, delta: 9 });
});

test('only the SKUs that are to be watched start a workflow', async () => {
	open('accessToken', { skus: 'B\n C ' });
	await trigger.activate();
	for (const sku of ['A', 'B', 'C']) await sell(sku);
	expect(started.map(({ sku }) => sku)).toStrictEqual(['B', 'C']);
});

test('a call whose SKU cannot be looked up is reported by an error, and told when Webflow calls again', async () => {
	open('accessToken', { skus: 'A' });
	await trigger.activate();
	// What activating read of the catalogue is too old by now.
	clock.pass(60 * MINUTE);
	const refuse = { method: 'GET', apply: false, then: { status: 403, body: {} } };
	sandbox.faults.add([refuse]);
	// n8n answers a call that throws with a 500.
	await sell('A');
	expect(started).toStrictEqual([]);
	expect(sandbox.webflow.webhooks.deliveries.counts).toMatchObject({ failed: 1 });
	const [{ key }] = sandbox.webflow.webhooks.all();
	sandbox.faults.add([refuse]);
	await expect(
		trigger.call(signedRequest(key, Math.floor(clock.now()), told(30))),
	).rejects.toMatchObject({
		message: expect.stringContaining('but its SKU could not be looked up'),
		description: expect.stringContaining('Webflow calls again in ten minutes'),
	});
	clock.pass(sandbox.webflow.switches.webhookRetryMs);
	sandbox.advance();
	await settled();
	await sell('A');
	expect(levels()).toStrictEqual([
		[null, 49],
		[49, 48],
	]);
});

test('a credential that broke fails the call, and what it told counts when Webflow calls again', async () => {
	open();
	await trigger.activate();
	const { webflowInventoryApi: login } = trigger.options.credentials;
	const { baseUrl } = login;
	login.baseUrl = 'nowhere';
	await sell('A');
	login.baseUrl = baseUrl;
	clock.pass(sandbox.webflow.switches.webhookRetryMs);
	sandbox.advance();
	await settled();
	expect(levels()).toStrictEqual([[null, 49]]);
});

describe('an app', () => {
	test('an app knows the calls of its webhooks by its secret', async () => {
		open('oAuth2');
		await trigger.activate();
		const call = async (key: string) =>
			await trigger.call(signedRequest(key, Math.floor(clock.now()), told(7)));
		expect(await call('another')).toStrictEqual({ status: 401, items: [] });
		expect(await call(WEBFLOW_CLIENT_SECRET)).toMatchObject({ status: 200, items: [{ sku: 'A' }] });
	});

	test('an app whose credential cannot be had takes no call', async () => {
		open('oAuth2');
		await trigger.activate();
		const { webflowInventoryOAuth2Api: app } = trigger.options.credentials;
		for (const broken of [{ oauthTokenData: undefined }, { clientSecret: '' }]) {
			Object.assign(app, connectedApp(running.url).webflowInventoryOAuth2Api, broken);
			for (const key of ['', WEBFLOW_CLIENT_SECRET, null]) {
				const call = signedRequest(key, Math.floor(clock.now()), told(7));
				expect(await trigger.call(call)).toStrictEqual({ status: 401, items: [] });
			}
		}
	});
});

describe('what changed while n8n was down', () => {
	/** A sale that Webflow will tell of again, and one after it that it tells of at once. */
	const sellAround = async (): Promise<void> => {
		await sellInVain('A');
		await sell('A');
		clock.pass(sandbox.webflow.switches.webhookRetryMs);
		sandbox.advance();
		await settled();
	};

	test('a change made while n8n was down is told once, and the level before it is no change', async () => {
		open();
		await trigger.activate();
		// Made by the process before this one.
		(trigger.stored.webhook as IDataObject).since = 0;
		await sellAround();
		expect(levels()).toStrictEqual([[null, 48]]);
		await sell('A');
		expect(levels().at(-1)).toStrictEqual([48, 47]);
	});

	test('a change made while n8n was down leaves no level to trust in a run that reads none', async () => {
		open();
		await trigger.activate();
		(trigger.stored.webhook as IDataObject).since = 0;
		await sellAround();
		await set('A', 49, { trustRememberedMinutes: 30 });
		expect(levelOf('A')).toBe(49);
		const before = sandbox.log.all().length;
		await set('A', 49, { trustRememberedMinutes: 30 });
		expect(sandbox.log.all().slice(before)).toStrictEqual([]);
	});

	test('a change needs no reading where this process created the webhook', async () => {
		open();
		await trigger.activate();
		await sell('A');
		const before = sandbox.log.all().length;
		await sell('A');
		expect(sandbox.log.all().slice(before)).toMatchObject([{ method: 'webhook' }]);
	});
});

/** What one of the nodes sets. */
async function set(sku: string, quantity: number, options: INodeParameters = {}): Promise<void> {
	await runNode(running, 'webflowInventory', {
		parameters: {
			authentication: 'accessToken',
			operation: 'setQuantity',
			site: byId(SITE_ID),
			item: bySku(sku),
			quantity,
			options,
		},
		input: [{}],
	});
	await settled();
}

describe('a write of ours', () => {
	test('an own write hides its own call, though an earlier one to the same level is repeated before', async () => {
		open();
		await trigger.activate();
		await sell('A');
		await set('A', 20);
		sandbox.webflow.act({ action: 'hold' });
		await sell('A');
		clock.pass(1_000);
		await set('A', 20);
		sandbox.webflow.act({ action: 'duplicate' });
		await settled();
		sandbox.webflow.act({ action: 'release' });
		await settled();
		expect(levels()).toStrictEqual([
			[null, 49],
			[20, 19],
		]);
		await sell('A');
		expect(levels().at(-1)).toStrictEqual([20, 19]);
	});

	test('an own write that changes nothing hides nothing', async () => {
		open();
		await trigger.activate();
		await sell('A');
		await set('A', 49, { writeUnchanged: true });
		for (const delta of [1, -1]) await sell('A', delta);
		expect(levels()).toStrictEqual([
			[null, 49],
			[49, 50],
			[50, 49],
		]);
	});

	test('an own write that was planned or refused hides nothing', async () => {
		open();
		await trigger.activate();
		await sell('A');
		await set('A', 30, { dryRun: true });
		await sell('A', -19);
		sandbox.faults.add([{ method: 'PATCH', apply: false, then: { status: 409, body: {} } }]);
		await set('A', 25);
		await sell('A', -5);
		expect(levels()).toStrictEqual([
			[null, 49],
			[49, 30],
			[30, 25],
		]);
	});
});

describe('calls of the very same time', () => {
	const sellAtOnce = async (deltas: number[], order?: 'asMade' | 'reversed'): Promise<void> => {
		clock.pass(1_000);
		if (order !== undefined) sandbox.webflow.act({ action: 'hold' });
		for (const delta of deltas) sandbox.change('webflow', { sku: 'A', delta });
		if (order !== undefined) sandbox.webflow.act({ action: 'release', order });
		await settled();
	};

	test.each([
		['asMade', [-1, -2]],
		['reversed', [-1, -2]],
		['asMade', [-1, -2, 3, -5]],
		['reversed', [-1, -2, 3, -5]],
		['reversed', [-1, 1]],
		[undefined, [-1, -2, -4]],
	] as Array<['asMade' | 'reversed' | undefined, number[]]>)(
		'calls of the very same time end at the level of the shop (%s, %j)',
		async (order, deltas) => {
			open();
			await trigger.activate();
			await sell('A');
			await sellAtOnce(deltas, order);
			expect(started.at(-1)?.quantity ?? 49).toBe(levelOf('A'));
			const chain = levels() as Array<[number | null, number]>;
			for (const [n, [from]] of chain.slice(1).entries()) expect(from).toBe(chain[n][1]);
			expect(new Set(started.map(({ eventId }) => eventId)).size).toBe(started.length);
			await sell('A');
			expect(started.at(-1)).toMatchObject({ previousQuantity: levelOf('A') + 1 });
		},
	);

	test('calls of the very same time that agree need no reading', async () => {
		open();
		await trigger.activate();
		await sell('A');
		const before = sandbox.log.all().length;
		sandbox.webflow.act({ action: 'duplicate' });
		await settled();
		expect(sandbox.log.all().slice(before)).toMatchObject([{ method: 'webhook' }]);
	});

	test('of calls of the very same time and a level that cannot be read, the later call counts', async () => {
		open();
		await trigger.activate();
		await sell('A');
		sandbox.faults.add([{ method: 'GET', apply: false, then: { status: 403 }, times: 9 }]);
		await sellAtOnce([-1, -2], 'asMade');
		expect(levels()).toStrictEqual([
			[null, 49],
			[49, 48],
			[48, 46],
		]);
	});

	test.each(['asMade', 'reversed'] as const)(
		'of calls of the very same time, one of them for an own write, only the change of the other is told (%s)',
		async (order) => {
			open();
			await trigger.activate();
			await sell('A');
			sandbox.webflow.act({ action: 'hold' });
			await set('A', 20);
			const at = clock.now();
			sandbox.change('webflow', { sku: 'A', delta: -1 });
			expect(clock.now()).toBe(at);
			sandbox.webflow.act({ action: 'release', order });
			await settled();
			expect(started.slice(1).map(({ quantity }) => quantity)).toStrictEqual([19]);
			await sell('A');
			expect(started.at(-1)).toMatchObject({ previousQuantity: 19, quantity: 18 });
		},
	);
});
