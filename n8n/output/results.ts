/** The output of a node: one item per row, in order, linked to its row. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { shownQuantity } from '../../inventory/rows/held-back';
import type { NamedRow, Row } from '../../inventory/rows/row';
import type { RowResult } from '../../inventory/model/row-result';
import type { Item } from '../../inventory/model/item';
import type { Level } from '../../inventory/model/level';
import type { Status } from '../../inventory/model/status';
import type { WriteOperation } from '../../inventory/model/change';
import { rowName } from '../../inventory/rows/row-text';

/**
 * The result of a write, as workflows see it, with what people look for first at the top. Missing values are null, never
 * left out.
 */
export interface ResultRow extends IDataObject {
	status: Status;
	sku: string | null;
	name: string | null;
	previousQuantity: number | null;
	quantity: number | null;
	delta: number | null;
	message: string | null;
	warning: string | null;
	platform: string;
	operation: WriteOperation;
	itemId: string | null;
	variantId: string | null;
	productId: string | null;
	unlimited: boolean | null;
	idempotencyKey: string | null;
	reason: string | null;
	reference: string | null;
	dryRun: boolean;
	at: string;
}

/** A stock level, as Get and Get Many output it. */
interface LevelRow extends IDataObject {
	sku: string | null;
	name: string | null;
	quantity: number | null;
	unlimited: boolean | null;
	inStock: boolean | null;
	platform: string;
	itemId: string | null;
	variantId: string | null;
	productId: string | null;
	updatedAt: string | null;
}

/** What the results of a run have in common. */
interface Run {
	platform: string;
	operation: WriteOperation;
	dryRun: boolean;
	at: string;
	/** Whether Idempotency Key holds the same text in every run. */
	isKeyLiteral: boolean;
}

export function resultRow(row: Row, result: RowResult, run: Run): ResultRow {
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

export function levelRow(platform: string, item: Item, level: Level): LevelRow {
	return {
		sku: item.sku,
		name: item.name,
		quantity: level.quantity,
		unlimited: level.unlimited,
		inStock: level.unlimited || (level.quantity === null ? null : level.quantity > 0),
		platform,
		itemId: item.itemId,
		variantId: item.variantId,
		productId: item.productId ?? null,
		updatedAt: level.updatedAt,
	};
}

/** The error item for a level that could not be read: a level row with status and message first. */
export function failedLevel(
	platform: string,
	row: Pick<NamedRow, 'index' | 'label'>,
	item: Pick<Item, 'sku'> & Partial<Item>,
	message: string,
): INodeExecutionData {
	const known: LevelRow = {
		sku: item.sku,
		name: item.name ?? null,
		quantity: null,
		unlimited: null,
		inStock: null,
		platform,
		itemId: item.itemId ?? null,
		variantId: item.variantId ?? null,
		productId: item.productId ?? null,
		updatedAt: null,
	};
	return outputItem({ status: 'failed', message, ...known }, row, true);
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
	return {
		json: { error: `${rowName(row)}: ${message}`, message, details: json },
		pairedItem,
	};
}
