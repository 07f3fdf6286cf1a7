import type { INodeProperties } from 'n8n-workflow';

const COLUMN_AS_IT_IS =
	'The column as it is, with no default and no conversion: a blank cell is skipped, and a cell that is not a number is reported.';

/**
 * The numbers of a write. They default to blank and have no `validateType`: n8n would turn a blank cell into 0, and a
 * blank is never a zero.
 */
export function amountProperties(): INodeProperties[] {
	return [
		{
			displayName: 'Quantity',
			name: 'quantity',
			type: 'number',
			default: '',
			displayOptions: { show: { operation: ['setQuantity'] } },
			placeholder: 'e.g. 12',
			hint: 'Drag the column with the count here',
			description:
				'Units on hand, a whole number of 0 or more. A row with a blank cell is skipped; text such as “n/a” fails its row.',
			builderHint: {
				propertyHint: `${COLUMN_AS_IT_IS} A blank turned into 0 would take the product off sale.`,
			},
		},
		{
			displayName: 'Delta',
			name: 'delta',
			type: 'number',
			default: '',
			displayOptions: { show: { operation: ['adjustByDelta'] } },
			placeholder: 'e.g. -2',
			hint: 'Drag the column with the units here',
			description: 'Units to add or take away, a whole number',
			builderHint: { propertyHint: COLUMN_AS_IT_IS },
		},
		{
			displayName: 'Direction',
			name: 'direction',
			type: 'options',
			default: 'asSigned',
			displayOptions: { show: { operation: ['adjustByDelta'] } },
			description: 'Whether the units come in or go out',
			builderHint: {
				propertyHint:
					'Most orders list the units sold without a minus sign: choose takeAway, not an expression.',
			},
			options: [
				{ name: 'Add', value: 'add', description: 'Units come in, as in a delivery' },
				{
					name: 'As Signed',
					value: 'asSigned',
					description: 'A number with a minus takes away, any other adds',
				},
				{ name: 'Take Away', value: 'takeAway', description: 'Units go out, as in an order line' },
			],
		},
		{
			displayName: 'Idempotency Key',
			name: 'idempotencyKey',
			type: 'string',
			default: '',
			displayOptions: { show: { operation: ['adjustByDelta'] } },
			placeholder: 'e.g. order 1042, line 3',
			hint: 'Drag the order number and the line number here',
			description:
				"Text that identifies the event behind the row, such as the order number and line. The same key changes an item's stock at most once, in this and in later executions.",
			builderHint: {
				propertyHint:
					'Always fill this in: the number of the order (or delivery, or refund) and the number of its line, joined. It must be the same when the same event is read again, and another for every other event: no date, no execution ID, no item index, no random value.',
			},
		},
	];
}
