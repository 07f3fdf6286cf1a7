/** The lists to choose from in the editor. */
import { LoadOptionsContext } from 'n8n-core';
import type {
	ILoadOptionsFunctions,
	INodeListSearchResult,
	INodeParameters,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import { Workflow } from 'n8n-workflow';
import { EcwidInventory } from '../../nodes/EcwidInventory/EcwidInventory.node.ts';
import { RootfiInventory } from '../../nodes/RootfiInventory/RootfiInventory.node.ts';
import { WebflowInventory } from '../../nodes/WebflowInventory/WebflowInventory.node.ts';
import { SITE_ID } from '../../sandbox/webflow/ids.mts';
import { connectedApp, sandboxCredentials, type CredentialSet } from '../support/credentials.mts';
import { chosen, nodeTypes, surroundings, type NodeName } from '../support/engine.mts';
import { byId, useSandbox } from './setup.mts';

const running = useSandbox();

type Search = (
	this: ILoadOptionsFunctions,
	filter?: string,
	token?: string,
) => Promise<INodeListSearchResult>;

const TYPES = {
	webflowInventory: new WebflowInventory(),
	ecwidInventory: new EcwidInventory(),
	rootfiInventory: new RootfiInventory(),
};

interface Chosen {
	credentials?: CredentialSet;
	parameters?: INodeParameters;
}

/** The editor's own context, for a node with a credential. */
function context(name: NodeName, { credentials, parameters = {} }: Chosen = {}) {
	const given = credentials ?? sandboxCredentials(running.url);
	const workflow = new Workflow({
		id: 'test',
		nodes: [
			{
				id: 'stock',
				name: 'Stock',
				type: name,
				typeVersion: 1,
				position: [0, 0],
				parameters: { operation: 'setQuantity', ...parameters },
				credentials: chosen(given),
			},
		],
		connections: {},
		active: false,
		nodeTypes: nodeTypes(TYPES),
	});
	return new LoadOptionsContext(
		workflow,
		Object.values(workflow.nodes)[0],
		surroundings(given) as IWorkflowExecuteAdditionalData,
		'',
	) as ILoadOptionsFunctions;
}

const ofSite = (site: string = SITE_ID): Chosen => ({ parameters: { site: byId(site) } });

function refused(): Chosen {
	const credentials = sandboxCredentials(running.url);
	for (const data of Object.values(credentials))
		Object.assign(data, { accessToken: 'nope', apiKey: 'nope' });
	return { ...ofSite(), credentials };
}

const SEARCHES: Array<[NodeName, Search]> = [
	['webflowInventory', TYPES.webflowInventory.methods.listSearch.searchItems],
	['ecwidInventory', TYPES.ecwidInventory.methods.listSearch.searchItems],
	['rootfiInventory', TYPES.rootfiInventory.methods.listSearch.searchItems],
];

describe.each(SEARCHES)('items of %s', (name, search) => {
	const shop = name === 'webflowInventory' ? ofSite() : {};

	test('items come page by page', async () => {
		const first = await search.call(context(name, shop));
		expect(first.results[0].name).toContain('85123A – WHITE HANGING HEART T-LIGHT HOLDER');
		const second = await search.call(
			context(name, shop),
			undefined,
			first.paginationToken as string,
		);
		expect(second.results[0].value).not.toBe(first.results[0].value);
		const third = await search.call(
			context(name, shop),
			undefined,
			second.paginationToken as string,
		);
		expect(third.paginationToken).toBeUndefined();
	});

	test.each([
		['lantern', '71053'],
		['71053', '71053'],
		['17', '0017'],
	])('items are found by “%s”', async (filter, sku) => {
		const { results } = await search.call(context(name, shop), filter);
		expect(results.map(({ name }) => name).join()).toContain(sku);
	});

	test('a search costs no request for each key that is pressed', async () => {
		const requests = () => running.sandbox.log.all().length;
		await Promise.all(
			['w', 'wh', 'whi'].map(async (filter) => await search.call(context(name, shop), filter)),
		);
		const once = requests();
		expect(once).toBeLessThanOrEqual(3);
		await search.call(context(name, shop), 'white');
		expect(requests()).toBe(once);
	});

	test('items that cannot be read say why', async () => {
		await expect(search.call(context(name, refused()))).rejects.toThrow(/did not accept/);
	});
});

test('an entry names the level where the list does', async () => {
	const named = async (n: number, shop = {}) => {
		const [name, search] = SEARCHES[n];
		return (await search.call(context(name, shop), '85123A')).results[0].name;
	};
	expect(await named(1)).toMatch(/ · 124$/);
	expect(await named(2)).toMatch(/ · 124$/);
	expect(await named(0, ofSite())).not.toContain(' · ');
});

test(' Webflow’s items need a site', async () => {
	await expect(SEARCHES[0][1].call(context('webflowInventory', ofSite('')))).rejects.toThrow(
		'No Site is chosen',
	);
});

describe('sites', () => {
	const { searchSites } = TYPES.webflowInventory.methods.listSearch;
	const node = 'webflowInventory';

	test('sites are listed and found', async () => {
		expect((await searchSites.call(context(node))).results.map(({ name }) => name)).toStrictEqual([
			'Sandbox Shop',
			'Sandbox Brochure',
		]);
		expect((await searchSites.call(context(node), 'SHOP')).results).toStrictEqual([
			{ name: 'Sandbox Shop', value: SITE_ID },
		]);
	});

	test('sites that cannot be read say why', async () => {
		await expect(searchSites.call(context(node, refused()))).rejects.toThrow(/did not accept/);
	});
});

test('an app reads the lists of Webflow as well', async () => {
	const credentials = connectedApp(running.url);
	const some = { credentials, parameters: { authentication: 'oAuth2', site: byId(SITE_ID) } };
	const { searchItems, searchSites } = TYPES.webflowInventory.methods.listSearch;
	const sites = await searchSites.call(context('webflowInventory', some));
	expect(sites.results).toHaveLength(2);
	const items = await searchItems.call(context('webflowInventory', some), '71053');
	expect(items.results).toHaveLength(1);
});
