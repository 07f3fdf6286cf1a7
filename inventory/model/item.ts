/** The thing whose stock is counted, and how rows and messages refer to it. */

/** Identifies an item: rows are merged by it, levels are read and written by it. */
export interface ItemId {
	/** Webflow SKU id, Ecwid product id, RootFi `rootfi_id` (or `platform_id`), as text. */
	itemId: string;
	/** Ecwid combination id; null for a product, and always on the other services. */
	variantId: string | null;
}

export interface Item extends ItemId {
	sku: string | null;
	name: string | null;
	/** Webflow product ID, Ecwid product ID, RootFi product or item ID; null or left out if it was never learned. */
	productId?: string | null;
}

/** How a row refers to its item. */
export type Reference = { by: 'sku'; sku: string } | { by: 'id'; id: string };

export function itemKey({ itemId, variantId }: ItemId): string {
	return variantId === null ? itemId : `${itemId}:${variantId}`;
}

/** How messages name an item: by its SKU if it has one, otherwise by its ID. */
export function itemLabel(item: Item): string {
	const id = itemKey(item);
	if (item.sku === null || item.sku === '') return item.name === null ? id : `${item.name} (${id})`;
	return item.name === null ? `${item.sku} (${id})` : `${item.sku} – ${item.name} (${id})`;
}
