/** Runs the tasks of each name one at a time, in order. */
export interface Mutex {
	run<T>(name: string, task: () => Promise<T>): Promise<T>;
}

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
