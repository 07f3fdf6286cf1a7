/** A run from its rows to their results. */
import { OwnWrites, PendingWrites } from '../../../../inventory/triggers/own-writes.ts';
import type { WriteOutcome } from '../../../../inventory/model/platform.ts';
import { statuses } from '../../../support/run.mts';
import {
	fault,
	runOnce,
	lost,
	refused,
	START,
	takenAndLost,
} from '../../../support/memory-runs.mts';

describe('On Error', () => {
	const rows = [
		{ sku: 'A', amount: -1 },
		{ sku: 'NOPE', amount: -1 },
		{ sku: 'B', amount: -1 },
	];

	test('under Stop Workflow, one bad row keeps everything from being written', async () => {
		const { report, shop } = await runOnce({ rows, stop: true });
		expect(statuses(report)).toStrictEqual(['notAttempted', 'failed', 'notAttempted']);
		expect(report.abort).toStrictEqual({ kind: 'row', index: 1, phase: 'plan' });
		expect(report.results[0].message).toContain('Nothing was written, because Row 2 (NOPE)');
		expect(shop.writes).toHaveLength(0);
	});

	test('under Continue, a bad row lets the others be written', async () => {
		const { report } = await runOnce({ rows });
		expect(statuses(report)).toStrictEqual(['updated', 'failed', 'updated']);
		expect(report.abort).toBeNull();
	});

	test('under Stop Workflow, no further request is sent after the first refusal', async () => {
		const { report, shop } = await runOnce({
			rows: [
				{ sku: 'A', amount: -1 },
				{ sku: 'B', amount: -1 },
				{ sku: 'C', amount: -1 },
			],
			answers: [{ kind: 'applied', level: null }, refused],
			stop: true,
		});
		expect(statuses(report)).toStrictEqual(['updated', 'failed', 'notAttempted']);
		expect(report.abort).toStrictEqual({ kind: 'row', index: 1, phase: 'write' });
		expect(report.results[2].message).toContain(
			'The run stopped, because Row 2 (B) did not go through: No.',
		);
		expect(shop.writes).toHaveLength(2);
	});

	test('under Continue, a fault that every row would meet ends the run all the same', async () => {
		const wholeRun: WriteOutcome = {
			kind: 'refused',
			fault: { message: 'Wrong token.', advice: '', wholeRun: true },
		};
		const { report, shop } = await runOnce({
			rows: [
				{ sku: 'A', amount: -1 },
				{ sku: 'B', amount: -1 },
			],
			answers: [wholeRun],
		});
		expect(statuses(report)).toStrictEqual(['failed', 'notAttempted']);
		expect(report.results[1].message).toBe('Wrong token.');
		expect(shop.writes).toHaveLength(1);
	});

	test('a write that was not sent is not attempted', async () => {
		const { report } = await runOnce({
			rows: [{ sku: 'A', amount: -1 }],
			answers: [{ kind: 'notSent', fault: { message: 'Wait.', advice: '', wholeRun: true } }],
		});
		expect(statuses(report)).toStrictEqual(['notAttempted']);
	});
});

describe('a dry run', () => {
	test('a dry run writes nothing and says what it would', async () => {
		const { report, shop } = await runOnce({
			rows: [
				{ sku: 'A', amount: -1, key: 'k' },
				{ sku: 'B', amount: 0 },
				{ sku: 'NOPE', amount: 1 },
			],
			options: { dryRun: true },
		});
		expect(statuses(report)).toStrictEqual(['planned', 'unchanged', 'failed']);
		expect(report.results[0].message).toContain('Would be changed by -1, from 50.');
		expect(report.results[0].message).toContain('does not look up which keys');
		expect(shop.writes).toHaveLength(0);
		expect(report.planned).toBe(1);
	});

	test.each([
		['setQuantity', {}, 'Would be set from 50 to 7.'],
		['setQuantity', { checkFirst: false }, 'Would be set from the current level to 7.'],
		['setUnlimited', {}, 'Would be made unlimited, from 50.'],
	] as const)('a dry run of %s says so', async (operation, options, message) => {
		const { result } = await runOnce({
			operation,
			rows: [{ sku: 'A', amount: 7 }],
			options: { dryRun: true, ...options },
		});
		expect(result.message).toBe(message);
	});
});

describe('the level after a write', () => {
	test('the level after a write is the one the service names', async () => {
		const { result } = await runOnce({ rows: [{ sku: 'A', amount: -1 }] });
		expect(result).toMatchObject({ before: { quantity: 50 }, after: { quantity: 49 } });
	});

	test('a set that is answered with another level warns', async () => {
		const { result } = await runOnce({
			operation: 'setQuantity',
			rows: [{ sku: 'A', amount: 7 }],
			answers: [
				{
					kind: 'applied',
					level: { quantity: 6, unlimited: false, reserved: null, updatedAt: null },
				},
			],
		});
		expect(result).toMatchObject({ status: 'updated', after: { quantity: 6 } });
		expect(result.warnings.join()).toContain('reports 6 after the write, not 7');
	});

	const named = (count: number) =>
		Array.from({ length: count }, (_, n) => ({ id: String(n), sku: `S${n}`, quantity: 5 }));

	test.each([
		[20, 4],
		[21, null],
	])('the level after %d deltas whose answer names none is %j', async (count, quantity) => {
		const { result } = await runOnce({
			items: named(count),
			rows: named(count).map(({ sku }) => ({ sku, amount: -1 })),
			prepare: (shop) => {
				const write = shop.write.bind(shop);
				shop.write = async (changes) => {
					await write(changes);
					return changes.map(() => ({ kind: 'applied', level: null }));
				};
			},
		});
		expect(result.after?.quantity).toBe(quantity);
	});

	test('the level after a set or Set Unlimited is what was confirmed', async () => {
		const many = named(21);
		for (const [operation, expected] of [
			['setQuantity', { quantity: 9, unlimited: false }],
			['setUnlimited', { quantity: null, unlimited: true }],
		] as const) {
			const { result } = await runOnce({
				items: many,
				operation,
				rows: many.map(({ sku }) => ({ sku, amount: 9 })),
				answers: many.map(() => ({ kind: 'applied', level: null })),
			});
			expect(result.after).toMatchObject(expected);
		}
	});

	test('the level after a write stays unknown when it cannot be read back', async () => {
		const { result } = await runOnce({
			rows: [{ sku: 'A', amount: -1 }],
			options: { checkFirst: false },
			answers: [{ kind: 'applied', level: null, warning: 'Product has negative stock.' }],
			prepare: (shop) => {
				shop.read = async () => [{ kind: 'failed', fault }];
			},
		});
		expect(result).toMatchObject({ status: 'updated', after: { quantity: null } });
		expect(result.warnings).toStrictEqual(['Product has negative stock.']);
	});
});

describe('a service without a delta of its own', () => {
	const capabilities = { atomicDelta: false };

	test('a level is read directly before the sum is written where the service adds nothing itself', async () => {
		const { result, shop } = await runOnce({
			rows: [{ sku: 'A', amount: -5 }],
			capabilities,
			prepare: (some) => {
				some.onRead = () => {
					if (some.reads.length === 2) some.items[0].quantity = 40;
				};
			},
		});
		expect(shop.writes).toMatchObject([{ kind: 'set', quantity: 35, fromDelta: true }]);
		expect(result).toMatchObject({
			status: 'updated',
			before: { quantity: 40 },
			after: { quantity: 35 },
		});
	});

	test('a sum whose answer is lost is read back like a delta, and never sent again', async () => {
		const taken = await runOnce({
			rows: [{ sku: 'A', amount: -5 }],
			capabilities,
			prepare: (some) => takenAndLost(some, 'unknown'),
		});
		expect(taken.result.warnings).toStrictEqual([
			'Confirmed by reading (50 -> 45); the answer was lost.',
		]);
		const notTaken = await runOnce({
			rows: [{ sku: 'A', amount: -5 }],
			capabilities,
			answers: [lost('unknown')],
		});
		expect(notTaken.result.status).toBe('unknown');
		expect(notTaken.shop.writes).toHaveLength(1);
	});

	test('a level that is not named, or a sum too large, is refused', async () => {
		const unnamed = await runOnce({
			rows: [{ sku: 'A', amount: 5 }],
			capabilities,
			prepare: (some) => {
				some.level = () => ({ quantity: null, unlimited: false, reserved: null, updatedAt: null });
			},
		});
		expect(unnamed.result.message).toContain('nothing to add to');
		const large = await runOnce({
			items: [{ id: '1', sku: 'A', quantity: 2 ** 31 - 5 }],
			rows: [{ sku: 'A', amount: 10 }],
			capabilities,
		});
		expect(large.result.message).toContain('too large');
	});
});

describe('a delta without a key', () => {
	test.each([
		[[{ sku: 'A', amount: -1 }], true],
		[[{ sku: 'A', amount: -1, key: 'k' }], false],
		[[{ sku: 'A', amount: 0 }], false],
	])('%j moves the stock again when it is run again: %p', async (rows, unprotected) => {
		expect((await runOnce({ rows })).report.unprotectedDelta).toBe(unprotected);
	});
});

test('a level that the service does not name is not called unlimited', async () => {
	const { result } = await runOnce({
		operation: 'setQuantity',
		items: [{ id: '1', sku: 'A', quantity: null as never }],
		rows: [{ sku: 'A', amount: 5 }],
		options: { dryRun: true },
	});
	expect(result.message).toBe('Would be set from no number to 5.');
});

describe('Stop at Zero says how much', () => {
	const taking = { rows: [{ sku: 'C', amount: -5 }], options: { belowZero: 'stopAtZero' } };

	test('Stop at Zero says how much was taken', async () => {
		const { result } = await runOnce(taking);
		expect(result).toMatchObject({
			status: 'updated',
			warnings: ['Only 3 of 5 were taken: the level was 3.'],
		});
	});

	test('Stop at Zero says how much would be taken, in a dry run', async () => {
		const { result } = await runOnce({ ...taking, options: { ...taking.options, dryRun: true } });
		expect(result).toMatchObject({
			status: 'planned',
			warnings: ['Only 3 of 5 would be taken: the level is 3.'],
		});
	});

	test('Stop at Zero says how much was taken at most, where nobody can tell', async () => {
		const { result } = await runOnce({ ...taking, answers: [lost('unknown')] });
		expect(result).toMatchObject({
			status: 'unknown',
			warnings: ['At most 3 of 5 were taken.'],
		});
	});

	test('Stop at Zero says nothing of a row that was refused', async () => {
		const { result } = await runOnce({ ...taking, answers: [refused] });
		expect(result).toMatchObject({ status: 'failed', warnings: [] });
	});
});

test('an own write is announced on the item it was made to, though that was looked up under an older ID', async () => {
	const ownWrites = new OwnWrites();
	const pending = new PendingWrites();
	ownWrites.attach('trigger', pending);
	const item = { itemId: '9', variantId: null, sku: 'A', name: null };
	const level = { quantity: 7, unlimited: false, reserved: null, updatedAt: null };
	const { report } = await runOnce({
		rows: [{ sku: 'A', amount: -3 }],
		answers: [{ kind: 'applied', item, level }],
		ownWrites,
	});
	expect(statuses(report)).toStrictEqual(['updated']);
	expect(pending.subtract({ key: '9', last: 10, reading: 7 }, START)).toBe(7);
	expect(pending.subtract({ key: '1', last: 10, reading: 7 }, START)).toBe(10);
});

test('rows that share a write name each other, and repeated rows follow the first', async () => {
	const { report } = await runOnce({
		rows: [
			{ sku: 'A', amount: -1, key: 'k' },
			{ sku: 'A', amount: -1, key: 'k' },
			{ sku: 'A', amount: -2 },
		],
	});
	expect(statuses(report)).toStrictEqual(['updated', 'duplicate', 'updated']);
	expect(report.results[0].message).toBe('Row 3 is for the same item: one write for all of them.');
	expect(report.results[1].warnings).toStrictEqual([
		'If these are two lines, add the line number to the key.',
	]);
	expect(report.results[2].after?.quantity).toBe(47);
	const failed = await runOnce({
		rows: [
			{ sku: 'A', amount: -1, key: 'k' },
			{ sku: 'A', amount: -1, key: 'k' },
		],
		answers: [refused],
	});
	expect(statuses(failed.report)).toStrictEqual(['failed', 'failed']);
	expect(failed.report.results[1].message).toContain('Row 1 has the same key and amount');
});

describe('a long run', () => {
	const count = 30;
	const items = Array.from({ length: count }, (_, n) => ({
		id: `${n}`,
		sku: `S${n}`,
		quantity: 5,
	}));
	const rows = items.map(({ sku }) => ({ sku, amount: -1 }));
	/** Most writes under way at once, with answers that take a second. */
	async function most(stop: boolean, some = rows) {
		let now = 0;
		let peak = 0;
		const { report } = await runOnce({
			items,
			rows: some,
			stop,
			prepare: (shop, clock) => {
				const write = shop.write.bind(shop);
				shop.write = async (changes) => {
					now += 1;
					peak = Math.max(peak, now);
					await clock.sleep(1_000);
					now -= 1;
					return await write(changes);
				};
			},
		});
		expect(new Set(statuses(report))).toStrictEqual(new Set(['updated']));
		return peak;
	}

	test('a long run has four writes under way where it continues whatever happens', async () => {
		expect(await most(false)).toBe(4);
	});

	test('a long run writes one by one where a bad row is to hold back the next, and a short one too', async () => {
		expect(await most(true)).toBe(1);
		expect(await most(false, rows.slice(0, 20))).toBe(1);
	});

	test('a long run tells how far it is', async () => {
		const told: Array<[string, number, number]> = [];
		await runOnce({ items, rows, progress: (...words) => told.push(words) });
		expect(told.filter(([phase]) => phase === 'written')).toHaveLength(count);
		expect(told.at(-1)).toStrictEqual(['written', count, count]);
	});
});
