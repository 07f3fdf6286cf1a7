import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

/** Source: developers.webflow.com/data/reference/oauth-app. Webflow documents no expiry for its tokens. */
export class WebflowInventoryOAuth2Api implements ICredentialType {
	name = 'webflowInventoryOAuth2Api';

	extends = ['oAuth2Api'];

	displayName = 'Webflow Inventory OAuth2 API';

	icon: Icon = { light: 'file:../icons/webflow.svg', dark: 'file:../icons/webflow.dark.svg' };

	documentationUrl =
		'https://github.com/inventory-sync/n8n-nodes-inventory-sync/blob/main/docs/credentials.md#webflow-with-an-app-oauth2';

	properties: INodeProperties[] = [
		{
			displayName: 'Grant Type',
			name: 'grantType',
			type: 'hidden',
			default: 'authorizationCode',
		},
		{
			displayName: 'Authorization URL',
			name: 'authUrl',
			type: 'hidden',
			default: 'https://webflow.com/oauth/authorize',
		},
		{
			displayName: 'Access Token URL',
			name: 'accessTokenUrl',
			type: 'hidden',
			default: '={{$self["baseUrl"].trim().replace(/\\/+$/, "")}}/oauth/access_token',
		},
		{
			displayName: 'Scope',
			name: 'scope',
			type: 'hidden',
			default: 'ecommerce:read ecommerce:write sites:read sites:write cms:read',
		},
		{
			displayName: 'Auth URI Query Parameters',
			name: 'authQueryParameters',
			type: 'hidden',
			default: '',
		},
		{
			displayName: 'Authentication',
			name: 'authentication',
			type: 'hidden',
			default: 'body',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.webflow.com',
			description: 'Change it only for a proxy or a test server',
		},
	];
}
