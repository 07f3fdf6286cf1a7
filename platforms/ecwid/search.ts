/**
 * Ecwid's product search: the list, page by page, and a product by its SKU. It is an index, and lags behind writes.
 */
import type { Page } from '../catalogue';
import type { Answer, Connection } from '../connection';
import { answerOf } from '../connection';
import { PAGE_SIZE } from './manners';
import type { Product } from './wire';
import { PAGE_FIELDS, productPage } from './wire';

/** A product and when it was read, in milliseconds. */
export interface Listed {
	product: Product;
	at: number;
}

/** Reads one page; the cursor is an offset. `sku` narrows the search to products that carry it, themselves or on a variation. */
export async function searchProducts(
	connection: Connection,
	cursor: string | null,
	sku?: string,
): Promise<Answer<Page<Listed>>> {
	const offset = Number(cursor ?? 0);
	const exchange = await connection.send(
		'read',
		{
			method: 'GET',
			path: '/products',
			query: {
				...(sku === undefined ? {} : { sku }),
				limit: String(PAGE_SIZE),
				offset: String(offset),
				responseFields: PAGE_FIELDS,
			},
		},
		(body) => {
			const parsed = productPage.safeParse(body);
			if (!parsed.success) return null;
			const { items, total } = parsed.data;
			const reached = offset + items.length;
			const end = total == null ? items.length < PAGE_SIZE : reached >= total;
			const at = connection.now();
			return {
				value: {
					entries: items.map((product) => ({ product, at })),
					total: total ?? null,
					next: items.length === 0 || end ? null : String(reached),
				},
			};
		},
	);
	return answerOf(exchange);
}
