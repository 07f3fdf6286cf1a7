/**
 * What a node gives out: one item per row, in order, linked to its row.
 */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { Row } from '../../inventory/rows/row';
import type { RowResult } from '../../inventory/model/row-result';
import type { Item } from '../../inventory/model/item';
import type { Level } from '../../inventory/model/level';
import type { Status } from '../../inventory/model/status';
import type { WriteOperation } from '../../inventory/model/change';
import { rowName } from '../../inventory/rows/row-text';

/** The result of a write, as users' workflows see it. Absent values are null, never left out. */
export interface ResultRow extends IDataObject {
	platform: string;
	operation: WriteOperation;
	status: Status;
	sku: string | null;
	itemId: string | null;
	variantId: string | null;
	name: string | null;
	previousQuantity: number | null;
	quantity: number | null;
	delta: number | null;
	unlimited: boolean | null;
	message: string | null;
	warning: string | null;
	idempotencyKey: string | null;
	reason: string | null;
	reference: string | null;
	dryRun: boolean;
	at: string;
}

/** A stock level, as Get and Get Many give it out. */
export interface LevelRow extends IDataObject {
	platform: string;
	sku: string | null;
	itemId: string | null;
	variantId: string | null;
	name: string | null;
	quantity: number | null;
	unlimited: boolean | null;
	inStock: boolean | null;
	updatedAt: string | null;
}

const ERROR_STATUSES: readonly Status[] = ['failed', 'unknown', 'notAttempted'];

export function isErrorStatus(status: Status): boolean {
	return ERROR_STATUSES.includes(status);
}

export function resultRow(
	row: Row,
	ending: RowResult,
	run: { platform: string; operation: WriteOperation; dryRun: boolean; at: string },
): ResultRow {
	const { item, before, after, status, message, warnings } = ending;
	return {
		platform: run.platform,
		operation: run.operation,
		status,
		sku: item?.sku ?? (row.reference?.by === 'sku' ? row.reference.sku : null),
		itemId: item?.itemId ?? null,
		variantId: item?.variantId ?? null,
		name: item?.name ?? null,
		previousQuantity: before?.quantity ?? null,
		quantity: after?.quantity ?? null,
		delta: deltaOf(row, ending, run.operation),
		unlimited: after?.unlimited ?? before?.unlimited ?? null,
		message,
		warning: warnings.length === 0 ? null : warnings.join(' '),
		idempotencyKey: row.key,
		reason: row.options.reason,
		reference: row.options.reference,
		dryRun: run.dryRun,
		at: ending.at ?? run.at,
	};
}

/** Of an adjustment, the amount asked for; of a set, how far the level moved, or would move. */
function deltaOf(row: Row, { status, before, after }: RowResult, operation: WriteOperation) {
	const amount = row.amount.kind === 'value' ? row.amount.value : null;
	if (operation === 'adjustByDelta') return amount;
	if (operation === 'setUnlimited') return null;
	const to = status === 'planned' ? amount : (after?.quantity ?? null);
	const from = before?.quantity ?? null;
	return to === null || from === null ? null : to - from;
}

export function levelRow(platform: string, item: Item, level: Level): LevelRow {
	return {
		platform,
		sku: item.sku,
		itemId: item.itemId,
		variantId: item.variantId,
		name: item.name,
		quantity: level.quantity,
		unlimited: level.unlimited,
		inStock: level.unlimited || (level.quantity === null ? null : level.quantity > 0),
		updatedAt: level.updatedAt,
	};
}

/** Stands for an item that was not found. */
export const NO_ITEM: Item = { itemId: '', variantId: null, sku: null, name: null };

const UNKNOWN_LEVEL: Level = { quantity: null, unlimited: false, reserved: null, updatedAt: null };

/** The item of a level that could not be read: the level row, with what happened. */
export function failedLevel(
	platform: string,
	row: { index: number; label: string | null },
	item: Item | null,
	message: string,
): INodeExecutionData {
	const level = levelRow(platform, item ?? NO_ITEM, UNKNOWN_LEVEL);
	const known = { itemId: level.itemId || null, unlimited: null, inStock: null };
	return outputItem({ ...level, ...known, status: 'failed', message }, row, true);
}

/** The item of one row: its result, or, when it did not go through, the three keys n8n routes to the error output. */
export function outputItem(
	json: IDataObject,
	row: { index: number; label: string | null },
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
