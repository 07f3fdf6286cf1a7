import type {
	IAuthenticateGeneric,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	INodeProperties,
} from 'n8n-workflow';
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
			description: 'From the RootFi dashboard. Inventories must be readable and updatable with it.',
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
			description: 'Where the account was made',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: '',
			placeholder: `e.g. ${ROOTFI_REGIONS.global}`,
			displayOptions: { show: { region: ['custom'] } },
			description:
				'With the version at its end. If the test says ENOTFOUND or ECONNREFUSED, nothing answers at this address.',
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
			// The token goes to this address and to none it may lead to.
			disableFollowRedirect: true,
		},
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 301,
					message:
						'This Base URL leads to another address. Fill in the one with https:// that RootFi names.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message:
						'RootFi did not accept the API key. Paste a current key, and check that Region is where it was made.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 403,
					message:
						'The API key may not read inventories. In RootFi, allow it to read and update them.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 404,
					message:
						'RootFi has no inventories at this address. Check Region, or Base URL with the version at its end.',
				},
			},
			{
				type: 'responseSuccessBody',
				properties: {
					key: 'data',
					value: undefined,
					message:
						'Something answers at this Base URL, but not RootFi. Check the address, with the version at its end.',
				},
			},
		] as ICredentialTestRequest['rules'],
	};
}
