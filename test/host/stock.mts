/** What stands in the shops before and after a playbook. */
import type { CatalogueProduct } from '../../sandbox/catalogue.mts';
import type { Host, Service } from './setup.mts';

/** Ten of each item. */
export function tenOfEach(...skus: string[]): CatalogueProduct[] {
	return skus.map((sku) => ({ name: `Item ${sku}`, sku, quantity: 10 }));
}

export function levelsIn(host: Host, service: Service): Record<string, number> {
	const stock = host.running.sandbox.service(service).stock();
	return Object.fromEntries(stock.map(({ sku, quantity }) => [String(sku), quantity]));
}
