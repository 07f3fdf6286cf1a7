/**
 * Webflow's OAuth2: an app is let in, and gets a token for the code it was sent.
 *
 * Webflow serves the first step at `https://webflow.com/oauth/authorize` and the second at
 * `https://api.webflow.com/oauth/access_token`; there are no refresh tokens. Source:
 * developers.webflow.com/data/reference/oauth-app.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.mts';
import type { Handled, Request } from '../http.mts';
import { isObject, parsed, reply } from '../http.mts';
import { WEBFLOW_CLIENT_SECRET } from './signature.mts';

export const WEBFLOW_CLIENT_ID = 'webflow-sandbox-client-id';
/** The token of the sandbox's app. */
export const WEBFLOW_OAUTH_TOKEN = 'webflow-sandbox-oauth-token';

/** Milliseconds a code is good for. Source: as above. */
const CODE_LIFE = 15 * 60_000;

interface Grant {
	redirectUri: string | null;
	scope: string;
	until: number;
}

export class OAuth {
	private readonly grants = new Map<string, Grant>();

	constructor(private readonly clock: Clock) {}

	clear(): void {
		this.grants.clear();
	}

	/** Lets the app in at once, as a person who ticks every site would. */
	authorize({ query }: Request): Handled {
		const redirectUri = query.get('redirect_uri');
		const known = query.get('client_id') === WEBFLOW_CLIENT_ID;
		if (!known || query.get('response_type') !== 'code' || redirectUri === null) {
			return refuse('invalid_request');
		}
		const code = randomBytes(16).toString('hex');
		const scope = query.get('scope') ?? '';
		this.grants.set(code, { redirectUri, scope, until: this.clock.now() + CODE_LIFE });
		const back = new URL(redirectUri);
		back.searchParams.set('code', code);
		const state = query.get('state');
		if (state !== null) back.searchParams.set('state', state);
		return reply(302, undefined, { Location: back.toString() });
	}

	/** A code is good for one token, whatever comes of it. */
	token(request: Request): Handled {
		const fields = fieldsOf(request);
		const { client_id: id, client_secret: secret, code = '' } = fields;
		if (id !== WEBFLOW_CLIENT_ID || secret !== WEBFLOW_CLIENT_SECRET)
			return refuse('invalid_client');
		if (fields.grant_type !== 'authorization_code') return refuse('invalid_request');
		const grant = this.grants.get(code);
		this.grants.delete(code);
		const good =
			grant !== undefined &&
			grant.until > this.clock.now() &&
			grant.redirectUri === fields.redirect_uri;
		if (!good) return refuse('invalid_grant');
		return reply(200, {
			token_type: 'bearer',
			access_token: WEBFLOW_OAUTH_TOKEN,
			scope: grant.scope,
		});
	}
}

/** Webflow's page shows JSON; OAuth2 clients, n8n among them, send a form. */
function fieldsOf(request: Request): Record<string, string | undefined> {
	const body = parsed(request);
	if (isObject(body)) return body as Record<string, string>;
	return Object.fromEntries(new URLSearchParams(request.body));
}

function refuse(error: 'invalid_client' | 'invalid_grant' | 'invalid_request'): Handled {
	return reply(error === 'invalid_client' ? 401 : 400, { error });
}
