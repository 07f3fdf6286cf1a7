import type {
	IAuthenticateGeneric,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	INodeProperties,
} from 'n8n-workflow';
import { onMissing, onStatus } from '../platforms/http/credential-test';

export class WebflowInventoryApi implements ICredentialType {
	name = 'webflowInventoryApi';

	displayName = 'Webflow Inventory API';

	icon: Icon = { light: 'file:../icons/webflow.svg', dark: 'file:../icons/webflow.dark.svg' };

	documentationUrl =
		'https://github.com/inventory-sync/n8n-nodes-inventory-sync/blob/main/docs/credentials.md#webflow-with-a-site-token';

	properties: INodeProperties[] = [
		{
			displayName: 'Access Token',
			name: 'accessToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description:
				'From Webflow: Site settings > Apps & integrations > API access. Tick Ecommerce (read and write), CMS (read) and Sites (read; for the trigger, read and write).',
		},
		{
			displayName: 'API Version',
			name: 'apiVersion',
			type: 'options',
			options: [
				{ name: 'v2', value: 'v2' },
				{ name: 'v1 (Legacy Tokens)', value: 'v1' },
			],
			default: 'v2',
			description: 'Which version of the Data API the token is for. New tokens are for v2.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.webflow.com',
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
			baseURL: '={{$credentials.baseUrl.trim().replace(/\\/+$/, "")}}',
			url: '={{$credentials.apiVersion === "v1" ? "/info" : "/v2/sites"}}',
			// So that the token is only sent to this address.
			disableFollowRedirect: true,
		},
		rules: [
			onStatus(301, 'This Base URL answered with a redirect. Use https://api.webflow.com.'),
			onStatus(
				401,
				'Webflow did not accept the access token. Paste a current token, and check that API Version matches it.',
			),
			onStatus(
				403,
				'The access token is not allowed to list sites. In Webflow, open Site settings > Apps & integrations > API access and tick Sites (read), CMS (read) and Ecommerce (read and write).',
			),
			onStatus(404, "This Base URL is not Webflow's. Use https://api.webflow.com."),
			onMissing(
				'sites',
				'Something other than Webflow answers at this Base URL. Use https://api.webflow.com.',
			),
		] as ICredentialTestRequest['rules'],
	};
}
