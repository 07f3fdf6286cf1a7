/** The lists to choose from in the editor. */
import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { EcwidInventory } from '../../nodes/EcwidInventory/EcwidInventory.node.ts';
import { RootfiInventory } from '../../nodes/RootfiInventory/RootfiInventory.node.ts';
import { WebflowInventory } from '../../nodes/WebflowInventory/WebflowInventory.node.ts';
import { SITE_ID } from '../../sandbox/webflow/ids.mts';
import { sandboxCredentials } from '../support/credentials.mts';
import { useSandbox } from './setup.mts';

const running = useSandbox();

type Search = (
	this: ILoadOptionsFunctions,
	filter?: string,
	token?: string,
) => Promise<INodeListSearchResult>;

/** The editor's context: a chosen site, a credential, and n8n's helper in front of fetch. */
function context(site = SITE_ID, token?: string): ILoadOptionsFunctions {
	const credentials = sandboxCredentials(running.url);
	return {
		getNode: () => ({ name: 'Stock', type: 'test', typeVersion: 1, parameters: {} }),
		getNodeParameter: (name: string, fallback: unknown) => (name === 'site' ? site : fallback),
		getCredentials: async (type: string) => credentials[type],
		helpers: {
			async httpRequestWithAuthentication(
				type: string,
				options: { url: string; method: string; headers: object },
			) {
				const { accessToken, apiKey } = credentials[type];
				const secret = token ?? String(accessToken ?? apiKey);
				const headers = { ...options.headers, Authorization: `Bearer ${secret}`, api_key: secret };
				const response = await fetch(options.url, { method: options.method, headers });
				return {
					statusCode: response.status,
					statusMessage: response.statusText,
					headers: Object.fromEntries(response.headers),
					body: await response.text(),
				};
			},
		},
	} as unknown as ILoadOptionsFunctions;
}

const SEARCHES: Array<[string, Search]> = [
	['Webflow', new WebflowInventory().methods.listSearch.searchItems],
	['Ecwid', new EcwidInventory().methods.listSearch.searchItems],
	['RootFi', new RootfiInventory().methods.listSearch.searchItems],
];

describe.each(SEARCHES)('items of %s', (_, search) => {
	test('come page by page', async () => {
		const first = await search.call(context());
		expect(first.results[0].name).toContain('85123A – WHITE HANGING HEART T-LIGHT HOLDER');
		const second = await search.call(context(), undefined, first.paginationToken as string);
		expect(second.results[0].value).not.toBe(first.results[0].value);
		const third = await search.call(context(), undefined, second.paginationToken as string);
		expect(third.paginationToken).toBeUndefined();
	});

	test.each([
		['lantern', '71053'],
		['71053', '71053'],
		['17', '0017'],
	])('are found by “%s”', async (filter, sku) => {
		const { results } = await search.call(context(), filter);
		expect(results.map(({ name }) => name).join()).toContain(sku);
	});

	test('that cannot be read say why', async () => {
		await expect(search.call(context(SITE_ID, 'nope'))).rejects.toThrow(/did not accept/);
	});
});

test('Webflow’s items need a site', async () => {
	await expect(SEARCHES[0][1].call(context(''))).rejects.toThrow('No Site is chosen');
});

describe('sites', () => {
	const { searchSites } = new WebflowInventory().methods.listSearch;

	test('are listed and found', async () => {
		expect((await searchSites.call(context())).results.map(({ name }) => name)).toStrictEqual([
			'Sandbox Shop',
			'Sandbox Brochure',
		]);
		expect((await searchSites.call(context(), 'SHOP')).results).toStrictEqual([
			{ name: 'Sandbox Shop', value: SITE_ID },
		]);
	});

	test('that cannot be read say why', async () => {
		await expect(searchSites.call(context(SITE_ID, 'nope'))).rejects.toThrow(/did not accept/);
	});
});
