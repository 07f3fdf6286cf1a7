/** Where requests go, in n8n's engine with its own HTTP helper: only below the address in the credential. */
import type { INodeParameters } from 'n8n-workflow';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SITE_ID, SKU_COLLECTION_ID } from '../../sandbox/webflow/ids.mts';
import { sandboxCredentials, type CredentialSet } from '../support/credentials.mts';
import type { NodeName } from '../support/engine.mts';
import { leaks } from '../support/texts.mts';
import { byId, bySku, CONTINUE, NODES, parameters, runNode, useSandbox } from './setup.mts';

const running = useSandbox();

interface Seen {
	url: string;
	method: string;
	headers: unknown;
}

/** A stranger's server: knows nothing, writes down everything. */
let stranger: Server;
let strangerUrl: string;
let seen: Seen[];
beforeAll(async () => {
	stranger = createServer((request, response) => {
		seen.push({
			url: String(request.url),
			method: String(request.method),
			headers: request.rawHeaders,
		});
		request.resume();
		response.writeHead(404, { 'Content-Type': 'application/json' }).end('{"message":"Not here"}');
	});
	await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
	strangerUrl = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
});
afterAll(async () => {
	stranger.closeAllConnections();
	await new Promise((resolve) => stranger.close(resolve));
});
beforeEach(() => {
	seen = [];
});

function at(baseUrl: string): CredentialSet {
	const credentials = sandboxCredentials('');
	for (const data of Object.values(credentials)) data.baseUrl = baseUrl;
	return credentials;
}

const run = async (node: NodeName, operation: string, some: INodeParameters, more: object = {}) =>
	await runNode(running, node, {
		parameters: parameters(operation, some),
		input: [{ sku: '85123A', qty: 5 }],
		settings: CONTINUE,
		...more,
	});

describe.each(NODES)('%s: an address that is none', (node) => {
	test.each([
		'',
		' ',
		'javascript:alert(1)',
		'file:///etc/passwd',
		'ftp://shop.example',
		'data:text/html,shop',
		'//shop.example',
		'shop.example',
		'https://',
		'https://:443',
		'http://shop.example:99999',
		'http://shop example',
		'http:\\\\shop.example',
		'http://shop.example?next=',
		'http://shop.example/#',
	])('an address that is none is refused: “%s”', async (baseUrl) => {
		for (const operation of ['setQuantity', 'get', 'getMany']) {
			const { outputs } = await run(node, operation, {}, { credentials: at(baseUrl) });
			expect(outputs[0][0].json.message).toContain(
				'Base URL in the credential is not a web address',
			);
		}
	});

	test('an address with a name and a password in it is refused, and nobody sees them', async () => {
		const baseUrl = strangerUrl.replace('http://', 'http://owner:pa55word@');
		const result = await run(node, 'setQuantity', {}, { credentials: at(baseUrl) });
		expect(result.outputs[0][0].json.message).toContain('is not a web address');
		expect(leaks(result, ['pa55word'])).toStrictEqual([]);
		expect(seen).toStrictEqual([]);
	});
});

describe.each(NODES)('%s: a redirect', (node) => {
	test.each([301, 302, 303, 307, 308])(
		'a redirect (%d) to another host is not followed',
		async (status) => {
			const redirect = { status, headers: { Location: `${strangerUrl}/steal` } };
			for (const [operation, options] of [
				['get', {}],
				['getMany', {}],
				['setQuantity', {}],
				['setQuantity', { checkFirst: false }],
				['adjustByDelta', { checkFirst: false }],
			] as Array<[string, INodeParameters]>) {
				running.sandbox.faults.clear();
				running.sandbox.faults.add([{ apply: false, times: 99, then: redirect }]);
				const { outputs } = await run(node, operation, { options });
				expect(outputs[0][0].json.message).toContain(`answered with a redirect (${status})`);
			}
			expect(seen).toStrictEqual([]);
		},
		30_000,
	);

	test('a redirect within the same host is not followed either, and says what to do', async () => {
		const redirect = { status: 301, headers: { Location: '/elsewhere' } };
		running.sandbox.faults.add([{ times: 99, then: redirect }]);
		const { error } = await run(node, 'get', {}, { settings: {} });
		expect(error?.message).toContain('answered with a redirect (301)');
		expect(error?.description).toContain('enter Base URL exactly as the service documents it');
		expect(running.sandbox.log.all().map(({ path }) => path)).not.toContain('/elsewhere');
	});

	test('a write that is redirected is not sent again to either address', async () => {
		const redirect = { status: 307, headers: { Location: `${strangerUrl}/steal` } };
		const method = node === 'webflowInventory' ? 'PATCH' : 'PUT';
		running.sandbox.faults.add([{ method, then: redirect }]);
		const { outputs } = await run(node, 'adjustByDelta', {});
		expect(outputs[0][0].json).toMatchObject({ status: 'updated', quantity: 129 });
		expect(running.sandbox.log.all().filter((entry) => entry.method === method)).toHaveLength(1);
		expect(seen).toStrictEqual([]);
	});
});

/** What a spreadsheet's cell or an expression may hold where an id is expected. */
const EVIL = [
	'../../admin',
	'..',
	'.',
	'a/../../b',
	'x?access_token=1',
	'x#y',
	'%2f..%2f',
	'%2e%2e',
	'//evil.example',
	'https://evil.example/',
	'@evil.example',
	'a\\b',
	'a\r\nHost: evil.example',
	'naïve ñandú 店',
	'half \ud83d',
];

describe('an id stays in its place', () => {
	const urls = () => seen.map(({ url }) => url);
	const one = '[^/?#]+';

	test.each(EVIL)('Webflow: %j stays in its place as SKU, collection and site', async (id) => {
		const credentials = at(`${strangerUrl}/webflow`);
		for (const operation of ['get', 'setQuantity']) {
			await run('webflowInventory', operation, { item: byId(id) }, { credentials });
			await run(
				'webflowInventory',
				operation === 'get' ? 'setQuantity' : 'adjustByDelta',
				{ item: byId(id), options: { skuCollectionId: id } },
				{ credentials },
			);
			await run('webflowInventory', operation, { site: byId(id) }, { credentials });
		}
		expect(seen.length).toBeGreaterThan(0);
		for (const url of urls()) {
			expect(url).toMatch(
				new RegExp(
					`^/webflow/v2/(sites/${one}/(collections|products\\?limit=\\d+&offset=0)|collections/${one}/items/${one}/inventory)$`,
				),
			);
		}
		expect(urls().some((url) => url.includes('/items/'))).toBe(true);
	});

	test.each(EVIL)('RootFi: %j stays in its place as row and company', async (id) => {
		const credentials = at(`${strangerUrl}/rootfi/v4`);
		for (const operation of ['get', 'setQuantity', 'adjustByDelta']) {
			await run('rootfiInventory', operation, { item: byId(id) }, { credentials });
			await run('rootfiInventory', operation, { companyId: id }, { credentials });
		}
		const byPath = urls().filter((url) => /inventories\//.test(url));
		const byQuery = urls().filter((url) => !byPath.includes(url));
		expect(byPath.length).toBeGreaterThan(0);
		for (const url of byPath)
			expect(url).toMatch(new RegExp(`^/rootfi/v4/ecommerce/inventories/${one}$`));
		expect(byQuery.length).toBeGreaterThan(0);
		for (const url of byQuery) {
			const { pathname, searchParams } = new URL(url, strangerUrl);
			expect(pathname).toBe('/rootfi/v4/ecommerce/inventories');
			expect(searchParams.get('rootfi_company_id[eq]')).toBe(Buffer.from(id.trim()).toString());
			expect(searchParams.get('access_token')).toBeNull();
		}
	});

	test.each(EVIL)('Ecwid: %j is not an ID, and no store leads elsewhere', async (id) => {
		const credentials = at(`${strangerUrl}/ecwid`);
		const { outputs } = await run(
			'ecwidInventory',
			'setQuantity',
			{ item: byId(id) },
			{ credentials },
		);
		expect(outputs[0][0].json.details).toMatchObject({ status: 'failed' });
		expect(seen).toStrictEqual([]);
		credentials.ecwidInventoryApi.storeId = id;
		await run('ecwidInventory', 'setQuantity', { item: byId('12:7') }, { credentials });
		await run('ecwidInventory', 'get', {}, { credentials });
		expect(seen.length).toBeGreaterThan(1);
		for (const url of urls())
			expect(url).toMatch(new RegExp(`^/ecwid/api/v3/${one}/products(/12)?\\?[^/]+$`));
	});

	test.each(NODES)('%s: a SKU stands in the query, or is only compared', async (node) => {
		const prefix = { webflowInventory: '', ecwidInventory: '/ecwid', rootfiInventory: '/v4' }[node];
		for (const sku of EVIL) {
			const credentials = at(`${strangerUrl}${prefix}`);
			await run(node, 'get', { item: bySku(sku) }, { credentials });
		}
		for (const url of urls()) {
			const { host, pathname, searchParams } = new URL(url, strangerUrl);
			expect(host).toBe(new URL(strangerUrl).host);
			expect([
				`/v2/sites/${SITE_ID}/products`,
				'/ecwid/api/v3/1003/products',
				'/v4/ecommerce/inventories',
			]).toContain(pathname);
			expect(searchParams.get('access_token')).toBeNull();
		}
		expect(seen.length).toBeGreaterThan(0);
	});
});

test.each(NODES)('%s: a cell as long as a book fails its row alone', async (node) => {
	const { outputs } = await runNode(running, node, {
		parameters: parameters('setQuantity'),
		input: [
			{ sku: 'x'.repeat(100_000), qty: 5 },
			{ sku: '85123A', qty: 5 },
		],
		settings: CONTINUE,
	});
	expect(outputs[0][0].json.message).toContain('is longer than 500 characters');
	expect(String(outputs[0][0].json.message).length).toBeLessThan(400);
	expect(outputs[0][1].json.status).toBe('updated');
	const named = await run(node, 'setQuantity', {
		item: byId('7'.repeat(100_000)),
		options: { skuCollectionId: SKU_COLLECTION_ID },
	});
	expect(named.outputs[0][0].json.message).toContain('is longer than 500 characters');
});

test('a site name as long as a book is a site that is not known', async () => {
	const { outputs } = await run('webflowInventory', 'setQuantity', {
		site: byId('x'.repeat(50_000)),
	});
	expect(outputs[0][0].json.details).toMatchObject({ status: 'notAttempted' });
});
