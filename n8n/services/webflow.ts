import { NodeOperationError } from 'n8n-workflow';
import { DIALECTS } from '../../platforms/webflow/dialect';
import { Hooks } from '../../platforms/webflow/hooks';
import { webflowClientPolicy } from '../../platforms/webflow/client-policy';
import { Webflow, WEBFLOW_CAPABILITIES } from '../../platforms/webflow/webflow';
import { skuIndexOf } from '../storage/process-memory';
import type { RequestContext } from '../host/transport';
import type { Connected, RunSettings } from './service';
import { baseUrlOf, connectionTo } from './service';
import { webflowLogin } from './webflow-login';

export const webflow = {
	name: 'webflow' as const,
	label: 'Webflow',
	capabilities: WEBFLOW_CAPABILITIES,
	async connect(context: RequestContext, settings: RunSettings): Promise<Connected<Webflow>> {
		const { connection, loginKey, account, version } = await open(
			context,
			settings.requestsPerMinute,
		);
		const index = skuIndexOf(loginKey);
		return {
			platform: new Webflow(connection, DIALECTS[version], index, settings),
			account,
			login: loginKey,
		};
	},
};

export interface ConnectedHooks {
	hooks: Hooks;
	/** The account, as writes to it are known. */
	account: string;
	/** What Webflow signs the calls of these webhooks with, where they have no key of their own. */
	clientSecret: string | null;
}

/** The webhooks of a site; only tokens of API v2 have them. */
export async function connectHooks(context: RequestContext, site: string): Promise<ConnectedHooks> {
	const { connection, version, access, clientSecret, account } = await open(context);
	if (version === 'v1') {
		throw new NodeOperationError(context.getNode(), 'The trigger needs a token of API version 2', {
			description:
				'Webflow no longer makes webhooks for v1 tokens. Make a site token in Webflow and choose a credential with it.',
		});
	}
	return { hooks: new Hooks(connection, site, access), account, clientSecret };
}

async function open(context: RequestContext, requestsPerMinute?: number) {
	const { credentialType, baseUrl, token, login, secrets, ...rest } = await webflowLogin(context);
	const account = baseUrlOf(context, baseUrl);
	const connected = connectionTo(context, {
		credentialType,
		baseUrl: account,
		token,
		login,
		secrets,
		policy: webflowClientPolicy(rest.access),
		capabilities: WEBFLOW_CAPABILITIES,
		requestsPerMinute,
	});
	return { ...connected, ...rest, account };
}
