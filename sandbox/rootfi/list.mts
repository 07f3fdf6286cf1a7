/**
 * RootFi's list: filters, an order, and pages behind an opaque cursor.
 *
 * Source: rootfi-api 3.1.8 and docs.integrationlabs.co, reading data. A sample cursor there is base64 of
 * `{"rootfi_id":440061}`; whether it carries a filter and an order is not said. Here it does, so that a client may repeat
 * them or not.
 */
import type { RootFiSwitches } from './switches.mts';

/** What the list needs to know of a row, as the copy shows it. */
export interface Listed {
	id: number;
	sku: string | null;
	/** When the copy last changed, in milliseconds since 1970. */
	updatedAt: number;
}

export interface ListPage<Row> {
	rows: Row[];
	total: number;
	next: string | null;
}

const SKU = 'sku[eq]';
const COMPANY = 'rootfi_company_id[eq]';
const SINCE = 'rootfi_updated_at[gte]';
const ORDER = 'sort[rootfi_updated_at]';

interface Cursor {
	rootfi_id: number;
	/** Milliseconds; only where the list is sorted by it. */
	at?: number;
	/** The filters and the order of the list it was made for. */
	asked?: Record<string, string>;
}

/** One page, or what is wrong with the request. */
export function listPage<Row extends Listed>(
	rows: Row[],
	companyId: number,
	query: URLSearchParams,
	switches: RootFiSwitches,
): ListPage<Row> | { wrong: string; status?: number } {
	const limit = Number(query.get('limit') ?? switches.mostPerPage);
	if (!Number.isInteger(limit) || limit < 1) return { wrong: "Wrong 'limit'" };
	const cursor = cursorFrom(query.get('next'));
	if (cursor === undefined) return { wrong: "Wrong 'next'" };
	const asked = cursor?.asked ?? askedOf(query);
	if (asked[SKU] !== undefined && switches.skuFilter === 'refused') {
		return { wrong: "Unknown filter 'sku'" };
	}
	if (asked[SKU] !== undefined && switches.skuFilter === 'breaks') {
		return { wrong: 'Internal error', status: 500 };
	}
	const since = asked[SINCE] === undefined ? Number.NEGATIVE_INFINITY : Date.parse(asked[SINCE]);
	if (Number.isNaN(since)) return { wrong: `Wrong '${SINCE}'` };
	const order = asked[ORDER];
	if (order !== undefined && order !== 'ASC' && order !== 'DESC') {
		return { wrong: `Wrong '${ORDER}'` };
	}

	const found = rows.filter(
		({ sku, updatedAt }) =>
			(asked[COMPANY] === undefined || asked[COMPANY] === String(companyId)) &&
			(asked[SKU] === undefined || switches.skuFilter === 'ignored' || sku === asked[SKU]) &&
			(switches.updatedFilter === 'ignored' || updatedAt >= since),
	);
	const compare = comparison(order);
	found.sort(compare);
	const after =
		cursor === null
			? found
			: found.filter(
					(row) => compare(row, { id: cursor.rootfi_id, updatedAt: cursor.at ?? 0 }) > 0,
				);
	const page = after.slice(0, Math.min(limit, switches.mostPerPage));
	const last = page.at(-1);
	const more = page.length < after.length && last !== undefined;
	return {
		rows: page,
		total: found.length,
		next: more ? cursorAt(last, order, asked) : null,
	};
}

type Place = Pick<Listed, 'id' | 'updatedAt'>;

/** Rows of one stamp stay in the order of their ids. Without an order asked for, ids are the order. */
function comparison(order: 'ASC' | 'DESC' | undefined): (a: Place, b: Place) => number {
	if (order === undefined) return (a, b) => a.id - b.id;
	const sign = order === 'ASC' ? 1 : -1;
	return (a, b) => sign * (a.updatedAt - b.updatedAt) || a.id - b.id;
}

function askedOf(query: URLSearchParams): Record<string, string> {
	return Object.fromEntries(
		[SKU, COMPANY, SINCE, ORDER].flatMap((name) => {
			const value = query.get(name);
			return value === null ? [] : [[name, value]];
		}),
	);
}

function cursorAt(
	{ id, updatedAt }: Place,
	order: string | undefined,
	asked: Record<string, string>,
): string {
	const cursor: Cursor = {
		rootfi_id: id,
		...(order === undefined ? {} : { at: updatedAt }),
		...(Object.keys(asked).length === 0 ? {} : { asked }),
	};
	return Buffer.from(JSON.stringify(cursor)).toString('base64');
}

/** Null, the start of the list, where there is none; undefined for one that the list never gave. */
function cursorFrom(next: string | null): Cursor | null | undefined {
	if (next === null) return null;
	try {
		const cursor = JSON.parse(Buffer.from(next, 'base64').toString()) as Cursor | null;
		return Number.isInteger(cursor?.rootfi_id) ? cursor : undefined;
	} catch {
		return undefined;
	}
}
