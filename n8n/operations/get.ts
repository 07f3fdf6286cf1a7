/** Get: the level of each row's item. */
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { LevelResult } from '../../inventory/lookup/get-levels';
import { getLevels } from '../../inventory/lookup/get-levels';
import { faultText } from '../../inventory/model/fault';
import type { NamedRow } from '../../inventory/rows/row';
import { parseNamedRow } from '../../inventory/rows/row';
import { rowName } from '../../inventory/rows/row-text';
import { brokenExpression, Parameters, readItem } from '../input/parameters';
import { readSettings, shopFaults } from '../input/run-settings';
import { faultError, plainError } from '../output/errors';
import { failedLevel, levelRow, outputItem } from '../output/results';
import type { Service } from '../services/service';
import { connect } from '../services/service';

export async function get(
	context: IExecuteFunctions,
	service: Service,
): Promise<INodeExecutionData[]> {
	const parameters = new Parameters(context);
	const settings = readSettings(parameters, 'get', service);
	const rows = context.getInputData().map((_, index): NamedRow => {
		try {
			const faults = shopFaults(parameters, service, settings.fields, index);
			const { columnNote } = parameters;
			return parseNamedRow({ item: readItem(parameters, index), columnNote, ...faults }, index);
		} catch (error) {
			const fault = brokenExpression(error as Error);
			return parseNamedRow({ item: { by: 'sku', cell: null }, fault }, index);
		}
	});
	const connected = await connect(service, context, settings, { step: '' });
	const { outcomes, abort } = connected.ok
		? await getLevels(rows, connected.value.platform)
		: { outcomes: rows.map(notLookedUp(faultText(connected.fault))), abort: connected.fault };

	if (!context.continueOnFail()) {
		if (abort !== null) throw faultError(context.getNode(), abort);
		for (const row of rows) {
			const outcome = outcomes[row.index];
			if (outcome.kind === 'level') continue;
			throw plainError(context.getNode(), `${rowName(row)}: ${outcome.message}`);
		}
	}
	return rows.map((row) => {
		const outcome = outcomes[row.index];
		if (outcome.kind === 'level') {
			return outputItem(levelRow(service.name, outcome.item, outcome.level), row, false);
		}
		const sku = row.reference?.by === 'sku' ? row.reference.sku : null;
		return failedLevel(service.name, row, outcome.item ?? { sku }, outcome.message);
	});
}

/** Rows that could not be looked up; a fault of their own comes first. */
function notLookedUp(reason: string) {
	return ({ earlyEnd }: NamedRow): LevelResult => ({
		kind: 'failed',
		item: null,
		message: earlyEnd?.message ?? reason,
	});
}
