/**
 * Where stock stands on an Ecwid product: on the product, and on each variation that has a SKU of its own.
 *
 * A variation without a SKU, or with its parent's, has no stock of its own: it shows and shares the product's, and Ecwid
 * refuses to adjust it (400, "SKU for combination is not set").
 */
import type { Item } from '../../inventory/model/item';
import type { Level } from '../../inventory/model/level';
import type { ListedItem } from '../../inventory/model/platform';
import type { Combination, Product } from './schemas';

export function hasOwnStock(product: Product, combination: Combination): boolean {
	return Boolean(combination.sku) && combination.sku !== product.sku;
}

export function productItem(product: Product): Item {
	return {
		itemId: product.id,
		variantId: null,
		sku: product.sku || null,
		name: product.name || null,
	};
}

function variationItem(product: Product, combination: Combination): Item {
	const options = (combination.options ?? [])
		.map(({ name, value }) => `${name ?? ''}: ${value ?? ''}`)
		.join(', ');
	const name = product.name || null;
	return {
		itemId: product.id,
		variantId: combination.id,
		sku: combination.sku || null,
		name: name === null || options === '' ? name : `${name} (${options})`,
	};
}

/** Everything of a product that has stock: the product first, then its variations. */
export function stockHolders(product: Product): ListedItem[] {
	const own = (product.combinations ?? []).filter((variation) => hasOwnStock(product, variation));
	return [
		{
			item: productItem(product),
			level: productLevel(product),
			lowAt: product.warningLimit || null,
		},
		...own.map((variation) => ({
			item: variationItem(product, variation),
			level: levelOf(variation, product),
			lowAt: variation.warningLimit || null,
		})),
	];
}

export function productLevel(product: Product): Level {
	return levelOf(product, product);
}

export function levelOf(
	stock: { quantity?: number | null; unlimited?: boolean | null },
	product?: { updateTimestamp?: number | null },
): Level {
	const unlimited = stock.unlimited === true;
	const seconds = product?.updateTimestamp;
	return {
		quantity: unlimited ? null : (stock.quantity ?? null),
		unlimited,
		reserved: null,
		updatedAt: typeof seconds === 'number' ? timeOf(seconds) : null,
	};
}

/** A time in seconds since 1970 as text; null where that is no time. */
function timeOf(seconds: number): string | null {
	const time = new Date(seconds * 1_000);
	return Number.isNaN(time.getTime()) ? null : time.toISOString();
}
