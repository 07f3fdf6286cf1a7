import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { executeInventory } from '../../n8n/operations/execute';
import { searchItems, searchSites } from '../../n8n/input/list-search';
import { amountProperties } from '../../n8n/properties/amounts';
import { AUTHENTICATION, CREDENTIALS } from '../../n8n/properties/authentication';
import { actionHint } from '../../n8n/properties/builder-hints';
import { getManyProperties } from '../../n8n/properties/get-many';
import { itemProperty } from '../../n8n/properties/item';
import { operationProperty } from '../../n8n/properties/operation';
import { optionsProperty } from '../../n8n/properties/options';
import { siteProperty } from '../../n8n/properties/site';
import { webflow } from '../../n8n/services/webflow';

export class WebflowInventory implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Webflow Inventory',
		name: 'webflowInventory',
		icon: { light: 'file:../../icons/webflow.svg', dark: 'file:../../icons/webflow.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: '={{ $parameter["operation"].replace(/([A-Z])/g, " $1").toLowerCase() }}',
		description: 'Read and write the SKU stock of a Webflow Ecommerce site',
		defaults: { name: 'Webflow Inventory' },
		usableAsTool: true,
		builderHint: actionHint(
			webflow,
			'Get Many sends one request per SKU: use Get where a few SKUs are enough.',
		),
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: CREDENTIALS,
		properties: [
			AUTHENTICATION,
			operationProperty(webflow.capabilities, {
				deltaDescription: 'Add or take away units, for example those of an order line',
				getManyDescription:
					'Read the stock levels of all SKUs of a site; Webflow needs one request per SKU',
			}),
			{
				displayName:
					"Webflow's lists contain no stock levels, so this sends one request per SKU: about one a second",
				name: 'getManyNotice',
				type: 'notice',
				default: '',
				displayOptions: { show: { operation: ['getMany'] } },
			},
			siteProperty(
				'The site whose stock to read or write. You can leave it empty if you give items by ID and fill in SKU Collection ID under Options.',
			),
			itemProperty({
				noun: 'SKU',
				idPlaceholder: 'e.g. 580e63fc8c9a982ac9b8b745',
				idHint: 'The ID of the SKU, not of its product',
			}),
			...amountProperties(),
			...getManyProperties('webflow'),
			optionsProperty('webflow'),
		],
	};

	methods = { listSearch: { searchItems: searchItems(webflow), searchSites } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await executeInventory(this, webflow);
	}
}
