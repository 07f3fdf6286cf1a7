import { NodeOperationError } from 'n8n-workflow';
import type { WebflowVersion } from '../../platforms/webflow/dialect';
import { DIALECTS } from '../../platforms/webflow/dialect';
import { Hooks } from '../../platforms/webflow/hooks';
import { WEBFLOW_MANNERS } from '../../platforms/webflow/manners';
import { Webflow, WEBFLOW_CAPABILITIES } from '../../platforms/webflow/webflow';
import { skuIndexOf } from '../process';
import type { RequestContext } from '../transport';
import type { Connected, RunSettings } from './service';
import { baseUrlOf, connectionTo } from './service';

const CREDENTIAL = 'webflowInventoryApi';

export const webflow = {
	name: 'webflow' as const,
	label: 'Webflow',
	capabilities: WEBFLOW_CAPABILITIES,
	async connect(context: RequestContext, settings: RunSettings): Promise<Connected<Webflow>> {
		const { connection, tokenKey, account, version } = await open(
			context,
			settings.requestsPerMinute,
		);
		const index = skuIndexOf(tokenKey);
		return { platform: new Webflow(connection, DIALECTS[version], index, settings), account };
	},
};

/** The webhooks of a site; only tokens of API v2 have them. */
export async function connectHooks(context: RequestContext, site: string): Promise<Hooks> {
	const { connection, version } = await open(context);
	if (version === 'v1') {
		throw new NodeOperationError(context.getNode(), 'The trigger needs a token of API version 2', {
			description:
				'Webflow no longer makes webhooks for v1 tokens. Make a site token in Webflow and choose a credential with it.',
		});
	}
	return new Hooks(connection, site);
}

async function open(context: RequestContext, requestsPerMinute?: number) {
	const { accessToken, apiVersion, baseUrl } = await context.getCredentials(CREDENTIAL);
	const account = baseUrlOf(context, baseUrl);
	const connected = connectionTo(context, {
		credentialType: CREDENTIAL,
		baseUrl: account,
		token: String(accessToken),
		manners: WEBFLOW_MANNERS,
		capabilities: WEBFLOW_CAPABILITIES,
		requestsPerMinute,
	});
	return { ...connected, account, version: apiVersion as WebflowVersion };
}
