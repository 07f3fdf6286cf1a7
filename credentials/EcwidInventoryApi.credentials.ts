import type {
	IAuthenticateGeneric,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	INodeProperties,
} from 'n8n-workflow';
import { onMissing, onStatus } from '../platforms/http/credential-test';

export class EcwidInventoryApi implements ICredentialType {
	name = 'ecwidInventoryApi';

	displayName = 'Ecwid Inventory API';

	icon: Icon = { light: 'file:../icons/ecwid.svg', dark: 'file:../icons/ecwid.dark.svg' };

	documentationUrl =
		'https://github.com/inventory-sync/n8n-nodes-inventory-sync/blob/main/docs/credentials.md#ecwid';

	properties: INodeProperties[] = [
		{
			displayName: 'Store ID',
			name: 'storeId',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. 1003',
			description: 'The number at the bottom of your Ecwid admin',
		},
		{
			displayName: 'Access Token',
			name: 'accessToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			placeholder: 'e.g. secret_…',
			description:
				'The secret token of your app, with the scopes read_catalog and update_catalog. The public token can only read.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://app.ecwid.com',
			description:
				'Change it only for a proxy or a test server. If the test says ENOTFOUND or ECONNREFUSED, nothing answers at this address.',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { Authorization: '=Bearer {{$credentials.accessToken}}' } },
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL:
				'={{$credentials.baseUrl.trim().replace(/\\/+$/, "")}}/api/v3/{{encodeURIComponent(String($credentials.storeId).trim())}}',
			url: '/products',
			qs: { limit: 1, responseFields: 'total' },
			// So that the token is only sent to this address.
			disableFollowRedirect: true,
		},
		rules: [
			onStatus(301, 'This Base URL answered with a redirect. Use https://app.ecwid.com.'),
			onStatus(401, 'Ecwid did not accept the access token. Paste the secret token of your app.'),
			onStatus(402, "This store's plan does not include the API. Ecwid's API needs a paid plan."),
			onStatus(
				403,
				'Ecwid did not accept the access token for this store. Paste the secret token of your app, check that Store ID is the store it belongs to, and that the app has the scopes read_catalog and update_catalog.',
			),
			onStatus(
				404,
				'Ecwid does not know this store. Check Store ID (the number at the bottom of your Ecwid admin) and Base URL (https://app.ecwid.com).',
			),
			onMissing(
				'total',
				'Something other than Ecwid answers at this Base URL. Use https://app.ecwid.com.',
			),
		] as ICredentialTestRequest['rules'],
	};
}
