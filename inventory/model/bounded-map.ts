import type { Clock } from './clock';

/** How long entries stay valid. */
export interface Life {
	/** Milliseconds since an entry was set. */
	ms: number;
	clock: Pick<Clock, 'monotonic'>;
}

/**
 * A map that cannot grow forever: when it is full, the entry set longest ago is dropped; with a `Life`, so are expired
 * ones. Setting an entry again renews it; reading it does not.
 */
export class BoundedMap<K, V> {
	private readonly entries = new Map<K, { value: V; at: number }>();

	/** @param most The largest number of entries. */
	constructor(
		private readonly most: number,
		private readonly life: Life | null = null,
	) {}

	get size(): number {
		this.dropExpired();
		return this.entries.size;
	}

	has(key: K): boolean {
		return this.get(key) !== undefined;
	}

	get(key: K): V | undefined {
		const entry = this.entries.get(key);
		return entry === undefined || this.isExpired(entry.at) ? undefined : entry.value;
	}

	/** Sets a value and makes it the newest. */
	set(key: K, value: V): void {
		this.entries.delete(key);
		this.entries.set(key, { value, at: this.now() });
		this.dropExpired();
		const [oldest] = this.entries.keys();
		if (this.entries.size > this.most) this.entries.delete(oldest);
	}

	/** The value, created if there is none. It becomes the newest entry, but still expires by when it was created. */
	use(key: K, make: () => V): V {
		const known = this.get(key);
		const value = known === undefined ? make() : known;
		if (known === undefined || this.life === null) this.set(key, value);
		return value;
	}

	delete(key: K): boolean {
		return this.entries.delete(key);
	}

	clear(): void {
		this.entries.clear();
	}

	/** From the oldest to the newest. */
	*[Symbol.iterator](): IterableIterator<[K, V]> {
		for (const [key, { value, at }] of this.entries) if (!this.isExpired(at)) yield [key, value];
	}

	/** Entries are ordered by age, so the first one that has not expired ends the search. */
	private dropExpired(): void {
		for (const [key, { at }] of this.entries) {
			if (!this.isExpired(at)) return;
			this.entries.delete(key);
		}
	}

	private isExpired(at: number): boolean {
		return this.life !== null && this.now() - at >= this.life.ms;
	}

	private now(): number {
		return this.life?.clock.monotonic() ?? 0;
	}
}
