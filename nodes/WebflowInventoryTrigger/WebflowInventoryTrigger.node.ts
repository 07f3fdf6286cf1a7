import type {
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { searchSites } from '../../n8n/input/list-search';
import { AUTHENTICATION, CREDENTIALS } from '../../n8n/properties/authentication';
import { triggerHint } from '../../n8n/properties/builder-hints';
import { siteProperty } from '../../n8n/properties/site';
import { triggerProperties } from '../../n8n/properties/trigger';
import { webflow } from '../../n8n/services/webflow';
import { inventoryHook } from '../../n8n/triggers/webflow-webhook/register';
import { receiveInventory } from '../../n8n/triggers/webflow-webhook/receive';

export class WebflowInventoryTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Webflow Inventory Trigger',
		name: 'webflowInventoryTrigger',
		icon: { light: 'file:../../icons/webflow.svg', dark: 'file:../../icons/webflow.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["events"].join(", ").replace(/([A-Z])/g, " $1").toLowerCase() }}',
		description: 'Starts a workflow when the stock of a Webflow Ecommerce site changes',
		eventTriggerDescription: 'Waiting for stock to change in Webflow',
		activationMessage: 'You can now change the stock in Webflow to start the workflow.',
		defaults: { name: 'Webflow Inventory Trigger' },
		builderHint: triggerHint(
			webflow,
			'Publishing the workflow registers the webhook at Webflow; n8n must be reachable from the internet.',
		),
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: CREDENTIALS,
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST',
				responseMode: 'onReceived',
				responseData: 'noData',
				path: 'webhook',
			},
		],
		properties: [
			AUTHENTICATION,
			siteProperty('The site whose stock starts the workflow'),
			...triggerProperties('webflow', 'webhook', {
				note: 'With several webhook processes (n8n webhook), each knows only its own calls: all events but Changed can then come twice or not at all.',
			}),
		],
	};

	methods = { listSearch: { searchSites } };

	webhookMethods = { default: inventoryHook };

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receiveInventory(this);
	}
}
