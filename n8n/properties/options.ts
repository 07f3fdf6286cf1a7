import type { INodeProperties } from 'n8n-workflow';
import type { ServiceName } from '../services/registry';
import { WRITES } from './operation';

const SET = { show: { '/operation': ['setQuantity'] } };
const DELTA = { show: { '/operation': ['adjustByDelta'] } };
const COUNT = { show: { '/operation': ['adjustByDelta'], '/direction': ['asSigned'] } };
const NUMBERS = { show: { '/operation': ['adjustByDelta', 'setQuantity'] } };

/** Options that only some services can honor. */
const ONLY: Record<string, readonly ServiceName[]> = {
	maxStockAgeMinutes: ['rootfi'],
	notifyLowStock: ['ecwid'],
	reservedQuantity: ['rootfi'],
	skuCollectionId: ['webflow'],
	trustRememberedMinutes: ['webflow'],
} satisfies Record<string, readonly ServiceName[]>;

/** In the order of their labels, as n8n sorts collections. */
const OPTIONS: INodeProperties[] = [
	{
		displayName: 'Below Zero',
		name: 'belowZero',
		type: 'options',
		default: 'allow',
		displayOptions: DELTA,
		description: 'What to do if a row would take away more than there is',
		options: [
			{ name: 'Allow', value: 'allow', description: 'Let the level fall below zero' },
			{ name: 'Refuse', value: 'refuse', description: 'Fail the row, write nothing' },
			{
				name: 'Stop at Zero',
				value: 'stopAtZero',
				description: 'Take away what is left, and say how much that was',
			},
		],
	},
	{
		displayName: 'Blank Quantity',
		name: 'blankQuantity',
		type: 'options',
		default: 'skip',
		displayOptions: NUMBERS,
		description: 'What to do with a row whose number is blank; a blank is never a zero',
		options: [
			{ name: 'Fail', value: 'fail', description: 'Fail the row' },
			{ name: 'Skip', value: 'skip', description: 'Leave the item as it is' },
		],
	},
	{
		displayName: 'Check First',
		name: 'checkFirst',
		type: 'boolean',
		default: true,
		description:
			'Whether to read the level first, which shows the previous quantity, skips what is already right and protects unlimited stock. Without it, a write makes an unlimited Webflow SKU a counted one.',
	},
	{
		displayName: 'Dry Run',
		name: 'dryRun',
		type: 'boolean',
		default: false,
		description: 'Whether to only show what would be written',
		builderHint: {
			propertyHint: 'true for the first run of a new sheet or file; the user switches it off.',
		},
	},
	{
		displayName: 'Level When Counted',
		name: 'levelWhenCounted',
		type: 'number',
		default: '',
		displayOptions: COUNT,
		description:
			'The level when the units were counted, if Delta holds a count. What was sold since then stays sold.',
	},
	{
		displayName: 'Mass Zero Limit',
		name: 'massZeroLimit',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 100 },
		default: 50,
		displayOptions: SET,
		description:
			'Write nothing if more than this percentage of items would go to zero, in a run of 20 or more. 100 switches this off.',
	},
	{
		displayName: 'Max Quantity',
		name: 'maxQuantity',
		type: 'number',
		default: '',
		displayOptions: SET,
		description: 'The highest quantity to write to this shop, after Safety Stock is subtracted',
	},
	{
		displayName: 'Max Stock Age (Minutes)',
		name: 'maxStockAgeMinutes',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		displayOptions: DELTA,
		description:
			'Fail the row if RootFi last synced the level longer ago than this. 0 accepts any age.',
	},
	{
		displayName: 'Notify Low Stock',
		name: 'notifyLowStock',
		type: 'boolean',
		default: false,
		displayOptions: NUMBERS,
		description: 'Whether Ecwid may send its low-stock email after the change',
	},
	{
		displayName: 'Number Format',
		name: 'numberFormat',
		type: 'options',
		default: 'plain',
		displayOptions: NUMBERS,
		description: 'How numbers are written in cells that hold text',
		options: [
			{ name: '1,234.00', value: 'commaThousands', description: 'Thousands with a comma' },
			{ name: '1.234,00', value: 'pointThousands', description: 'Thousands with a point' },
			{ name: '1234', value: 'plain', description: 'Without separators' },
		],
	},
	{
		displayName: 'Only If Quantity Is',
		name: 'onlyIfQuantityIs',
		type: 'number',
		default: '',
		description: 'Write only if the current level is exactly this; otherwise fail the row',
	},
	{
		displayName: 'Reason',
		name: 'reason',
		type: 'string',
		default: '',
		placeholder: 'e.g. stock-take',
		description: 'Copied to the result row, for an audit sheet',
	},
	{
		displayName: 'Reference',
		name: 'reference',
		type: 'string',
		default: '',
		placeholder: 'e.g. order 1042',
		description: 'Copied to the result row, for an audit sheet',
	},
	{
		displayName: 'Requests per Minute',
		name: 'requestsPerMinute',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		description:
			'Send no more than this, to leave room for other apps with the same token. 0 uses all that the service allows.',
	},
	{
		displayName: 'Reserved Quantity',
		name: 'reservedQuantity',
		type: 'number',
		default: '',
		displayOptions: NUMBERS,
		description: 'Units held for open orders, written along with the quantity',
	},
	{
		displayName: 'Rows of the Same Item',
		name: 'sameItemRows',
		type: 'options',
		default: 'combine',
		description:
			'What to do if several rows are for the same item. Deltas are added up unless this is set to Fail.',
		builderHint: { propertyHint: 'sum where the same item is counted in several places.' },
		options: [
			{
				name: 'Add Up',
				value: 'sum',
				description: 'Add the quantities up, for example of several warehouses',
			},
			{
				name: 'Combine',
				value: 'combine',
				description: 'Write equal quantities once, fail on different ones',
			},
			{ name: 'Fail', value: 'fail', description: 'Fail every row of the item' },
			{ name: 'Last Row Counts', value: 'last', description: 'Write the last quantity' },
		],
	},
	{
		displayName: 'Safety Stock',
		name: 'safetyStock',
		type: 'number',
		default: '',
		displayOptions: SET,
		description: 'Units to hold back from this shop: they are subtracted from the quantity',
	},
	{
		displayName: 'SKU Collection ID',
		name: 'skuCollectionId',
		type: 'string',
		default: '',
		placeholder: 'e.g. 6377a7c4b7a79608c34a46f7',
		description: 'The collection that contains the SKUs of the site; saves looking it up',
	},
	{
		displayName: 'Trust Remembered Levels (Minutes)',
		name: 'trustRememberedMinutes',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		displayOptions: SET,
		description:
			'Do not read a level again if this n8n saw it confirmed less than this many minutes ago. Changes by others since then go unnoticed. 0 reads every level.',
	},
	{
		displayName: 'Unlimited Stock',
		name: 'unlimitedStock',
		type: 'options',
		default: 'refuse',
		displayOptions: NUMBERS,
		description: 'What to do with an item whose stock is not counted',
		options: [
			{
				name: 'Convert',
				value: 'convert',
				description: 'Start counting it; only Set Quantity can do this',
			},
			{ name: 'Refuse', value: 'refuse', description: 'Fail the row' },
			{ name: 'Skip', value: 'skip', description: 'Leave the item as it is' },
		],
	},
	{
		displayName: 'Write Unchanged',
		name: 'writeUnchanged',
		type: 'boolean',
		default: false,
		displayOptions: { show: { '/operation': ['setQuantity', 'setUnlimited'] } },
		description: 'Whether to write even when the level is already right',
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
		options: OPTIONS.filter(({ name }) => ONLY[name]?.includes(platform as ServiceName) ?? true),
	};
}
