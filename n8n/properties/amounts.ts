import type { INodeProperties } from 'n8n-workflow';

/**
 * The numbers of a write. They default to blank and carry no `validateType`: n8n would turn a blank cell into 0, and a
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
			hint: 'Drag the column with the counted units here',
			description:
				'Units on hand: a whole number, 0 or more. Rows with a blank cell are skipped; text such as “n/a” fails its row.',
		},
		{
			displayName: 'Delta',
			name: 'delta',
			type: 'number',
			default: '',
			displayOptions: { show: { operation: ['adjustByDelta'] } },
			placeholder: 'e.g. -2',
			hint: 'Drag the column with the units to add or take off here',
			description:
				'Units to add: a whole number. A negative number takes units off; for an order line, use the quantity sold with a minus sign.',
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
				"Text that identifies the event behind this row, such as the order number and line. The same key changes an item's stock at most once, in this and in later executions.",
		},
	];
}
