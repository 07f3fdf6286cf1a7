/**
 * How old RootFi's copy of a level is.
 *
 * Readings come from RootFi's database, which is as fresh as the last sync with the shop. A row that was itself touched
 * lately is fresh; so is every row of a company that was synced lately.
 */
import { z } from 'zod';
import type { Problem } from '../http/problems';
import type { Connection } from '../http/connection';
import type { Inventory } from './schemas';

const id = z.union([z.number(), z.string()]).transform(String);
const stamp = z.string().nullish();

const company = z.object({
	rootfi_id: id.nullish(),
	id: id.nullish(),
	last_synced: stamp,
	lastSynced: stamp,
	connections: z.array(z.object({ last_synced: stamp })).nullish(),
});

/** v3 lists companies under `data`; the newer pages of v4 under `data.companies`. */
const companyList = z.object({
	data: z.union([
		z.array(company),
		z.object({ companies: z.array(company) }).transform(({ companies }) => companies),
	]),
});

/** When each company was last synced, in milliseconds since 1970. Empty where RootFi does not answer this. */
export async function lastSyncs(connection: Connection): Promise<Map<string, number>> {
	const exchange = await connection.send(
		'safe',
		{ method: 'GET', path: '/core/companies', query: { limit: '100' } },
		(body) => {
			const parsed = companyList.safeParse(body);
			return parsed.success ? { value: parsed.data.data } : null;
		},
	);
	const syncs = new Map<string, number>();
	if (exchange.kind !== 'accepted') return syncs;
	for (const one of exchange.value) {
		const stamps = [
			one.last_synced,
			one.lastSynced,
			...(one.connections ?? []).map((c) => c.last_synced),
		];
		const times = stamps.map(timeOf).filter((time): time is number => time !== null);
		const name = one.rootfi_id ?? one.id;
		if (name != null && times.length > 0) syncs.set(name, Math.max(...times));
	}
	return syncs;
}

/** Why a row may not be counted on, or null. */
export function staleFault(
	row: Inventory,
	syncs: Map<string, number>,
	now: number,
	maxAgeMinutes: number,
): Problem | null {
	const touched = timeOf(row.rootfi_updated_at);
	const synced = syncs.get(row.rootfi_company_id ?? '') ?? null;
	const newest = Math.max(touched ?? 0, synced ?? 0);
	const minutes = Math.floor((now - newest) / 60_000);
	if (minutes < maxAgeMinutes) return null;
	const age = newest === 0 ? 'of unknown age' : `${minutes} minutes old`;
	return {
		message: `RootFi's copy of this level is ${age}, older than the ${maxAgeMinutes} minutes that Max Stock Age allows.`,
		advice: 'Let RootFi sync with the shop, then run again; or use Set Quantity.',
	};
}

function timeOf(text: string | null | undefined): number | null {
	const time = text == null ? NaN : Date.parse(text);
	return Number.isNaN(time) ? null : time;
}
