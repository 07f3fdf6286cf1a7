/**
 * How old RootFi's copy of a level is.
 *
 * Readings come from RootFi's database, which is as current as its last sync with the shop. A row is current if it was
 * updated recently or its company was synced recently.
 */
import { z } from 'zod';
import type { Problem } from '../http/problems';
import type { Connection } from '../http/connection';
import { id, loose, looseText, parsedBy, readEntries } from '../shared/documents';
import type { Inventory } from './schemas';

const company = z
	.object({
		rootfi_id: loose(id),
		id: loose(id),
		last_synced: looseText,
		lastSynced: looseText,
		connections: loose(z.array(loose(z.object({ last_synced: looseText })))),
	})
	.transform((one) => {
		const stamps = (one.connections ?? []).map((connection) => connection?.last_synced);
		const times = [one.last_synced, one.lastSynced, ...stamps].map(timeOf);
		return { id: one.rootfi_id ?? one.id, syncedAt: Math.max(...times) };
	});

const companies = z.array(z.unknown());

/** v3 lists companies under `data`; the newer pages of v4 under `data.companies`. */
const companyPage = z.union([
	z.object({ data: companies, next: looseText }),
	z
		.object({ data: z.object({ companies, next: looseText }) })
		.transform(({ data }) => ({ data: data.companies, next: data.next })),
]);

export class StockAge {
	/** When each company was last synced, in milliseconds since 1970; 0 if RootFi does not say. */
	private readonly syncs = new Map<string, number>();
	/** The cursor of the next page of companies; null at the end, or if RootFi does not answer. */
	private next: string | null = '';
	private readonly cursors = new Set<string>();
	private reading: Promise<unknown> = Promise.resolve();

	/** @param maxMinutes 0 accepts any age. */
	constructor(
		private readonly connection: Connection,
		private readonly maxMinutes: number,
	) {}

	/** Why the level of a row is not accepted, or null. */
	async faultOf(row: Inventory): Promise<Problem | null> {
		if (this.maxMinutes <= 0) return null;
		const touched = timeOf(row.rootfi_updated_at);
		const newest = Math.max(touched, await this.syncOf(row.rootfi_company_id ?? ''));
		const minutes = Math.floor((this.connection.clock.now() - newest) / 60_000);
		if (minutes < this.maxMinutes) return null;
		const age = newest === 0 ? 'of unknown age' : `${minutes} minutes old`;
		return {
			message: `RootFi's copy of this level is ${age}, older than the ${this.maxMinutes} minutes that Max Stock Age allows.`,
			advice: 'Let RootFi sync with the shop, then run again; or use Set Quantity.',
		};
	}

	/** Reads the list of companies until this one is found. */
	private async syncOf(companyId: string): Promise<number> {
		const reading = this.reading.then(async () => {
			while (this.next !== null && !this.syncs.has(companyId)) await this.readPage(this.next);
		});
		this.reading = reading;
		await reading;
		return this.syncs.get(companyId) ?? 0;
	}

	private async readPage(cursor: string): Promise<void> {
		const query = { limit: '100', ...(cursor !== '' && { next: cursor }) };
		const request = { path: '/core/companies', query };
		const answer = await this.connection.get(request, parsedBy(companyPage));
		this.cursors.add(cursor);
		const page = answer.ok ? answer.value : { data: [], next: null };
		for (const one of readEntries(company, page.data).entries) {
			if (one.id != null) this.syncs.set(one.id, one.syncedAt);
		}
		// A cursor that was followed before would be followed forever.
		this.next = page.next && !this.cursors.has(page.next) ? page.next : null;
	}
}

/** Milliseconds since 1970; 0 if there is no time. */
function timeOf(text: string | null | undefined): number {
	const time = Date.parse(text ?? '');
	return Number.isNaN(time) ? 0 : time;
}
