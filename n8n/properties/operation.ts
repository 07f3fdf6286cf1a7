import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import type { Capabilities } from '../../inventory/model/platform';

export const WRITES = ['adjustByDelta', 'setQuantity', 'setUnlimited'];

/** @param texts Descriptions that differ from service to service. */
export function operationProperty(
	capabilities: Capabilities,
	texts: { deltaDescription: string; getManyDescription: string },
): INodeProperties {
	const unlimited: INodePropertyOptions[] = capabilities.setUnlimited
		? [
				{
					name: 'Set Unlimited',
					value: 'setUnlimited',
					action: 'Set stock unlimited',
					description: 'Stop counting the stock of an item',
				},
			]
		: [];
	return {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		default: 'setQuantity',
		options: [
			{
				name: 'Adjust by Delta',
				value: 'adjustByDelta',
				action: 'Adjust stock by delta',
				description: texts.deltaDescription,
				builderHint: {
					propertyHint:
						'For units that move: order lines, deliveries, refunds. Always with an idempotencyKey.',
				},
			},
			{
				name: 'Get',
				value: 'get',
				action: 'Get stock level',
				description: 'Read the stock level of one item',
			},
			{
				name: 'Get Many',
				value: 'getMany',
				action: 'Get many stock levels',
				description: texts.getManyDescription,
			},
			{
				name: 'Set Quantity',
				value: 'setQuantity',
				action: 'Set stock quantity',
				description: 'Set the units on hand, as after a stock-take',
				builderHint: {
					propertyHint:
						'For levels that are known: counts, supplier files, the level in another shop. Never for order lines.',
				},
			},
			...unlimited,
		],
	};
}
