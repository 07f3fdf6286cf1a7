/** Finds and reads RootFi's inventory rows: by the list, by a filter on it, and by their IDs. */
import { foldSku } from '../../inventory/lookup/similar-sku';
import type { Item, Reference } from '../../inventory/model/item';
import type { Level, Reading } from '../../inventory/model/level';
import type {
	Listing,
	ReadMode,
	ReadOutcome,
	ReadOptions,
	Reservation,
	Resolution,
} from '../../inventory/model/platform';
import type { Problem } from '../http/problems';
import type { Answer, Connection } from '../http/connection';
import { CONCURRENCY, mapInOrder } from '../http/map-in-order';
import { pathSegment } from '../http/path-segment';
import { Catalogue } from '../shared/catalogue';
import type { LeftOut } from '../shared/documents';
import { parsedBy, readEntries } from '../shared/documents';
import { listingOf } from '../shared/outcomes';
import { withSkuAdvice } from '../shared/refusal';
import type { Page } from '../shared/paged-list';
import type { ConfirmedCopies } from './confirmed-copies';
import { StockAge } from './stock-age';
import { PAGE_SIZE } from './client-policy';
import {
	carries,
	deletedRow,
	distinctionOf,
	isRootfiId,
	itemOf,
	levelOf,
	otherCompany,
	otherRow,
} from './inventory-row';
import type { Inventory } from './schemas';
import { inventory, inventoryPage, openEnvelope } from './schemas';

export interface RootFiSettings {
	/** Limits lists to one company, refuses rows of others, and is sent with writes; empty for all companies of the key. */
	companyId: string;
	/** Levels whose copy is older than this many minutes are not accepted; 0 accepts any age. */
	maxStockAgeMinutes: number;
}

const CIRCULAR_LIST: Problem = {
	message: "RootFi's list leads back to a page that was read already, so it never ends.",
	advice: 'Nothing can be done about this in n8n; report it to RootFi, and use IDs meanwhile.',
	wholeRun: true,
};

interface Listed {
	row: Inventory;
	/** Monotonic time of the reading, in milliseconds. */
	at: number;
}

export class Inventories {
	private readonly catalogue: Catalogue<Listed>;
	/** False once a search for a SKU returned rows of another one: the filter is not documented for v4. */
	private filtersBySku = true;
	private readonly stockAge: StockAge;
	/** The cursors already followed, by the filter of the list. */
	private readonly trails = new Map<string, Set<string>>();

	constructor(
		private readonly connection: Connection,
		private readonly settings: RootFiSettings,
		private readonly confirmed: ConfirmedCopies,
	) {
		this.catalogue = new Catalogue(
			async (cursor) => await this.page(cursor),
			({ row }) => row.rootfi_id,
			({ row }) => [itemOf(row)],
			(_, { row }) => distinctionOf(row),
		);
		this.stockAge = new StockAge(connection, settings.maxStockAgeMinutes);
	}

	async resolve(references: Reference[], lookUpIds: boolean): Promise<Resolution[]> {
		return await this.catalogue.resolve(references, {
			search: async (sku) => await this.search(sku),
			byId: async (id) => await this.byId(id, lookUpIds),
			// The first search shows whether the filter works.
			atOnce: 1,
		});
	}

	async read(
		items: Item[],
		mode: ReadMode,
		{ onAnswer, reservation }: ReadOptions,
	): Promise<ReadOutcome[]> {
		if (mode === 'cheapest' && items.length > 1) {
			const fault = await this.catalogue.completeWithin(items.length);
			if (fault !== null) return items.map(() => ({ kind: 'failed', fault }));
		}
		const fromList = mode === 'cheapest' && this.catalogue.complete;
		return await mapInOrder<Item, ReadOutcome>(
			items,
			async (item) => {
				const listed = fromList ? this.catalogue.get(item.itemId) : undefined;
				return listed === undefined
					? await this.readOne(item.itemId, reservation)
					: await this.readingOf(listed, 'list');
			},
			(fault) => ({ kind: 'failed', fault }),
			{ atOnce: CONCURRENCY, onAnswer },
		);
	}

	async list(cursor: string | null, updatedSince?: number): Promise<Listing> {
		const answer = await this.page(cursor, { updatedSince });
		return listingOf(answer, ({ row }) => [
			{ item: itemOf(row), level: this.checkedLevel(row), lowAt: row.reorder_level ?? null },
		]);
	}

	/** The level of a row, marked as outdated if RootFi has confirmed another one since. */
	private checkedLevel(row: Inventory): Level {
		const level = levelOf(row);
		const outdated = level.outdated ?? this.confirmed.outdated(row.rootfi_id, level);
		return outdated === null ? level : { ...level, outdated };
	}

	/** Searches for the rows of one SKU. Null if RootFi did not apply the filter. */
	private async search(sku: string): Promise<Resolution | null> {
		if (!this.filtersBySku) return null;
		const found: { entries: Listed[]; leftOut: LeftOut[] } = { entries: [], leftOut: [] };
		let cursor: string | null = null;
		do {
			const answer: Answer<Page<Listed>> = await this.page(cursor, { sku });
			if (!answer.ok && !mayMeanTheFilter(answer.fault)) {
				return { kind: 'failed', fault: { ...answer.fault, wholeRun: true } };
			}
			const isOther = ({ row }: Listed): boolean => foldSku(row.sku ?? '') !== foldSku(sku);
			if (!answer.ok || answer.value.entries.some(isOther)) {
				this.filtersBySku = false;
				return null;
			}
			found.entries.push(...answer.value.entries);
			found.leftOut.push(...answer.value.leftOut);
			cursor = answer.value.next;
		} while (cursor !== null);
		return this.catalogue.among(found.entries, found.leftOut, sku);
	}

	private async byId(id: string, lookUpIds: boolean): Promise<Resolution> {
		const unnamed = { itemId: id, variantId: null, productId: null, sku: null, name: null };
		// A rootfi_id identifies the row itself, and some callers need no more than the ID. Only reading tells which row a
		// platform_id means.
		if (isRootfiId(id) || !lookUpIds) {
			const known = this.catalogue.get(id);
			return { kind: 'found', item: known ? itemOf(known.row) : unnamed, reading: null };
		}
		const outcome = withSkuAdvice(await this.readOne(id), unnamed);
		return outcome.kind === 'level' ? { ...outcome, kind: 'found' } : outcome;
	}

	private async readOne(id: string, reservation?: Reservation): Promise<ReadOutcome> {
		const answer = await this.connection.get(
			{ path: `/ecommerce/inventories/${pathSegment(id)}` },
			(body) => {
				const row = openEnvelope(body);
				return row === null || row === 'acceptedOnly' ? null : { value: row };
			},
			{ reservation },
		);
		if (!answer.ok) return { kind: 'failed', fault: answer.fault };
		const row = answer.value;
		if (!carries(row, id)) return { kind: 'failed', fault: otherRow(id, row) };
		if (row.rootfi_deleted_at != null) return { kind: 'failed', fault: deletedRow(id) };
		const company = row.rootfi_company_id ?? '';
		if (this.settings.companyId !== '' && company !== '' && company !== this.settings.companyId) {
			return { kind: 'failed', fault: otherCompany(id, company) };
		}
		return await this.readingOf({ row, at: this.connection.clock.monotonic() }, 'id');
	}

	/** The level of a row, unless RootFi's copy of it is too old. */
	private async readingOf({ row, at }: Listed, source: Reading['source']): Promise<ReadOutcome> {
		const fault = await this.stockAge.faultOf(row);
		if (fault !== null) return { kind: 'failed', fault };
		const level = this.checkedLevel(row);
		if (level.outdated === undefined) this.confirmed.confirm(row.rootfi_id, level);
		return { kind: 'level', item: itemOf(row), reading: { ...level, source, at } };
	}

	private async page(
		cursor: string | null,
		{ sku, updatedSince }: { sku?: string; updatedSince?: number } = {},
	): Promise<Answer<Page<Listed>>> {
		const query: Record<string, string> = { limit: String(PAGE_SIZE) };
		if (this.settings.companyId !== '') query['rootfi_company_id[eq]'] = this.settings.companyId;
		if (sku !== undefined) query['sku[eq]'] = sku;
		if (updatedSince !== undefined) {
			query['rootfi_updated_at[gte]'] = new Date(updatedSince).toISOString();
			query['sort[rootfi_updated_at]'] = 'ASC';
		}
		if (cursor === null) query.return_count = 'true';
		else query.next = cursor;
		const page = inventoryPage.transform(({ data, next, total_count: total }) => {
			const at = this.connection.clock.monotonic();
			const { entries, leftOut } = readEntries(inventory, data);
			const kept = entries.filter((row) => row.rootfi_deleted_at == null);
			return {
				entries: kept.map((row) => ({ row, at })),
				leftOut,
				read: data.length,
				next: next || null,
				total: total ?? null,
			};
		});
		const request = { path: '/ecommerce/inventories', query };
		const answer = await this.connection.get(request, parsedBy(page));
		const next = answer.ok ? answer.value.next : null;
		return next !== null && this.goesInCircles(`${sku} ${updatedSince}`, cursor, next)
			? { ok: false, fault: CIRCULAR_LIST }
			: answer;
	}

	/** Notes a page's cursors. Whether the next one leads back to a page already read, so that the list never ends. */
	private goesInCircles(list: string, cursor: string | null, next: string): boolean {
		const trail = (cursor === null ? undefined : this.trails.get(list)) ?? new Set();
		this.trails.set(list, trail);
		if (cursor !== null) trail.add(cursor);
		return trail.has(next);
	}
}

/** Whether the filter may have caused the problem: how RootFi answers an unknown filter is not documented. */
function mayMeanTheFilter({ httpStatus }: Problem): boolean {
	return httpStatus !== undefined && httpStatus >= 400 && ![401, 403, 429].includes(httpStatus);
}
