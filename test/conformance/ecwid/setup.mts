/** A store with a shirt of which some variations have a stock of their own. */
import type { CatalogueProduct } from '../../../sandbox/catalogue.mts';
import type { EcwidSwitches } from '../../../sandbox/ecwid/switches.mts';
import { openShop, type Shop } from '../../support/shops.mts';

export const SHIRT: CatalogueProduct = {
	name: 'Shirt',
	sku: 'SHIRT',
	quantity: 20,
	variations: [
		{ sku: 'SHIRT-S', options: { Size: 'S' }, quantity: 4 },
		{ sku: 'SHIRT-M', options: { Size: 'M' }, quantity: 6, unlimited: true },
		{ sku: null, options: { Size: 'L' }, quantity: 0 },
		{ sku: 'SHIRT', options: { Size: 'XL' }, quantity: 0 },
	],
};

export const open = (
	switches: Partial<EcwidSwitches> = {},
	products: CatalogueProduct[] = [SHIRT],
): Shop => openShop('ecwid', { products, switches });

export const PRODUCT = '692730001';
export const variation = (n: number): string => `${PRODUCT}:${20_874_000 + n}`;
