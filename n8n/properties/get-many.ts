import type { INodeProperties } from 'n8n-workflow';
import type { ServiceName } from '../services/registry';
import { thresholdFromProperties } from './threshold-from';

const displayOptions = { show: { operation: ['getMany'] } };

const LOW_STOCK = { show: { operation: ['getMany'], filter: ['lowStock'] } };

export function getManyProperties(service: ServiceName): INodeProperties[] {
	return [
		{
			displayName: 'Return All',
			name: 'returnAll',
			type: 'boolean',
			default: false,
			displayOptions,
			description: 'Whether to return all results or only up to a given limit',
		},
		{
			displayName: 'Limit',
			name: 'limit',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 50,
			displayOptions: { show: { operation: ['getMany'], returnAll: [false] } },
			description: 'Max number of results to return',
		},
		{
			displayName: 'Filter',
			name: 'filter',
			type: 'options',
			default: 'all',
			displayOptions,
			description: 'Which levels to return. Limit applies after the filter.',
			options: [
				{ name: 'All', value: 'all' },
				{
					name: 'In Stock',
					value: 'inStock',
					description: 'Unlimited, or more than 0',
				},
				{
					name: 'Low Stock',
					value: 'lowStock',
					description: 'At the threshold or below, 0 included; unlimited is never low',
				},
				{ name: 'Out of Stock', value: 'outOfStock', description: '0 or below' },
			],
		},
		{
			displayName: 'Threshold',
			name: 'threshold',
			type: 'number',
			default: 5,
			displayOptions: LOW_STOCK,
			description: 'Levels at this number or below are low',
		},
		...thresholdFromProperties(service, { displayOptions: LOW_STOCK }),
	];
}
