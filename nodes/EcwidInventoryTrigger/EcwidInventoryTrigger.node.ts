import type {
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IPollFunctions,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { triggerHint } from '../../n8n/properties/builder-hints';
import { pollInventory } from '../../n8n/triggers/poll';
import { triggerProperties } from '../../n8n/properties/trigger';
import { ecwid } from '../../n8n/services/ecwid';

export class EcwidInventoryTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Ecwid Inventory Trigger',
		name: 'ecwidInventoryTrigger',
		icon: { light: 'file:../../icons/ecwid.svg', dark: 'file:../../icons/ecwid.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["events"].join(", ").replace(/([A-Z])/g, " $1").toLowerCase() }}',
		description: 'Starts a workflow when the stock of Ecwid products and variations changes',
		eventTriggerDescription: 'Waiting for stock to change',
		activationMessage:
			'You can now change the stock in your shop; the workflow starts at the next poll.',
		defaults: { name: 'Ecwid Inventory Trigger' },
		polling: true,
		builderHint: triggerHint(ecwid, 'Polls: the change is reported at the next poll.'),
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'ecwidInventoryApi', required: true }],
		properties: triggerProperties('ecwid', 'polling'),
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await pollInventory(this, ecwid);
	}
}
