/** Reads a node's parameters: for each row if they contain expressions, otherwise once. */
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { WriteOperation } from '../../inventory/model/change';
import { isBlank, NOTHING } from '../../inventory/rows/cell';
import { columnNote } from '../../inventory/rows/characters';
import { keyPartFault, nothingIn } from '../../inventory/rows/key-parts';
import type { RawRow } from '../../inventory/rows/row';
import type { Column } from './expressions';
import { columnIn, expressionsIn, holdsExpression, setApart } from './expressions';

/** Options that may be blank in a row, because they are only copied to its result. */
const NOTES = ['reason', 'reference'];

export class Parameters {
	private readonly fixed = new Map<string, unknown>();
	private readonly raw: Record<string, unknown>;
	private readonly items: INodeExecutionData[];
	/** By field: the column, if the field contains just one. */
	private readonly columns = new Map<string, Column | null>();
	/** Explains an invisible character in a column's name; all items of a file have the same columns. */
	readonly columnNote: string | null;

	constructor(private readonly context: IExecuteFunctions) {
		this.raw = context.getNode().parameters;
		this.items = context.getInputData();
		this.columnNote = columnNote(Object.keys(this.items[0]?.json ?? {}));
	}

	/** The value for one row. Throws if the expression throws. */
	at(name: string, row: number, fallback?: unknown): unknown {
		if (this.fixed.has(name)) return this.fixed.get(name);
		const cell = this.cellOf(name, row);
		if (cell !== undefined) return cell;
		const value = this.context.getNodeParameter(name, row, fallback as never) as unknown;
		if (!holdsExpression(this.raw[name])) this.fixed.set(name, value);
		return value;
	}

	/** The same, with `NOTHING` where the field holds an expression that gives nothing. */
	filledIn(name: string, row: number, fallback: unknown): unknown {
		return orNothing(this.raw[name], this.at(name, row, fallback));
	}

	/** One option for one row, even if others cannot be resolved. Throws if the expression throws. */
	option(name: string, row: number): unknown {
		const options = this.raw.options;
		if (typeof options === 'string') return this.options(row)[name];
		const value = this.context.getNodeParameter(`options.${name}`, row, '');
		return orNothing((options as Fields | undefined)?.[name], value);
	}

	/** The options for one row, with `NOTHING` for expressions that give nothing. */
	options(row: number): Fields {
		const values = this.at('options', row, {});
		const raw = this.raw.options;
		if (typeof raw === 'string') {
			if (typeof values === 'object' && values !== null) return values as Fields;
			throw new GivesNothing('Options');
		}
		const options: Fields = { ...(values as Fields) };
		for (const [name, field] of Object.entries((raw ?? {}) as Fields)) {
			if (!NOTES.includes(name)) options[name] = orNothing(field, options[name]);
		}
		return options;
	}

	/** The key of a row. Throws if the expression throws. */
	key(row: number): unknown {
		const raw = this.raw.idempotencyKey;
		const apart = setApart(raw);
		if (apart === raw) return this.at('idempotencyKey', row, '');
		return this.context.evaluateExpression(String(apart).slice(1), row) as unknown;
	}

	/** Why the key of a row cannot be used: one of its expressions gives nothing. */
	keyFault(row: number): string | null {
		const raw = this.raw.idempotencyKey;
		for (const part of expressionsIn(raw)) {
			const value =
				raw === `=${part}`
					? this.at('idempotencyKey', row)
					: (this.columnCell(columnIn(`=${part}`), row) ??
						(this.context.evaluateExpression(part, row) as unknown));
			const nothing = nothingIn(value);
			if (nothing !== null)
				return [keyPartFault(part, nothing), this.columnNote].filter(Boolean).join(' ');
		}
		return null;
	}

	/** Whether a field is the same text in every run. */
	isLiteral(name: string): boolean {
		return !holdsExpression(this.raw[name]);
	}

	/** The existing columns, if a field contains just a column that no input item has; otherwise null. */
	columnsInsteadOf(name: string): { missing: string; columns: string[] } | null {
		const column = columnIn(this.raw[name]);
		if (column === null || this.items.some(({ json }) => hasColumn(json, column))) {
			return null;
		}
		const columns = new Set(this.items.flatMap(({ json }) => Object.keys(json)));
		return { missing: column.name, columns: [...columns] };
	}

	/**
	 * The cell of a field that contains just a column, which saves evaluating an expression for each of ten thousand rows.
	 * Undefined for anything else.
	 */
	private cellOf(name: string, row: number): unknown {
		if (!this.columns.has(name)) this.columns.set(name, columnIn(this.raw[name]));
		const column = this.columns.get(name) ?? null;
		const cell = this.columnCell(column, row);
		return cell === undefined || !column?.inside ? cell : { ...column.inside, value: cell };
	}

	private columnCell(column: Column | null, row: number): unknown {
		const json = this.items[row]?.json;
		if (column === null || json == null || !hasColumn(json, column)) return undefined;
		const cell = json[column.name];
		return ['string', 'number', 'boolean'].includes(typeof cell) ? cell : undefined;
	}

	/** Whether a field was left empty: it contains neither a value nor an expression. */
	isForgotten(name: string): boolean {
		const raw = this.raw[name];
		return raw === undefined || raw === null || /^=?\s*$/.test(String(raw));
	}
}

type Fields = Record<string, unknown>;

function orNothing(raw: unknown, value: unknown): unknown {
	return holdsExpression(raw) && isBlank(value) ? NOTHING : value;
}

function hasColumn(json: object, { name }: Column): boolean {
	return Object.prototype.hasOwnProperty.call(json, name);
}

/** The name of the parameter that holds a write's number. */
export function amountParameter(operation: WriteOperation): string | null {
	if (operation === 'setUnlimited') return null;
	return operation === 'setQuantity' ? 'quantity' : 'delta';
}

/** How an item is given: by SKU, or by an ID that was typed or chosen from the list. */
export function readItem(parameters: Parameters, row: number): RawRow['item'] {
	const locator = parameters.at('item', row);
	if (typeof locator !== 'object' || locator === null) return { by: 'sku', cell: locator };
	const { mode, value } = locator as { mode?: string; value?: unknown };
	return { by: mode === 'sku' ? 'sku' : 'id', cell: value };
}

export function readRow(parameters: Parameters, operation: WriteOperation, row: number): RawRow {
	const faults: string[] = [];
	// If one field cannot be resolved, the others still show which item the row is for.
	const part = <T>(read: () => T, missing: T): T => {
		try {
			return read();
		} catch (error) {
			faults.push(brokenExpression(error as Error));
			return missing;
		}
	};
	const amount = amountParameter(operation);
	const isDelta = operation === 'adjustByDelta';
	return {
		item: part(() => readItem(parameters, row), { by: 'sku', cell: null }),
		columnNote: parameters.columnNote,
		amount: amount === null ? null : part(() => parameters.at(amount, row, ''), null),
		direction: isDelta ? part(() => parameters.filledIn('direction', row, ''), null) : null,
		key: isDelta ? part(() => parameters.key(row), null) : null,
		keyFault: isDelta ? part(() => parameters.keyFault(row), null) : null,
		options: part(() => parameters.options(row), {}),
		fault: faults[0] ?? null,
	};
}

/** A field was filled in with an expression that gives nothing; the message is its label. */
export class GivesNothing extends Error {}

/** @param where The row whose fields were read. */
export function brokenExpression(error: { message?: string }, where = 'this row'): string {
	if (error instanceof GivesNothing) {
		return `${error.message} holds an expression that gives nothing for ${where}. Point it to a column that exists and is filled in, or empty the field.`;
	}
	return `An expression could not be resolved for ${where}: ${error.message ?? 'no reason given'}. Open the node and correct the field marked in red.`;
}
