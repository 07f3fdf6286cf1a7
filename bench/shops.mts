/**
 * The three shops: sets the stock before a run, and reports the requests and the stock afterwards.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Fault } from '../sandbox/faults.mts';
import type { Limit } from '../sandbox/limits.mts';
import type { ServiceName } from '../sandbox/sandbox.mts';
import type { Stocked } from '../sandbox/service.mts';

export interface Scene {
	service: ServiceName;
	products: number;
	limit: Partial<Limit>;
	faults: Fault[];
	/** Continues with the stock as it is. */
	keepStock?: boolean;
}

export interface Tally {
	requests: number;
	/** Answered 429. */
	limited: number;
	/** Requests that a fault applied to, inside batches too. */
	faults: number;
	/** Requests by method and path. */
	kinds: Record<string, number>;
	/** Of the first and the last request, in milliseconds since 1970 by the fast clock. */
	firstAt: number;
	lastAt: number;
}

export type Call =
	| { call: 'now' | 'tally' | 'url' }
	| { call: 'set'; scene: Scene }
	| { call: 'stock'; service: ServiceName };

export class Shops {
	private readonly waiting = new Map<number, (answer: unknown) => void>();
	private count = 0;

	private constructor(
		private readonly child: ChildProcess,
		readonly url: string,
	) {
		child.on('message', ({ id, answer }: { id: number; answer: unknown }) => {
			this.waiting.get(id)?.(answer);
			this.waiting.delete(id);
		});
	}

	static async open(): Promise<Shops> {
		const child = fork(fileURLToPath(new URL('./shops-process.mts', import.meta.url)), {
			execArgv: ['--import', import.meta.resolve('tsx')],
		});
		const url = await new Promise<string>((resolve, reject) => {
			child.once('message', ({ answer }: { answer: string }) => resolve(answer));
			child.once('exit', (code) => reject(new Error(`The sandbox ended with ${code}`)));
		});
		return new Shops(child, url);
	}

	/** Sets the stock and returns it. */
	async set(scene: Scene): Promise<Stocked[]> {
		return (await this.ask({ call: 'set', scene })) as Stocked[];
	}

	async stock(service: ServiceName): Promise<Stocked[]> {
		return (await this.ask({ call: 'stock', service })) as Stocked[];
	}

	async tally(): Promise<Tally> {
		return (await this.ask({ call: 'tally' })) as Tally;
	}

	/** The sandbox's time: that of the last request, in milliseconds since 1970. */
	async now(): Promise<number> {
		return (await this.ask({ call: 'now' })) as number;
	}

	close(): void {
		this.child.disconnect();
	}

	private async ask(call: Call): Promise<unknown> {
		this.count += 1;
		const id = this.count;
		return await new Promise((resolve) => {
			this.waiting.set(id, resolve);
			this.child.send({ id, call });
		});
	}
}
