/** n8n's data tables, as its own page shows them. */
import type { IDataObject } from 'n8n-workflow';
import { OMITTED } from '../lines.mts';
import type { Host } from '../setup.mts';

/** A workflow makes the tables it needs, which n8n 1 does not let it do. */
export const describeWithTables = OMITTED.tablesOnTheWay ? describe.skip : describe;

async function tables({ n8n }: Host): Promise<{ route: string; ids: Map<string, string> }> {
	const { id } = await n8n.rest('GET', '/projects/personal');
	const route = `/projects/${String(id)}/data-tables`;
	const { data } = await n8n.rest<{ data: Array<{ id: string; name: string }> }>('GET', route);
	return { route, ids: new Map(data.map((table) => [table.name, table.id])) };
}

/** The rows of a table, the oldest first; none where there is no such table. */
export async function rowsOf(host: Host, name: string): Promise<IDataObject[]> {
	return (await pageOf(host, name, 200)).data;
}

export async function rowCountOf(host: Host, name: string): Promise<number> {
	return (await pageOf(host, name, 1)).count;
}

async function pageOf(
	host: Host,
	name: string,
	take: number,
): Promise<{ count: number; data: IDataObject[] }> {
	const { route, ids } = await tables(host);
	if (!ids.has(name)) return { count: 0, data: [] };
	const query = `sortBy=id:asc&take=${take}`;
	return await host.n8n.rest('GET', `${route}/${ids.get(name)}/rows?${query}`);
}

export async function removeTables(host: Host): Promise<void> {
	const { route, ids } = await tables(host);
	for (const id of ids.values()) await host.n8n.rest('DELETE', `${route}/${id}`);
}

/** Types rows into a table, which is made first where there is none of its name. */
export async function addRows(
	host: Host,
	name: string,
	columns: Record<string, string>,
	rows: IDataObject[],
): Promise<void> {
	const { route, ids } = await tables(host);
	const id =
		ids.get(name) ??
		(
			await host.n8n.rest<{ id: string }>('POST', route, {
				name,
				columns: Object.entries(columns).map(([column, type]) => ({ name: column, type })),
			})
		).id;
	await host.n8n.rest('POST', `${route}/${id}/insert`, { data: rows, returnType: 'count' });
}

/** Changes cells of the rows that fit, as a person would in n8n's own page. */
export async function changeRows(
	host: Host,
	name: string,
	fit: Record<string, string>,
	data: IDataObject,
): Promise<void> {
	const { route, ids } = await tables(host);
	const filters = Object.entries(fit).map(([columnName, value]) => ({
		columnName,
		condition: 'eq',
		value,
	}));
	await host.n8n.rest('PATCH', `${route}/${ids.get(name)}/rows`, {
		filter: { type: 'and', filters },
		data,
	});
}
