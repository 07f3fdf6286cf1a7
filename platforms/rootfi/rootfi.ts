/**
 * RootFi v4 (flat): stock is kept in inventory rows, one per item and location.
 *
 * - There are no deltas: the engine reads, adds, and sets the sum, which is not atomic. A change by others between the
 *   reading and the write is lost; nothing in the API can prevent that.
 * - Readings come from RootFi's copy of the shop, which is as old as its last sync.
 * - A write carries exactly one element in `data`: two or more are refused unless sent asynchronously.
 * - There is no idempotency key. A row with `is_trackable: false` is not counted.
 *
 * Errors: `refused` is any 4xx but 408 and 429: nothing was applied. But a 400 without a code, or with `unknown-error`,
 * may be a timeout of the shop behind RootFi: it is uncertain, and the level is read back. A `sync_id` without a row means
 * that the change was accepted but not yet applied. A null level means that RootFi reported none.
 */
import type { Change } from '../../inventory/model/change';
import type { Item, Reference } from '../../inventory/model/item';
import type { Connection } from '../http/connection';
import { pathSegment } from '../http/path-segment';
import type {
	Capabilities,
	Listing,
	Platform,
	ReadMode,
	ReadOutcome,
	ReadOptions,
	ReserveOutcome,
	Resolution,
	WriteOptions,
	WriteOutcome,
} from '../../inventory/model/platform';
import type { Problem } from '../http/problems';
import { writeInOrder } from '../shared/outcomes';
import { withSkuAdvice } from '../shared/refusal';
import type { ConfirmedCopies } from './confirmed-copies';
import { REQUESTS_PER_MINUTE } from './client-policy';
import type { RootFiSettings } from './inventories';
import { Inventories } from './inventories';
import { carries, levelOf } from './inventory-row';
import type { Inventory } from './schemas';
import { openEnvelope } from './schemas';

export const ROOTFI_CAPABILITIES: Capabilities = {
	atomicDelta: false,
	listLags: false,
	unlimited: true,
	setUnlimited: false,
	batch: 1,
	batchPaysFrom: 1,
	levelsPerRead: 1,
	deltaStartsCounting: false,
	requestsPerMinute: REQUESTS_PER_MINUTE,
};

const STILL_UNCOUNTED =
	'The shop does not count this item (is_trackable is false), so the quantity was stored and does not limit sales. To count it, keep Check First on and set Unlimited Stock in Options to Convert.';

const NO_SUCH_WRITE: Problem = {
	message: 'RootFi cannot make stock unlimited.',
	advice: 'Use Set Quantity or Adjust by Delta; switch tracking off in the connected shop.',
};

export class RootFi implements Platform {
	readonly name = 'rootfi';
	readonly label = 'RootFi';
	readonly itemNoun = 'inventory row';
	readonly capabilities = ROOTFI_CAPABILITIES;
	private readonly inventories: Inventories;
	/** Rows that were read as not counted: setting a quantity has to make them counted. */
	private readonly uncounted = new Set<string>();

	constructor(
		private readonly connection: Connection,
		private readonly settings: RootFiSettings,
		private readonly confirmed: ConfirmedCopies,
	) {
		this.inventories = new Inventories(connection, settings, confirmed);
	}

	async resolve(references: Reference[], lookUpIds: boolean): Promise<Resolution[]> {
		return await this.inventories.resolve(references, lookUpIds);
	}

	async reserve(requests: number): Promise<ReserveOutcome> {
		return await this.connection.reserve(requests);
	}

	async read(items: Item[], mode: ReadMode, options: ReadOptions = {}): Promise<ReadOutcome[]> {
		const outcomes = await this.inventories.read(items, mode, options);
		for (const outcome of outcomes) {
			if (outcome.kind !== 'level') continue;
			if (outcome.reading.unlimited) this.uncounted.add(outcome.item.itemId);
			else this.uncounted.delete(outcome.item.itemId);
		}
		return outcomes.map((outcome, n) => withSkuAdvice(outcome, items[n]));
	}

	async list(cursor: string | null, updatedSince?: number): Promise<Listing> {
		return await this.inventories.list(cursor, updatedSince);
	}

	async write(changes: Change[], options?: WriteOptions): Promise<WriteOutcome[]> {
		return await writeInOrder(changes, async (change) => await this.writeOne(change, options));
	}

	private async writeOne(change: Change, options?: WriteOptions): Promise<WriteOutcome> {
		if (change.kind !== 'set') return { kind: 'refused', fault: NO_SUCH_WRITE };
		const { itemId } = change.item;
		const exchange = await this.connection.send<Inventory>(
			change.fromDelta ? 'once' : 'idempotent',
			{
				method: 'PUT',
				path: `/ecommerce/inventories/${pathSegment(itemId)}`,
				body: this.bodyFor(change),
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
		const id = exchange.value.rootfi_id;
		this.confirmed.confirm(id, level);
		const isReported = level.quantity !== null || level.unlimited;
		return {
			kind: 'applied',
			item: { ...change.item, itemId: id },
			level: isReported ? level : null,
			...(level.unlimited && { warning: STILL_UNCOUNTED }),
		};
	}

	private bodyFor({ item, quantity, reserved }: Change & { kind: 'set' }): Record<string, unknown> {
		const { companyId } = this.settings;
		return {
			...(companyId !== '' && { company_id: asNumber(companyId) }),
			data: [
				{
					quantity,
					...(reserved !== null && { reserved_quantity: reserved }),
					...(this.uncounted.has(item.itemId) && { is_trackable: true }),
				},
			],
		};
	}
}

/** Company IDs are numbers in RootFi's documentation. */
function asNumber(text: string): number | string {
	return /^\d+$/.test(text) ? Number(text) : text;
}
