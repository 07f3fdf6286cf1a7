/**
 * Get and Get Many: levels as items.
 */
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { z } from 'zod';
import type { ListedLevel } from '../../inventory/lookup/list-levels';
import { LevelList, passes } from '../../inventory/lookup/list-levels';
import { getLevels } from '../../inventory/lookup/get-levels';
import type { NamedRow } from '../../inventory/rows/row';
import {
	OptionReader,
	parseBoolean,
	parseChoice,
	parseNamedRow,
	parseRange,
} from '../../inventory/rows/row';
import type { Fault } from '../../inventory/model/fault';
import type { Item } from '../../inventory/model/item';
import type { Level } from '../../inventory/model/level';
import type { ServiceName } from '../services/registry';
import { faultText } from '../../inventory/model/fault';
import { rowName } from '../../inventory/rows/row-text';
import { faultError, plainError } from '../output/errors';
import { addRequestsHint } from '../output/hints';
import { brokenExpression, Parameters, readItem } from '../input/parameters';
import type { Answer } from '../../platforms/http/connection';
import { levelRow, outputItem } from '../output/results';
import type { Connected, RunSettings, Service } from '../services/service';
import { connect } from '../services/service';
import { readSettings, shopFaults } from '../input/run-settings';

const UNKNOWN_LEVEL: Level = { quantity: null, unlimited: false, reserved: null, updatedAt: null };
const NO_ITEM: Item = { itemId: '', variantId: null, sku: null, name: null };

export async function get(
	context: IExecuteFunctions,
	service: Service,
): Promise<INodeExecutionData[]> {
	const parameters = new Parameters(context);
	const { settings, fault: settingsFault } = readSettings(parameters, 'get');
	const rows = context.getInputData().map((_, index): NamedRow => {
		try {
			const faults = shopFaults(parameters, settings, index);
			return parseNamedRow({ item: readItem(parameters, index), ...faults }, index);
		} catch (error) {
			const fault = brokenExpression(error);
			return parseNamedRow({ item: { by: 'sku', cell: null }, fault }, index);
		}
	});
	const platform = await connectUnless(settingsFault, service, context, settings);
	const { outcomes, halt } = platform.ok
		? await getLevels(rows, platform.value.platform)
		: { outcomes: rows.map((row) => failedLookUp(row, platform.fault)), halt: platform.fault };

	if (!context.continueOnFail()) {
		if (halt !== null) throw faultError(context.getNode(), halt);
		const bad = rows.find((row) => outcomes[row.index].kind === 'failed');
		const outcome = bad && outcomes[bad.index];
		if (bad !== undefined && outcome?.kind === 'failed') {
			const message = `${rowName(bad)}: ${outcome.message}`;
			throw plainError(context.getNode(), message);
		}
	}
	return rows.map((row) => {
		const outcome = outcomes[row.index];
		if (outcome.kind === 'level') {
			return outputItem(levelRow(service.name, outcome.item, outcome.level), row, false);
		}
		const sku = row.reference?.by === 'sku' ? row.reference.sku : null;
		const item = outcome.item ?? { ...NO_ITEM, sku };
		return failedLevel(service.name, row, item, outcome.message);
	});
}

/** The platform, unless it is known already that there is none to ask. */
async function connectUnless(
	fault: Fault | null,
	service: Service,
	context: IExecuteFunctions,
	settings: RunSettings,
): Promise<Answer<Connected>> {
	return fault === null ? await connect(service, context, settings) : { ok: false, fault };
}

/** A row that nobody could be asked for; a fault of its own comes first. */
function failedLookUp({ brokenExpression: broken, itemFault }: NamedRow, fault: Fault) {
	return { kind: 'failed' as const, item: null, message: broken ?? itemFault ?? faultText(fault) };
}

/** A level that could not be read: the level row, with what happened. */
function failedLevel(
	platform: ServiceName,
	row: { index: number; label: string | null },
	item: Item,
	message: string,
): INodeExecutionData {
	const level = levelRow(platform, item, UNKNOWN_LEVEL);
	const known = { itemId: item.itemId || null, unlimited: null, inStock: null };
	return outputItem({ ...level, ...known, status: 'failed', message }, row, true);
}

const levelFilter = z.enum(['all', 'inStock', 'outOfStock', 'lowStock']);

export async function getMany(
	context: IExecuteFunctions,
	service: Service,
): Promise<INodeExecutionData[]> {
	const parameters = new Parameters(context);
	const { settings, fault: settingsFault } = readSettings(parameters, 'getMany');
	const platform = await connectUnless(settingsFault, service, context, settings);
	const list = platform.ok ? new LevelList(platform.value.platform) : null;
	const items: INodeExecutionData[] = [];
	for (const [index] of context.getInputData().entries()) {
		const row = { index, label: null };
		const fault = (message: string, advice: string): Fault => ({ message, advice, wholeRun: true });
		const { query, reason } = readQuery(parameters, index);
		const shop = shopFaults(parameters, settings, index);
		const own = reason ?? shop.fault ?? shop.elsewhere ?? null;
		const unusable = own !== null ? fault(own, '') : platform.ok ? null : platform.fault;
		const levels = unusable === null && list !== null ? list.walk() : failing(unusable as Fault);
		let returned = 0;
		for await (const listed of levels) {
			if (listed.kind === 'failed') {
				if (!context.continueOnFail()) {
					throw faultError(context.getNode(), listed.fault);
				}
				const item = listed.item ?? NO_ITEM;
				items.push(failedLevel(service.name, row, item, faultText(listed.fault)));
			} else if (passes(query.filter, listed.level, query.threshold)) {
				items.push(outputItem(levelRow(service.name, listed.item, listed.level), row, false));
				returned += 1;
				if (returned === query.most) break;
			}
		}
	}
	if (list !== null && list.readAlone > 0) {
		addRequestsHint(context, service.label, list.readAlone);
	}
	return items;
}

async function* failing(fault: Fault): AsyncGenerator<ListedLevel> {
	yield { kind: 'failed', item: null, fault };
}

/** What one input item asks Get Many for; `reason` says which field is not usable. */
function readQuery(parameters: Parameters, index: number) {
	const reader = new OptionReader('Change it in the node.');
	const query = { filter: 'all' as z.infer<typeof levelFilter>, threshold: 5, most: 50 };
	try {
		const filter = parseChoice(levelFilter, parameters.at('filter', index, 'all'), 'all');
		query.filter = reader.value('Filter', filter, 'all');
		const low = query.filter === 'lowStock';
		const threshold = low ? parameters.at('threshold', index, 5) : 5;
		const { POSITIVE_INFINITY: most } = Number;
		query.threshold = reader.value('Threshold', parseRange(threshold, 5, -most), 5);
		const all = reader.value(
			'Return All',
			parseBoolean(parameters.at('returnAll', index, false), false),
			false,
		);
		const limit = parseRange(all ? 50 : parameters.at('limit', index, 50), 50, 1);
		query.most = all ? most : Math.floor(reader.value('Limit', limit, 50));
	} catch (error) {
		return { query, reason: brokenExpression(error) };
	}
	return { query, reason: reader.fault };
}
