/**
 * RootFi's base URLs, by the region of the account.
 * Source: integrations.docs.commenda.io/api-reference/v4/overview/environments.
 */
export const ROOTFI_REGIONS: Record<string, string> = {
	global: 'https://api.rootfi.dev/v4',
	saudiArabia: 'https://api.sa.rootfi.dev/v4',
};
