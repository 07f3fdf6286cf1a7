/** What a fourth service has in `platforms/`: a warehouse that names its items by their SKU. */
import { z } from 'zod';
import type { Change } from '../../../inventory/model/change.ts';
import type { Item, Reference } from '../../../inventory/model/item.ts';
import type { Level } from '../../../inventory/model/level.ts';
import type {
	Capabilities,
	Listing,
	Platform,
	ReadMode,
	ReadOptions,
	ReadOutcome,
	ReserveOutcome,
	Resolution,
	WriteOptions,
	WriteOutcome,
} from '../../../inventory/model/platform.ts';
import type { ClientPolicy } from '../../../platforms/http/client-policy.ts';
import type { Connection, Exchange } from '../../../platforms/http/connection.ts';
import { mapInOrder } from '../../../platforms/http/map-in-order.ts';
import { pathSegment } from '../../../platforms/http/path-segment.ts';

export const TOY_CAPABILITIES: Capabilities = {
	atomicDelta: false,
	listLags: false,
	unlimited: false,
	setUnlimited: false,
	batch: 1,
	batchPaysFrom: 1,
	levelsPerRead: 1,
	deltaStartsCounting: false,
	requestsPerMinute: 6_000,
};

export const TOY_CLIENT_POLICY: ClientPolicy = {
	label: 'Toy',
	waitAfterLimit: 1_000,
	explain: (status) => ({
		message: `Toy answered with ${status}.`,
		advice: '',
		httpStatus: status,
	}),
};

const levelSchema = z.object({ quantity: z.number() });

export class Toy implements Platform {
	readonly name = 'toy';
	readonly label = 'Toy';
	readonly itemNoun = 'toy';
	readonly capabilities = TOY_CAPABILITIES;

	constructor(
		private readonly connection: Connection,
		private readonly warehouse: string,
	) {}

	async resolve(references: Reference[]): Promise<Resolution[]> {
		return references.map((reference) => {
			const itemId = reference.by === 'sku' ? reference.sku : reference.id;
			const item = { itemId, variantId: null, sku: itemId, name: null };
			return { kind: 'found', item, reading: null };
		});
	}

	async reserve(requests: number): Promise<ReserveOutcome> {
		return await this.connection.reserve(requests);
	}

	async read(items: Item[], _mode: ReadMode, options: ReadOptions = {}): Promise<ReadOutcome[]> {
		return await mapInOrder<Item, ReadOutcome>(
			items,
			async (item) => {
				const at = this.connection.clock.monotonic();
				const exchange = await this.send(item, undefined, options);
				if (exchange.kind !== 'accepted') return { kind: 'failed', fault: exchange.fault };
				return { kind: 'level', item, reading: { ...exchange.value, source: 'id', at } };
			},
			(fault) => ({ kind: 'failed', fault }),
		);
	}

	async list(): Promise<Listing> {
		return { kind: 'page', items: [], leftOut: [], next: null };
	}

	async write(changes: Change[], options: WriteOptions = {}): Promise<WriteOutcome[]> {
		return await mapInOrder<Change, WriteOutcome>(
			changes,
			async (change) => {
				const quantity = change.kind === 'set' ? change.quantity : 0;
				const exchange = await this.send(change.item, { quantity }, options);
				return exchange.kind === 'accepted' ? { kind: 'applied', level: exchange.value } : exchange;
			},
			(fault) => ({ kind: 'notSent', fault }),
		);
	}

	private async send(item: Item, body: unknown, options: WriteOptions): Promise<Exchange<Level>> {
		return await this.connection.send(
			body === undefined ? 'safe' : 'idempotent',
			{
				method: body === undefined ? 'GET' : 'PUT',
				path: `/${pathSegment(this.warehouse)}/${pathSegment(item.itemId)}`,
				body,
			},
			(answer) => {
				const parsed = levelSchema.safeParse(answer);
				if (!parsed.success) return null;
				const { quantity } = parsed.data;
				return { value: { quantity, unlimited: false, reserved: null, updatedAt: null } };
			},
			options,
		);
	}
}
