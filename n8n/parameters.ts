/**
 * Reads a node's parameters, row by row where an expression may differ between rows, and once where it cannot.
 */
import type { IExecuteFunctions } from 'n8n-workflow';
import type { RawRow } from '../inventory/row';
import type { WriteOperation } from '../inventory/stock';

export class Parameters {
	private readonly fixed = new Map<string, unknown>();
	private readonly raw: Record<string, unknown>;

	constructor(private readonly context: IExecuteFunctions) {
		this.raw = context.getNode().parameters;
	}

	/** The value for one row. Throws what the expression throws. */
	at(name: string, row: number, fallback?: unknown): unknown {
		if (this.fixed.has(name)) return this.fixed.get(name);
		const value = this.context.getNodeParameter(name, row, fallback as never) as unknown;
		if (!holdsExpression(this.raw[name])) this.fixed.set(name, value);
		return value;
	}

	/** Whether a field was left empty by hand: neither a value nor an expression that may give one. */
	isForgotten(name: string): boolean {
		const raw = this.raw[name];
		return raw === undefined || raw === null || /^=?\s*$/.test(String(raw));
	}
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
	try {
		const amount = amountParameter(operation);
		return {
			item: readItem(parameters, row),
			amount: amount === null ? null : parameters.at(amount, row, ''),
			key: operation === 'adjustByDelta' ? parameters.at('idempotencyKey', row, '') : null,
			options: parameters.at('options', row, {}) as Record<string, unknown>,
			fault: null,
		};
	} catch (error) {
		return {
			item: { by: 'sku', cell: null },
			amount: null,
			key: null,
			options: {},
			fault: brokenExpression(error),
		};
	}
}

export function brokenExpression(error: { message?: string }): string {
	return `An expression could not be resolved for this row: ${error.message ?? 'no reason given'}. Open the node and mend the field marked red.`;
}
