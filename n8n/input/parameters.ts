/**
 * Reads a node's parameters, row by row where an expression may differ between rows, and once where it cannot.
 */
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { RawRow } from '../../inventory/rows/row';
import type { WriteOperation } from '../../inventory/model/change';

export class Parameters {
	private readonly fixed = new Map<string, unknown>();
	private readonly raw: Record<string, unknown>;
	private readonly items: INodeExecutionData[];
	/** Columns that fields name and nothing else, by field. */
	private readonly columns = new Map<string, Column | null>();

	constructor(private readonly context: IExecuteFunctions) {
		this.raw = context.getNode().parameters;
		this.items = context.getInputData();
	}

	/** The value for one row. Throws what the expression throws. */
	at(name: string, row: number, fallback?: unknown): unknown {
		if (this.fixed.has(name)) return this.fixed.get(name);
		const cell = this.cellOf(name, row);
		if (cell !== undefined) return cell;
		const value = this.context.getNodeParameter(name, row, fallback as never) as unknown;
		if (!holdsExpression(this.raw[name])) this.fixed.set(name, value);
		return value;
	}

	/** One field of a collection for one row, whatever becomes of its others. Throws what the expression throws. */
	inside(collection: string, name: string, row: number): unknown {
		const isExpression = typeof this.raw[collection] === 'string';
		if (!isExpression) return this.context.getNodeParameter(`${collection}.${name}`, row, '');
		const fields = this.at(collection, row, {}) as Record<string, unknown> | null;
		return fields?.[name];
	}

	/**
	 * A field into which a column was dragged, and nothing more: its cell, without starting n8n's expressions for each of
	 * ten thousand rows. Undefined for all that is not as plain as that.
	 */
	private cellOf(name: string, row: number): unknown {
		if (!this.columns.has(name)) this.columns.set(name, columnIn(this.raw[name]));
		const column = this.columns.get(name);
		const json = this.items[row]?.json;
		if (column == null || json == null || !Object.prototype.hasOwnProperty.call(json, column.name))
			return undefined;
		const cell = json[column.name];
		if (!['string', 'number', 'boolean'].includes(typeof cell)) return undefined;
		return column.inside === null ? cell : { ...column.inside, value: cell };
	}

	/** Whether a field was left empty by hand: neither a value nor an expression that may give one. */
	isForgotten(name: string): boolean {
		const raw = this.raw[name];
		return raw === undefined || raw === null || /^=?\s*$/.test(String(raw));
	}
}

/** A column that stands alone in a field, or in the value of a field with modes. */
interface Column {
	name: string;
	inside: Record<string, unknown> | null;
}

/** What the editor writes when a column is dragged into a field. */
const COLUMN = /^=\{\{ *\$json(?:\.([A-Za-z_]\w*)|\['([^'\\]+)'\]|\["([^"\\]+)"\]) *\}\}$/;

function columnIn(raw: unknown): Column | null {
	if (typeof raw === 'object' && raw !== null && '__rl' in raw) {
		const { value, ...rest } = raw as Record<string, unknown>;
		const column = holdsExpression(rest) ? null : columnIn(value);
		return column === null ? null : { ...column, inside: rest };
	}
	if (typeof raw !== 'string') return null;
	const [, ...names] = COLUMN.exec(raw) ?? [];
	const name = names.find((one) => one !== undefined);
	return name === undefined ? null : { name, inside: null };
}

function holdsExpression(raw: unknown): boolean {
	if (typeof raw === 'string') return raw.startsWith('=');
	if (typeof raw !== 'object' || raw === null) return false;
	return Object.values(raw).some(holdsExpression);
}

/** The name of the parameter that holds a write's number. */
export function amountParameter(operation: WriteOperation): string | null {
	if (operation === 'setUnlimited') return null;
	return operation === 'setQuantity' ? 'quantity' : 'delta';
}

/** Where an item is named: by SKU, or by an id that was typed or chosen from the list. */
export function readItem(parameters: Parameters, row: number): RawRow['item'] {
	const locator = parameters.at('item', row) as { mode?: string; value?: unknown } | unknown;
	if (typeof locator !== 'object' || locator === null) return { by: 'sku', cell: locator };
	const { mode, value } = locator as { mode?: string; value?: unknown };
	return { by: mode === 'sku' ? 'sku' : 'id', cell: value };
}

export function readRow(parameters: Parameters, operation: WriteOperation, row: number): RawRow {
	const faults: string[] = [];
	// A field that cannot be resolved keeps no other from saying what the row is about.
	const part = <T>(read: () => T, missing: T): T => {
		try {
			return read();
		} catch (error) {
			faults.push(brokenExpression(error as Error));
			return missing;
		}
	};
	const amount = amountParameter(operation);
	const keyed = operation === 'adjustByDelta';
	return {
		item: part(() => readItem(parameters, row), { by: 'sku', cell: null }),
		amount: amount === null ? null : part(() => parameters.at(amount, row, ''), null),
		key: keyed ? part(() => parameters.at('idempotencyKey', row, ''), null) : null,
		options: part(() => parameters.at('options', row, {}) as Record<string, unknown>, {}),
		fault: faults[0] ?? null,
	};
}

/** @param where The row whose fields were read. */
export function brokenExpression(error: { message?: string }, where = 'this row'): string {
	return `An expression could not be resolved for ${where}: ${error.message ?? 'no reason given'}. Open the node and correct the field marked red.`;
}
