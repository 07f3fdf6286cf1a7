import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

/** A field of n8n's own OAuth2 credential, filled in for Webflow. */
function hidden(displayName: string, name: string, value: string): INodeProperties {
	return { displayName, name, type: 'hidden', default: value };
}

/** Source: developers.webflow.com/data/reference/oauth-app. Webflow documents no expiry for its tokens. */
export class WebflowInventoryOAuth2Api implements ICredentialType {
	name = 'webflowInventoryOAuth2Api';

	extends = ['oAuth2Api'];

	displayName = 'Webflow Inventory OAuth2 API';

	icon: Icon = { light: 'file:../icons/webflow.svg', dark: 'file:../icons/webflow.dark.svg' };

	documentationUrl =
		'https://github.com/inventory-sync/n8n-nodes-inventory-sync/blob/main/docs/credentials.md#webflow-with-an-app-oauth2';

	properties: INodeProperties[] = [
		hidden('Grant Type', 'grantType', 'authorizationCode'),
		hidden('Authorization URL', 'authUrl', 'https://webflow.com/oauth/authorize'),
		hidden(
			'Access Token URL',
			'accessTokenUrl',
			'={{$self["baseUrl"].trim().replace(/\\/+$/, "")}}/oauth/access_token',
		),
		hidden('Scope', 'scope', 'ecommerce:read ecommerce:write sites:read sites:write cms:read'),
		hidden('Auth URI Query Parameters', 'authQueryParameters', ''),
		hidden('Authentication', 'authentication', 'body'),
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.webflow.com',
			description: 'Change it only for a proxy or a test server',
		},
	];
}
