import type { WebflowVersion } from '../../platforms/webflow/dialect';
import { DIALECTS } from '../../platforms/webflow/dialect';
import { WEBFLOW_MANNERS } from '../../platforms/webflow/manners';
import { Webflow, WEBFLOW_CAPABILITIES } from '../../platforms/webflow/webflow';
import { skuIndexOf } from '../process';
import type { RequestContext } from '../transport';
import type { RunSettings } from './service';
import { baseUrlOf, connectionTo } from './service';

const CREDENTIAL = 'webflowInventoryApi';

export const webflow = {
	name: 'webflow' as const,
	label: 'Webflow',
	capabilities: WEBFLOW_CAPABILITIES,
	async connect(context: RequestContext, settings: RunSettings): Promise<Webflow> {
		const { accessToken, apiVersion, baseUrl } = await context.getCredentials(CREDENTIAL);
		const { connection, account } = connectionTo(context, {
			credentialType: CREDENTIAL,
			baseUrl: baseUrlOf(context, baseUrl),
			token: String(accessToken),
			manners: WEBFLOW_MANNERS,
			capabilities: WEBFLOW_CAPABILITIES,
		});
		const dialect = DIALECTS[apiVersion as WebflowVersion];
		return new Webflow(connection, dialect, skuIndexOf(account), settings);
	},
};
