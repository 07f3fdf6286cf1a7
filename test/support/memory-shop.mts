/**
 * The smallest shop that fulfils the port: levels in a list, writes that always succeed. For tests of the engine alone.
 */
import type {
	Capabilities,
	Platform,
	ReadOutcome,
	Resolution,
	WriteOutcome,
} from '../../inventory/model/platform.ts';
import type { Change } from '../../inventory/model/change.ts';
import type { Item, Reference } from '../../inventory/model/item.ts';
import type { Level } from '../../inventory/model/level.ts';

export interface MemoryItem {
	id: string;
	sku: string | null;
	quantity: number;
	unlimited?: boolean;
}

const CAPABILITIES: Capabilities = {
	atomicDelta: true,
	listLags: false,
	unlimited: true,
	setUnlimited: true,
	batch: 1,
	batchPaysFrom: 1,
	levelsPerRead: 1,
	deltaStartsCounting: false,
	requestsPerMinute: 600,
};

export class MemoryShop implements Platform {
	readonly name = 'ecwid';
	readonly label = 'Memory';
	readonly itemNoun = 'item';
	readonly capabilities: Capabilities;
	/** Every write, in order. */
	readonly writes: Change[] = [];
	/** Every reading, in order. */
	readonly reads: string[] = [];
	/** Outcomes to answer the next writes with instead of applying them. */
	readonly answers: WriteOutcome[] = [];
	/** Called before each reading, to let someone else interfere. */
	onRead: (id: string) => void = () => {};

	constructor(
		readonly items: MemoryItem[],
		private readonly now: () => number = () => 0,
		capabilities: Partial<Capabilities> = {},
	) {
		this.capabilities = { ...CAPABILITIES, ...capabilities };
	}

	private itemOf({ id, sku }: MemoryItem): Item {
		return { itemId: id, variantId: null, sku, name: null };
	}

	private find(id: string): MemoryItem | undefined {
		return this.items.find((item) => item.id === id);
	}

	level(id: string): Level {
		const { quantity, unlimited } = this.find(id) as MemoryItem;
		return {
			quantity: unlimited ? null : quantity,
			unlimited: unlimited === true,
			reserved: null,
			updatedAt: null,
		};
	}

	async resolve(references: Reference[]): Promise<Resolution[]> {
		return references.map((reference) => {
			const matches = this.items.filter((item) =>
				reference.by === 'sku' ? item.sku === reference.sku : item.id === reference.id,
			);
			if (matches.length === 0) return { kind: 'notFound', similar: [] };
			if (matches.length > 1)
				return {
					kind: 'ambiguous',
					candidates: matches.map((one) => ({ item: this.itemOf(one), distinction: '' })),
				};
			return { kind: 'found', item: this.itemOf(matches[0]), reading: null };
		});
	}

	async read(items: Item[], mode: 'byId' | 'cheapest'): Promise<ReadOutcome[]> {
		return items.map((item) => {
			this.reads.push(item.itemId);
			this.onRead(item.itemId);
			const source = mode === 'byId' ? ('id' as const) : ('list' as const);
			return {
				kind: 'level',
				item,
				reading: { ...this.level(item.itemId), source, at: this.now() },
			};
		});
	}

	async reserve() {
		return { kind: 'reserved' as const, reservation: { release: () => {} } };
	}

	async list() {
		return { kind: 'page' as const, items: [], leftOut: [], next: null };
	}

	async write(changes: Change[]): Promise<WriteOutcome[]> {
		return changes.map((change) => {
			this.writes.push(change);
			const answer = this.answers.shift();
			if (answer !== undefined) return answer;
			this.apply(change);
			return { kind: 'applied', level: this.level(change.item.itemId) };
		});
	}

	apply(change: Change): void {
		const item = this.find(change.item.itemId) as MemoryItem;
		if (change.kind === 'delta') item.quantity += change.delta;
		else if (change.kind === 'set')
			Object.assign(item, { quantity: change.quantity, unlimited: false });
		else item.unlimited = true;
	}
}
