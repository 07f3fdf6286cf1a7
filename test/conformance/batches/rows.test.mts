/** What becomes of the rows of a batch: refused, without a clear answer, with answers of any shape. */
import type { EcwidSwitches } from '../../../sandbox/ecwid/switches.mts';
import type { Fault } from '../../../sandbox/faults.mts';
import { statuses } from '../../support/run.mts';
import { type Shop } from '../../support/shops.mts';
import {
	adjust,
	ALL,
	BLIND,
	BOTH,
	confirmed,
	expectOpen,
	expectReleased,
	HOUR,
	ITEM,
	keysPosted,
	later,
	line,
	linesOf,
	many,
	methods,
	MINUTE,
	moves,
	movesOf,
	NEGATIVE,
	ONE,
	open,
	POLL,
	POST,
	type Posted,
	posts,
	refused,
	sizes,
	STOP,
	uniform,
	warningsOf,
} from './setup.mts';

describe('an item that is not taken', () => {
	test.each([400, 404, 409])(
		'an item refused with %d fails, and the ones after it are sent again',
		async (status) => {
			const shop = open([{ ...ITEM, skip: 1, ...refused(status) }]);
			expect(statuses(await adjust(shop, ALL))).toStrictEqual(['updated', 'failed', 'updated']);
			const [first, second] = posts(shop);
			expect(second.items.map(({ path }) => path)).toStrictEqual([first.items[2].path]);
			expect(keysPosted(shop).size).toBe(2);
			const again = statuses(await adjust(later(shop), ALL));
			expect(again).toStrictEqual(['duplicate', 'updated', 'duplicate']);
			expect(moves(shop)).toStrictEqual(['A -1', 'B -1', 'SHIRT -1']);
		},
	);

	test.each([400, 403])(
		'with Stop Workflow, an item refused with %d leaves out the ones after it',
		async (status) => {
			const shop = open([{ ...ITEM, skip: 1, ...refused(status) }]);
			const report = await adjust(shop, ALL, STOP);
			expect(statuses(report)).toStrictEqual(['updated', 'failed', 'notAttempted']);
			expect(report.abort).not.toBeNull();
			expect(methods(shop)).toStrictEqual(['POST']);
			const again = statuses(await adjust(later(shop), ALL, STOP));
			expect(again).toStrictEqual(['duplicate', 'updated', 'updated']);
			expect(moves(shop)).toStrictEqual(movesOf(ALL));
		},
	);

	test.each<[string, Fault]>([
		['failed', refused(400)],
		['failed', { then: { status: 200, body: { updateCount: 0 } } }],
		['notAttempted', { ...refused(429), times: 99 }],
	])(
		'an item that is not taken ends as %s (%j), and a later run applies it',
		async (status, fault) => {
			const shop = open([{ ...ITEM, ...fault, apply: false }]);
			expect(uniform(await adjust(shop, ONE))).toStrictEqual([status]);
			await expectReleased(shop, ONE);
		},
	);

	test('an item refused because of a limit is sent again, with the ones after it', async () => {
		const shop = open([{ ...ITEM, skip: 1, times: 2, ...refused(429) }]);
		expect(uniform(await adjust(shop, ALL))).toStrictEqual(['updated']);
		expect([sizes(shop), keysPosted(shop).size]).toStrictEqual([[3, 2, 2], 3]);
		expect(moves(shop)).toStrictEqual(movesOf(ALL));
	});

	test('batches shrink to what the limit lets through where each item counts', async () => {
		const shop = open([], { batchCounts: 'eachItem' }, many(25));
		shop.sandbox.limit('ecwid', { requests: 12 });
		const rows = linesOf(many(25));
		expect(uniform(await adjust(shop, rows))).toStrictEqual(['updated']);
		expect(keysPosted(shop).size).toBeGreaterThan(2);
		expect(moves(shop)).toStrictEqual(movesOf(rows));
	});
});

test.each<[string, Fault]>([
	['met a limit', refused(429)],
	['was confirmed by reading', { then: { status: 504 } }],
])('with Stop Workflow, no row is left out silently after one that %s', async (_, fault) => {
	const shop = open([{ ...ITEM, ...fault }]);
	const report = await adjust(shop, BOTH, STOP);
	const leftOut = statuses(report).includes('notAttempted');
	expect({ leftOut, aborted: report.abort !== null }).not.toEqual({
		leftOut: true,
		aborted: false,
	});
});

describe('an item whose answer does not say', () => {
	const unclear: Array<Fault['then']> = [
		...[500, 502, 504, 408, 302].map((status) => ({ status })),
		...(['reset', 'nonsense'] as const),
		{ status: 200, body: {} },
		{ status: 200, body: { updateCount: 1, item: { id: 5 } } },
	];
	const ways = [
		[true, 'updated', {}],
		[true, 'unknown', BLIND],
		[false, 'unknown', {}],
		[false, 'unknown', BLIND],
	] as const;

	test.each(unclear)(
		'an item answered with %j is read back, and never sent again',
		async (then) => {
			for (const [apply, status, more] of ways) {
				const shop = open([{ ...ITEM, then, apply }]);
				const report = await adjust(shop, BOTH, more);
				expect(statuses(report)).toStrictEqual([status, 'updated']);
				expect(confirmed(report)).toStrictEqual([status === 'updated', false]);
				const again = statuses(await adjust(later(shop), BOTH));
				expect(again).toStrictEqual([status === 'updated' ? 'duplicate' : 'unknown', 'duplicate']);
				expect(moves(shop)).toStrictEqual(movesOf(BOTH).slice(apply ? 0 : 1));
			}
		},
	);

	test('updateCount 0 though the level moved is unknown', async () => {
		const shop = open([{ ...ITEM, then: { status: 200, body: { updateCount: 0 } } }]);
		expect(uniform(await adjust(shop, ONE))).toStrictEqual(['unknown']);
		await expectOpen(shop, ONE, ['A -1']);
	});

	const sale = { after: { sku: 'A', delta: -1 } };
	const then = { status: 429, headers: { 'Retry-After': '300' } };
	const limit: Fault = { ...POST, ...sale, apply: false, then };
	const failing: Fault = { ...ITEM, ...refused(504) };
	test.each<[string, Partial<EcwidSwitches>, Fault[]]>([
		['limit', {}, [limit, failing]],
		['limit, then no answer', {}, [limit, { ...POST, ...refused(504), times: 4 }]],
		['queue', { batchQueueMs: 5 * MINUTE }, [{ ...POLL, ...sale }, failing]],
	])('a level from before a wait (%s) is not compared with', async (_, switches, faults) => {
		const shop = open(faults, switches);
		expect(uniform(await adjust(shop, ONE))).toStrictEqual(['unknown']);
		expect(moves(shop)).toStrictEqual([]);
	});

	test.each([
		[1, true, 'updated', 2],
		[6, true, 'unknown', 6],
		[1, false, 'updated', 1],
		[6, false, 'unknown', 0],
	])(
		'an item that Ecwid itself repeats (%d lost, taken: %p) ends as %s',
		async (times, apply, status, count) => {
			const lost: Fault = { ...ITEM, times, apply, then: { status: 504 } };
			const shop = open([lost], { batchRepeats: 'always' });
			const { results } = await adjust(shop, ONE);
			expect(results[0].status).toBe(status);
			expect(moves(shop)).toHaveLength(count);
			// How often Ecwid itself applied it shows in the level, the only place where it can.
			if (status === 'updated') expect(results[0].after?.quantity).toBe(50 - count);
		},
	);
});

describe('the answers of a batch', () => {
	type Answer = Record<string, unknown>;
	const done = { status: 'COMPLETED', httpStatusCode: 200, httpBody: { updateCount: 1 } };
	/** Answers the first look at a ticket with these instead of the true ones. */
	const answer = ({ sandbox }: Shop, make: (a: Answer, b: Answer) => unknown): void => {
		sandbox.log.listen(({ method, body }) => {
			if (method !== 'POST') return;
			const [a, b] = (body as Posted['items']).map(({ id }) => ({ id, ...done }));
			const said = { status: 'COMPLETED', responses: make(a, b) };
			sandbox.faults.add([{ ...POLL, then: { status: 200, body: said } }]);
		});
	};
	const text = (one: Answer, escaped: string) => ({
		...one,
		httpBody: null,
		escapedHttpBody: escaped,
	});

	test.each<Partial<EcwidSwitches>>([
		{ batchOrder: 'reversed' },
		{ batchOrder: 'reversed', batchPartial: 'hidden', batchItemMs: 5_000 },
		{ warning: 'whenCrossing', batchItemMs: 5_000 },
	])('with %j each row gets its own answer, with a warning of Ecwid', async (switches) => {
		const report = await adjust(open([], switches), [line('B', -12), line('A'), line('SHIRT')]);
		expect(uniform(report)).toStrictEqual(['updated']);
		expect(warningsOf(report)).toStrictEqual([[NEGATIVE], [], []]);
		expect(report.results.map(({ after }) => after?.quantity)).toStrictEqual([-2, 49, 19]);
	});

	test('the answers of a batch may stand in an escaped text', async () => {
		const shop = open();
		const warned = JSON.stringify({ updateCount: 1, warning: NEGATIVE });
		answer(shop, (a, b) => [text(a, '{"updateCount":1}'), text(b, warned)]);
		const report = await adjust(shop, BOTH);
		expect(uniform(report)).toStrictEqual(['updated']);
		expect(warningsOf(report)).toStrictEqual([[], [NEGATIVE]]);
	});

	test.each<[string, (a: Answer, b: Answer) => unknown]>([
		['one is missing', (a) => [a]],
		['one stands twice', (a) => [a, a]],
		['one too many', (a, b) => [a, b, b]],
		['one is of another batch', (a, b) => [a, { ...b, id: '1-other' }]],
		['one has no id', (a, b) => [a, { ...b, id: undefined }]],
		['there are none', () => []],
		['there is no list', () => null],
		['none has a status code', (a, b) => [a, b].map((one) => ({ ...one, httpStatusCode: null }))],
		['their texts are cut', (a, b) => [text(a, '{"upd'), text(b, '{"upd')]],
	])('%s: every row is read back, and none is reported as applied', async (_, make) => {
		const shop = open();
		answer(shop, make);
		const report = await adjust(shop, BOTH);
		expect(uniform(report)).toStrictEqual(['updated']);
		expect(confirmed(report)).toStrictEqual([true, true]);

		const waiting = open([], { batchQueueMs: HOUR });
		answer(waiting, make);
		expect(uniform(await adjust(waiting, BOTH))).toStrictEqual(['unknown']);
		await expectOpen(waiting, BOTH, movesOf(BOTH));
	});
});

describe('rows that Ecwid left out', () => {
	test.each([
		[402, 'plan does not include this'],
		[401, 'did not accept the access token'],
	])(
		'rows left out because of a refusal that holds for all (%d) are told that reason',
		async (status, words) => {
			const shop = open([{ ...ITEM, ...refused(status) }]);
			const { results } = await adjust(shop, [line('A'), line('B')]);
			expect(results.map((one) => one.status)).toStrictEqual(['failed', 'notAttempted']);
			for (const { message } of results) expect(message).toContain(words);
			expect(results[1].message).not.toContain('left this row out');
		},
	);
});

test('three rows in a row whose outcome nobody can tell stop the run; the rest is not sent', async () => {
	const products = many(6);
	const shop = open([{ ...ITEM, times: 99, apply: false, then: { status: 503 } }], {}, products);
	const { results } = await adjust(shop, linesOf(products), BLIND);
	expect(results.map(({ status }) => status)).toStrictEqual([
		...Array.from({ length: 3 }, () => 'unknown'),
		...Array.from({ length: 3 }, () => 'notAttempted'),
	]);
	expect(moves(shop)).toStrictEqual([]);
});
