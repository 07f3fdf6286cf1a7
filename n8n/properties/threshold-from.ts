import type { INodeProperties } from 'n8n-workflow';
import type { ServiceName } from '../services/registry';

/** The low-stock thresholds of the services themselves. */
const SERVICE_MARK: Partial<Record<ServiceName, { name: string; description: string }>> = {
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

/** The choice of a threshold, if the service has one of its own. */
export function thresholdFromProperties(
	service: ServiceName,
	more: Pick<INodeProperties, 'displayOptions'> = {},
): INodeProperties[] {
	const mark = SERVICE_MARK[service];
	if (mark === undefined) return [];
	return [
		{
			displayName: 'Threshold From',
			name: 'thresholdFrom',
			type: 'options',
			default: 'field',
			description: 'Which threshold Low Stock uses',
			options: [
				{ ...mark, value: 'service' },
				{ name: 'Threshold', value: 'field', description: 'The field above' },
			],
			...more,
		},
	];
}
