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

/** Open rows that a crash may leave behind. */
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

	/** An execution of one row. */
	async run(key: string): Promise<ClaimAnswer> {
		await this.step.shared.open(this.unlocked);
		const store = this.step.storeOn(this.unlocked, true);
		const keys = new IdempotencyKeys(store, hash, 'shop', this.inFlight);
		const claim: Claim = { item: { itemId: '1', variantId: null }, key, amount: -1 };
		keys.expect([[claim]]);
		const [answer] = await keys.claim([claim]);
		if (answer === 'new') await this.clock.sleep(REQUEST);
		if (answer === 'new') await keys.settle(settled('applied', claim));
		await keys.close();
		return answer;
	}

	/** Executions that begin one shortly after the other. */
	async runAll(keys: string[]): Promise<ClaimAnswer[]> {
		return await Promise.all(
			keys.map(async (key, n) => {
				await this.clock.sleep(n * APART);
				return await this.run(key);
			}),
		);
	}
}

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

test('executions that share calls leave no more rows open than a crash may', async () => {
	const step = new Step(20_000);
	await step.runAll(KEYS);
	await step.runAll(KEYS.map((key) => `${key} again`));
	expect(step.mostOpen).toBeLessThanOrEqual(MOST_OPEN);
});

test('a call that several executions share and that fails leaves none of their keys in use', async () => {
	const step = new Step(20_000);
	const first = step.run('first');
	await step.clock.sleep(REQUEST / 2);
	step.isLocked = true;
	const ends = KEYS.map(async (key) => await step.run(key).catch(({ message }: Error) => message));
	expect(new Set(await Promise.all(ends))).toStrictEqual(new Set(['database is locked']));
	step.isLocked = false;
	expect(await first).toBe('new');
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
