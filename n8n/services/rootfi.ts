import { BoundedMap } from '../../inventory/model/bounded-map';
import { OptionReader } from '../../inventory/rows/options';
import { ROOTFI_CLIENT_POLICY } from '../../platforms/rootfi/client-policy';
import { ConfirmedCopies } from '../../platforms/rootfi/confirmed-copies';
import { ROOTFI_REGIONS } from '../../platforms/rootfi/regions';
import type { RootFiSettings } from '../../platforms/rootfi/inventories';
import { RootFi, ROOTFI_CAPABILITIES } from '../../platforms/rootfi/rootfi';
import type { RequestContext } from '../host/transport';
import { MOST_ACCOUNTS } from '../storage/process-memory';
import type { RunSettings, Service, ShopFields } from './service';
import { baseUrlOf, connectionTo, unusableOption } from './service';

const CREDENTIAL = 'rootfiInventoryApi';

/** By account. */
const confirmedCopies = new BoundedMap<string, ConfirmedCopies>(MOST_ACCOUNTS);

export const rootfi = {
	name: 'rootfi',
	label: 'RootFi',
	capabilities: ROOTFI_CAPABILITIES,
	shopParameters: { companyId: 'Company ID' },
	ownOptions: ['maxStockAgeMinutes'],
	async connect(context, fields, run) {
		const settings = readSettings(context, fields, run);
		const { apiKey, region, baseUrl } = await context.getCredentials(CREDENTIAL);
		const account = baseUrlOf(context, ROOTFI_REGIONS[String(region)] ?? baseUrl);
		const { connection, loginKey: login } = connectionTo(context, {
			credentialType: CREDENTIAL,
			baseUrl: account,
			token: String(apiKey),
			policy: ROOTFI_CLIENT_POLICY,
			capabilities: ROOTFI_CAPABILITIES,
			stop: run.stop,
			requestsPerMinute: run.requestsPerMinute,
		});
		const copies = confirmedCopies.use(account, () => new ConfirmedCopies());
		const platform = new RootFi(connection, settings, copies);
		return { platform, account, login, confirmedLevels: null };
	},
} as const satisfies Service;

/** Max Stock Age applies to deltas only: a value left over in another operation is ignored. */
function readSettings(
	context: RequestContext,
	{ shop, options }: ShopFields,
	{ operation }: RunSettings,
): RootFiSettings {
	const reader = new OptionReader(operation === 'adjustByDelta' ? options : {});
	const age = reader.range('maxStockAgeMinutes', 'Max Stock Age (Minutes)', 0, [0]);
	if (reader.fault !== null) throw unusableOption(context, reader.fault);
	return { companyId: shop.companyId ?? '', maxStockAgeMinutes: age };
}
