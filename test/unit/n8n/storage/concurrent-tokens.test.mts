/** Several processes on one memory that has no lock: nothing that was recorded may be forgotten. */
import fc from 'fast-check';
import {
	IdempotencyKeys,
	type ClaimOutcome,
} from '../../../../inventory/memory/idempotency-keys.ts';
import { KeyedMutex } from '../../../../inventory/memory/keyed-mutex.ts';
import { ItemLocks } from '../../../../n8n/storage/item-locks.ts';
import { PeerProcesses } from '../../../../n8n/storage/peer-processes.ts';
import { StepTokens } from '../../../../n8n/storage/step-tokens.ts';
import type { UnlockedTokens } from '../../../../n8n/storage/token-list.ts';
import { InstantClock } from '../../../support/clock.mts';
import { hash, settled } from '../../../support/memory.mts';

/** Milliseconds a call may take, from reading to writing back, as a database under load does. */
const SLOWEST_CALL = 25;

/** What all processes read, change and write back, as n8n's helper does. */
class UnlockedMemory {
	private tokens: ReadonlySet<string> = new Set();

	constructor(
		private readonly clock: InstantClock,
		private readonly delay: () => number,
	) {}

	has(token: string): boolean {
		return this.tokens.has(token);
	}

	get size(): number {
		return this.tokens.size;
	}

	readonly store: UnlockedTokens = {
		record: async (asked) => await this.call(asked, (tokens, token) => tokens.add(token)),
		remove: async (asked) => {
			await this.call(asked, (tokens, token) => tokens.delete(token));
		},
		count: async () => this.tokens.size,
	};

	private async call(
		asked: string[],
		change: (tokens: Set<string>, token: string) => unknown,
	): Promise<Set<string>> {
		await this.clock.sleep(this.delay());
		const tokens = new Set(this.tokens);
		const known = new Set(asked.filter((token) => tokens.has(token)));
		for (const token of asked) change(tokens, token);
		await this.clock.sleep(this.delay());
		this.tokens = tokens;
		await this.clock.sleep(this.delay());
		return known;
	}
}

class Process {
	readonly peers: PeerProcesses;
	private readonly tokens: StepTokens;
	private readonly locks: ItemLocks;
	private readonly inFlight = new Map<string, Promise<void>>();

	constructor(
		private readonly clock: InstantClock,
		private readonly memory: UnlockedMemory,
		name: string,
	) {
		this.peers = new PeerProcesses(clock, name);
		this.tokens = new StepTokens(clock, this.peers);
		const within = { scope: 'shop', local: new KeyedMutex() };
		const shared = { tokens: this.tokens.shared, store: memory.store };
		this.locks = new ItemLocks(clock, this.peers, shared, within);
	}

	private keys(): IdempotencyKeys {
		const store = this.tokens.storeOn(this.memory.store, true);
		return new IdempotencyKeys(store, hash, 'shop', this.inFlight);
	}

	/** A change of an item that is a reading and a write. */
	async add(item: string, task: () => Promise<void>): Promise<void> {
		await this.locks.run(item, task);
	}

	/** One order line, as a row goes: asked, sent where it is new, and ended. Returns what the key said. */
	async run(key: string, took = 40, outcome: ClaimOutcome = 'applied'): Promise<string> {
		const keys = this.keys();
		const claim = { item: { itemId: '1', variantId: null }, key, amount: -1 };
		const [answer] = await keys.claim([claim]);
		if (answer !== 'new') return answer;
		await this.clock.sleep(took);
		await keys.settle(settled(outcome, claim));
		return 'new';
	}
}

const two = (seed: number) => several(2, seed);

/** Some processes, and a source of chance that a failing run can be repeated with. */
function several(count: number, seed: number) {
	let state = seed;
	const chance = (most: number): number => {
		state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
		return (state / 2_147_483_648) * most;
	};
	const clock = new InstantClock();
	const memory = new UnlockedMemory(clock, () => chance(SLOWEST_CALL / 3));
	const processes = Array.from(
		{ length: count },
		(_, n) => new Process(clock, memory, `process ${n}`),
	);
	return { clock, chance, memory, processes };
}

test('keys of two busy processes are all remembered, and found by either', async () => {
	await fc.assert(
		fc.asyncProperty(fc.integer({ min: 1, max: 1e9 }), async (seed) => {
			const { clock, chance, processes } = two(seed);
			const keys = Array.from({ length: 40 }, (_, n) => `line ${n}`);
			const left = [...keys];
			const lane = async (process: Process): Promise<void> => {
				for (let key = left.shift(); key !== undefined; key = left.shift()) {
					expect(await process.run(key, chance(80))).toBe('new');
				}
			};
			await Promise.all(processes.flatMap((process) => [lane(process), lane(process)]));
			await clock.sleep(1_000);
			const again = [];
			for (const [n, key] of keys.entries()) again.push(await processes[n % 2].run(key));
			expect(again.filter((answer) => answer === 'new')).toStrictEqual([]);
			// What was applied may at worst look open: a person is asked, nothing is sent.
			expect(again.filter((answer) => answer === 'duplicate').length).toBeGreaterThan(20);
		}),
		{ numRuns: 30 },
	);
}, 60_000);

test('one key at the same moment is sent by one of two processes that know of each other', async () => {
	await fc.assert(
		fc.asyncProperty(fc.integer({ min: 1, max: 1e9 }), async (seed) => {
			const { clock, chance, processes } = two(seed);
			for (const { peers } of processes) peers.notice();
			for (let n = 0; n < 20; n += 1) {
				const answers = await Promise.all(
					processes.map(async (process) => {
						await clock.sleep(chance(30));
						return await process.run(`line ${n}`);
					}),
				);
				expect(answers.sort()).toStrictEqual(['duplicate', 'new']);
			}
		}),
		{ numRuns: 30 },
	);
}, 60_000);

test('one key at the same moment whose row is refused is sent by the other process', async () => {
	const { processes, memory } = two(1);
	for (const { peers } of processes) peers.notice();
	const answers = await Promise.all([
		processes[0].run('line', 200, 'notApplied'),
		processes[1].run('line', 200, 'notApplied'),
	]);
	expect(answers).toStrictEqual(['new', 'new']);
	expect(memory.size).toBe(0);
});

test('a key of a process that died stays open', async () => {
	const { processes, clock } = two(1);
	expect(await processes[0].run('line', 0, 'unknown')).toBe('new');
	expect(await processes[1].run('line')).toBe('unknown');
	// The process itself knows that there is nothing to wait for, however long ago that was.
	await clock.sleep(2 * 60 * 60_000);
	const from = clock.now();
	expect(await processes[0].run('line')).toBe('unknown');
	expect(clock.now() - from).toBeLessThan(1_000);
});

test('what an earlier process left open is said at once, and no other process is believed in', async () => {
	const { processes, memory, clock } = two(1);
	expect(await processes[0].run('line', 0, 'unknown')).toBe('new');
	clock.pass(24 * 60 * 60_000);
	const restarted = new Process(clock, memory, 'restarted');
	const from = clock.now();
	for (let n = 0; n < 3; n += 1) expect(await restarted.run('line')).toBe('unknown');
	expect(clock.now() - from).toBeLessThan(1_000);
	expect(restarted.peers.noticed).toBe(false);
});

test('after a restart within minutes, an open key is waited for once', async () => {
	const { processes, memory, clock } = two(1);
	expect(await processes[0].run('line', 0, 'unknown')).toBe('new');
	const restarted = new Process(clock, memory, 'restarted');
	expect(await restarted.run('line')).toBe('unknown');
	const from = clock.now();
	expect(await restarted.run('line')).toBe('unknown');
	expect(clock.now() - from).toBeLessThan(1_000);
	expect(restarted.peers.noticed).toBe(false);
});

test('one key at the same moment is sent by one of two processes that have never met', async () => {
	await fc.assert(
		fc.asyncProperty(fc.integer({ min: 1, max: 1e9 }), async (seed) => {
			const { clock, chance, processes } = two(seed);
			const answers = await Promise.all(
				processes.map(async (process) => {
					await clock.sleep(chance(30));
					return await process.run('line');
				}),
			);
			expect(answers.filter((answer) => answer === 'new')).toHaveLength(1);
		}),
		{ numRuns: 200 },
	);
}, 60_000);

test('two processes learn of each other with their first calls', async () => {
	const { processes } = two(1);
	for (const [n, process] of [...processes, processes[0]].entries())
		expect(await process.run(`line ${n}`)).toBe('new');
	expect(processes.map(({ peers }) => peers.noticed)).toStrictEqual([true, true]);
});

test.each([2, 3, 4])(
	'of what %d processes add to one item, nothing is lost, and nobody waits long',
	async (count) => {
		await fc.assert(
			fc.asyncProperty(fc.integer({ min: 1, max: 1e9 }), async (seed) => {
				const { clock, chance, processes } = several(count, seed);
				for (const { peers } of processes) peers.notice();
				let level = 0;
				const from = clock.now();
				const lane = async (process: Process): Promise<void> => {
					for (let n = 0; n < 10; n += 1) {
						await process.add('item', async () => {
							const before = level;
							await clock.sleep(20 + chance(200));
							level = before + 1;
						});
					}
				};
				await Promise.all(processes.map(lane));
				expect(level).toBe(10 * count);
				expect((clock.now() - from) / level).toBeLessThan(2_500);
			}),
			{ numRuns: 30 },
		);
	},
	60_000,
);

test('the lock of a process that died is waited for, for a minute at most', async () => {
	const { processes, clock } = two(1);
	void processes[0].add('item', async () => await new Promise(() => {}));
	await clock.sleep(1_000);
	const from = clock.now();
	await processes[1].add('item', async () => {});
	expect(clock.now() - from).toBeGreaterThan(25_000);
	expect(clock.now() - from).toBeLessThan(65_000);
});

test('alone, a process waits for nobody, and nothing stays but two tokens a key and that of the process', async () => {
	const { clock, memory, processes } = two(1);
	const [process] = processes;
	const from = clock.now();
	for (let n = 0; n < 10; n += 1) expect(await process.run(`line ${n}`)).toBe('new');
	expect(process.peers.noticed).toBe(false);
	expect(clock.now() - from).toBeLessThan(10 * (40 + 3 * SLOWEST_CALL));
	expect(memory.size).toBe(21);
});
