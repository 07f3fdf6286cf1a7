/** n8n's list of processed items, and what calls on it cost. */
import type { Claim } from '../../../../inventory/memory/idempotency-keys.ts';
import { IdempotencyKeys } from '../../../../inventory/memory/idempotency-keys.ts';
import { PeerProcesses } from '../../../../n8n/storage/peer-processes.ts';
import { StepTokens } from '../../../../n8n/storage/step-tokens.ts';
import { MOST_TOKENS, TokenList, type UnlockedTokens } from '../../../../n8n/storage/token-list.ts';
import { InstantClock } from '../../../support/clock.mts';
import { hash, settled } from '../../../support/memory.mts';

/** n8n's list, which counts what is asked of it. */
class Helper implements UnlockedTokens {
	tokens = new Set<string>();
	readonly calls: string[] = [];
	/** The most tokens that one removal walked past. */
	longestWalk = 0;
	/** What the next call does instead of answering. */
	failing: 'before' | 'after' | null = null;

	async record(asked: string[], most?: number): Promise<Set<string>> {
		this.calls.push('record');
		this.failIf('before');
		const known = new Set(asked.filter((token) => this.tokens.has(token)));
		for (const token of asked) this.tokens.add(token);
		for (const token of this.tokens) {
			if (this.tokens.size <= (most ?? Infinity)) break;
			this.tokens.delete(token);
		}
		this.failIf('after');
		return known;
	}

	async remove(asked: string[]): Promise<void> {
		this.calls.push('remove');
		this.longestWalk = Math.max(this.longestWalk, asked.length * this.tokens.size);
		for (const token of asked) this.tokens.delete(token);
	}

	/** Open tokens that are stored. */
	get open(): number {
		return [...this.tokens].filter((token) => token.startsWith('open ')).length;
	}

	async count(): Promise<number> {
		return this.tokens.size;
	}

	fill(count: number): void {
		this.tokens = new Set(Array.from({ length: count }, (_, n) => `other ${n}`));
	}

	private failIf(when: 'before' | 'after'): void {
		if (this.failing !== when) return;
		this.failing = null;
		throw new Error('the connection was lost');
	}
}

const claim = (key: string, amount = -1): Claim => ({
	key,
	amount,
	item: { itemId: '1', variantId: null },
});

function process(helper: Helper, isLasting = true) {
	const clock = new InstantClock();
	const step = new StepTokens(clock, new PeerProcesses(clock, 'one'));
	const inFlight = new Map<string, Promise<void>>();
	const run = (): IdempotencyKeys =>
		new IdempotencyKeys(step.storeOn(helper, isLasting), hash, 'shop', inFlight);
	return { clock, run };
}

describe('a claim whose call fails', () => {
	test.each(['before', 'after'] as const)(
		'a key is free again, whether the call failed %s it was stored',
		async (failing) => {
			const helper = new Helper();
			const { run } = process(helper);
			await run().claim([claim('earlier')]);
			helper.failing = failing;
			await expect(run().claim([claim('k'), claim('l')])).rejects.toThrow('connection was lost');
			expect(await run().claim([claim('k'), claim('l')])).toStrictEqual(['new', 'new']);
		},
	);

	test('a key that was used up before stays so', async () => {
		const helper = new Helper();
		const { run } = process(helper);
		const keys = run();
		await keys.claim([claim('k')]);
		await keys.settle(settled('applied', claim('k')));
		helper.failing = 'after';
		await expect(run().claim([claim('k')])).rejects.toThrow('connection was lost');
		expect(await run().claim([claim('k')])).not.toStrictEqual(['new']);
	});

	test('a key is free again when n8n can be reached only later', async () => {
		const helper = new Helper();
		const { run } = process(helper);
		await run().claim([claim('earlier')]);
		const { count } = helper;
		helper.failing = 'after';
		helper.count = async () => await Promise.reject(new Error('the connection was lost'));
		await expect(run().claim([claim('k')])).rejects.toThrow('connection was lost');
		helper.count = count;
		expect(await run().claim([claim('k')])).toStrictEqual(['new']);
	});
});

describe('a full memory', () => {
	test('the last 20,000 keys are remembered, and not many more', async () => {
		const helper = new Helper();
		const { run } = process(helper);
		const keys = run();
		const all = Array.from({ length: 21_000 }, (_, n) => claim(`k${n}`));
		for (let n = 0; n < all.length; n += 500) {
			await keys.claim(all.slice(n, n + 500));
			await keys.settle(settled('applied', ...all.slice(n, n + 500)));
		}
		expect(helper.tokens.size).toBeLessThanOrEqual(MOST_TOKENS + 1_000);
		const oldest = [all[1_000], all[1_001], all[20_999]];
		expect(await keys.claim(oldest)).toStrictEqual(['duplicate', 'duplicate', 'duplicate']);
	}, 30_000);

	test('hundreds of tokens are removed a few at a time', async () => {
		const helper = new Helper();
		helper.fill(MOST_TOKENS);
		const list = new TokenList();
		await list.open(helper);
		const some = [...helper.tokens].slice(-500);
		await list.remove(some, helper);
		expect(helper.tokens.size).toBe(MOST_TOKENS - 500);
		expect(helper.longestWalk).toBeLessThanOrEqual(1_000_000);
	});

	test('a run of 80 rows takes a quarter of a call for each, and a crash leaves fewer than 10 open', async () => {
		const helper = new Helper();
		helper.fill(MOST_TOKENS);
		const { run } = process(helper);
		const keys = run();
		const all = Array.from({ length: 80 }, (_, n) => claim(`k${n}`));
		keys.expect(all.map((one) => [one]));
		let mostOpen = 0;
		for (const one of all) {
			expect(await keys.claim([one])).toStrictEqual(['new']);
			await keys.settle(settled('applied', one));
			mostOpen = Math.max(mostOpen, helper.open);
		}
		await keys.close();
		expect(mostOpen).toBeLessThan(10);
		expect(helper.calls.length).toBeLessThanOrEqual(80 * 0.3);
	});

	test('80 executions of one row take little more than a call each, and repeat nothing', async () => {
		const helper = new Helper();
		helper.fill(MOST_TOKENS);
		const { run, clock } = process(helper);
		const all = Array.from({ length: 80 }, (_, n) => claim(`k${n}`));
		let mostOpen = 0;
		for (const one of all) {
			const keys = run();
			expect(await keys.claim([one])).toStrictEqual(['new']);
			mostOpen = Math.max(mostOpen, helper.open);
			await keys.settle(settled('applied', one));
			await keys.close();
			await clock.sleep(2_000);
		}
		expect(helper.calls.length).toBeLessThanOrEqual(80 * 1.15);
		expect(mostOpen).toBeLessThan(10);
		expect(await run().claim(all)).toStrictEqual(all.map(() => 'duplicate'));
		await clock.sleep(60_000);
		expect(helper.open).toBe(0);
	});

	test('a key is closed within ten seconds after the last row', async () => {
		const helper = new Helper();
		helper.fill(MOST_TOKENS);
		const { run, clock } = process(helper);
		await run().claim([claim('k')]);
		await run().settle(settled('applied', claim('k')));
		await clock.sleep(11_000);
		expect(helper.open).toBe(0);
	});

	test('where the process ends with the execution, a row that was applied is closed at once', async () => {
		const helper = new Helper();
		helper.fill(MOST_TOKENS);
		const { run } = process(helper, false);
		const keys = run();
		await keys.claim([claim('k')]);
		await keys.settle(settled('applied', claim('k')));
		expect(helper.open).toBe(0);
	});
});

test('a crash leaves the one row open that was under way while the memory is small', async () => {
	const helper = new Helper();
	const { run } = process(helper);
	const keys = run();
	const all = Array.from({ length: 5 }, (_, n) => claim(`k${n}`));
	keys.expect(all.map((one) => [one]));
	for (const one of all) {
		await keys.claim([one]);
		expect(helper.open).toBe(1);
		await keys.settle(settled('applied', one));
	}
});
