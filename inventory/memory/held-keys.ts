/** Keys whose requests are in flight in this process; the second with the same key waits for the first. */
export type InFlight = Map<string, Promise<void>>;

/** The keys a run has in flight. */
export class HeldKeys {
	/** How to let the others continue, for each key. */
	private readonly held = new Map<string, () => void>();

	constructor(private readonly inFlight: InFlight) {}

	/** Whether somebody has the key in flight. */
	isInFlight(key: string): boolean {
		return this.inFlight.has(key);
	}

	/** Resolves when those who have one of these keys have let go of it; null where nobody has one. */
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
