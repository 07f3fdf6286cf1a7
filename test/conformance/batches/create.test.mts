/** The call that creates a batch: lost, not taken, known from before, canceled. */
import { BatchAttempts } from '../../../platforms/ecwid/batch-attempts.ts';
import type { Fault } from '../../../sandbox/faults.mts';
import { MemoryTokens } from '../../support/memory.mts';
import {
	adjust,
	type Bench,
	BLIND,
	BOTH,
	CATALOGUE,
	confirmed,
	expectOpen,
	expectReleased,
	HOUR,
	ITEM,
	keysPosted,
	later,
	methods,
	MINUTE,
	moves,
	movesOf,
	ONE,
	open,
	POST,
	posts,
	refused,
	uniform,
	warningsOf,
} from './setup.mts';

describe('a create call whose answer is lost', () => {
	const losses: Array<Fault['then']> = [
		...(['reset', 'hang', 'truncate', 'nonsense'] as const),
		...[500, 502, 503, 504, 408].map((status) => ({ status })),
		{ status: 307, headers: { Location: '/elsewhere' } },
	];

	test.each(losses)(
		'after %j a create call is posted again with its key, and runs once',
		async (then) => {
			for (const apply of [true, false]) {
				const shop = open([{ ...POST, then, apply, times: 2 }]);
				const report = await adjust(shop, BOTH);
				expect(uniform(report)).toStrictEqual(['updated']);
				expect(warningsOf(report)).toStrictEqual([[], []]);
				const [first, ...again] = posts(shop);
				expect(again).toStrictEqual([first, first]);
				expect(moves(shop)).toStrictEqual(movesOf(BOTH));
			}
		},
	);

	test.each<[string, Fault[]]>([
		['for good', [{ then: 'reset', times: 4 }]],
		['and then refused', [{ then: 'reset' }, refused(403)]],
	])('%s: rows of a lost create call are read back, or stay unknown', async (_, faults) => {
		for (const apply of [true, false]) {
			const shop = open(faults.map((fault) => ({ ...POST, apply, ...fault })));
			expect(uniform(await adjust(shop, BOTH, BLIND))).toStrictEqual(['unknown']);
			await expectOpen(shop, BOTH, apply ? movesOf(BOTH) : []);
		}
		const shop = open(faults.map((fault) => ({ ...POST, ...fault })));
		const report = await adjust(shop, BOTH);
		expect(uniform(report)).toStrictEqual(['updated']);
		expect(confirmed(report)).toStrictEqual([true, true]);
		expect(uniform(await adjust(later(shop), BOTH))).toStrictEqual(['duplicate']);
		expect(moves(shop)).toStrictEqual(movesOf(BOTH));
	});
});

describe('a create call that is not taken', () => {
	test.each<[string, Fault]>([
		...[400, 401, 402, 403, 404].map((status): [string, Fault] => ['failed', refused(status)]),
		['failed', { then: 'noConnection', times: 4 }],
	])(
		'a create call that is refused leaves its rows %s (%j), and a later run applies them under another key',
		async (status, fault) => {
			const shop = open([{ ...POST, ...fault, apply: false }]);
			expect(uniform(await adjust(shop, BOTH))).toStrictEqual([status]);
			await expectReleased(shop, BOTH);
		},
	);

	test.each([
		['20', 'updated', 'duplicate'],
		['3600', 'notAttempted', 'updated'],
	])(
		'a 429 for %s seconds on a create call ends as %s, then %s',
		async (seconds, status, again) => {
			const then = { status: 429, headers: { 'Retry-After': seconds } };
			const shop = open([{ ...POST, apply: false, then }]);
			const start = shop.clock.now();
			expect(uniform(await adjust(shop, BOTH))).toStrictEqual([status]);
			if (status === 'updated') expect(shop.clock.now() - start).toBeGreaterThanOrEqual(20_000);
			expect(uniform(await adjust(later(shop, HOUR), BOTH))).toStrictEqual([again]);
			expect(moves(shop)).toStrictEqual(movesOf(BOTH));
		},
	);
});

describe('a batch that was sent before', () => {
	test('a batch that was sent before is not sent again: the key memory knows its rows', async () => {
		const shop = open();
		await adjust(shop, ONE);
		expect(uniform(await adjust(later(shop), ONE))).toStrictEqual(['duplicate']);
		expect(methods(shop)).toStrictEqual(['POST']);
	});

	test('a batch that was sent before is known to Ecwid for an hour, but not to another store or step', async () => {
		const shop = open();
		await adjust(shop, ONE);
		for (const attempts of [shop.attempts, shop.attempts, new BatchAttempts('2003')]) {
			expect([moves(shop), keysPosted(shop).size]).toStrictEqual([['A -1'], 1]);
			const next = later({ ...shop, attempts, tokens: new MemoryTokens() });
			expect(uniform(await adjust(next, ONE))).toStrictEqual(['updated']);
		}
		expect(keysPosted(shop).size).toBe(2);
	});

	test('a batch that was sent before is known for an hour since it was sent last, not since it was first refused', async () => {
		const shop = open([{ ...POST, ...refused(400) }]);
		await adjust(shop, ONE);
		await adjust(later(shop, 59 * MINUTE), ONE);
		await adjust(later({ ...shop, tokens: new MemoryTokens() }, 2 * MINUTE), ONE);
		expect(moves(shop)).toStrictEqual(['A -1']);
	});
});

describe('after a restart of the process within the hour', () => {
	/** The same workflow in a new process, which knows nothing of the batches of the old one. */
	const restarted = (shop: Bench): Bench => later({ ...shop, attempts: new BatchAttempts('1003') });

	test.each([400, 402, 403])(
		'rows that Ecwid refused with %d are posted under another key, and applied once',
		async (status) => {
			const shop = open([{ ...ITEM, ...refused(status) }]);
			expect(uniform(await adjust(shop, ONE))).toStrictEqual(['failed']);
			const report = await adjust(restarted(shop), ONE);
			expect([uniform(report), report.abort]).toStrictEqual([['updated'], null]);
			expect(keysPosted(shop).size).toBe(2);
			expect(moves(shop)).toStrictEqual(movesOf(ONE));
		},
	);

	test('rows that were refused in every run since are posted under another key, too', async () => {
		const shop = open([{ ...ITEM, ...refused(400) }]);
		await adjust(shop, ONE);
		for (let n = 0; n < 2; n += 1) {
			const next = restarted(shop);
			next.sandbox.faults.add([{ ...ITEM, ...refused(400) }]);
			expect(uniform(await adjust(next, ONE))).toStrictEqual(['failed']);
		}
		expect(uniform(await adjust(restarted(shop), ONE))).toStrictEqual(['updated']);
		expect(moves(shop)).toStrictEqual(movesOf(ONE));
	});

	test('a row that may have been applied is not sent again', async () => {
		const shop = open([{ ...ITEM, then: { status: 504 } }]);
		expect(uniform(await adjust(shop, ONE, BLIND))).toStrictEqual(['unknown']);
		// Even where the key memory was lost with the process.
		const next = { ...restarted(shop), tokens: new MemoryTokens() };
		expect(uniform(await adjust(next, ONE, BLIND))).toStrictEqual(['unknown']);
		expect(moves(shop)).toStrictEqual(movesOf(ONE));
	});
});

test.each<[string, string, Fault[], boolean]>([
	['before the batch is sent', 'GET', [], false],
	['when the batch was taken', 'POST', [], true],
	['when the answer to the create call was lost', 'POST', [{ ...POST, then: 'reset' }], true],
	['while the batch waits', '/batch', [], true],
])('an execution that is canceled %s', async (_, at, faults, sent) => {
	const controller = new AbortController();
	const shop = open(faults, { batchQueueMs: MINUTE }, CATALOGUE, controller.signal);
	shop.sandbox.log.listen(({ method, path }) => {
		if (at === method || (method === 'GET' && path.endsWith(at))) controller.abort();
	});
	const report = await adjust(shop, BOTH, { signal: controller.signal });
	expect(uniform(report)).toStrictEqual([sent ? 'unknown' : 'notAttempted']);
	if (sent) await expectOpen(shop, BOTH, movesOf(BOTH));
	else await expectReleased(shop, BOTH);
});
