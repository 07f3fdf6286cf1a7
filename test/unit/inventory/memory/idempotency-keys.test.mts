import fc from 'fast-check';
import { setImmediate as tick } from 'node:timers/promises';
import type {
	Claim,
	ClaimAnswer,
	InFlight,
} from '../../../../inventory/memory/idempotency-keys.ts';
import { keysOn, MemoryTokens } from '../../../support/memory.mts';

const claim = (key: string, amount = -1, itemId = '1'): Claim => ({
	key,
	amount,
	item: { itemId, variantId: null },
});

describe('what a key says', () => {
	test.each<[ClaimAnswer, string]>([
		['duplicate', 'confirm'],
		['new', 'release'],
		['unknown', 'leaveOpen'],
	])('%s after %s', async (answer, end) => {
		const store = new MemoryTokens();
		const first = keysOn(store);
		expect(await first.claim([claim('k')])).toStrictEqual(['new']);
		await first[end as 'confirm' | 'release' | 'leaveOpen']([claim('k')]);
		expect(await keysOn(store).claim([claim('k')])).toStrictEqual([answer]);
	});

	test('unknown after a process that died with the request on its way', async () => {
		const store = new MemoryTokens();
		await keysOn(store).claim([claim('k')]);
		expect(await keysOn(store).claim([claim('k')])).toStrictEqual(['unknown']);
	});

	test.each([
		['confirmed', 'confirm'],
		['open', 'leaveOpen'],
	] as const)('conflict for another amount while %s, and nothing of it stays', async (_, end) => {
		const store = new MemoryTokens();
		const keys = keysOn(store);
		await keys.claim([claim('k', -1)]);
		await keys[end]([claim('k', -1)]);
		const tokens = [...store.tokens];
		expect(await keys.claim([claim('k', -2)])).toStrictEqual(['conflict']);
		expect([...store.tokens]).toStrictEqual(tokens);
	});

	test('the same key is another one on another item, product or variation', async () => {
		const keys = keysOn(new MemoryTokens());
		const variation: Claim = { ...claim('k'), item: { itemId: '1', variantId: '7' } };
		expect(await keys.claim([claim('k'), claim('k', -1, '2'), variation])).toStrictEqual([
			'new',
			'new',
			'new',
		]);
	});

	test('a key and an item cannot be read as another key on another item', async () => {
		const keys = keysOn(new MemoryTokens());
		await keys.claim([claim('2","k', -1, '1')]);
		expect(await keys.claim([claim('k', -1, '1","2')])).toStrictEqual(['new']);
	});

	test('a second asking changes nothing', async () => {
		const store = new MemoryTokens();
		const keys = keysOn(store);
		await keys.claim([claim('k')]);
		await keys.confirm([claim('k')]);
		for (let n = 0; n < 3; n += 1) {
			expect(await keys.claim([claim('k')])).toStrictEqual(['duplicate']);
		}
	});
});

describe('a look that holds nothing', () => {
	test('leaves no token of a new key behind', async () => {
		const store = new MemoryTokens();
		expect(await keysOn(store).peek([claim('k'), claim('l')])).toStrictEqual(['new', 'new']);
		expect(store.tokens.size).toBe(0);
	});

	test('leaves what is known as it is', async () => {
		const store = new MemoryTokens();
		const keys = keysOn(store);
		await keys.claim([claim('done'), claim('open')]);
		await keys.confirm([claim('done')]);
		keys.leaveOpen([claim('open')]);
		const tokens = [...store.tokens];
		const asked = [claim('done'), claim('open'), claim('done', -9)];
		expect(await keys.peek(asked)).toStrictEqual(['duplicate', 'unknown', 'conflict']);
		expect([...store.tokens]).toStrictEqual(tokens);
	});
});

describe('in one process', () => {
	test('the second with the same key waits for the first', async () => {
		const store = new MemoryTokens();
		const inFlight: InFlight = new Map();
		const [first, second] = [keysOn(store, inFlight), keysOn(store, inFlight)];
		await first.claim([claim('k')]);
		let answer: ClaimAnswer | null = null;
		const waiting = second.claim([claim('k')]).then((answers) => ([answer] = answers));
		for (let n = 0; n < 5; n += 1) await tick();
		expect(answer).toBeNull();
		await first.confirm([claim('k')]);
		await waiting;
		expect(answer).toBe('duplicate');
		expect(inFlight.size).toBe(0);
	});

	test.each(['release', 'leaveOpen'] as const)('goes on after %s', async (end) => {
		const store = new MemoryTokens();
		const inFlight: InFlight = new Map();
		const first = keysOn(store, inFlight);
		await first.claim([claim('k')]);
		const waiting = keysOn(store, inFlight).claim([claim('k')]);
		await first[end]([claim('k')]);
		expect(await waiting).toStrictEqual([end === 'release' ? 'new' : 'unknown']);
	});

	test('two that ask for the same keys in another order do not wait for each other', async () => {
		const store = new MemoryTokens();
		const inFlight: InFlight = new Map();
		const runs = [
			[claim('a'), claim('b')],
			[claim('b'), claim('a')],
		].map(async (claims) => {
			const keys = keysOn(store, inFlight);
			const answers = await keys.claim(claims);
			await keys.confirm(claims.filter((_, n) => answers[n] === 'new'));
			return answers;
		});
		expect(await Promise.all(runs)).toStrictEqual([
			['new', 'new'],
			['duplicate', 'duplicate'],
		]);
	});

	test.each(['record', 'remove'] as const)(
		'a store that fails to %s keeps nobody waiting',
		async (failing) => {
			const store = new MemoryTokens();
			const inFlight: InFlight = new Map();
			const keys = keysOn(store, inFlight);
			if (failing === 'remove') await keys.claim([claim('k')]);
			store.failing = failing;
			const call = failing === 'record' ? keys.claim([claim('k')]) : keys.confirm([claim('k')]);
			await expect(call).rejects.toThrow('database is locked');
			expect(inFlight.size).toBe(0);
		},
	);
});

test('20,000 keys cost no more than a call for each request', async () => {
	const store = new MemoryTokens();
	const keys = keysOn(store);
	const claims = Array.from({ length: 20_000 }, (_, n) => claim(`k${n}`));
	for (let n = 0; n < claims.length; n += 500) {
		const some = claims.slice(n, n + 500);
		await keys.claim(some);
		await keys.confirm(some);
	}
	expect(store.calls).toHaveLength(80);
	expect(store.tokens.size).toBe(40_000);
});

/** What a shop keeper would note on paper: per item and key, the amount and whether it is known to be applied. */
type Paper = Map<string, { amount: number; open: boolean }>;

function onPaper(paper: Paper, { key, amount, item }: Claim): ClaimAnswer {
	const note = paper.get(`${item.itemId} ${key}`);
	if (note === undefined) return 'new';
	if (note.amount !== amount) return 'conflict';
	return note.open ? 'unknown' : 'duplicate';
}

test('whatever happens to requests and processes, keys say what was noted on paper', async () => {
	const request = fc.record({
		claims: fc.uniqueArray(
			fc
				.tuple(
					fc.constantFrom('a', 'b', 'c'),
					fc.constantFrom(-2, -1, 3),
					fc.constantFrom('1', '2'),
				)
				.map(([key, amount, itemId]) => claim(key, amount, itemId)),
			{ selector: ({ key, item }) => `${item.itemId} ${key}`, minLength: 1 },
		),
		end: fc.constantFrom('confirm', 'release', 'leaveOpen', 'die'),
		look: fc.boolean(),
	});
	await fc.assert(
		fc.asyncProperty(fc.array(request, { maxLength: 12 }), async (requests) => {
			const store = new MemoryTokens();
			const paper: Paper = new Map();
			for (const { claims, end, look } of requests) {
				const keys = keysOn(store);
				const expected = claims.map((one) => onPaper(paper, one));
				if (look) expect(await keys.peek(claims)).toStrictEqual(expected);
				expect(await keys.claim(claims)).toStrictEqual(expected);
				const mine = claims.filter((_, n) => expected[n] === 'new');
				if (end !== 'die') await keys[end](mine);
				if (end === 'release') continue;
				for (const { key, amount, item } of mine)
					paper.set(`${item.itemId} ${key}`, { amount, open: end !== 'confirm' });
			}
		}),
	);
});
