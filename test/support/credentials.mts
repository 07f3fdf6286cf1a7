import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { ECWID_STORE_ID, ECWID_TOKEN } from '../../sandbox/ecwid/ecwid.mts';
import { ROOTFI_KEY } from '../../sandbox/rootfi/rootfi.mts';
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
