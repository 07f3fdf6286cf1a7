/**
 * What a field holds before n8n resolves it: a plain column, parts with expressions, or a literal.
 */

/** A column that is all there is in a field, or in the value of a field with modes. */
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

/** Each `{{ }}` of a field, as n8n cuts it: it ends at the next closing brackets. */
export function expressionsIn(raw: unknown): string[] {
	if (typeof raw !== 'string' || !raw.startsWith('=')) return [];
	return raw.match(/(?<!\\)\{\{.*?(?<!\\)\}\}/gs) ?? [];
}

/**
 * The same field with a blank between expressions that touch, as the editor leaves them when two columns are dragged into a
 * field: without it, order 104, line 21 and order 1042, line 1 would read the same.
 */
export function setApart(raw: unknown): unknown {
	if (typeof raw !== 'string' || !raw.startsWith('=')) return raw;
	return raw.replace(/(?<!\\)\}\}(?=\{\{)/g, '}} ');
}
