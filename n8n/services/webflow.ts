import { ConfirmedLevels } from '../../inventory/memory/confirmed-levels';
import { BoundedMap } from '../../inventory/model/bounded-map';
import { OptionReader } from '../../inventory/rows/options';
import { webflowClientPolicy } from '../../platforms/webflow/client-policy';
import { DIALECTS } from '../../platforms/webflow/dialect';
import { Hooks } from '../../platforms/webflow/hooks';
import { SkuIndex } from '../../platforms/webflow/sku-index';
import { Webflow, WEBFLOW_CAPABILITIES } from '../../platforms/webflow/webflow';
import type { RequestContext } from '../host/transport';
import { plainError } from '../output/errors';
import { MOST_ACCOUNTS } from '../storage/process-memory';
import type { Connected, RunSettings, Service, ShopFields } from './service';
import { baseUrlOf, connectionTo, unusableOption } from './service';
import { webflowLogin } from './webflow-login';

/** By account and login. */
const skuIndexes = new BoundedMap<string, SkuIndex>(MOST_ACCOUNTS);

/** By account: only Webflow has an option to trust remembered levels. */
const confirmedLevels = new BoundedMap<string, ConfirmedLevels>(MOST_ACCOUNTS);

export interface ConnectedWebflow extends Connected<Webflow> {
	confirmedLevels: ConfirmedLevels;
}

export const webflow = {
	name: 'webflow',
	label: 'Webflow',
	capabilities: WEBFLOW_CAPABILITIES,
	shopParameters: { site: 'Site' },
	ownOptions: ['skuCollectionId'],
	async connect(
		context: RequestContext,
		{ shop, options }: ShopFields,
		{ requestsPerMinute }: RunSettings,
	): Promise<ConnectedWebflow> {
		const { connection, loginKey, account, version } = await open(context, requestsPerMinute);
		const index = skuIndexes.use(loginKey, () => new SkuIndex());
		const reader = new OptionReader(options);
		const skuCollectionId = reader.text('skuCollectionId', 'SKU Collection ID') ?? '';
		if (reader.fault !== null) throw unusableOption(context, reader.fault);
		const settings = { site: shop.site ?? '', skuCollectionId };
		return {
			platform: new Webflow(connection, DIALECTS[version], index, settings),
			account,
			login: loginKey,
			confirmedLevels: confirmedLevels.use(account, () => new ConfirmedLevels()),
		};
	},
} as const satisfies Service;

interface ConnectedHooks {
	hooks: Hooks;
	/** Identifies the account, as for writes. */
	account: string;
	/** The key with which Webflow signs calls to webhooks without a key of their own. */
	clientSecret: string | null;
}

/** The webhooks of the site that a trigger watches; they need a token for API v2. */
export async function connectHooks(context: RequestContext, site: string): Promise<ConnectedHooks> {
	if (site === '') {
		throw plainError(context.getNode(), 'No Site is chosen.', {
			description: 'Choose the site whose stock should start the workflow.',
		});
	}
	const { connection, version, access, clientSecret, account } = await open(context);
	if (version === 'v1') {
		throw plainError(context.getNode(), 'The trigger needs a token of API version 2', {
			description:
				'Webflow no longer creates webhooks for v1 tokens. Create a site token in Webflow and choose a credential with it.',
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
