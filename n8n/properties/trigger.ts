import type { INodeProperties } from 'n8n-workflow';
import type { ServiceName } from '../services/registry';
import { thresholdFromProperties } from './threshold-from';

/** For triggers that poll. */
const FULL_SWEEP: INodeProperties = {
	displayName: 'Full Sweep Every (Minutes)',
	name: 'fullSweepMinutes',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 60,
	description:
		'How often all levels are read, not only those of items updated since the last poll. The services do not promise that every change of stock counts as an update.',
};

/** For triggers with a webhook. */
const ACCEPT_UNSIGNED: INodeProperties = {
	displayName: 'Accept Unsigned',
	name: 'acceptUnsigned',
	type: 'boolean',
	default: false,
	description:
		'Whether unsigned calls start the workflow if Webflow returned no signing key for the webhook. Anyone who knows the address could then start it.',
};

/** The fields of a trigger. `note` is about the events of this service, `own` are fields that only it has. */
export function triggerProperties(
	service: ServiceName,
	kind: 'polling' | 'webhook',
	{ note = '', own = [] }: { note?: string; own?: INodeProperties[] } = {},
): INodeProperties[] {
	return [
		{
			displayName: 'Events',
			name: 'events',
			type: 'multiOptions',
			required: true,
			default: ['changed'],
			description: `What starts the workflow. One change can be several events. ${note}`.trim(),
			options: [
				{
					name: 'Back in Stock',
					value: 'backInStock',
					action: 'On item back in stock',
					description: 'From 0 or below to more than 0',
				},
				{
					name: 'Changed',
					value: 'changed',
					action: 'On stock changed',
					description: 'Any change of the level',
				},
				{
					name: 'Low Stock',
					value: 'lowStock',
					action: 'On low stock',
					description: 'From more than the threshold to the threshold or below',
				},
				{
					name: 'Out of Stock',
					value: 'outOfStock',
					action: 'On item out of stock',
					description: 'From more than 0 to 0 or below',
				},
			],
		},
		{
			displayName: 'Threshold',
			name: 'threshold',
			type: 'number',
			default: 5,
			displayOptions: { show: { events: ['lowStock'] } },
			description: 'Stock is low at this many units or fewer',
		},
		...own,
		{
			displayName: 'SKUs',
			name: 'skus',
			type: 'string',
			typeOptions: { rows: 3 },
			default: '',
			placeholder: 'e.g. TSHIRT-S',
			description: 'Watch only these SKUs, one per line. Leave empty to watch all.',
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add option',
			default: {},
			// In the order of their labels.
			options: [
				kind === 'polling' ? FULL_SWEEP : ACCEPT_UNSIGNED,
				{
					displayName: 'Ignore Own Writes',
					name: 'ignoreOwnWrites',
					type: 'boolean',
					default: true,
					description:
						'Whether to ignore what these nodes changed themselves, so that only changes by others start the workflow. Not ignored: a Set Quantity with Check First off, and what another n8n process wrote, or this one before a restart.',
				},
				...thresholdFromProperties(service),
			],
		},
	];
}
