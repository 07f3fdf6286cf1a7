/** Get Many: the levels of a whole shop, within the filter and the limit. */
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { LevelFilter, ListedLevel } from '../../inventory/lookup/list-levels';
import { LevelList, passes } from '../../inventory/lookup/list-levels';
import type { Fault } from '../../inventory/model/fault';
import { faultText } from '../../inventory/model/fault';
import { OptionReader } from '../../inventory/rows/options';
import { brokenExpression, Parameters } from '../input/parameters';
import { readSettings, shopFaults } from '../input/run-settings';
import { faultError } from '../output/errors';
import { addListHints } from '../output/hints';
import { failedLevel, levelRow, outputItem } from '../output/results';
import type { Service } from '../services/service';
import { connect } from '../services/service';

export async function getMany(
	context: IExecuteFunctions,
	service: Service,
): Promise<INodeExecutionData[]> {
	const parameters = new Parameters(context);
	const settings = readSettings(parameters, 'getMany', service);
	const connected = await connect(service, context, settings, { step: '' });
	const list = connected.ok ? new LevelList(connected.value.platform) : connected.fault;
	const items: INodeExecutionData[] = [];
	for (const [index] of context.getInputData().entries()) {
		const row = { index, label: null };
		const { query, reason } = readQuery(parameters, index);
		const shop = shopFaults(parameters, service, settings.fields, index);
		const unusable = reason ?? shop.fault ?? shop.elsewhere ?? null;
		let returned = 0;
		for await (const listed of levelsFor(unusable, list)) {
			if (listed.kind === 'failed') {
				if (!context.continueOnFail()) throw faultError(context.getNode(), listed.fault);
				items.push(
					failedLevel(service.name, row, listed.item ?? { sku: null }, faultText(listed.fault)),
				);
			} else if (passes(query.filter, listed.level, thresholdFor(query, listed.lowAt))) {
				items.push(outputItem(levelRow(service.name, listed.item, listed.level), row, false));
				returned += 1;
				if (returned === query.most) break;
			}
		}
	}
	if (list instanceof LevelList) addListHints(context, service.label, list);
	return items;
}

/** The levels for one input item, or one fault if there are none. */
async function* levelsFor(
	unusable: string | null,
	list: LevelList | Fault,
): AsyncGenerator<ListedLevel> {
	const source = unusable === null ? list : { message: unusable, advice: '', wholeRun: true };
	if (source instanceof LevelList) yield* source.walk();
	else yield { kind: 'failed', item: null, fault: source };
}

const FILTERS: LevelFilter[] = ['all', 'inStock', 'outOfStock', 'lowStock'];

const THRESHOLDS = ['field', 'service'] as const;

interface Query {
	filter: LevelFilter;
	threshold: number;
	/** Whether the service's own threshold, if an item has one, replaces `threshold`. */
	byService: boolean;
	/** The most levels to return. */
	most: number;
}

function thresholdFor({ threshold, byService }: Query, lowAt: number | null): number {
	return byService ? (lowAt ?? threshold) : threshold;
}

/** What one input item asks for; `reason` says which field cannot be used. */
function readQuery(parameters: Parameters, index: number): { query: Query; reason: string | null } {
	const query: Query = { filter: 'all', threshold: 5, byService: false, most: Infinity };
	try {
		const names = ['filter', 'threshold', 'thresholdFrom', 'returnAll', 'limit'];
		const fields = Object.fromEntries(names.map((name) => [name, parameters.at(name, index, '')]));
		const reader = new OptionReader(fields, { advice: 'Change it in the node.' });
		query.filter = reader.choice('filter', 'Filter', FILTERS, 'all');
		if (query.filter === 'lowStock') {
			query.threshold = reader.range('threshold', 'Threshold', 5, [-Infinity]);
			const from = reader.choice('thresholdFrom', 'Threshold From', THRESHOLDS, 'field');
			query.byService = from === 'service';
		}
		if (!reader.boolean('returnAll', 'Return All', false)) {
			query.most = Math.floor(reader.range('limit', 'Limit', 50, [1]));
		}
		return { query, reason: reader.fault };
	} catch (error) {
		return { query, reason: brokenExpression(error as Error) };
	}
}
