/** What a fourth service has in `nodes/`: a description and wiring. */
import type { IExecuteFunctions, INodeExecutionData, INodeType } from 'n8n-workflow';
import { searchItems } from '../../../n8n/input/list-search.ts';
import { executeInventory } from '../../../n8n/operations/execute.ts';
import { amountProperties } from '../../../n8n/properties/amounts.ts';
import { itemProperty } from '../../../n8n/properties/item.ts';
import { operationProperty } from '../../../n8n/properties/operation.ts';
import { optionsProperty } from '../../../n8n/properties/options.ts';
import { toy } from './service.mts';

export class ToyInventory implements INodeType {
	description: INodeType['description'] = {
		displayName: 'Toy Inventory',
		name: 'toyInventory',
		group: ['output'],
		version: 1,
		description: 'Read and write toys',
		defaults: { name: 'Toy Inventory' },
		inputs: ['main'],
		outputs: ['main'],
		credentials: [{ name: 'toyInventoryApi', required: true }],
		properties: [
			operationProperty(toy.capabilities, { deltaDescription: '', getManyDescription: '' }),
			{ displayName: 'Warehouse', name: 'warehouse', type: 'string', default: '' },
			itemProperty({ noun: 'toy', idPlaceholder: '', idHint: '' }),
			...amountProperties(),
			optionsProperty('toy'),
		],
	};

	methods = { listSearch: { searchItems: searchItems(toy) } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await executeInventory(this, toy);
	}
}
