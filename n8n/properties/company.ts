import type { INodeProperties } from 'n8n-workflow';

/** @param verb What the node does with the company's items only. */
export function companyProperty(verb: string): INodeProperties {
	return {
		displayName: 'Company ID',
		name: 'companyId',
		type: 'string',
		default: '',
		placeholder: 'e.g. 1089',
		description: `${verb} only items of this RootFi company. Leave empty if the key is for a single company.`,
	};
}
