import type { INodeCredentialDescription, INodeProperties } from 'n8n-workflow';

/** How to log in to Webflow. */
export const AUTHENTICATION: INodeProperties = {
	displayName: 'Authentication',
	name: 'authentication',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'Access Token', value: 'accessToken' },
		{ name: 'OAuth2', value: 'oAuth2' },
	],
	default: 'accessToken',
	description: 'Whether to use the token of one site or your own Webflow app',
};

/** A credential for each of its choices. */
export const CREDENTIALS: INodeCredentialDescription[] = [
	{
		name: 'webflowInventoryApi',
		required: true,
		displayOptions: { show: { authentication: ['accessToken'] } },
	},
	{
		name: 'webflowInventoryOAuth2Api',
		required: true,
		displayOptions: { show: { authentication: ['oAuth2'] } },
	},
];
