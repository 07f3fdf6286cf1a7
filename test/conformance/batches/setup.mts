/** What the tests of Ecwid's batches share: a shop whose batches they watch, and what outlives a run. */
import type { RunReport } from '../../../inventory/run/run.ts';
import { BatchAttempts } from '../../../platforms/ecwid/batch-attempts.ts';
import type { CatalogueProduct } from '../../../sandbox/catalogue.mts';
import type { EcwidSwitches } from '../../../sandbox/ecwid/switches.mts';
import type { Fault } from '../../../sandbox/faults.mts';
import { keysOn, MemoryTokens } from '../../support/memory.mts';
import { run, statuses, type TestRow, type TestRun } from '../../support/run.mts';
import { openShop, type Shop } from '../../support/shops.mts';

/** One request reads the shirt and its variation, so that both have a fresh level before they are sent. */
export const CATALOGUE: CatalogueProduct[] = [
	{ name: 'Lantern', sku: 'A', quantity: 50 },
	{ name: 'Clock', sku: 'B', quantity: 10 },
	{
		name: 'Shirt',
		sku: 'SHIRT',
		quantity: 20,
		variations: [{ sku: 'SHIRT-S', options: { Size: 'S' }, quantity: 4 }],
	},
];
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const NEGATIVE = 'Product has negative stock.';

/** A shop, and what outlives a run: the key memory, and how often a batch was tried. */
export interface Bench extends Shop {
	tokens: MemoryTokens;
	attempts: BatchAttempts;
}

export function open(
	faults: Fault[] = [],
	switches: Partial<EcwidSwitches> = {},
	products = CATALOGUE,
	signal?: AbortSignal,
	token?: string,
): Bench {
	const attempts = new BatchAttempts('1003');
	const shop = openShop('ecwid', { attempts, signal, token });
	shop.sandbox.seed({ ecwid: products });
	Object.assign(shop.sandbox.ecwid.switches, switches);
	shop.sandbox.faults.add(faults);
	return { ...shop, attempts, tokens: new MemoryTokens() };
}

/** The same workflow some time later, and Ecwid sound again. */
export function later({ sandbox, clock, attempts, tokens }: Bench, ms = MINUTE): Bench {
	sandbox.faults.clear();
	clock.pass(ms);
	return { ...openShop('ecwid', { sandbox, clock, attempts }), attempts, tokens };
}

export async function adjust(shop: Bench, rows: TestRow[], more: Partial<TestRun> = {}) {
	return await run(shop, { operation: 'adjustByDelta', rows, keys: keysOn(shop.tokens), ...more });
}

export const line = (sku: string, amount = -1): TestRow => ({ sku, amount, key: `order 7 ${sku}` });
export const ONE = [line('A')];
export const BOTH = [line('SHIRT'), line('SHIRT-S')];
export const ALL = [line('A'), line('SHIRT'), line('B')];
export const BLIND = { options: { checkFirst: false } };
export const STOP = { stopOnFailure: true };
export const many = (count: number): CatalogueProduct[] =>
	Array.from({ length: count }, (_, n) => ({ name: `N${n}`, sku: `S${n}`, quantity: 5 }));
export const linesOf = (products: CatalogueProduct[]) =>
	products.map(({ sku }) => line(String(sku)));

export interface Posted {
	deduplicationKey?: string;
	items: Array<{ id: string; path: string; method: string; body: unknown }>;
}
export const posts = ({ sandbox }: Shop): Posted[] => {
	const created = sandbox.log.all().filter(({ method }) => method === 'POST');
	return created.map(({ query, body }) => ({
		...Object.fromEntries(new URLSearchParams(query)),
		items: body as Posted['items'],
	}));
};
export const keysPosted = (shop: Shop) => new Set(posts(shop).map((one) => one.deduplicationKey));
export const sizes = (shop: Shop): number[] => posts(shop).map(({ items }) => items.length);
/** The requests that write, without those inside a batch. */
export const methods = ({ sandbox }: Shop): string[] => {
	const outer = sandbox.log.all().filter(({ path }) => !path.startsWith('batch'));
	return outer.map(({ method }) => method).filter((method) => method !== 'GET');
};
/** What was really applied, in order: `A -1`. */
export const moves = ({ sandbox }: Shop): string[] => {
	sandbox.ecwid.advance();
	const all = sandbox.log.all().flatMap((entry) => entry.moves);
	return all.map(({ sku, from, to }) => `${sku} ${Number(to) - Number(from)}`);
};
export const movesOf = (rows: TestRow[]): string[] =>
	rows.map(({ sku, amount }) => `${sku} ${amount}`);
export const POST: Fault = { method: 'POST' };
export const ITEM: Fault = { method: 'PUT', path: 'inventory$' };
export const POLL: Fault = { method: 'GET', path: '/batch$' };
export const refused = (status: number): Fault => ({ apply: false, then: { status } });
export const uniform = (report: RunReport) => [...new Set(statuses(report))];
export const warningsOf = ({ results }: RunReport) => results.map(({ warnings }) => warnings);
export const confirmed = (report: RunReport) =>
	warningsOf(report).map((warnings) => warnings.join().includes('Confirmed by reading'));

/** Nobody knows what became of the rows: a later run sends nothing and says so. */
export async function expectOpen(shop: Bench, rows: TestRow[], applied: string[]): Promise<void> {
	const sent = methods(shop);
	expect(uniform(await adjust(later(shop, 2 * HOUR), rows))).toStrictEqual(['unknown']);
	expect(methods(shop)).toStrictEqual(sent);
	expect(moves(shop)).toStrictEqual(applied);
}

/** The rows were certainly not applied: a later run applies them once, under a key Ecwid has not seen. */
export async function expectReleased(shop: Bench, rows: TestRow[], ms?: number): Promise<void> {
	expect([moves(shop), shop.tokens.tokens.size]).toStrictEqual([[], 0]);
	const seen = keysPosted(shop);
	expect(uniform(await adjust(later(shop, ms), rows))).toStrictEqual(['updated']);
	expect(moves(shop)).toStrictEqual(movesOf(rows));
	expect(seen).not.toContain(posts(shop).at(-1)?.deduplicationKey);
}
