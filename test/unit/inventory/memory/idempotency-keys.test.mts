import fc from 'fast-check';
import { setImmediate as tick } from 'node:timers/promises';
import type { InFlight } from '../../../../inventory/memory/held-keys.ts';
import type {
	Claim,
	ClaimAnswer,
	ClaimOutcome,
	IdempotencyKeys,
} from '../../../../inventory/memory/idempotency-keys.ts';
import { keysOn, MemoryTokens, settled } from '../../../support/memory.mts';

const claim = (key: string, amount = -1, itemId = '1'): Claim => ({
	key,
	amount,
	item: { itemId, variantId: null },
});

describe('what a key says', () => {
	test.each<[ClaimAnswer, ClaimOutcome]>([
		['duplicate', 'applied'],
		['new', 'notApplied'],
		['unknown', 'unknown'],
	])('a key says %s after its row was settled as %s', async (answer, outcome) => {
		const store = new MemoryTokens();
		const first = keysOn(store);
		expect(await first.claim([claim('k')])).toStrictEqual(['new']);
		await first.settle(settled(outcome, claim('k')));
		expect(await keysOn(store).claim([claim('k')])).toStrictEqual([answer]);
	});

	test('a key is unknown after a process that died with the request on its way', async () => {
		const store = new MemoryTokens();
		await keysOn(store).claim([claim('k')]);
		expect(await keysOn(store).claim([claim('k')])).toStrictEqual(['unknown']);
	});

	test.each([
		['used up', 'applied'],
		['open', 'unknown'],
	] as const)(
		'a key that is %s with another amount is a conflict, and leaves nothing in the memory',
		async (_, outcome) => {
			const store = new MemoryTokens();
			const keys = keysOn(store);
			await keys.claim([claim('k', -1)]);
			await keys.settle(settled(outcome, claim('k', -1)));
			const tokens = [...store.tokens];
			expect(await keys.claim([claim('k', -2)])).toStrictEqual(['conflict']);
			expect([...store.tokens]).toStrictEqual(tokens);
		},
	);

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
		await keys.settle(settled('applied', claim('k')));
		for (let n = 0; n < 3; n += 1) {
			expect(await keys.claim([claim('k')])).toStrictEqual(['duplicate']);
		}
	});
});

describe('a look that holds nothing', () => {
	test('a look that holds nothing leaves no token of a new key in the memory', async () => {
		const store = new MemoryTokens();
		expect(await keysOn(store).peek([claim('k'), claim('l')])).toStrictEqual(['new', 'new']);
		expect(store.tokens.size).toBe(0);
	});

	test('a look that holds nothing leaves what is known as it is', async () => {
		const store = new MemoryTokens();
		const keys = keysOn(store);
		await keys.claim([claim('done'), claim('open')]);
		await keys.settle(settled('applied', claim('done')));
		await keys.settle(settled('unknown', claim('open')));
		const tokens = [...store.tokens];
		const asked = [claim('done'), claim('open'), claim('done', -9)];
		expect(await keys.peek(asked)).toStrictEqual(['duplicate', 'unknown', 'conflict']);
		expect([...store.tokens]).toStrictEqual(tokens);
	});
});

describe('in one process', () => {
	test('in one process, the second row with the same key waits for the first', async () => {
		const store = new MemoryTokens();
		const inFlight: InFlight = new Map();
		const [first, second] = [keysOn(store, inFlight), keysOn(store, inFlight)];
		await first.claim([claim('k')]);
		let answer: ClaimAnswer | null = null;
		const waiting = second.claim([claim('k')]).then((answers) => ([answer] = answers));
		for (let n = 0; n < 5; n += 1) await tick();
		expect(answer).toBeNull();
		await first.settle(settled('applied', claim('k')));
		await waiting;
		expect(answer).toBe('duplicate');
		expect(inFlight.size).toBe(0);
	});

	test.each(['notApplied', 'unknown'] as const)(
		'a row that waits for its key continues when the first is settled as %s',
		async (outcome) => {
			const store = new MemoryTokens();
			const inFlight: InFlight = new Map();
			const first = keysOn(store, inFlight);
			await first.claim([claim('k')]);
			const waiting = keysOn(store, inFlight).claim([claim('k')]);
			await first.settle(settled(outcome, claim('k')));
			expect(await waiting).toStrictEqual([outcome === 'notApplied' ? 'new' : 'unknown']);
		},
	);

	test('two rows that ask for the same keys in another order do not wait for each other', async () => {
		const store = new MemoryTokens();
		const inFlight: InFlight = new Map();
		const runs = [
			[claim('a'), claim('b')],
			[claim('b'), claim('a')],
		].map(async (claims) => {
			const keys = keysOn(store, inFlight);
			const answers = await keys.claim(claims);
			await keys.settle(settled('applied', ...claims.filter((_, n) => answers[n] === 'new')));
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
			const call =
				failing === 'record'
					? keys.claim([claim('k')])
					: keys.settle(settled('applied', claim('k')));
			await expect(call).rejects.toThrow('database is locked');
			expect(inFlight.size).toBe(0);
		},
	);
});

describe('claims ahead of their requests', () => {
	const expecting = (names: string[]): { store: MemoryTokens; keys: IdempotencyKeys } => {
		const store = new MemoryTokens();
		store.mostClaimed = 4;
		const keys = keysOn(store);
		keys.expect(names.map((name) => [claim(name)]));
		return { store, keys };
	};

	test('one call claims a row and the rows that come next', async () => {
		const names = ['a', 'b', 'c', 'd', 'e'];
		const { store, keys } = expecting(names);
		for (const name of names) expect(await keys.claim([claim(name)])).toStrictEqual(['new']);
		expect(store.calls).toStrictEqual(['record 12', 'record 3']);
	});

	test('a row that was claimed ahead and never sent is as if never claimed', async () => {
		const { store, keys } = expecting(['a', 'b', 'c']);
		await keys.claim([claim('a')]);
		await keys.settle(settled('applied', claim('a')));
		await keys.close();
		expect(await keysOn(store).claim([claim('a'), claim('b')])).toStrictEqual(['duplicate', 'new']);
	});

	test('what a row claimed ahead learned is reported when it is that row’s time', async () => {
		const { store, keys } = expecting(['a', 'b', 'c']);
		const earlier = keysOn(store);
		await earlier.claim([claim('b'), claim('c', -9)]);
		await earlier.settle(settled('applied', claim('b'), claim('c', -9)));
		expect(await keys.claim([claim('a')])).toStrictEqual(['new']);
		expect(await keys.claim([claim('b')])).toStrictEqual(['duplicate']);
		expect(await keys.claim([claim('c')])).toStrictEqual(['conflict']);
	});

	test('each row asks for itself where the call for several failed', async () => {
		const { store, keys } = expecting(['a', 'b']);
		store.failing = 'record';
		await expect(keys.claim([claim('a')])).rejects.toThrow('database is locked');
		store.failing = null;
		expect(await keys.claim([claim('b')])).toStrictEqual(['new']);
	});

	test('two runs that have claimed each other\u2019s next row do not wait for each other', async () => {
		const store = new MemoryTokens();
		store.mostClaimed = 4;
		const inFlight: InFlight = new Map();
		const send = async (names: string[]): Promise<ClaimAnswer[]> => {
			const keys = keysOn(store, inFlight);
			keys.expect(names.map((name) => [claim(name)]));
			const answers: ClaimAnswer[] = [];
			for (const name of names) {
				const [answer] = await keys.claim([claim(name)]);
				answers.push(answer);
				await tick();
				if (answer === 'new') await keys.settle(settled('applied', claim(name)));
			}
			await keys.close();
			return answers;
		};
		const said = await Promise.all([send(['a', 'b', 'c', 'd']), send(['d', 'c', 'b', 'a'])]);
		expect(said.flat().sort()).toStrictEqual([
			...Array<string>(4).fill('duplicate'),
			...Array<string>(4).fill('new'),
		]);
		expect(inFlight.size).toBe(0);
	});
});

test('20,000 keys cost no more than a call for each request', async () => {
	const store = new MemoryTokens();
	const keys = keysOn(store);
	const claims = Array.from({ length: 20_000 }, (_, n) => claim(`k${n}`));
	for (let n = 0; n < claims.length; n += 500) {
		const some = claims.slice(n, n + 500);
		await keys.claim(some);
		await keys.settle(settled('applied', ...some));
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
		end: fc.constantFrom<ClaimOutcome | 'dies'>('applied', 'notApplied', 'unknown', 'dies'),
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
				if (end !== 'dies') await keys.settle(settled(end, ...mine));
				if (end === 'notApplied') continue;
				for (const { key, amount, item } of mine)
					paper.set(`${item.itemId} ${key}`, { amount, open: end !== 'applied' });
			}
		}),
	);
});
