import type { INodeProperties } from 'n8n-workflow';

export function authenticationProperty(): INodeProperties {
	return {
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
}
