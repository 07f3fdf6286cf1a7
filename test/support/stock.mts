/** What stands in the shops of a sandbox, and what was written to them. */
import type { CatalogueProduct } from '../../sandbox/catalogue.mts';
import type { LogEntry } from '../../sandbox/log.mts';
import { SERVICES, type Sandbox, type ServiceName } from '../../sandbox/sandbox.mts';
import type { Stocked } from '../../sandbox/service.mts';

/** A product that is a single item, counted, with a SKU. */
type Plain = CatalogueProduct & { sku: string; quantity: number };

/** So many products, with the SKUs `S0`, `S1` and so on. */
export const numbered = (count: number, quantity: number): Plain[] =>
	Array.from({ length: count }, (_, n) => ({ name: `N${n}`, sku: `S${n}`, quantity }));

/** Ten of each item. */
export const tenOfEach = (...skus: string[]): Plain[] =>
	skus.map((sku) => ({ name: `Item ${sku}`, sku, quantity: 10 }));

/** A sandbox, and what else belongs to it. */
interface Shops {
	sandbox: Sandbox;
}

export const itemIn = (
	{ sandbox }: Shops,
	service: ServiceName,
	sku: string,
): Stocked | undefined => sandbox[service].stock().find((item) => item.sku === sku);

export const levelIn = (shops: Shops, service: ServiceName, sku: string): number | undefined =>
	itemIn(shops, service, sku)?.quantity;

export const levelsIn = ({ sandbox }: Shops, service: ServiceName): Record<string, number> =>
	Object.fromEntries(sandbox[service].stock().map(({ sku, quantity }) => [String(sku), quantity]));

/** The requests that write, in order. */
export const writesIn = ({ sandbox }: Shops): LogEntry[] =>
	sandbox.log.all().filter(({ method }) => /^(PUT|PATCH|POST|DELETE)$/.test(method));

/** Everything as at the start but for the limits, which a test on a real clock cannot wait for. */
export function resetShops({ sandbox }: Shops, prepare: (sandbox: Sandbox) => void): void {
	sandbox.reset();
	prepare(sandbox);
	liftLimits(sandbox);
}

export function liftLimits(sandbox: Sandbox): void {
	for (const name of SERVICES) sandbox.limit(name, { requests: 1_000_000 });
}
