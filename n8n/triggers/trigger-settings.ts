/** What a trigger listens for. */
import type { StockEvent } from '../../inventory/triggers/stock-events';
import { STOCK_EVENTS } from '../../inventory/triggers/stock-events';
import { OptionReader } from '../../inventory/rows/options';
import type { FieldContext } from '../input/chosen-shop';
import { plainError } from '../output/errors';

export interface TriggerSettings {
	events: ReadonlySet<StockEvent>;
	/** Units at which stock is low. */
	threshold: number;
	/** Whether the service's own threshold, if an item has one, replaces `threshold`. */
	byService: boolean;
	/** SKUs to watch; empty for all. */
	skus: ReadonlySet<string>;
	ignoreOwnWrites: boolean;
	/** Ecwid and RootFi only. */
	fullSweepMinutes: number;
	/** Webflow only. */
	acceptUnsigned: boolean;
}

/** Throws an error that says which field to correct. */
export function readTriggerSettings(context: FieldContext): TriggerSettings {
	const options = context.getNodeParameter('options', {}) as Record<string, unknown>;
	const chosen = context.getNodeParameter('events', ['changed']) as StockEvent[];
	const fields = { ...options, threshold: context.getNodeParameter('threshold', 5) };
	const reader = new OptionReader(fields, { advice: 'Change it in the node.' });
	const sweep = 'Full Sweep Every (Minutes)';
	const threshold = reader.range('threshold', 'Threshold', 5, [-1e9, 1e9]);
	const fullSweepMinutes = reader.range('fullSweepMinutes', sweep, 60, [1, 1e6]);
	const events = new Set(STOCK_EVENTS.filter((event) => chosen.includes(event)));
	const fault = events.size === 0 ? 'Choose at least one event.' : reader.fault;
	if (fault !== null) {
		throw plainError(context.getNode(), fault, { description: 'Open the node and fill it in.' });
	}
	return {
		events,
		threshold,
		fullSweepMinutes,
		byService: options.thresholdFrom === 'service',
		skus: new Set(lines(context.getNodeParameter('skus', ''))),
		ignoreOwnWrites: options.ignoreOwnWrites !== false,
		acceptUnsigned: options.acceptUnsigned === true,
	};
}

function lines(text: unknown): string[] {
	return String(text ?? '')
		.split(/\r?\n/)
		.map((line) => line.trim())
		.filter((line) => line !== '');
}
