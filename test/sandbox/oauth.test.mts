/** Webflow's OAuth2: an app is let in, and gets a token for its code. */
import { Sandbox } from '../../sandbox/sandbox.mts';
import { SITE_ID } from '../../sandbox/webflow/ids.mts';
import { WEBFLOW_CLIENT_ID, WEBFLOW_OAUTH_TOKEN } from '../../sandbox/webflow/oauth.mts';
import { WEBFLOW_CLIENT_SECRET } from '../../sandbox/webflow/signature.mts';
import { InstantClock } from '../support/clock.mts';

const BACK = 'https://n8n.example/rest/oauth2-credential/callback';

let clock: InstantClock;
let sandbox: Sandbox;
beforeEach(() => {
	clock = new InstantClock();
	sandbox = new Sandbox(clock);
});

async function ask(method: string, path: string, some: { query?: object; body?: string } = {}) {
	const query = new URLSearchParams({ ...some.query });
	const body = some.body ?? '';
	const delivery = await sandbox.handle('webflow', { method, path, query, headers: {}, body });
	if (delivery.kind !== 'reply') throw new Error(delivery.kind);
	return delivery.reply as { status: number; headers?: Record<string, string>; body: any };
}

const authorize = async (some: object = {}) =>
	await ask('GET', '/oauth/authorize', {
		query: {
			response_type: 'code',
			client_id: WEBFLOW_CLIENT_ID,
			redirect_uri: BACK,
			state: 'a/b',
			scope: 'ecommerce:read',
			...some,
		},
	});

async function code(): Promise<string> {
	const { headers } = await authorize();
	return new URL(headers?.Location as string).searchParams.get('code') as string;
}

const fields = (some: object = {}): Record<string, string> => ({
	client_id: WEBFLOW_CLIENT_ID,
	client_secret: WEBFLOW_CLIENT_SECRET,
	grant_type: 'authorization_code',
	redirect_uri: BACK,
	...some,
});
const exchange = async (body: string) => await ask('POST', '/oauth/access_token', { body });

test('the app is let in, and sent back with what it came with', async () => {
	const { status, headers } = await authorize();
	const back = new URL(headers?.Location as string);
	expect([status, `${back.origin}${back.pathname}`]).toStrictEqual([302, BACK]);
	expect(back.searchParams.get('state')).toBe('a/b');
});

test.each([
	['JSON', (one: object) => JSON.stringify(one)],
	['a form', (one: Record<string, string>) => new URLSearchParams(one).toString()],
])('a code is good for one token, asked for in %s', async (_, encoded) => {
	const body = encoded(fields({ code: await code() }));
	const token = { token_type: 'bearer', access_token: WEBFLOW_OAUTH_TOKEN };
	expect((await exchange(body)).body).toMatchObject(token);
	expect(await exchange(body)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
	expect(JSON.stringify(sandbox.log.all())).not.toContain(WEBFLOW_CLIENT_SECRET);
});

test.each([
	['another secret', { client_secret: 'nope' }, 401, 'invalid_client'],
	['another grant', { grant_type: 'refresh_token' }, 400, 'invalid_request'],
	['another address', { redirect_uri: 'https://elsewhere.example' }, 400, 'invalid_grant'],
])('a request with %s gets no token', async (_, some, status, error) => {
	const answer = await exchange(JSON.stringify(fields({ code: await code(), ...some })));
	expect(answer).toMatchObject({ status, body: { error } });
});

test('a code is too old after a quarter of an hour', async () => {
	const body = JSON.stringify(fields({ code: await code() }));
	clock.pass(15 * 60_000);
	expect((await exchange(body)).body).toStrictEqual({ error: 'invalid_grant' });
});

test.each([{ client_id: 'nope' }, { response_type: 'token' }])(
	'an app that asks with %j is not let in',
	async (some) => {
		expect(await authorize(some)).toMatchObject({
			status: 400,
			body: { error: 'invalid_request' },
		});
	},
);

test('webhooks made with its token are signed with the secret of the app', async () => {
	const headers = { authorization: `Bearer ${WEBFLOW_OAUTH_TOKEN}` };
	const body = JSON.stringify({ triggerType: 'ecomm_inventory_changed', url: 'http://shop.test' });
	const path = `/v2/sites/${SITE_ID}/webhooks`;
	const query = new URLSearchParams();
	await sandbox.handle('webflow', { method: 'POST', path, query, headers, body });
	const [hook] = sandbox.webflow.webhooks.all();
	expect(hook).toMatchObject({ key: WEBFLOW_CLIENT_SECRET, ownSecret: false });
});
