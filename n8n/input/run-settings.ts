/** What applies to a whole run: the operation, the shop, and the options read from the first row. */
import type { RunOptions } from '../../inventory/rows/options';
import { NOTHING } from '../../inventory/rows/cell';
import { OptionReader, parseRunOptions } from '../../inventory/rows/options';
import type { RawRow } from '../../inventory/rows/row';
import type { Fault } from '../../inventory/model/fault';
import type { Parameters } from './parameters';
import { brokenExpression, GivesNothing } from './parameters';
import type { Service, ShopFields } from '../services/service';

export type Operation = 'setQuantity' | 'adjustByDelta' | 'setUnlimited' | 'get' | 'getMany';

interface Settings {
	/** From these, the service reads its own settings. */
	fields: ShopFields;
	requestsPerMinute: number;
	options: RunOptions;
	fault: Fault | null;
}

/** Settings of the run, from its first row; `fault` names the first one that cannot be used. */
export function readSettings(
	parameters: Parameters,
	operation: Operation,
	{ shopParameters, ownOptions }: Service,
): Settings {
	const names =
		operation === 'get' || operation === 'getMany' ? [] : [...RUN_OPTIONS, ...ownOptions];
	try {
		// One by one: if an option that is read per row cannot be resolved in the first row, only that row fails.
		const raw = Object.fromEntries(names.map((name) => [name, parameters.option(name, 0)]));
		const { options, fault } = parseRunOptions(raw, parameters.columnNote);
		const reader = new OptionReader(raw, { columnNote: parameters.columnNote });
		const requestsPerMinute = reader.range('requestsPerMinute', 'Requests per Minute', 0, [0]);
		const shop = Object.entries(shopParameters).map(([name, label]) => [
			name,
			shopOf(parameters, name, label, 0),
		]);
		const message = fault ?? reader.fault;
		return {
			fields: { shop: Object.fromEntries(shop), options: raw },
			requestsPerMinute,
			options,
			fault: message === null ? null : { message, advice: 'Nothing was written.', wholeRun: true },
		};
	} catch (error) {
		const message = brokenExpression(
			error as Error,
			'the first row, which sets it for the whole run',
		);
		return {
			fields: { shop: {}, options: {} },
			requestsPerMinute: 0,
			options: parseRunOptions({}).options,
			fault: { message, advice: '', wholeRun: true },
		};
	}
}

/** Options that are read from the first row for the whole run. */
const RUN_OPTIONS = [
	'dryRun',
	'checkFirst',
	'sameItemRows',
	'massZeroLimit',
	'numberFormat',
	'requestsPerMinute',
	'trustRememberedMinutes',
];

/** A shop parameter for one row, as text; empty if it was left empty. */
function shopOf(parameters: Parameters, name: string, label: string, row: number): string {
	const value = parameters.filledIn(name, row, '');
	if (value === NOTHING) throw new GivesNothing(label);
	const plain =
		typeof value === 'object' && value !== null ? (value as { value?: unknown }).value : value;
	return String(plain ?? '').trim();
}

/**
 * A run writes to one shop, that of its first row. A row for another shop must not be written to the first one, where the
 * same SKU may be a different item.
 */
export function shopFaults(
	parameters: Parameters,
	{ shopParameters }: Service,
	{ shop }: ShopFields,
	row: number,
): Pick<RawRow, 'fault' | 'elsewhere'> {
	let elsewhere: string | null = null;
	for (const [name, label] of Object.entries(shopParameters)) {
		let value: string;
		try {
			value = shopOf(parameters, name, label, row);
		} catch (error) {
			const message = brokenExpression(error as Error);
			if (!(error instanceof GivesNothing)) return { fault: message, elsewhere };
			elsewhere = message;
			continue;
		}
		if (name in shop && value !== shop[name]) {
			elsewhere = `${label} is “${value}” here and “${shop[name]}” in the first row. A run writes to one shop: split the rows, for example with a Loop or a Switch node.`;
		}
	}
	return { fault: null, elsewhere };
}
