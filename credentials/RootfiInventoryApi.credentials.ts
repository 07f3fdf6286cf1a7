import type {
	IAuthenticateGeneric,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	INodeProperties,
} from 'n8n-workflow';
import { onMissing, onStatus } from '../platforms/http/credential-test';
import { ROOTFI_REGIONS } from '../platforms/rootfi/regions';

export class RootfiInventoryApi implements ICredentialType {
	name = 'rootfiInventoryApi';

	displayName = 'RootFi Inventory API';

	icon: Icon = { light: 'file:../icons/rootfi.svg', dark: 'file:../icons/rootfi.dark.svg' };

	documentationUrl =
		'https://github.com/inventory-sync/n8n-nodes-inventory-sync/blob/main/docs/credentials.md#rootfi';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description:
				'From the RootFi dashboard. The key must be allowed to read and update inventories.',
		},
		{
			displayName: 'Region',
			name: 'region',
			type: 'options',
			options: [
				{ name: 'Custom', value: 'custom' },
				{ name: 'Global', value: 'global' },
				{ name: 'Saudi Arabia', value: 'saudiArabia' },
			],
			default: 'global',
			description: 'Where the account was created',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: '',
			placeholder: `e.g. ${ROOTFI_REGIONS.global}`,
			displayOptions: { show: { region: ['custom'] } },
			description:
				'The address, with the version at its end. If the test says ENOTFOUND or ECONNREFUSED, nothing answers at this address.',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { api_key: '={{$credentials.apiKey}}' } },
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL: `={{(${JSON.stringify(ROOTFI_REGIONS)}[$credentials.region] ?? $credentials.baseUrl).trim().replace(/\\/+$/, "")}}`,
			url: '/ecommerce/inventories',
			qs: { limit: 1 },
			// So that the token is only sent to this address.
			disableFollowRedirect: true,
		},
		rules: [
			onStatus(
				301,
				"This Base URL answered with a redirect. Use the https:// address from RootFi's documentation.",
			),
			onStatus(
				401,
				'RootFi did not accept the API key. Paste a current key, and check that Region is where the account was created.',
			),
			onStatus(
				403,
				'The API key is not allowed to read inventories. In RootFi, allow it to read and update them.',
			),
			onStatus(
				404,
				'RootFi has no inventories at this address. Check Region, or that Base URL ends with the version.',
			),
			onMissing(
				'data',
				'Something other than RootFi answers at this Base URL. Check the address; it has to end with the version.',
			),
		] as ICredentialTestRequest['rules'],
	};
}
