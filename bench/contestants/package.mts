/** This package's nodes, told no more than a shop owner tells them: a SKU and an amount. */
import type { IDataObject } from 'n8n-workflow';
import type { ServiceName } from '../../sandbox/sandbox.mts';
import { SITE_ID } from '../../sandbox/webflow/ids.mts';
import type { Step } from '../host.mts';
import type { Operation } from '../rows.mts';

export interface Settings {
	/** Options of the node, as in the README. */
	options?: IDataObject;
	/** Whether each delta carries its idempotency key. */
	keys?: boolean;
	/** Settings of the node itself. */
	node?: Partial<Step>;
}

export function packageSteps(
	service: ServiceName,
	operation: Operation,
	credentials: Record<string, string>,
	{ options = {}, keys = false, node = {} }: Settings = {},
): Step[] {
	const type = `${service}InventoryApi`;
	const amount =
		operation === 'set'
			? { operation: 'setQuantity', quantity: '={{ $json.amount }}' }
			: { operation: 'adjustByDelta', delta: '={{ $json.amount }}' };
	return [
		{
			name: 'Stock',
			type: `n8n-nodes-inventory-sync.${service}Inventory`,
			typeVersion: 1,
			parameters: {
				...(service === 'webflow'
					? { authentication: 'accessToken', site: { __rl: true, mode: 'id', value: SITE_ID } }
					: {}),
				...amount,
				...(keys ? { idempotencyKey: '={{ $json.key }}' } : {}),
				item: { __rl: true, mode: 'sku', value: '={{ $json.sku }}' },
				options,
			},
			credentials: { [type]: { id: credentials[type], name: type } },
			...node,
		},
	];
}
