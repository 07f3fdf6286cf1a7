/** The lists of the editor, asked for as it does. */
import type { IDataObject } from 'n8n-workflow';
import { SITE_ID } from '../../sandbox/webflow/ids.mts';
import { byId } from '../engine/setup.mts';
import { sandboxApp } from '../support/credentials.mts';
import { useHost } from './setup.mts';

const host = useHost();

interface Listed {
	results: Array<{ name: string; value: string }>;
}

async function list(node: string, method: string, parameters: IDataObject, filter?: string) {
	const app = parameters.authentication === 'oAuth2';
	const type = `${node.replace(/Trigger$/, '')}${app ? 'OAuth2Api' : 'Api'}`;
	return await host.n8n.rest<Listed>('POST', '/dynamic-node-parameters/resource-locator-results', {
		nodeTypeAndVersion: { name: `n8n-nodes-inventory-sync.${node}`, version: 1 },
		path: 'parameters.item',
		methodName: method,
		currentNodeParameters: parameters,
		credentials: { [type]: { id: host.credentials[type], name: type } },
		filter,
	});
}

test.each(['webflowInventory', 'webflowInventoryTrigger'])('%s: sites are listed', async (node) => {
	const { results } = await list(node, 'searchSites', { authentication: 'accessToken' });
	expect(results.map(({ name }) => name)).toStrictEqual(['Sandbox Shop', 'Sandbox Brochure']);
});

test.each([
	['webflowInventory', { authentication: 'accessToken', site: byId(SITE_ID) }],
	['ecwidInventory', {}],
	['rootfiInventory', { companyId: '' }],
] as Array<[string, IDataObject]>)('%s: items are listed', async (node, parameters) => {
	const some = { operation: 'setQuantity', ...parameters };
	const { results } = await list(node, 'searchItems', some, '71053');
	expect(results[0].name).toContain('71053');
});

test('Webflow as an app is asked with its own credential', async () => {
	const type = 'webflowInventoryOAuth2Api';
	const data = sandboxApp(host.running.url) as IDataObject;
	host.credentials[type] = await host.n8n.createCredential(type, type, data);
	const asked = list('webflowInventory', 'searchSites', { authentication: 'oAuth2' });
	await expect(asked).rejects.toThrow('not connected to Webflow yet');
});
