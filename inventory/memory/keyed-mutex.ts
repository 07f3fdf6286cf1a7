/** Runs tasks of one name one after the other. */
export interface Mutex {
	run<T>(name: string, task: () => Promise<T>): Promise<T>;
}

/** For everyone in the process who uses this mutex. */
export class KeyedMutex implements Mutex {
	private readonly last = new Map<string, Promise<unknown>>();

	async run<T>(name: string, task: () => Promise<T>): Promise<T> {
		const before = this.last.get(name) ?? Promise.resolve();
		const mine = before.then(task, task);
		this.last.set(name, mine);
		try {
			return await mine;
		} finally {
			if (this.last.get(name) === mine) this.last.delete(name);
		}
	}
}
