import { ROOTFI_CLIENT_POLICY } from '../../platforms/rootfi/client-policy';
import { ROOTFI_REGIONS } from '../../platforms/rootfi/regions';
import { RootFi, ROOTFI_CAPABILITIES } from '../../platforms/rootfi/rootfi';
import { outdatedCopiesOf } from '../storage/process-memory';
import type { Service } from './service';
import { baseUrlOf, connectionTo } from './service';

const CREDENTIAL = 'rootfiInventoryApi';

export const rootfi: Service = {
	name: 'rootfi',
	label: 'RootFi',
	capabilities: ROOTFI_CAPABILITIES,
	async connect(context, settings) {
		const { apiKey, region, baseUrl } = await context.getCredentials(CREDENTIAL);
		const account = baseUrlOf(context, ROOTFI_REGIONS[String(region)] ?? baseUrl);
		const { connection, loginKey: login } = connectionTo(context, {
			credentialType: CREDENTIAL,
			baseUrl: account,
			token: String(apiKey),
			policy: ROOTFI_CLIENT_POLICY,
			capabilities: ROOTFI_CAPABILITIES,
			stop: settings.stop,
			requestsPerMinute: settings.requestsPerMinute,
		});
		return {
			platform: new RootFi(connection, settings, outdatedCopiesOf(account)),
			account,
			login,
		};
	},
};
