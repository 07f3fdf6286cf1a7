/** What the editor says after a credential is saved. */
import type { IDataObject } from 'n8n-workflow';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WEBFLOW_READ_ONLY_TOKEN } from '../../sandbox/webflow/webflow.mts';
import { sandboxCredentials } from '../support/credentials.mts';
import { OMITTED } from './lines.mts';
import { useHost } from './setup.mts';

const host = useHost();

async function test_(type: string, changes: IDataObject = {}) {
	const data = sandboxCredentials(host.running.url)[type];
	return await host.n8n.testCredential(type, { ...(data as IDataObject), ...changes });
}

/** n8n 1.x has words of its own for what a service answered. */
const N8N_WORDS =
	/Authorization failed|Forbidden|Payment required|could not be found|status code 30/;

function expectWords(message: string, words: string): void {
	if (OMITTED.credentialReasons) expect(message).toMatch(N8N_WORDS);
	else expect(message).toContain(words);
}

test.each([
	['webflowInventoryApi', {}],
	['webflowInventoryApi', { apiVersion: 'v1' }],
	['webflowInventoryApi', { accessToken: WEBFLOW_READ_ONLY_TOKEN }],
	['ecwidInventoryApi', {}],
	['rootfiInventoryApi', {}],
] as Array<[string, IDataObject]>)(
	'the credential test of %s with %j succeeds',
	async (type, changes) => {
		expect(await test_(type, changes)).toStrictEqual({
			status: 'OK',
			message: 'Connection successful!',
		});
	},
);

test('a slash at the end of an address does no harm', async () => {
	for (const [type, data] of Object.entries(sandboxCredentials(host.running.url))) {
		expect((await test_(type, { baseUrl: ` ${data.baseUrl}/ ` })).status).toBe('OK');
	}
});

describe('says in words what is wrong', () => {
	test.each([
		['webflowInventoryApi', { accessToken: 'nope' }, 'Webflow did not accept the access token'],
		[
			'webflowInventoryApi',
			{ accessToken: 'nope', apiVersion: 'v1' },
			'Webflow did not accept the access token',
		],
		[
			'ecwidInventoryApi',
			{ accessToken: 'secret_nope' },
			'Ecwid did not accept the access token for this store',
		],
		['ecwidInventoryApi', { storeId: '77' }, 'Ecwid does not know this store. Check Store ID'],
		['rootfiInventoryApi', { apiKey: 'nope' }, 'RootFi did not accept the API key'],
	] as Array<[string, IDataObject, string]>)(
		'the credential test of %s with %j says what is wrong: %s',
		async (type, changes, words) => {
			const { status, message } = await test_(type, changes);
			expect(status).toBe('Error');
			expectWords(message, words);
		},
	);

	test.each(['webflowInventoryApi', 'ecwidInventoryApi', 'rootfiInventoryApi'])(
		'the credential test of %s says so where something else lives at the address',
		async (type) => {
			const nowhere = await test_(type, { baseUrl: `${host.running.url}/nowhere` });
			expect(nowhere.status).toBe('Error');
			expectWords(nowhere.message, 'Base URL');
			host.running.sandbox.faults.add([{ then: 'nonsense' }]);
			const portal = await test_(type);
			expect(portal.status).toBe('Error');
			expect(portal.message).toMatch(/Something other than \w+ answers at this Base URL/);
		},
	);

	test('the credential test names a plan without the API', async () => {
		host.running.sandbox.ecwid.switches.plan = 'free';
		const { message } = await test_('ecwidInventoryApi');
		expectWords(message, "This store's plan does not include the API");
		host.running.sandbox.reset();
	});
});

describe('a redirect', () => {
	const taken: string[] = [];
	const stranger = createServer((request, response) => {
		taken.push(request.rawHeaders.join(' '));
		response.end('{"sites":[],"total":0,"data":[]}');
	});
	beforeAll(async () => {
		await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
	});
	afterAll(async () => {
		stranger.closeAllConnections();
		await new Promise((resolve) => stranger.close(resolve));
	});

	test.each([301, 302, 307])('a redirect (%d) takes the secret nowhere', async (status) => {
		const { port } = stranger.address() as AddressInfo;
		const headers = { Location: `http://127.0.0.1:${port}/` };
		for (const type of Object.keys(sandboxCredentials(''))) {
			host.running.sandbox.faults.add([{ then: { status, headers } }]);
			const tested = await test_(type);
			expect(tested.status).toBe('Error');
			if (status === 301) expectWords(tested.message, 'answered with a redirect');
		}
		expect(taken).toStrictEqual([]);
	});
});

test('the secret stands in no message', async () => {
	const said = await Promise.all([
		test_('webflowInventoryApi', { accessToken: 'my-secret' }),
		test_('ecwidInventoryApi', { accessToken: 'my-secret' }),
		test_('rootfiInventoryApi', { apiKey: 'my-secret' }),
	]);
	expect(JSON.stringify(said)).not.toContain('my-secret');
});
