/**
 * What holds for a whole run: the operation, the shop, and the options read from the first row.
 */
import type { IExecuteFunctions } from 'n8n-workflow';
import type { RunOptions } from '../../inventory/rows/options';
import { NOTHING } from '../../inventory/rows/cell';
import { OptionReader, parseRunOptions } from '../../inventory/rows/options';
import type { RawRow } from '../../inventory/rows/row';
import type { Fault } from '../../inventory/model/fault';
import type { Parameters } from './parameters';
import { brokenExpression, GivesNothing } from './parameters';
import type { RunSettings } from '../services/service';

export type Operation = 'setQuantity' | 'adjustByDelta' | 'setUnlimited' | 'get' | 'getMany';

/** Parameters that name the shop; only some services have each. */
const SHOP = { site: 'Site', companyId: 'Company ID' } as const;
type ShopParameter = keyof typeof SHOP;

export function readOperation(context: IExecuteFunctions): Operation {
	return context.getNodeParameter('operation', 0) as Operation;
}

interface Settings {
	settings: RunSettings;
	options: RunOptions;
	fault: Fault | null;
}

/** Settings of the run, from its first row; `fault` says which of them is not usable. */
export function readSettings(parameters: Parameters, operation: Operation): Settings {
	try {
		return parseSettings(parameters, operation);
	} catch (error) {
		const message = brokenExpression(
			error as Error,
			'the first row, which speaks for the whole run',
		);
		const fault = { message, advice: '', wholeRun: true };
		return { settings: NOWHERE, options: parseRunOptions({}).options, fault };
	}
}

/** Settings that could not be read. */
const NOWHERE: RunSettings = {
	site: '',
	companyId: '',
	skuCollectionId: '',
	maxStockAgeMinutes: 0,
	step: '',
};

function parseSettings(parameters: Parameters, operation: Operation): Settings {
	const raw = readOptions(parameters, operation);
	const { options, fault } = parseRunOptions(raw);
	const reader = new OptionReader(raw);
	const age = 'Max Stock Age (Minutes)';
	const maxStockAgeMinutes =
		operation === 'adjustByDelta' ? reader.range('maxStockAgeMinutes', age, 0, [0]) : 0;
	const requestsPerMinute = reader.range('requestsPerMinute', 'Requests per Minute', 0, [0]);
	const skuCollectionId = reader.text('skuCollectionId', 'SKU Collection ID') ?? '';
	const message = fault ?? reader.fault;
	return {
		settings: {
			site: shopOf(parameters, 'site', 0),
			companyId: shopOf(parameters, 'companyId', 0),
			skuCollectionId,
			maxStockAgeMinutes,
			requestsPerMinute,
			step: '',
		},
		options,
		fault: message === null ? null : { message, advice: 'Nothing was written.', wholeRun: true },
	};
}

/** Options that are read from the first row for the whole run. */
const RUN_OPTIONS = [
	'dryRun',
	'checkFirst',
	'sameItemRows',
	'massZeroLimit',
	'numberFormat',
	'requestsPerMinute',
	'skuCollectionId',
	'trustRememberedMinutes',
	'maxStockAgeMinutes',
];

/** One by one: an option that each row has for itself, and that cannot be resolved in the first, is that row's fault alone. */
function readOptions(parameters: Parameters, operation: Operation): Record<string, unknown> {
	if (operation === 'get' || operation === 'getMany') return {};
	return Object.fromEntries(RUN_OPTIONS.map((name) => [name, parameters.option(name, 0)]));
}

/** A shop parameter for one row, as text; empty where the service has none, or it was left empty. */
function shopOf(parameters: Parameters, name: ShopParameter, row: number): string {
	const value = name === 'site' ? parameters.at(name, row, '') : parameters.filledIn(name, row, '');
	if (value === NOTHING) throw new GivesNothing(SHOP[name]);
	const plain =
		typeof value === 'object' && value !== null ? (value as { value?: unknown }).value : value;
	return String(plain ?? '').trim();
}

/**
 * A run talks to one shop, that of its first row. A row that names another must not be written to the first one's
 * stock, where the same SKU may stand for something else.
 */
export function shopFaults(
	parameters: Parameters,
	settings: RunSettings,
	row: number,
): Pick<RawRow, 'fault' | 'elsewhere'> {
	let elsewhere: string | null = null;
	for (const name of Object.keys(SHOP) as ShopParameter[]) {
		let value: string;
		try {
			value = shopOf(parameters, name, row);
		} catch (error) {
			const message = brokenExpression(error as Error);
			if (!(error instanceof GivesNothing)) return { fault: message, elsewhere };
			elsewhere = message;
			continue;
		}
		if (settings !== NOWHERE && value !== settings[name]) {
			elsewhere = `${SHOP[name]} is “${value}” here and “${settings[name]}” in the first row. A run writes to one shop: split the rows, for example with a Loop or a Switch node.`;
		}
	}
	return { fault: null, elsewhere };
}
