/** The Webflow trigger in n8n's contexts: its webhook at Webflow, and which calls start what. */
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { systemClock } from '../../n8n/host/clock.ts';
import { Sandbox } from '../../sandbox/sandbox.mts';
import { startSandbox, type RunningSandbox } from '../../sandbox/server.mts';
import { SITE_ID, SKU_COLLECTION_ID } from '../../sandbox/webflow/ids.mts';
import { signedRequest, WEBFLOW_CLIENT_SECRET } from '../../sandbox/webflow/signature.mts';
import type { WebhookSwitches } from '../../sandbox/webflow/switches.mts';
import { WEBFLOW_TOKEN } from '../../sandbox/webflow/webflow.mts';
import { WEBHOOK_SETTINGS, type Setting } from '../conformance/switches/positions.mts';
import type { InstantClock } from '../support/clock.mts';
import { connectedApp, sandboxCredentials } from '../support/credentials.mts';
import { Trigger } from '../support/trigger.mts';
import { byId, bySku, runNode } from './setup.mts';
import { levelIn, itemIn } from '../support/stock.mts';

jest.mock('../../n8n/host/clock.ts', () => {
	const { InstantClock: Clock } = jest.requireActual<{ InstantClock: new () => InstantClock }>(
		'../support/clock.mts',
	);
	return { systemClock: new Clock() };
});

const clock = systemClock as InstantClock;
const MINUTE = 60_000;

let running: RunningSandbox;
let sandbox: Sandbox;
let trigger: Trigger;
/** What has been started so far. */
let started: IDataObject[];

beforeEach(async () => {
	// Nobody sleeps whole milliseconds; Webflow's timestamps are.
	running = await startSandbox(0, new Sandbox({ now: () => Math.floor(clock.now()) }));
	({ sandbox } = running);
	prepare();
	// The tests say when time has passed.
	sandbox.wake = () => {};
	clock.pass(60 * MINUTE);
});
afterEach(async () => await running.close());

function prepare(): void {
	sandbox.reset();
	sandbox.seed({ products: ['A', 'B', 'C'].map((sku) => ({ name: sku, sku, quantity: 50 })) });
	sandbox.limit('webflow', { requests: 1_000_000 });
}

type Login = 'accessToken' | 'oAuth2';
const LOGINS: Login[] = ['accessToken', 'oAuth2'];

function open(authentication: Login = 'accessToken', some: INodeParameters = {}): Trigger {
	trigger = new Trigger({
		service: 'webflow',
		credentials: { ...sandboxCredentials(running.url), ...connectedApp(running.url) },
		parameters: { authentication, site: byId(SITE_ID), options: {}, ...some },
	});
	started = trigger.listenTo(sandbox);
	return trigger;
}

/** Those that Webflow still shows; others nobody can remove. */
const hooks = () =>
	sandbox.webflow.webhooks
		.all()
		.filter(({ state }) => state === 'active' || isShown(sandbox.webflow.switches));
const isShown = ({ webhookDeactivated }: WebhookSwitches) => webhookDeactivated === 'shown';
const levels = () => started.map(({ previousQuantity, quantity }) => [previousQuantity, quantity]);
const levelOf = (sku: string) => levelIn({ sandbox }, 'webflow', sku) as number;

function setSwitches(switches: Partial<WebhookSwitches>): void {
	Object.assign(sandbox.webflow.switches, switches);
}

async function settled(): Promise<void> {
	await sandbox.webflow.webhooks.deliveries.settled();
}

/** A sale in the shop, at a time of its own, and whatever it starts. */
async function sell(sku: string, delta = -1): Promise<void> {
	clock.pass(1_000);
	sandbox.change('webflow', { sku, delta });
	await settled();
}

/** What another program writes. */
async function write(sku: string, quantity: number): Promise<void> {
	clock.pass(1_000);
	const item = itemIn({ sandbox }, 'webflow', sku)?.itemId;
	await fetch(
		`${running.url}/webflow/v2/collections/${SKU_COLLECTION_ID}/items/${item}/inventory`,
		{
			method: 'PATCH',
			headers: { Authorization: `Bearer ${WEBFLOW_TOKEN}`, 'Content-Type': 'application/json' },
			body: JSON.stringify({ inventoryType: 'finite', quantity }),
		},
	);
	await settled();
}

/** Sells while n8n cannot be reached. */
async function sellInVain(sku: string): Promise<void> {
	const { send } = sandbox;
	sandbox.send = async () => await Promise.reject(new Error('ECONNREFUSED'));
	await sell(sku);
	sandbox.send = send;
}

/** The same; Webflow tries again later. */
async function sellWhileDown(sku: string): Promise<void> {
	await sellInVain(sku);
	clock.pass(sandbox.webflow.switches.webhookRetryMs);
	sandbox.advance();
	await settled();
}

/** Everything that happens to a trigger, under whatever the documents leave open. */
async function live(login: Login, settings: Setting[]): Promise<void> {
	for (const { name, position } of settings) setSwitches({ [name]: position });
	const { webhookSigning, webhookRetries, echo } = sandbox.webflow.switches;
	open(login);
	if (login === 'accessToken' && webhookSigning !== 'hookSecret') {
		await expect(trigger.activate()).rejects.toThrow('returned no signing key for this webhook');
		expect(hooks()).toStrictEqual([]);
		return;
	}
	await trigger.activate();
	expect(hooks()).toHaveLength(1);
	const heard = login === 'accessToken' || webhookSigning !== 'none';
	const expected: unknown[] = [];
	const expectMore = (...more: unknown[]): void => {
		if (heard) expected.push(...more);
		expect(levels()).toStrictEqual(expected);
	};
	await sell('A');
	expectMore([null, 49]);
	await write('A', 49);
	expectMore();
	await write('A', 40);
	expectMore(...(echo ? [[49, 40]] : []));
	await sellWhileDown('B');
	expectMore(...(webhookRetries > 0 ? [[null, 49]] : []));
	// With the last try the webhook may have been deactivated: activating the workflow again makes another.
	await trigger.deactivate();
	expect(hooks()).toStrictEqual([]);
	await trigger.activate();
	await sell('C');
	expectMore([null, 49]);
	if (heard) {
		sandbox.webflow.act({ action: 'duplicate' });
		await settled();
	}
	expectMore();
	sandbox.webflow.act({ action: 'vanish' });
	await sell('C');
	expectMore();
	await trigger.activate();
	expect(hooks()).toHaveLength(1);
	await sell('C', -8);
	expectMore([49, 40]);
	await trigger.deactivate();
	expect(hooks()).toStrictEqual([]);
}

describe.each(LOGINS)('by %s, every sale is told once and no webhook is left', (login) => {
	test('every sale is told once with Webflow as documented', async () => await live(login, []));

	test.each(WEBHOOK_SETTINGS)(
		'every sale is told once with $name: $position',
		async (one) => await live(login, [one]),
	);

	test.each(WEBHOOK_SETTINGS)(
		'every sale is told once with $name: $position, and each other position',
		async (one) => {
			for (const other of WEBHOOK_SETTINGS.filter(({ name }) => name > one.name)) {
				prepare();
				await live(login, [one, other]);
			}
		},
	);
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

describe('SKUs that the shop does not have', () => {
	test('SKUs that the shop does not have keep the workflow from being published if none exists, and no webhook is left', async () => {
		open('accessToken', { skus: 'a' });
		await expect(trigger.activate()).rejects.toMatchObject({
			message: 'None of the SKUs to watch is in the shop.',
			description: expect.stringContaining('Did you mean “A”?'),
		});
		expect(hooks()).toStrictEqual([]);
	});

	test('SKUs that the shop does not have are logged if only some do not exist', async () => {
		open('accessToken', { skus: 'A\nNone' });
		await trigger.activate();
		expect(trigger.logged).toStrictEqual([
			expect.stringMatching(/^1 of the 2 SKUs to watch is not in the shop\. .*“None”/),
		]);
	});

	test('SKUs that the shop does not have cost a restart of n8n no request', async () => {
		open('accessToken', { skus: 'A\nNone' });
		await trigger.activate();
		const before = sandbox.log.all().length;
		await trigger.activate();
		expect(sandbox.log.all().slice(before)).toHaveLength(1);
		expect(trigger.logged).toHaveLength(1);
	});
});

describe.each(LOGINS)('by %s, activating', (login) => {
	const ask = async (method: string, path: string, body?: object) =>
		await fetch(`${running.url}/webflow/v2${path}`, {
			method,
			headers: { Authorization: `Bearer ${WEBFLOW_TOKEN}`, 'Content-Type': 'application/json' },
			body: JSON.stringify(body),
		});
	const register = async (url: string) =>
		await ask('POST', `/sites/${SITE_ID}/webhooks`, {
			triggerType: 'ecomm_inventory_changed',
			url,
		});
	const urls = () => hooks().map(({ url }) => url);

	test('activating touches the webhook at its own address alone', async () => {
		const other = 'https://elsewhere.example/hook';
		await register(other);
		open(login);
		await trigger.activate();
		const own = urls()[1];
		await trigger.deactivate();
		expect(urls()).toStrictEqual([other]);
		// One that was left behind, with a key nobody knows.
		await register(own);
		await trigger.activate();
		expect(urls()).toStrictEqual([other, own]);
		await trigger.activate();
		expect(urls()).toStrictEqual([other, own]);
		await sell('A');
		expect(levels()).toStrictEqual([[null, 49]]);
		await trigger.deactivate();
		expect(urls()).toStrictEqual([other]);
	});

	test('activating with 75 other webhooks says that there is no room', async () => {
		for (let n = 0; n < 75; n += 1) await register(`https://elsewhere.example/${n}`);
		open(login);
		await expect(trigger.activate()).rejects.toMatchObject({
			message: expect.stringContaining('75 webhooks'),
			description: expect.stringContaining('activate the workflow again'),
		});
		expect(hooks()).toHaveLength(75);
	});

	test('activating without the right to create webhooks says where to tick it', async () => {
		open(login);
		sandbox.faults.add([{ method: 'POST', apply: false, then: { status: 403, body: {} } }]);
		await expect(trigger.activate()).rejects.toMatchObject({
			message: 'The access token is not allowed to create webhooks.',
			description: expect.stringContaining(
				login === 'oAuth2' ? 'App development' : 'Site settings > Apps & integrations',
			),
		});
	});

	test('activating without a site says so', async () => {
		open(login, { site: byId('') });
		await expect(trigger.activate()).rejects.toThrow('No Site is chosen');
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

test('a token of v1 cannot have webhooks', async () => {
	open();
	trigger.options.credentials.webflowInventoryApi.apiVersion = 'v1';
	await expect(trigger.activate()).rejects.toThrow('The trigger needs a token of API version 2');
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

const told = (quantity: number) =>
	JSON.stringify({
		triggerType: 'ecomm_inventory_changed',
		payload: { id: sandbox.webflow.stock()[0].itemId, quantity, inventoryType: 'finite' },
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

describe('a webhook without a key', () => {
	const accepting = async (): Promise<void> => {
		setSwitches({ webhookSigning: 'none' });
		open('accessToken', { options: { acceptUnsigned: true } });
		await trigger.activate();
	};

	test('a webhook without a key tells each change, though the same levels come again', async () => {
		await accepting();
		for (const delta of [-1, 1, -1, 1]) await sell('A', delta);
		expect(levels()).toStrictEqual([
			[null, 49],
			[49, 50],
			[50, 49],
			[49, 50],
		]);
	});

	test.each(['9999999999999', 'tomorrow'])(
		'a webhook without a key trusts no time it is told (%s)',
		async (time) => {
			await accepting();
			const { headers, body } = signedRequest(null, 0, told(7));
			await trigger.call({ headers: { ...headers, 'x-webflow-timestamp': time }, body });
			await sell('A');
			expect(levels()).toStrictEqual([[7, 49]]);
		},
	);
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
