/** The Webflow trigger in n8n's contexts: its webhook at Webflow, from publishing to unpublishing. */
import { SITE_ID } from '../../sandbox/webflow/ids.mts';
import { signedRequest } from '../../sandbox/webflow/signature.mts';
import { WEBFLOW_TOKEN } from '../../sandbox/webflow/webflow.mts';
import { WEBHOOK_SETTINGS, type Setting } from '../conformance/switches/positions.mts';
import type { InstantClock } from '../support/clock.mts';
import { byId } from './setup.mts';
import {
	running,
	sandbox,
	trigger,
	prepare,
	LOGINS,
	open,
	hooks,
	levels,
	setSwitches,
	settled,
	sell,
	write,
	sellWhileDown,
	told,
	type Login,
} from './setup-webhook.mts';

jest.mock('../../n8n/host/clock.ts', () => {
	const { InstantClock: Clock } = jest.requireActual<{ InstantClock: new () => InstantClock }>(
		'../support/clock.mts',
	);
	return { systemClock: new Clock() };
});

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

test('a token of v1 cannot have webhooks', async () => {
	open();
	trigger.options.credentials.webflowInventoryApi.apiVersion = 'v1';
	await expect(trigger.activate()).rejects.toThrow('The trigger needs a token of API version 2');
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
