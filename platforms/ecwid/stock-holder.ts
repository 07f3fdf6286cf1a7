/**
 * The stock holders of an Ecwid product: the product itself, and each variation with a SKU of its own.
 *
 * A variation without a SKU, or with its product's, has no stock of its own: it shows and shares the product's, and Ecwid
 * refuses to adjust it (400, "SKU for combination is not set").
 */
import type { Item } from '../../inventory/model/item';
import type { Level } from '../../inventory/model/level';
import type { ListedItem } from '../../inventory/model/platform';
import { readLevel } from '../shared/documents';
import type { Combination, Product } from './schemas';

export function hasOwnStock(product: Product, combination: Combination): boolean {
	return Boolean(combination.sku) && combination.sku !== product.sku;
}

export function productItem(product: Product): Item {
	return {
		itemId: product.id,
		variantId: null,
		productId: product.id,
		sku: product.sku || null,
		name: product.name || null,
	};
}

function variationItem(product: Product, combination: Combination): Item {
	const options = (combination.options ?? [])
		.map((option) => `${option?.name ?? ''}: ${option?.value ?? ''}`)
		.join(', ');
	const { name, ...own } = productItem(product);
	return {
		...own,
		variantId: combination.id,
		sku: combination.sku || null,
		name: name === null || options === '' ? name : `${name} (${options})`,
	};
}

/** The product first, then its variations. */
export function stockHolders(product: Product): ListedItem[] {
	const holder = (item: Item, stock: Product | Combination): ListedItem => ({
		item,
		level: levelOf(stock, product),
		lowAt: stock.warningLimit || null,
	});
	const own = product.combinations.filter((variation) => hasOwnStock(product, variation));
	return [
		holder(productItem(product), product),
		...own.map((variation) => holder(variationItem(product, variation), variation)),
	];
}

export function levelOf(
	{ quantity, unlimited }: { quantity?: unknown; unlimited?: unknown },
	product?: { updateTimestamp?: number | null },
): Level {
	const seconds = product?.updateTimestamp;
	const updatedAt = typeof seconds === 'number' ? timeOf(seconds) : null;
	return readLevel('Ecwid', { quantity, unlimited, updatedAt });
}

/** Seconds since 1970 as ISO 8601; null if out of range. */
function timeOf(seconds: number): string | null {
	const time = new Date(seconds * 1_000);
	return Number.isNaN(time.getTime()) ? null : time.toISOString();
}
