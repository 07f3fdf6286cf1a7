import type { INodeProperties } from 'n8n-workflow';

/** One item: from a list, by its SKU, or by its ID. */
export function itemProperty(texts: {
	noun: string;
	idPlaceholder: string;
	idHint: string;
}): INodeProperties {
	return {
		displayName: 'Item',
		name: 'item',
		type: 'resourceLocator',
		default: { mode: 'sku', value: '' },
		required: true,
		displayOptions: { hide: { operation: ['getMany'] } },
		description: `The ${texts.noun} to read or write. A SKU must match exactly: 0017 is not 17.`,
		builderHint: {
			propertyHint:
				'Use the mode sku with the SKU column; the mode id only for an itemId that one of these nodes returned.',
		},
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				typeOptions: { searchListMethod: 'searchItems', searchable: true },
			},
			{
				displayName: 'By SKU',
				name: 'sku',
				type: 'string',
				placeholder: 'e.g. 85123A',
				hint: 'Drag the SKU column of a spreadsheet here',
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: texts.idPlaceholder,
				hint: texts.idHint,
			},
		],
	};
}
