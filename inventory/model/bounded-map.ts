import type { Clock } from './clock';

/** How long the entries of a memory are useful. */
export interface Life {
	/** Milliseconds from when an entry was set. */
	ms: number;
	clock: Pick<Clock, 'monotonic'>;
}

/**
 * A memory that cannot grow forever: when it is full, the entry that was set longest ago goes; if it has a life, older
 * entries go as well. Reading an entry does not keep it; setting it again does.
 */
export class BoundedMap<K, V> {
	private readonly entries = new Map<K, { value: V; at: number }>();

	/** @param most Entries at most. */
	constructor(
		private readonly most: number,
		private readonly life: Life | null = null,
	) {}

	get size(): number {
		this.dropOld();
		return this.entries.size;
	}

	has(key: K): boolean {
		return this.get(key) !== undefined;
	}

	get(key: K): V | undefined {
		const entry = this.entries.get(key);
		return entry === undefined || this.isOld(entry.at) ? undefined : entry.value;
	}

	/** Sets a value and makes it the newest. */
	set(key: K, value: V): void {
		this.entries.delete(key);
		this.entries.set(key, { value, at: this.now() });
		this.dropOld();
		if (this.entries.size > this.most) this.entries.delete(this.oldestKey() as K);
	}

	/** The value, created if there is none. It becomes the newest; its life counts from its creation. */
	use(key: K, make: () => V): V {
		const entry = this.entries.get(key);
		if (entry === undefined || this.isOld(entry.at)) {
			const value = make();
			this.set(key, value);
			return value;
		}
		if (this.life === null) {
			this.entries.delete(key);
			this.entries.set(key, entry);
		}
		return entry.value;
	}

	delete(key: K): boolean {
		return this.entries.delete(key);
	}

	clear(): void {
		this.entries.clear();
	}

	/** From the oldest to the newest. */
	*[Symbol.iterator](): IterableIterator<[K, V]> {
		for (const [key, { value, at }] of this.entries) if (!this.isOld(at)) yield [key, value];
	}

	/** Entries are ordered by age, so the first one that is young enough ends the search. */
	private dropOld(): void {
		for (const [key, { at }] of this.entries) {
			if (!this.isOld(at)) return;
			this.entries.delete(key);
		}
	}

	private oldestKey(): K | undefined {
		return this.entries.keys().next().value;
	}

	private isOld(at: number): boolean {
		return this.life !== null && this.now() - at >= this.life.ms;
	}

	private now(): number {
		return this.life?.clock.monotonic() ?? 0;
	}
}
