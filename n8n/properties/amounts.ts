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
			hint: 'Drag the column of counted pieces here',
			description:
				'Pieces on hand, a whole number of 0 or more. Rows with a blank cell are skipped; text such as “n/a” fails its row.',
		},
		{
			displayName: 'Delta',
			name: 'delta',
			type: 'number',
			default: '',
			displayOptions: { show: { operation: ['adjustByDelta'] } },
			placeholder: 'e.g. -2',
			hint: 'Drag the column of pieces to add or take away here',
			description:
				'Pieces to add, a whole number; a negative one takes away. For an order line, use the quantity sold with a minus.',
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
				'Names the event behind this row, such as order number and line. The same key moves the stock of one item at most once, in this and in later executions.',
		},
	];
}
