/**
 * RootFi v4 (flat): stock stands on inventory rows, one per item and place.
 *
 * - There is no delta: the engine reads, adds, and has the target written. Someone else's change between the reading and
 *   the write is lost; nothing in the API prevents that.
 * - Readings come from RootFi's copy of the shop, which is as old as its last sync.
 * - A write carries exactly one element in `data`: two or more are refused unless sent asynchronously.
 * - There is no key against double writes, and no unlimited stock.
 */
import { foldSku } from '../../inventory/lookup/similar-sku';
import type { Change } from '../../inventory/model/change';
import type { Problem } from '../http/problems';
import type { Item, Reference } from '../../inventory/model/item';
import type { Level, Reading } from '../../inventory/model/level';
import type { Page } from '../shared/paged-list';
import { PagedList } from '../shared/paged-list';
import type { Answer, Connection } from '../http/connection';
import { answerOf } from '../http/connection';
import { CONCURRENCY, mapInOrder } from '../http/map-in-order';
import { pathSegment } from '../http/path-segment';
import type {
	Capabilities,
	Listing,
	Platform,
	ReadMode,
	ReadOutcome,
	ReadOptions,
	Reservation,
	ReserveOutcome,
	Resolution,
	WriteOptions,
	WriteOutcome,
} from '../../inventory/model/platform';
import { SkuMap } from '../shared/sku-map';
import type { OutdatedCopies } from './outdated-copies';
import { lastSyncs, staleFault } from './stock-age';
import { PAGE_SIZE, REQUESTS_PER_MINUTE } from './client-policy';
import {
	carries,
	deletedRow,
	isRootfiId,
	itemOf,
	levelOf,
	otherCompany,
	otherRow,
} from './inventory-row';
import type { Inventory } from './schemas';
import { inventoryPage, openEnvelope } from './schemas';

export const ROOTFI_CAPABILITIES: Capabilities = {
	atomicDelta: false,
	listLags: false,
	unlimited: false,
	batch: 1,
	batchPaysFrom: 1,
	deltaStartsCounting: false,
	requestsPerMinute: REQUESTS_PER_MINUTE,
};

/** Pages read at the most to name SKUs that look like one that was not found. */
const LOOK_ALIKE_PAGES = 10;

export interface RootFiSettings {
	/** Narrows lists to one company and goes along with writes; empty for all companies of the key. */
	companyId: string;
	/** Levels whose copy is older than so many minutes are not to be counted on; 0 accepts any age. */
	maxStockAgeMinutes: number;
}

interface Listed {
	row: Inventory;
	/** Clock time of the reading, in milliseconds. */
	at: number;
}

export class RootFi implements Platform {
	readonly name = 'rootfi';
	readonly label = 'RootFi';
	readonly itemNoun = 'inventory row';
	readonly capabilities = ROOTFI_CAPABILITIES;
	private readonly catalogue: PagedList<Listed>;
	private skus: SkuMap | null = null;
	/** False once RootFi answered a search for one SKU with rows of another: the filter is not documented for v4. */
	private filtersBySku = true;

	/** When each company was last synced; asked for once. */
	private syncs: Promise<Map<string, number>> | null = null;

	constructor(
		private readonly connection: Connection,
		private readonly settings: RootFiSettings,
		private readonly confirmed: OutdatedCopies,
	) {
		this.catalogue = new PagedList(
			async (cursor) => await this.page(cursor),
			({ row }) => row.rootfi_id,
		);
	}

	async resolve(references: Reference[], lookUpIds: boolean): Promise<Resolution[]> {
		const codes = references.filter((reference) => reference.by === 'sku').length;
		if (codes > 1) {
			const fault = await this.catalogue.completeWithin(codes);
			if (fault !== null) return references.map(() => ({ kind: 'failed', fault }));
		}
		return await mapInOrder<Reference, Resolution>(
			references,
			async (reference) =>
				reference.by === 'sku'
					? await this.bySku(reference.sku)
					: await this.byId(reference.id, lookUpIds),
			(fault) => ({ kind: 'failed', fault }),
		);
	}

	async read(
		items: Item[],
		mode: ReadMode,
		{ tell, reservation }: ReadOptions = {},
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
			{ atOnce: CONCURRENCY, tell },
		);
	}

	async list(cursor: string | null, updatedSince?: number): Promise<Listing> {
		const answer = await this.page(cursor, { updatedSince });
		if (!answer.ok) return { kind: 'failed', fault: answer.fault };
		const { entries, next } = answer.value;
		const items = entries.map(({ row }) => ({
			item: itemOf(row),
			level: this.checked(row),
			lowAt: row.reorder_level ?? null,
		}));
		return { kind: 'page', items, next };
	}

	/** The level of a row, and why it is outdated where RootFi has confirmed another since. */
	private checked(row: Inventory): Level {
		const level = levelOf(row);
		const outdated = this.confirmed.outdated(row.rootfi_id, level);
		return outdated === null ? level : { ...level, outdated };
	}

	async reserve(requests: number): Promise<ReserveOutcome> {
		return await this.connection.reserve(requests);
	}

	async write(changes: Change[], options?: WriteOptions): Promise<WriteOutcome[]> {
		return await mapInOrder<Change, WriteOutcome>(
			changes,
			async (change) => await this.writeOne(change, options),
			(fault) => ({ kind: 'notSent', fault }),
		);
	}

	private async writeOne(change: Change, options?: WriteOptions): Promise<WriteOutcome> {
		if (change.kind !== 'set') return { kind: 'refused', fault: noSuchWrite() };
		const { itemId } = change.item;
		const exchange = await this.connection.send<Inventory>(
			change.fromDelta ? 'delta' : 'set',
			{
				method: 'PUT',
				path: `/ecommerce/inventories/${pathSegment(itemId)}`,
				body: {
					...(this.settings.companyId === ''
						? {}
						: { company_id: numberWhere(this.settings.companyId) }),
					data: [
						{
							quantity: change.quantity,
							...(change.reserved === null ? {} : { reserved_quantity: change.reserved }),
						},
					],
				},
			},
			(body) => {
				const row = openEnvelope(body);
				if (row === 'acceptedOnly') return { sign: 'acceptedOnly' };
				return row !== null && carries(row, itemId) ? { value: row } : null;
			},
			options,
		);
		if (exchange.kind !== 'accepted') return exchange;
		const level = levelOf(exchange.value);
		this.confirmed.confirm(exchange.value.rootfi_id, level);
		const named = { ...change.item, itemId: exchange.value.rootfi_id };
		return { kind: 'applied', item: named, level: level.quantity === null ? null : level };
	}

	private async bySku(sku: string): Promise<Resolution> {
		if (!this.catalogue.complete && this.filtersBySku) {
			const found = await this.search(sku);
			if (found !== null && found.kind !== 'notFound') return found;
		}
		// The whole list where the filter is not honoured; otherwise some pages of it, to name look-alikes.
		const worth = this.filtersBySku ? LOOK_ALIKE_PAGES : Number.POSITIVE_INFINITY;
		const fault = await this.catalogue.completeWithin(worth);
		if (fault !== null && !this.filtersBySku) return { kind: 'failed', fault };
		if (!this.catalogue.complete) return { kind: 'notFound', similar: [] };
		this.skus = this.skus ?? new SkuMap(this.catalogue.all.map(({ row }) => itemOf(row)));
		return this.skus.find(sku);
	}

	/** Asks for the rows of one SKU. Null when RootFi did not honour the filter; the list has to be read then. */
	private async search(sku: string): Promise<Resolution | null> {
		const rows: Inventory[] = [];
		let cursor: string | null = null;
		do {
			const answer: Answer<Page<Listed>> = await this.page(cursor, { sku });
			if (!answer.ok) {
				if (!mayMeanTheFilter(answer.fault)) {
					return { kind: 'failed', fault: { ...answer.fault, wholeRun: true } };
				}
				this.filtersBySku = false;
				return null;
			}
			rows.push(...answer.value.entries.map(({ row }) => row));
			if (rows.some((row) => foldSku(row.sku ?? '') !== foldSku(sku))) {
				this.filtersBySku = false;
				return null;
			}
			cursor = answer.value.next;
		} while (cursor !== null);
		return new SkuMap(rows.map(itemOf)).find(sku);
	}

	private async byId(id: string, lookUpIds: boolean): Promise<Resolution> {
		// A rootfi_id is the row's own name; a platform_id has to be read to know which row it is.
		if (isRootfiId(id) || !lookUpIds) {
			const known = this.catalogue.get(id);
			const unnamed = { itemId: id, variantId: null, sku: null, name: null };
			return { kind: 'found', item: known ? itemOf(known.row) : unnamed, reading: null };
		}
		const outcome = await this.readOne(id);
		return outcome.kind === 'level' ? { ...outcome, kind: 'found' } : outcome;
	}

	private async readOne(id: string, reservation?: Reservation): Promise<ReadOutcome> {
		const exchange = await this.connection.send(
			'read',
			{ method: 'GET', path: `/ecommerce/inventories/${pathSegment(id)}` },
			(body) => {
				const row = openEnvelope(body);
				return row === null || row === 'acceptedOnly' ? null : { value: row };
			},
			{ reservation },
		);
		if (exchange.kind !== 'accepted') return { kind: 'failed', fault: exchange.fault };
		const row = exchange.value;
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
		const { maxStockAgeMinutes } = this.settings;
		if (maxStockAgeMinutes > 0) {
			this.syncs = this.syncs ?? lastSyncs(this.connection);
			const fault = staleFault(
				row,
				await this.syncs,
				this.connection.clock.now(),
				maxStockAgeMinutes,
			);
			if (fault !== null) return { kind: 'failed', fault };
		}
		const level = this.checked(row);
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
		const exchange = await this.connection.send(
			'read',
			{ method: 'GET', path: '/ecommerce/inventories', query },
			(body) => {
				const parsed = inventoryPage.safeParse(body);
				if (!parsed.success) return null;
				const { data, next, total_count: total } = parsed.data;
				// A page that names itself as the next one would be read for ever.
				if (next != null && next === cursor) return null;
				const at = this.connection.clock.monotonic();
				const kept = data.filter((row) => row.rootfi_deleted_at == null);
				return {
					value: {
						entries: kept.map((row) => ({ row, at })),
						next: next || null,
						total: total ?? null,
					},
				};
			},
		);
		return answerOf(exchange);
	}
}

/** How a filter that RootFi does not know is answered is not documented; whether it was that, the list tells. */
function mayMeanTheFilter({ httpStatus }: Problem): boolean {
	return httpStatus !== undefined && httpStatus >= 400 && ![401, 403, 429].includes(httpStatus);
}

/** Company ids are numbers on the wire. */
function numberWhere(text: string): number | string {
	return /^\d+$/.test(text) ? Number(text) : text;
}

function noSuchWrite(): Problem {
	return {
		message: 'RootFi has no such operation.',
		advice: 'Use Set Quantity or Adjust by Delta.',
	};
}
