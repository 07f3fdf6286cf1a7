import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import type { ServiceName } from '../services/registry';

/** The low-stock thresholds of the services themselves. */
export const SERVICE_MARK: Partial<Record<ServiceName, { name: string; description: string }>> = {
	ecwid: {
		name: 'Ecwid Warning Limit',
		description:
			'The quantity at which Ecwid sends its low-stock email; Threshold if a product has none',
	},
	rootfi: {
		name: 'RootFi Reorder Level',
		description: 'The reorder level of the row; Threshold if it has none',
	},
};

export function thresholdFromProperty(service: ServiceName): INodeProperties {
	return {
		displayName: 'Threshold From',
		name: 'thresholdFrom',
		type: 'options',
		default: 'field',
		description: 'Which threshold Low Stock uses',
		options: [
			{ ...SERVICE_MARK[service], value: 'service' } as INodePropertyOptions,
			{ name: 'Threshold', value: 'field', description: 'The field above' },
		],
	};
}
