import { BoundedMap } from '../../inventory/model/bounded-map';
import { BatchAttempts } from '../../platforms/ecwid/batch-attempts';
import { ECWID_CLIENT_POLICY } from '../../platforms/ecwid/client-policy';
import { Ecwid, ECWID_CAPABILITIES } from '../../platforms/ecwid/ecwid';
import { pathSegment } from '../../platforms/http/path-segment';
import { MOST_STEPS } from '../storage/process-memory';
import type { Service } from './service';
import { baseUrlOf, connectionTo } from './service';

const CREDENTIAL = 'ecwidInventoryApi';

/** By step and store. */
const batchAttempts = new BoundedMap<string, BatchAttempts>(MOST_STEPS);

export const ecwid = {
	name: 'ecwid',
	label: 'Ecwid',
	capabilities: ECWID_CAPABILITIES,
	shopParameters: {},
	ownOptions: [],
	async connect(context, _fields, { step, stop, requestsPerMinute }) {
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
		const scope = `${account} ${step}`;
		const attempts = batchAttempts.use(scope, () => new BatchAttempts(scope));
		return { platform: new Ecwid(connection, attempts), account, login, confirmedLevels: null };
	},
} as const satisfies Service;
