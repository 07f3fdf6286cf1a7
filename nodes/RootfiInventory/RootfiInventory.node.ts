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
import { companyProperty } from '../../n8n/properties/company';
import { getManyProperties } from '../../n8n/properties/get-many';
import { itemProperty } from '../../n8n/properties/item';
import { operationProperty } from '../../n8n/properties/operation';
import { optionsProperty } from '../../n8n/properties/options';
import { rootfi } from '../../n8n/services/rootfi';

export class RootfiInventory implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'RootFi Inventory',
		name: 'rootfiInventory',
		icon: { light: 'file:../../icons/rootfi.svg', dark: 'file:../../icons/rootfi.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: '={{ $parameter["operation"].replace(/([A-Z])/g, " $1").toLowerCase() }}',
		description: 'Read and write RootFi ecommerce inventories',
		defaults: { name: 'RootFi Inventory' },
		usableAsTool: true,
		builderHint: actionHint(
			rootfi,
			'RootFi cannot add units itself: prefer Set Quantity where the level is known.',
		),
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'rootfiInventoryApi', required: true }],
		properties: [
			operationProperty(rootfi.capabilities, {
				deltaDescription:
					'Read the level, add the delta, and write the sum; a sale made in between is overwritten',
				getManyDescription: 'Read the stock levels of all inventory rows of a company',
			}),
			{
				displayName:
					"RootFi cannot add a delta itself: this node reads the level, adds, and writes the sum. A sale made in between is overwritten, and the level is as old as RootFi's last sync. Use Set Quantity where you can.",
				name: 'notAtomicNotice',
				type: 'notice',
				default: '',
				displayOptions: { show: { operation: ['adjustByDelta'] } },
			},
			companyProperty('List and find'),
			itemProperty({
				noun: 'inventory row',
				idPlaceholder: 'e.g. 157 or 123456_1',
				idHint: 'The rootfi_id (digits only), or the platform_id',
			}),
			...amountProperties(),
			...getManyProperties('rootfi'),
			optionsProperty('rootfi'),
		],
	};

	methods = { listSearch: { searchItems: searchItems(rootfi) } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await executeInventory(this, rootfi);
	}
}
