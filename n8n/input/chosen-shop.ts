/** The shop chosen in the fields of a trigger, or above a list in the editor; for executions, see run-settings. */
import type { INode } from 'n8n-workflow';
import type { Service, ShopFields } from '../services/service';

/** A context without rows: a field has one value. */
export interface FieldContext {
	getNode(): INode;
	getNodeParameter(name: string, fallback: unknown, options?: { extractValue: true }): unknown;
}

export function chosenShop(context: FieldContext, { shopParameters }: Service): ShopFields {
	const { parameters } = context.getNode();
	// n8n throws for a field that the node does not have.
	const text = (name: string): string =>
		name in parameters
			? String(context.getNodeParameter(name, '', { extractValue: true }) ?? '').trim()
			: '';
	const names = Object.keys(shopParameters);
	return { shop: Object.fromEntries(names.map((name) => [name, text(name)])), options: {} };
}
