/** A large key memory costs several executions little more than one, and a lone one waits for nobody. */
import {
	IdempotencyKeys,
	type Claim,
	type ClaimAnswer,
} from '../../../../inventory/memory/idempotency-keys.ts';
import { PeerProcesses } from '../../../../n8n/storage/peer-processes.ts';
import { StepTokens } from '../../../../n8n/storage/step-tokens.ts';
import type { UnlockedTokens } from '../../../../n8n/storage/token-list.ts';
import { InstantClock } from '../../../support/clock.mts';
import { hash, settled } from '../../../support/memory.mts';

/** Milliseconds a request takes, and those between two executions. */
const REQUEST = 3_000;
const APART = 110;

/** Milliseconds for which a claim waits for others. */
const GATHER = 500;

/** Rows of a run that are in flight at a time. */
const LANES = 4;

/** Open rows of one run that a crash may leave behind. */
const MOST_OPEN = 9;

class Step {
	readonly clock = new InstantClock();
	readonly calls = { record: 0, remove: 0 };
	mostOpen = 0;
	isLocked = false;
	private readonly tokens: Set<string>;
	private readonly inFlight = new Map<string, Promise<void>>();
	private readonly step = new StepTokens(this.clock, new PeerProcesses(this.clock, 'this one'));

	/** @param size How many tokens the memory holds. */
	constructor(size: number) {
		this.tokens = new Set(Array.from({ length: size }, (_, n) => `earlier ${n}`));
	}

	private readonly unlocked: UnlockedTokens = {
		record: async (asked) => {
			if (this.isLocked) throw new Error('database is locked');
			this.calls.record += 1;
			const known = new Set(asked.filter((token) => this.tokens.has(token)));
			for (const token of asked) this.tokens.add(token);
			const open = [...this.tokens].filter((token) => token.startsWith('open'));
			this.mostOpen = Math.max(this.mostOpen, open.length);
			return known;
		},
		remove: async (asked) => {
			this.calls.remove += 1;
			for (const token of asked) this.tokens.delete(token);
		},
		count: async () => this.tokens.size,
	};

	/** An execution of one row per key, with as many rows in flight at a time as a run may have. */
	async run(...names: string[]): Promise<ClaimAnswer[]> {
		await this.step.shared.open(this.unlocked);
		const store = this.step.storeOn(this.unlocked, true);
		const keys = new IdempotencyKeys(store, hash, 'shop', this.inFlight);
		const claims = names.map((key): Claim => {
			return { item: { itemId: '1', variantId: null }, key, amount: -1 };
		});
		keys.expect(claims.map((claim) => [claim]));
		const answers: ClaimAnswer[] = [];
		const left = [...claims.entries()];
		const lane = async (): Promise<void> => {
			for (let next = left.shift(); next !== undefined; next = left.shift()) {
				const [n, claim] = next;
				[answers[n]] = await keys.claim([claim]);
				if (answers[n] !== 'new') continue;
				await this.clock.sleep(REQUEST);
				await keys.settle(settled('applied', claim));
			}
		};
		await Promise.all(Array.from({ length: LANES }, lane));
		await keys.close();
		return answers;
	}

	/** Executions that begin one shortly after the other. */
	async runAll(keys: string[]): Promise<ClaimAnswer[]> {
		return await Promise.all(
			keys.map(async (key, n) => {
				await this.clock.sleep(n * APART);
				return (await this.run(key))[0];
			}),
		);
	}
}

const rows = (count: number, name: string): string[] =>
	Array.from({ length: count }, (_, n) => `row ${n} ${name}`);

const KEYS = Array.from({ length: 8 }, (_, n) => `line ${n}`);
const answers = (answer: ClaimAnswer): ClaimAnswer[] => KEYS.map(() => answer);

test('executions of one row each share the calls to a large memory', async () => {
	const step = new Step(20_000);
	// The first claim of a process also looks for others.
	await step.run('first');
	const { record } = step.calls;
	expect(await step.runAll(KEYS)).toStrictEqual(answers('new'));
	expect(step.calls.record - record).toBeLessThanOrEqual(3);
	expect(await step.runAll(KEYS)).toStrictEqual(answers('duplicate'));
});

test('a run leaves no more rows open than a crash may, however many are in flight', async () => {
	const step = new Step(20_000);
	await step.run('applied');
	await step.run(...rows(100, 'of a run'));
	expect(step.mostOpen).toBeLessThanOrEqual(MOST_OPEN);
});

test('executions that run at once leave open what each is sending, and as much more as one run may', async () => {
	const step = new Step(20_000);
	await step.runAll(KEYS);
	await step.runAll(KEYS.map((key) => `${key} again`));
	expect(step.mostOpen).toBeLessThan(KEYS.length + MOST_OPEN);
});

test('two long runs at once save calls to a large memory, and do not wait for each other', async () => {
	const step = new Step(20_000);
	const runs = [rows(100, 'of one'), rows(100, 'of another')];
	const from = step.clock.monotonic();
	await Promise.all(runs.map(async (names) => await step.run(...names)));
	const { record, remove } = step.calls;
	expect(record + remove).toBeLessThan(100);
	expect(step.clock.sleeps.filter((ms) => ms === GATHER).length).toBeLessThanOrEqual(2);
	// The last claim of each may wait for the other.
	const time = step.clock.monotonic() - from;
	expect(time).toBeLessThanOrEqual((100 / LANES) * REQUEST + 10_000);
});

test('a key that was to be closed stays so if a call that asks for it fails', async () => {
	const step = new Step(20_000);
	await step.run('first');
	expect(await step.run('k')).toStrictEqual(['new']);
	step.isLocked = true;
	await expect(step.run('k')).rejects.toThrow('database is locked');
	step.isLocked = false;
	await step.clock.sleep(60_000);
	expect(await step.run('k')).toStrictEqual(['duplicate']);
});

test('a call that several executions share and that fails leaves none of their keys in use', async () => {
	const step = new Step(20_000);
	const first = step.run('first');
	await step.clock.sleep(REQUEST / 2);
	step.isLocked = true;
	const ends = KEYS.map(async (key) => await step.run(key).catch(({ message }: Error) => message));
	expect(new Set(await Promise.all(ends))).toStrictEqual(new Set(['database is locked']));
	step.isLocked = false;
	expect(await first).toStrictEqual(['new']);
	await step.clock.sleep(60_000);
	expect(await step.runAll(KEYS)).toStrictEqual(answers('new'));
});

test.each([
	['a lone execution at a large memory', 20_000, 1],
	['executions at a small memory', 100, 8],
])('no claim waits for those of others: %s', async (_, size, count) => {
	const step = new Step(size);
	await step.runAll(KEYS.slice(0, count));
	expect(step.clock.sleeps).not.toContain(GATHER);
});

test('no claim waits for those of others: a lone run of many rows', async () => {
	const step = new Step(20_000);
	await step.run(...rows(100, 'of a run'));
	expect(step.clock.sleeps).not.toContain(GATHER);
});
