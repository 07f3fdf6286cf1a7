/** A trigger as the editor saves it, at an address of its own. */
import type { INodeParameters } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';
import { SITE_ID } from '../../sandbox/webflow/ids.mts';
import { byId } from '../engine/setup.mts';
import type { WorkflowJson } from './n8n.mts';
import type { Host } from './setup.mts';
import type { ServiceName } from '../support/services.mts';

export const TRIGGER = 'Stock Changed';

export function triggerNode(
	{ credentials }: Host,
	service: ServiceName,
	some: INodeParameters = {},
): WorkflowJson['nodes'][number] {
	const type = `${service}Inventory${some.authentication === 'oAuth2' ? 'OAuth2Api' : 'Api'}`;
	return {
		name: TRIGGER,
		id: 'trigger',
		type: `n8n-nodes-inventory-sync.${service}InventoryTrigger`,
		typeVersion: 1,
		position: [0, 0],
		webhookId: randomUUID(),
		parameters: {
			authentication: 'accessToken',
			events: ['changed'],
			site: byId(SITE_ID),
			options: {},
			pollTimes: { item: [{ mode: 'everyMinute' }] },
			...some,
		},
		credentials: { [type]: { id: credentials[type], name: type } },
	};
}
