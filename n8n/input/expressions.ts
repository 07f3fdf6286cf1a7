/** What a field contains before n8n resolves it: a column, expressions, or a literal. */

/** A field that contains just one column. `inside`: the other properties of a resource locator. */
export interface Column {
	name: string;
	inside: Record<string, unknown> | null;
}

/** What the editor writes when a column is dragged into a field. */
const COLUMN = /^=\{\{ *\$json(?:\.([A-Za-z_]\w*)|\['([^'\\]+)'\]|\["([^"\\]+)"\]) *\}\}$/;

export function columnIn(raw: unknown): Column | null {
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

export function holdsExpression(raw: unknown): boolean {
	if (typeof raw === 'string') return raw.startsWith('=');
	if (typeof raw !== 'object' || raw === null) return false;
	return Object.values(raw).some(holdsExpression);
}

/** Each `{{ }}` of a field; as in n8n, it ends at the next closing brackets. */
export function expressionsIn(raw: unknown): string[] {
	if (typeof raw !== 'string' || !raw.startsWith('=')) return [];
	return raw.match(/(?<!\\)\{\{.*?(?<!\\)\}\}/gs) ?? [];
}

/**
 * The field with a space between adjacent expressions, as two columns dragged into it are: without it, order 104, line 21
 * and order 1042, line 1 would be the same text.
 */
export function setApart(raw: unknown): unknown {
	if (typeof raw !== 'string' || !raw.startsWith('=')) return raw;
	return raw.replace(/(?<!\\)\}\}(?=\{\{)/g, '}} ');
}
