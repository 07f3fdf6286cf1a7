/** All levels of a shop, read only as far as needed. */
import type { ListedItem, Platform } from '../model/platform';
import type { Fault } from '../model/fault';
import type { Item } from '../model/item';
import type { Level } from '../model/level';
import { quantityOf } from '../model/level';

export type ListedLevel =
	| {
			kind: 'level';
			item: Item;
			level: Level;
			/** The service's own low-stock threshold for the item; null where it has none. */
			lowAt: number | null;
	  }
	| { kind: 'failed'; item: Item | null; fault: Fault };

export type LevelFilter = 'all' | 'inStock' | 'outOfStock' | 'lowStock';

/** Unlimited stock is in stock and never low; an unknown level passes only `all`. */
export function passes(filter: LevelFilter, level: Level, threshold: number): boolean {
	if (filter === 'all') return true;
	const quantity = quantityOf(level);
	if (quantity === undefined) return false;
	if (quantity === null) return filter === 'inStock';
	if (filter === 'inStock') return quantity > 0;
	return quantity <= (filter === 'outOfStock' ? 0 : threshold);
}

/** The items of a shop, read page by page as far as needed, each page once. */
export class ItemList {
	private readonly items: ListedItem[] = [];
	private cursor: string | null = null;
	/** Entries read so far that could not be identified, as the service names them. */
	readonly leftOut: string[] = [];
	private started = false;

	/** Items read so far. */
	get known(): number {
		return this.items.length;
	}

	/** The item at index `n`; null after the last one, or the fault of the page it would be on. */
	async at(n: number, platform: Pick<Platform, 'list'>): Promise<ListedItem | Fault | null> {
		while (n >= this.items.length) {
			if (this.started && this.cursor === null) return null;
			const page = await platform.list(this.cursor);
			if (page.kind === 'failed') return page.fault;
			this.started = true;
			this.items.push(...page.items);
			this.leftOut.push(...page.leftOut);
			this.cursor = page.next;
		}
		return this.items[n];
	}
}

/** All levels of a shop, each read only once, whether that succeeded or failed, however often the list is walked. */
export class LevelList {
	private readonly items = new ItemList();
	private readonly levels: ListedLevel[] = [];
	/** Levels that took a request each, because the list contains none. */
	singleReads = 0;

	constructor(private readonly platform: Platform) {}

	get leftOut(): string[] {
		return this.items.leftOut;
	}

	async *walk(): AsyncGenerator<ListedLevel> {
		for (let n = 0; ; n += 1) {
			const level = this.levels[n] ?? (await this.load(n));
			if (level === null) return;
			this.levels[n] = level;
			yield level;
			if (level.kind === 'failed' && level.fault.wholeRun) return;
		}
	}

	private async load(n: number): Promise<ListedLevel | null> {
		const listed = await this.items.at(n, this.platform);
		if (listed === null) return null;
		// Every walk that gets this far has to see the fault: a list that broke off must not look complete.
		if (!('item' in listed))
			return { kind: 'failed', item: null, fault: { ...listed, wholeRun: true } };
		const { item, level, lowAt = null } = listed;
		return level === null ? await this.read(item) : { kind: 'level', item, level, lowAt };
	}

	private async read(item: Item): Promise<ListedLevel> {
		this.singleReads += 1;
		const [answer] = await this.platform.read([item], 'byId');
		if (answer.kind === 'failed') return { kind: 'failed', item, fault: answer.fault };
		return { kind: 'level', item: answer.item, level: answer.reading, lowAt: null };
	}
}
