/** Webflow reached as an app (OAuth2), through n8n's own helper. */
import { WEBFLOW_OAUTH_TOKEN } from '../../sandbox/webflow/oauth.mts';
import { WEBFLOW_CLIENT_SECRET } from '../../sandbox/webflow/signature.mts';
import { connectedApp } from '../support/credentials.mts';
import { CONTINUE, parameters, runNode, useSandbox } from './setup.mts';
import { writesIn } from '../support/stock.mts';

const running = useSandbox();

const APP = { authentication: 'oAuth2' };

function adjust(some: object = {}, tokenData: object = {}) {
	const credentials = connectedApp(running.url);
	Object.assign(credentials.webflowInventoryOAuth2Api.oauthTokenData as object, tokenData);
	return runNode(running, 'webflowInventory', {
		parameters: parameters('adjustByDelta', APP),
		input: [{ sku: '85123A', qty: -4 }],
		settings: CONTINUE,
		credentials,
		...some,
	});
}

test('the node reads and writes with the token of the app alone', async () => {
	const { outputs, error } = await adjust();
	expect(error).toBeUndefined();
	expect(outputs[0][0].json).toMatchObject({
		status: 'updated',
		previousQuantity: 124,
		quantity: 120,
	});
	expect(writesIn(running)).toHaveLength(1);
});

test('a token goes into the header, whatever type it has', async () => {
	for (const type of [undefined, 'Bearer', 'token']) {
		const { outputs } = await adjust({}, { token_type: type });
		expect(outputs[0][0].json.status).toBe('updated');
	}
	const sent = running.sandbox.log.all().map(({ query }) => query);
	expect(sent.join()).not.toContain('access_token');
});

describe('a delta that is answered with a 401', () => {
	const refused = { method: 'PATCH', apply: false, then: { status: 401, body: {} } };
	/** Webflow gives none; n8n would renew the token with it and send the request again. */
	const renewable = { refresh_token: 'renew' };

	test.each([{}, renewable])(
		'a delta that is answered with a 401 is sent once, and says how to continue (%j)',
		async (tokenData) => {
			running.sandbox.faults.add([refused]);
			const { outputs } = await adjust({}, tokenData);
			expect(outputs[0][0].json).toMatchObject({ details: { status: 'failed' } });
			expect(outputs[0][0].json.error).toContain('Webflow did not accept the access token');
			expect(outputs[0][0].json.error).toContain('connect it again');
			expect(writesIn(running)).toHaveLength(1);
			expect(running.sandbox.webflow.stock()[0].quantity).toBe(124);
		},
	);

	test('a delta that was applied and answered with a 401 is not applied twice', async () => {
		running.sandbox.faults.add([{ method: 'PATCH', then: { status: 401, body: {} } }]);
		await adjust({}, renewable);
		expect(writesIn(running).filter(({ moves }) => moves.length > 0)).toHaveLength(1);
		expect(running.sandbox.webflow.stock()[0].quantity).toBe(120);
	});
});

test('a delta whose answer is lost is applied once, and confirmed by reading', async () => {
	running.sandbox.faults.add([{ method: 'PATCH', then: 'reset' }]);
	const { outputs } = await adjust();
	expect(outputs[0][0].json).toMatchObject({ status: 'updated', quantity: 120 });
	expect(writesIn(running)).toHaveLength(1);
});

test('an app without the scope is told where to tick it', async () => {
	running.sandbox.faults.add([{ apply: false, then: { status: 403, body: {} }, times: 9 }]);
	const { outputs } = await adjust();
	expect(outputs[0][0].json.error).toContain('App development');
});

test.each([
	['never connected', undefined],
	['connected without a token', {}],
])('a credential that was %s says so, and nothing is sent', async (_, oauthTokenData) => {
	const credentials = connectedApp(running.url);
	credentials.webflowInventoryOAuth2Api.oauthTokenData = oauthTokenData as never;
	const { error } = await adjust({ credentials, settings: {} });
	expect(error?.message).toBe('The credential is not connected to Webflow yet.');
	expect(error?.description).toContain('Connect my account');
	expect(running.sandbox.log.all()).toHaveLength(0);
});

test('neither the token nor the secret of the app is shown', async () => {
	const then = {
		status: 400,
		body: { message: `Bad: ${WEBFLOW_OAUTH_TOKEN} ${WEBFLOW_CLIENT_SECRET}` },
	};
	running.sandbox.faults.add([{ method: 'PATCH', apply: false, then }]);
	const { run } = await adjust({ settings: {} });
	const said = JSON.stringify(run);
	expect(said).toContain('Bad: ••• •••');
	for (const secret of [WEBFLOW_OAUTH_TOKEN, WEBFLOW_CLIENT_SECRET])
		expect(said).not.toContain(secret);
});
