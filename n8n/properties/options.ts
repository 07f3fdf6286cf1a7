import type { INodeProperties } from 'n8n-workflow';
import { SERVICE_NAMES } from '../services/registry';
import { WRITES } from './operation';

const SET = { show: { '/operation': ['setQuantity'] } };
const DELTA = { show: { '/operation': ['adjustByDelta'] } };
const NUMBERS = { show: { '/operation': ['adjustByDelta', 'setQuantity'] } };

/** An option and the services that can honour it. */
interface Option {
	on: readonly string[];
	property: INodeProperties;
}

const EVERYWHERE: readonly string[] = SERVICE_NAMES;

/** In the order of their labels, as n8n sorts collections. */
const OPTIONS: Option[] = [
	{
		on: EVERYWHERE,
		property: {
			displayName: 'Below Zero',
			name: 'belowZero',
			type: 'options',
			default: 'allow',
			displayOptions: DELTA,
			description: 'What to do when a delta would take the level below zero',
			options: [
				{ name: 'Allow', value: 'allow', description: 'Let the level fall below zero' },
				{ name: 'Refuse', value: 'refuse', description: 'Fail the row, write nothing' },
				{
					name: 'Stop at Zero',
					value: 'stopAtZero',
					description: 'Take only what is left, and say how much that was',
				},
			],
		},
	},
	{
		on: EVERYWHERE,
		property: {
			displayName: 'Blank Quantity',
			name: 'blankQuantity',
			type: 'options',
			default: 'skip',
			displayOptions: NUMBERS,
			description: 'What to do with a row whose cell is blank. A blank is never a zero.',
			options: [
				{ name: 'Fail', value: 'fail', description: 'Fail the row' },
				{ name: 'Skip', value: 'skip', description: 'Leave the item as it is' },
			],
		},
	},
	{
		on: EVERYWHERE,
		property: {
			displayName: 'Check First',
			name: 'checkFirst',
			type: 'boolean',
			default: true,
			description:
				'Whether to read the level before writing: it shows the previous quantity, skips what is already right, and protects unlimited stock. When off, one request per item is sent blindly; on Webflow that starts counting an unlimited SKU.',
		},
	},
	{
		on: EVERYWHERE,
		property: {
			displayName: 'Dry Run',
			name: 'dryRun',
			type: 'boolean',
			default: false,
			description: 'Whether to plan against the live stock and write nothing',
		},
	},
	{
		on: EVERYWHERE,
		property: {
			displayName: 'Mass Zero Limit',
			name: 'massZeroLimit',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 100 },
			default: 50,
			displayOptions: SET,
			description:
				'The most items, in percent, that a run of 20 or more may set to zero; beyond that, nothing is written. 100 turns this off.',
		},
	},
	{
		on: ['rootfi'],
		property: {
			displayName: 'Max Stock Age (Minutes)',
			name: 'maxStockAgeMinutes',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 0,
			displayOptions: DELTA,
			description:
				'Refuse a delta if RootFi last synced the level longer ago than this. 0 accepts any age.',
		},
	},
	{
		on: ['ecwid'],
		property: {
			displayName: 'Notify Low Stock',
			name: 'notifyLowStock',
			type: 'boolean',
			default: false,
			displayOptions: NUMBERS,
			description: 'Whether Ecwid may send its low-stock email for this change',
		},
	},
	{
		on: EVERYWHERE,
		property: {
			displayName: 'Only If Quantity Is',
			name: 'onlyIfQuantityIs',
			type: 'number',
			default: '',
			description:
				'Write only if the level is exactly this; otherwise the row fails and shows both numbers',
		},
	},
	{
		on: EVERYWHERE,
		property: {
			displayName: 'Reason',
			name: 'reason',
			type: 'string',
			default: '',
			placeholder: 'e.g. stock-take',
			description: 'Copied to the result row, for an audit sheet',
		},
	},
	{
		on: EVERYWHERE,
		property: {
			displayName: 'Reference',
			name: 'reference',
			type: 'string',
			default: '',
			placeholder: 'e.g. order 1042',
			description: 'Copied to the result row, for an audit sheet',
		},
	},
	{
		on: EVERYWHERE,
		property: {
			displayName: 'Requests per Minute',
			name: 'requestsPerMinute',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 0,
			description:
				"Send no more than this, to leave room for others who use the same token. 0 uses the service's own limit.",
		},
	},
	{
		on: ['rootfi'],
		property: {
			displayName: 'Reserved Quantity',
			name: 'reservedQuantity',
			type: 'number',
			default: '',
			displayOptions: NUMBERS,
			description: 'Units held for open orders, written along with the quantity',
		},
	},
	{
		on: EVERYWHERE,
		property: {
			displayName: 'Rows of the Same Item',
			name: 'sameItemRows',
			type: 'options',
			default: 'combine',
			description: 'What to do with several rows for the same item',
			options: [
				{
					name: 'Combine',
					value: 'combine',
					description: 'Add up deltas; write equal quantities once; fail if they differ',
				},
				{ name: 'Fail', value: 'fail', description: 'Fail every row of the item' },
				{
					name: 'Last Row Counts',
					value: 'last',
					description: 'Write only the last of several quantities; add up deltas',
				},
			],
		},
	},
	{
		on: ['webflow'],
		property: {
			displayName: 'SKU Collection ID',
			name: 'skuCollectionId',
			type: 'string',
			default: '',
			placeholder: 'e.g. 6377a7c4b7a79608c34a46f7',
			description: 'Saves looking up the collection that holds the SKUs of the site',
		},
	},
	{
		on: ['webflow'],
		property: {
			displayName: 'Trust Remembered Levels (Minutes)',
			name: 'trustRememberedMinutes',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 0,
			displayOptions: SET,
			description:
				'Do not read items whose level this n8n saw confirmed less than this many minutes ago: what is already right is skipped, what differs is written. Changes that others made in the meantime go unnoticed. 0 reads every level.',
		},
	},
	{
		on: ['webflow', 'ecwid'],
		property: {
			displayName: 'Unlimited Stock',
			name: 'unlimitedStock',
			type: 'options',
			default: 'refuse',
			displayOptions: NUMBERS,
			description: 'What to do with an item whose stock is unlimited, that is, not counted',
			options: [
				{
					name: 'Convert',
					value: 'convert',
					description: 'Start counting it. Only for Set Quantity: a delta has no number to add to.',
				},
				{ name: 'Refuse', value: 'refuse', description: 'Fail the row' },
				{ name: 'Skip', value: 'skip', description: 'Leave the item as it is' },
			],
		},
	},
	{
		on: EVERYWHERE,
		property: {
			displayName: 'Write Unchanged',
			name: 'writeUnchanged',
			type: 'boolean',
			default: false,
			displayOptions: { show: { '/operation': ['setQuantity', 'setUnlimited'] } },
			description: 'Whether to write even when the level is already right',
		},
	},
];

/** The options of a service's write operations. */
export function optionsProperty(platform: string): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show: { operation: WRITES } },
		options: OPTIONS.filter(({ on }) => on.includes(platform)).map(({ property }) => property),
	};
}
