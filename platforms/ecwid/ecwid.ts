/**
 * Ecwid: products have stock, and so do variations that have a SKU of their own.
 *
 * - A delta (`…/inventory`, `quantityDelta`) is added by Ecwid itself, atomically. Its answer reports no level. It is
 *   applied even below zero, with a warning.
 * - A set must send `unlimited: false` with the quantity, or an unlimited product stays unlimited. The last set wins:
 *   there is no precondition.
 * - Many writes go as a batch. A delta whose rows have keys goes as one even alone, because Ecwid recognizes a repeated
 *   batch for an hour.
 * - The list is a search index and lags; a product read by its ID is current.
 *
 * Errors: `refused` is any 4xx but 408 and 429: nothing was applied, unless Ecwid itself repeated the item in a batch, in
 * which case the level is read back. `updateCount: 0` is no refusal, and is read back too. A null level after a write
 * means that Ecwid reported none.
 */
import type { Change } from '../../inventory/model/change';
import type { Item, Reference } from '../../inventory/model/item';
import type { Connection } from '../http/connection';
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
import { listingOf, writeInOrder } from '../shared/outcomes';
import { withSkuAdvice } from '../shared/refusal';
import type { BatchAttempts } from './batch-attempts';
import { MOST_ITEMS, PAYS_FROM, sendBatch } from './batch';
import { isKeyed } from './batch-schemas';
import { REQUESTS_PER_MINUTE } from './client-policy';
import { Products } from './products';
import { searchProducts, searchUpdated } from './search';
import { stockHolders } from './stock-holder';
import { faultOn, understandUpdate, updateRequest } from './update';

export const ECWID_CAPABILITIES: Capabilities = {
	atomicDelta: true,
	listLags: true,
	unlimited: true,
	setUnlimited: true,
	batch: MOST_ITEMS,
	batchPaysFrom: PAYS_FROM,
	levelsPerRead: 100,
	deltaStartsCounting: false,
	requestsPerMinute: REQUESTS_PER_MINUTE,
};

export class Ecwid implements Platform {
	readonly name = 'ecwid';
	readonly label = 'Ecwid';
	readonly itemNoun = 'product or variation';
	readonly capabilities = ECWID_CAPABILITIES;
	private readonly products: Products;

	constructor(
		private readonly connection: Connection,
		private readonly attempts: BatchAttempts,
	) {
		this.products = new Products(connection);
	}

	async resolve(references: Reference[]): Promise<Resolution[]> {
		return await this.products.resolve(references);
	}

	async reserve(requests: number): Promise<ReserveOutcome> {
		return await this.connection.reserve(requests);
	}

	async read(items: Item[], mode: ReadMode, options: ReadOptions = {}): Promise<ReadOutcome[]> {
		const outcomes = await this.products.read(items, mode, options);
		return outcomes.map((outcome, n) => withSkuAdvice(outcome, items[n]));
	}

	async list(cursor: string | null, updatedSince?: number): Promise<Listing> {
		const answer =
			updatedSince === undefined
				? await searchProducts(this.connection, cursor)
				: await searchUpdated(this.connection, cursor, updatedSince);
		return listingOf(answer, ({ product }) => stockHolders(product));
	}

	async write(changes: Change[], options: WriteOptions = {}): Promise<WriteOutcome[]> {
		// A batch may wait long in Ecwid's queue, so a write that must not be late is sent alone.
		const isBatch = changes.length > 1 || (changes.every(isKeyed) && options.leaveBy === undefined);
		if (!isBatch) {
			return await writeInOrder(changes, async (change) => await this.writeOne(change, options));
		}
		const outcomes = await sendBatch(changes, this.connection, this.attempts, options);
		return outcomes.map((outcome, n) => withSkuAdvice(outcome, changes[n].item));
	}

	private async writeOne(change: Change, options: WriteOptions): Promise<WriteOutcome> {
		const exchange = await this.connection.send(
			change.kind === 'delta' ? 'once' : 'idempotent',
			updateRequest(change),
			understandUpdate(change),
			options,
		);
		return exchange.kind === 'accepted'
			? { kind: 'applied', ...exchange.value }
			: { ...exchange, fault: faultOn(change, exchange.fault) };
	}
}
