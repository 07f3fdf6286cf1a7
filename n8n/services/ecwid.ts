import { ECWID_CLIENT_POLICY } from '../../platforms/ecwid/client-policy';
import { Ecwid, ECWID_CAPABILITIES } from '../../platforms/ecwid/ecwid';
import { pathSegment } from '../../platforms/http/path-segment';
import { batchAttemptsOf } from '../storage/process-memory';
import type { Service } from './service';
import { baseUrlOf, connectionTo } from './service';

const CREDENTIAL = 'ecwidInventoryApi';

export const ecwid: Service = {
	name: 'ecwid',
	label: 'Ecwid',
	capabilities: ECWID_CAPABILITIES,
	async connect(context, { step, stop, requestsPerMinute }) {
		const { accessToken, storeId, baseUrl } = await context.getCredentials(CREDENTIAL);
		const store = pathSegment(String(storeId).trim());
		const account = `${baseUrlOf(context, baseUrl)}/api/v3/${store}`;
		const { connection, loginKey: login } = connectionTo(context, {
			credentialType: CREDENTIAL,
			baseUrl: account,
			token: String(accessToken),
			policy: ECWID_CLIENT_POLICY,
			capabilities: ECWID_CAPABILITIES,
			stop,
			requestsPerMinute,
		});
		const attempts = batchAttemptsOf(`${account} ${step}`);
		return { platform: new Ecwid(connection, attempts), account, login };
	},
};
