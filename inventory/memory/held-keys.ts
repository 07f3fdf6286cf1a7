/** Keys whose requests are in flight in this process, each with a promise that resolves once it is released. */
export type InFlight = Map<string, Promise<void>>;

/** The keys a run has in flight. */
export class HeldKeys {
	/** Resolves the promise of each key. */
	private readonly held = new Map<string, () => void>();

	constructor(private readonly inFlight: InFlight) {}

	get size(): number {
		return this.held.size;
	}

	isInFlight(key: string): boolean {
		return this.inFlight.has(key);
	}

	/** Resolves once all of these keys that are in flight have been released; null if none is. */
	others(keys: string[]): Promise<unknown> | null {
		const others = keys.flatMap((key) => this.inFlight.get(key) ?? []);
		return others.length === 0 ? null : Promise.all(others);
	}

	take(keys: string[]): void {
		for (const key of keys) {
			const done = new Promise<void>((resolve) => this.held.set(key, resolve));
			this.inFlight.set(key, done);
		}
	}

	letGo(keys: string[]): void {
		for (const key of keys) {
			const resolve = this.held.get(key);
			if (resolve === undefined) continue;
			this.held.delete(key);
			this.inFlight.delete(key);
			resolve();
		}
	}
}
