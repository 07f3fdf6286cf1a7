import type { INodeProperties } from 'n8n-workflow';

export function siteProperty(description: string): INodeProperties {
	return {
		displayName: 'Site',
		name: 'site',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		description,
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				typeOptions: { searchListMethod: 'searchSites', searchable: true },
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: 'e.g. 580e63e98c9a982ac9b8b741',
			},
		],
	};
}
