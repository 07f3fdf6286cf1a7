/**
 * How a node logs in to Webflow: with the token of a site, or as an app that was authorized (OAuth2).
 *
 * Webflow's OAuth tokens have no expiry date and no refresh token, so n8n cannot renew one after a 401: a person has to
 * connect the credential again.
 */
import type { Access } from '../../platforms/webflow/access';
import { OAUTH_APP, SITE_TOKEN } from '../../platforms/webflow/access';
import type { WebflowVersion } from '../../platforms/webflow/dialect';
import type { RequestContext } from '../host/transport';
import { plainError } from '../output/errors';

const TOKEN_CREDENTIAL = 'webflowInventoryApi';
const APP_CREDENTIAL = 'webflowInventoryOAuth2Api';

interface WebflowLogin {
	credentialType: string;
	baseUrl: unknown;
	token: string;
	/** Identifies this login as long as its credential exists, if its token may be replaced. */
	login?: string;
	/** Texts besides the token that must not appear in messages. */
	secrets?: string[];
	version: WebflowVersion;
	access: Access;
	/** The key with which Webflow signs calls to an app's webhooks; null for a site token. */
	clientSecret: string | null;
}

export async function webflowLogin(context: RequestContext): Promise<WebflowLogin> {
	return isApp(context) ? await appLogin(context) : await tokenLogin(context);
}

/** Reads the parameter as n8n does when it decides which credential the node uses. */
export function isApp(context: RequestContext): boolean {
	return context.getNode().parameters.authentication === 'oAuth2';
}

async function tokenLogin(context: RequestContext): Promise<WebflowLogin> {
	const { accessToken, apiVersion, baseUrl } = await context.getCredentials(TOKEN_CREDENTIAL);
	return {
		credentialType: TOKEN_CREDENTIAL,
		baseUrl,
		token: String(accessToken),
		version: apiVersion as WebflowVersion,
		access: SITE_TOKEN,
		clientSecret: null,
	};
}

async function appLogin(context: RequestContext): Promise<WebflowLogin> {
	const data = await context.getCredentials(APP_CREDENTIAL);
	const { access_token: accessToken } = (data.oauthTokenData ?? {}) as { access_token?: unknown };
	const node = context.getNode();
	if (typeof accessToken !== 'string' || accessToken === '') {
		throw plainError(node, 'The credential is not connected to Webflow yet', {
			description: 'Open the credential and choose Connect my account.',
		});
	}
	const clientSecret = String(data.clientSecret ?? '');
	// Several owners may authorize the same app, each with their own credential and rate limit.
	const login = JSON.stringify([data.clientId, node.credentials?.[APP_CREDENTIAL]?.id]);
	return {
		credentialType: APP_CREDENTIAL,
		baseUrl: data.baseUrl,
		token: accessToken,
		login,
		secrets: [clientSecret],
		version: 'v2',
		access: OAUTH_APP,
		clientSecret: clientSecret === '' ? null : clientSecret,
	};
}
