/** The two ways to access Webflow's API, and what to do if access is refused. */

export interface Access {
	/** If the token is not accepted. */
	renew: string;
	/** If it may not read or write stock. */
	stockScopes: string;
	/** If it may not create webhooks. */
	hookScopes: string;
}

const IN_SITE = 'In Webflow, open Site settings > Apps & integrations > API access and tick';

/** A token of one site, created in its settings. */
export const SITE_TOKEN: Access = {
	renew: 'Open the credential and paste a current token; check that API Version matches the token.',
	stockScopes: `${IN_SITE} Ecommerce (read and write), CMS (read) and Sites (read) for the token.`,
	hookScopes: `${IN_SITE} Sites (read and write) and Ecommerce (read) for the token.`,
};

const IN_APP =
	'In Webflow, open Workspace settings > Apps & Integrations > App development, edit the app and tick';

const AND_CONNECT = 'for its Data client; then open the credential and connect it again.';

/** An app that was authorized for a site (OAuth2). What it may do is decided when it is connected. */
export const OAUTH_APP: Access = {
	renew: 'Open the credential and connect it again: the app may have been removed from the site.',
	stockScopes: `${IN_APP} Ecommerce (read and write), CMS (read) and Sites (read) ${AND_CONNECT}`,
	hookScopes: `${IN_APP} Sites (read and write) and Ecommerce (read) ${AND_CONNECT}`,
};
