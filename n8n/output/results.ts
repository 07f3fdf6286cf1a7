/** The output of a node: one item per row, in order, linked to its row. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { shownQuantity } from '../../inventory/rows/held-back';
import type { NamedRow, Row } from '../../inventory/rows/row';
import type { RowResult } from '../../inventory/model/row-result';
import type { Item } from '../../inventory/model/item';
import type { Level } from '../../inventory/model/level';
import type { WriteOperation } from '../../inventory/model/change';
import { rowName } from '../../inventory/rows/row-text';

/** What the results of a run have in common. */
interface Run {
	platform: string;
	operation: WriteOperation;
	dryRun: boolean;
	at: string;
	/** Whether Idempotency Key holds the same text in every run. */
	isKeyLiteral: boolean;
}

export type ResultRow = ReturnType<typeof resultRow>;

/**
 * The result of a write, as workflows see it, with what people look for first at the top. Missing values are null, never
 * left out.
 */
export function resultRow(row: Row, result: RowResult, run: Run) {
	const { item, before, after, status, warnings } = result;
	return {
		status,
		sku: item?.sku ?? skuAskedFor(row),
		name: item?.name ?? null,
		previousQuantity: before?.quantity ?? null,
		quantity: after?.quantity ?? null,
		delta: deltaOf(row, result, run.operation),
		message: messageOf(row, result, run),
		warning: sentences([...new Set(warnings)]),
		platform: run.platform,
		operation: run.operation,
		itemId: item?.itemId ?? null,
		variantId: item?.variantId ?? null,
		productId: item?.productId ?? null,
		unlimited: after?.unlimited ?? before?.unlimited ?? null,
		idempotencyKey: row.key,
		reason: row.options.reason,
		reference: row.options.reference,
		dryRun: run.dryRun,
		at: result.at ?? run.at,
	};
}

const LITERAL_KEY =
	'Idempotency Key holds the same text in every run, so this will not be sent again: make the key from columns that name the order and the line.';

function messageOf({ note }: Row, { status, message }: RowResult, run: Run): string | null {
	const literal = status === 'duplicate' && run.isKeyLiteral ? LITERAL_KEY : null;
	return sentences([message, note, literal].filter((text) => text !== null));
}

function sentences(texts: string[]): string | null {
	return texts.length === 0 ? null : texts.join(' ');
}

function skuAskedFor({ reference }: NamedRow): string | null {
	return reference?.by === 'sku' ? reference.sku : null;
}

/** For a delta, the amount of the row; for a set, how much the level changed, or would change. */
function deltaOf({ amount, options }: Row, result: RowResult, operation: WriteOperation) {
	const { status, before, after } = result;
	const asked = amount.kind === 'value' ? amount.value : null;
	if (operation === 'adjustByDelta') return asked;
	if (operation === 'setUnlimited') return null;
	const planned = asked === null ? null : shownQuantity(asked, options);
	const to = status === 'planned' ? (result.planned ?? planned) : (after?.quantity ?? null);
	const from = before?.quantity ?? null;
	return to === null || from === null ? null : to - from;
}

const NOT_READ = { quantity: null, unlimited: null, updatedAt: null };

/** A stock level, as Get and Get Many output it. Of one that could not be read, at least what is known of its item. */
export function levelRow(
	platform: string,
	item: Pick<Item, 'sku'> & Partial<Item>,
	level: Level | null,
): IDataObject {
	const { quantity, unlimited, updatedAt } = level ?? NOT_READ;
	return {
		sku: item.sku,
		name: item.name ?? null,
		quantity,
		unlimited,
		inStock: unlimited || (quantity === null ? null : quantity > 0),
		platform,
		itemId: item.itemId ?? null,
		variantId: item.variantId ?? null,
		productId: item.productId ?? null,
		updatedAt,
	};
}

/** The error item for a level that could not be read: a level row with status and message first. */
export function failedLevel(
	platform: string,
	row: Pick<NamedRow, 'index' | 'label'>,
	item: Pick<Item, 'sku'> & Partial<Item>,
	message: string,
): INodeExecutionData {
	const json = { status: 'failed', message, ...levelRow(platform, item, null) };
	return outputItem(json, row, true);
}

/** The output item of one row: its result or, for an error, the three keys that n8n routes to the error output. */
export function outputItem(
	json: IDataObject,
	row: Pick<NamedRow, 'index' | 'label'>,
	failed: boolean,
): INodeExecutionData {
	const pairedItem = { item: row.index };
	if (!failed) return { json, pairedItem };
	const message = String(json.message ?? '');
	const error = `${rowName(row)}: ${message}`;
	return { json: { error, message, details: json }, pairedItem };
}
