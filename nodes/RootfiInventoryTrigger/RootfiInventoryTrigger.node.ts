import type {
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IPollFunctions,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { triggerHint } from '../../n8n/properties/builder-hints';
import { companyProperty } from '../../n8n/properties/company';
import { pollInventory } from '../../n8n/triggers/poll';
import { triggerProperties } from '../../n8n/properties/trigger';
import { rootfi } from '../../n8n/services/rootfi';

export class RootfiInventoryTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'RootFi Inventory Trigger',
		name: 'rootfiInventoryTrigger',
		icon: { light: 'file:../../icons/rootfi.svg', dark: 'file:../../icons/rootfi.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["events"].join(", ").replace(/([A-Z])/g, " $1").toLowerCase() }}',
		description: 'Starts a workflow when RootFi ecommerce inventories change',
		eventTriggerDescription: 'Waiting for stock to change',
		activationMessage:
			'You can now change the stock in your shop; the workflow starts at the next poll.',
		defaults: { name: 'RootFi Inventory Trigger' },
		polling: true,
		builderHint: triggerHint(
			rootfi,
			'Polls, and RootFi itself learns of a sale only at its next sync.',
		),
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'rootfiInventoryApi', required: true }],
		properties: triggerProperties('rootfi', 'polling', {
			own: [companyProperty('Watch')],
		}),
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await pollInventory(this, rootfi);
	}
}
