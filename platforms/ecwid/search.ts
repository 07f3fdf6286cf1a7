/** Ecwid's product search, which is an index and lags behind writes: all products, or those that match. */
import type { WriteOptions } from '../../inventory/model/platform';
import type { Page } from '../shared/paged-list';
import { offsetsFrom } from '../shared/paged-list';
import type { Answer, Connection } from '../http/connection';
import { PAGE_SIZE } from './client-policy';
import { parsedBy, readEntries } from '../shared/documents';
import type { Product } from './schemas';
import { PAGE_FIELDS, product as productDocument, productPage } from './schemas';

/** A product and when it was read, in milliseconds. */
export interface Listed {
	product: Product;
	at: number;
}

/**
 * Reads one page of the products updated since a time, oldest first. The cursor is the update time reached and the number
 * of products already seen of that second: with an offset alone, a product would be skipped whenever an update moves
 * another one to the end.
 */
export async function searchUpdated(
	connection: Connection,
	cursor: string | null,
	since: number,
): Promise<Answer<Page<Listed>>> {
	const [from, offset] = (cursor ?? `${Math.floor(since / 1_000)} 0`).split(' ').map(Number);
	const answer = await searchProducts(connection, String(offset), {
		updatedFrom: String(from),
		sortBy: 'UPDATED_TIME_ASC',
	});
	if (!answer.ok || answer.value.next === null) return answer;
	const { entries, read } = answer.value;
	const last = entries[entries.length - 1]?.product.updateTimestamp ?? from;
	const next = last > from ? `${last} 0` : `${from} ${offset + read}`;
	return { ...answer, value: { ...answer.value, next } };
}

/**
 * Reads one page; the cursor is an offset.
 * @param filter `sku` finds only products that have it, themselves or on a variation; `productId` up to `PAGE_SIZE` of
 * these, separated by commas. Levels can lag some seconds behind.
 */
export async function searchProducts(
	connection: Connection,
	cursor: string | null,
	filter: Record<string, string> = {},
	options: WriteOptions = {},
): Promise<Answer<Page<Listed>>> {
	const offset = Number(cursor ?? 0);
	const page = productPage.transform(({ items, total }) => {
		const reached = offset + items.length;
		const end = total == null ? items.length < PAGE_SIZE : reached >= total;
		const at = connection.clock.monotonic();
		const { entries, leftOut } = readEntries(productDocument, items);
		return {
			entries: entries.map((product) => ({ product, at })),
			read: items.length,
			leftOut: [...leftOut, ...entries.flatMap((product) => product.leftOut)],
			total: total ?? null,
			next: items.length === 0 || end ? null : String(reached),
			following: offsetsFrom(reached, total ?? 0, PAGE_SIZE),
			length: total,
		};
	});
	const query = { limit: String(PAGE_SIZE), offset: String(offset), responseFields: PAGE_FIELDS };
	return await connection.get(
		{ path: '/products', query: { ...filter, ...query } },
		parsedBy(page),
		options,
	);
}
