import type { WebflowVersion } from '../../platforms/webflow/dialect';
import { DIALECTS } from '../../platforms/webflow/dialect';
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
		const { accessToken, apiVersion, baseUrl } = await context.getCredentials(CREDENTIAL);
		const account = baseUrlOf(context, baseUrl);
		const { connection, tokenKey } = connectionTo(context, {
			credentialType: CREDENTIAL,
			baseUrl: account,
			token: String(accessToken),
			manners: WEBFLOW_MANNERS,
			capabilities: WEBFLOW_CAPABILITIES,
		});
		const dialect = DIALECTS[apiVersion as WebflowVersion];
		return { platform: new Webflow(connection, dialect, skuIndexOf(tokenKey), settings), account };
	},
};
