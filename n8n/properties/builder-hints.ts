/**
 * Hints for n8n's workflow builder, and for assistants that build through its MCP server: how to use the nodes safely. n8n
 * returns them wherever its node search finds a node.
 */
import type { IBuilderHint } from 'n8n-workflow';
import type { Service } from '../services/service';

/** @param relationHint What the service's other node does. */
function builderHint(advice: string[], otherNode: string, relationHint: string): IBuilderHint {
	return {
		searchHint: advice.join(' ').trim(),
		relatedNodes: [{ nodeType: `n8n-nodes-inventory-sync.${otherNode}`, relationHint }],
	};
}

/** @param more Advice about this service. */
export function actionHint({ name, label }: Service, more = ''): IBuilderHint {
	return builderHint(
		[
			'Give the item by SKU, as it is written in the data: 0017 is not 17.',
			'Set Quantity where the level is known (a count, a supplier file, another shop): it can be repeated safely.',
			'Adjust by Delta where units move (order lines, deliveries, refunds), and always with an Idempotency Key made of the order number and the line number of the order itself, so that no retry or second run moves the stock twice.',
			'For a sheet or file that has not been run before, switch on Dry Run under Options, and tell the user to read the results before switching it off.',
			'Set On Error to Continue (using error output) and connect the error output to a sheet or message that a person reads: rows with problems come out there, the others are written.',
			'As a tool of an agent, let it fill in only the SKU and the number, and have a person approve what it writes.',
			'Pass all rows at once, without Loop Over Items and without a Code node that cleans them: the node keeps to rate limits, skips blank cells and names what it cannot read.',
			more,
		],
		`${name}InventoryTrigger`,
		`Starts a workflow when stock in ${label} changes, runs low, sells out or comes back`,
	);
}

/** @param more Advice about this service. */
export function triggerHint({ name, label }: Service, more = ''): IBuilderHint {
	return builderHint(
		[
			'Starts when a stock level changes, not when an order is placed: to take what was sold off the stock of another shop, start with the trigger of the shop that has the order.',
			'Choose only the events that are asked for. Low Stock, Out of Stock and Back in Stock fire once per crossing, so nothing has to remember what was reported.',
			'Leave Ignore Own Writes on: otherwise a workflow that writes stock starts itself.',
			'Where the event leads to an Adjust by Delta, use its eventId as the Idempotency Key.',
			more,
		],
		`${name}Inventory`,
		`Reads and writes the stock in ${label}; Get Many with the filter Low Stock lists what is low now`,
	);
}
