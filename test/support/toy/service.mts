/** What a fourth service has in `n8n/services/`: it reads its own settings. */
import type { Service } from '../../../n8n/services/service.ts';
import { baseUrlOf, connectionTo } from '../../../n8n/services/service.ts';
import { Toy, TOY_CAPABILITIES, TOY_CLIENT_POLICY } from './toy.mts';

export const toy = {
	name: 'toy',
	label: 'Toy',
	capabilities: TOY_CAPABILITIES,
	shopParameters: { warehouse: 'Warehouse' },
	ownOptions: [],
	async connect(context, { shop }, { stop, requestsPerMinute }) {
		const { accessToken, baseUrl } = await context.getCredentials('toyInventoryApi');
		const account = baseUrlOf(context, baseUrl);
		const { connection, loginKey: login } = connectionTo(context, {
			credentialType: 'toyInventoryApi',
			baseUrl: account,
			token: String(accessToken),
			policy: TOY_CLIENT_POLICY,
			capabilities: TOY_CAPABILITIES,
			stop,
			requestsPerMinute,
		});
		const platform = new Toy(connection, shop.warehouse ?? '');
		return { platform, account, login, confirmedLevels: null };
	},
} as const satisfies Service;
