import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { ECWID_STORE_ID, ECWID_TOKEN } from '../../sandbox/ecwid/ecwid.mts';
import { ROOTFI_KEY } from '../../sandbox/rootfi/rootfi.mts';
import { WEBFLOW_CLIENT_ID, WEBFLOW_OAUTH_TOKEN } from '../../sandbox/webflow/oauth.mts';
import { WEBFLOW_CLIENT_SECRET } from '../../sandbox/webflow/signature.mts';
import { WEBFLOW_TOKEN } from '../../sandbox/webflow/webflow.mts';

export type CredentialSet = Record<string, ICredentialDataDecryptedObject>;

/** Credentials for the sandbox at this address. */
export function sandboxCredentials(url: string): CredentialSet {
	return {
		webflowInventoryApi: {
			accessToken: WEBFLOW_TOKEN,
			apiVersion: 'v2',
			baseUrl: `${url}/webflow`,
		},
		ecwidInventoryApi: {
			storeId: ECWID_STORE_ID,
			accessToken: ECWID_TOKEN,
			baseUrl: `${url}/ecwid`,
		},
		rootfiInventoryApi: { apiKey: ROOTFI_KEY, region: 'custom', baseUrl: `${url}/rootfi/v4` },
	};
}

/** Webflow reached as the sandbox's app: what a person fills in, which is not connected yet. */
export function sandboxApp(url: string): ICredentialDataDecryptedObject {
	return {
		clientId: WEBFLOW_CLIENT_ID,
		clientSecret: WEBFLOW_CLIENT_SECRET,
		baseUrl: `${url}/webflow`,
	};
}

/** The same as n8n keeps it once it is connected. */
export function connectedApp(url: string): CredentialSet {
	return {
		webflowInventoryOAuth2Api: {
			...sandboxApp(url),
			grantType: 'authorizationCode',
			oauthTokenData: { token_type: 'bearer', access_token: WEBFLOW_OAUTH_TOKEN },
		},
	};
}
