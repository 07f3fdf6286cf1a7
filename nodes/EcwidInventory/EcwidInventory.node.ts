import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { executeInventory } from '../../n8n/operations/execute';
import { searchItems } from '../../n8n/input/list-search';
import { amountProperties } from '../../n8n/properties/amounts';
import { actionHint } from '../../n8n/properties/builder-hints';
import { getManyProperties } from '../../n8n/properties/get-many';
import { itemProperty } from '../../n8n/properties/item';
import { operationProperty } from '../../n8n/properties/operation';
import { optionsProperty } from '../../n8n/properties/options';
import { ecwid } from '../../n8n/services/ecwid';

export class EcwidInventory implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Ecwid Inventory',
		name: 'ecwidInventory',
		icon: { light: 'file:../../icons/ecwid.svg', dark: 'file:../../icons/ecwid.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: '={{ $parameter["operation"].replace(/([A-Z])/g, " $1").toLowerCase() }}',
		description: 'Read and write the stock of Ecwid products and variations',
		defaults: { name: 'Ecwid Inventory' },
		usableAsTool: true,
		builderHint: actionHint(ecwid),
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'ecwidInventoryApi', required: true }],
		properties: [
			operationProperty(ecwid.capabilities, {
				deltaDescription: 'Add or take away units, for example those of an order line',
				getManyDescription: 'Read the stock levels of all products and variations',
			}),
			itemProperty({
				noun: 'product or variation',
				idPlaceholder: 'e.g. 692730761 or 692730761:20874024',
				idHint:
					'The product ID, or productId:variationId, or the address of the product in your Ecwid admin',
			}),
			...amountProperties(),
			...getManyProperties('ecwid'),
			optionsProperty('ecwid'),
		],
	};

	methods = { listSearch: { searchItems: searchItems(ecwid) } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await executeInventory(this, ecwid);
	}
}
