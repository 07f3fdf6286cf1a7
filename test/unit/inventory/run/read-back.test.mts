/** An answer that is lost: what the level tells of it. */
import type { WriteOutcome } from '../../../../inventory/model/platform.ts';
import {
	fault,
	go,
	lost,
	refused,
	type Setup,
	START,
	takenAndLost,
} from '../../../support/small-run.mts';

describe('reading back a delta', () => {
	test('a delta that was taken is confirmed by reading, with a warning', async () => {
		const { result, shop } = await go({
			rows: [{ sku: 'A', amount: -5 }],
			prepare: (some) => takenAndLost(some, 'unknown'),
		});
		expect(result).toMatchObject({ status: 'updated', after: { quantity: 45 } });
		expect(result.warnings).toStrictEqual([
			'Confirmed by reading (50 -> 45); the answer was lost.',
		]);
		expect(shop.writes).toHaveLength(1);
	});

	test('a delta that was not taken is read again after 2 and 5 seconds, and then unknown', async () => {
		const { result, shop, clock } = await go({
			rows: [{ sku: 'A', amount: -5 }],
			answers: [lost('unknown')],
		});
		expect(result).toMatchObject({ status: 'unknown' });
		expect(result.message).toContain('The level shows 50');
		expect(clock.sleeps).toStrictEqual([1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000]);
		expect(shop.writes).toHaveLength(1);
	});

	test('a delta that arrives late is seen at a later reading', async () => {
		const { result } = await go({
			rows: [{ sku: 'A', amount: -5 }],
			answers: [lost('unknown')],
			prepare: (shop, clock) => {
				shop.onRead = () => {
					if (clock.sleeps.length === 2) shop.items[0].quantity = 45;
				};
			},
		});
		expect(result.status).toBe('updated');
	});

	test('a delta amid another change is unknown, and both levels are named', async () => {
		const { result } = await go({
			rows: [{ sku: 'A', amount: -5 }],
			answers: [lost('unknown')],
			prepare: (shop) => {
				shop.onRead = () => {
					if (shop.writes.length > 0) shop.items[0].quantity = 44;
				};
			},
		});
		expect(result.status).toBe('unknown');
		expect(result.message).toContain('The level was 50, would be 45 with this row, and is 44');
	});

	test.each([
		['a list', { fromList: true }],
		['nothing', { options: { checkFirst: false } }],
	] as Array<[string, Partial<Setup>]>)(
		'a delta with a level before from %s is unknown',
		async (_, setup) => {
			const { result, shop } = await go({
				rows: [{ sku: 'A', amount: -5 }],
				answers: [lost('unknown')],
				...setup,
			});
			expect(result.message).toContain('no recent reading from before the write to compare with');
			expect(shop.writes).toHaveLength(1);
		},
	);

	test.each([
		[29_999, 'updated'],
		[30_000, 'unknown'],
	])('a delta with a level read %d ms before the send is %s', async (age, status) => {
		const { result } = await go({
			rows: [{ sku: 'A', amount: -5 }],
			prepare: (shop) => {
				shop.write = async ([change]) => {
					shop.apply(change);
					return [{ ...lost('unknown'), sentAt: START + age } as WriteOutcome];
				};
			},
		});
		expect(result.status).toBe(status);
	});

	test('a delta that cannot be read back is unknown', async () => {
		const { result } = await go({
			rows: [{ sku: 'A', amount: -5 }],
			answers: [lost('unknown')],
			prepare: (shop) => {
				const read = shop.read.bind(shop);
				shop.read = async (items, mode) =>
					shop.writes.length === 0 ? await read(items, mode) : [{ kind: 'failed', fault }];
			},
		});
		expect(result.message).toContain('the level could not be read either');
	});

	test('a delta of which the service says that nothing was updated has failed when the level stands, and is unknown when it moved', async () => {
		const notUpdated: WriteOutcome = {
			kind: 'uncertain',
			fault,
			readBack: { reads: 'once', whenShown: 'unknown', whenNotShown: 'failed' },
			sentAt: START,
		};
		const stands = await go({ rows: [{ sku: 'A', amount: -5 }], answers: [notUpdated] });
		expect(stands.result.status).toBe('failed');
		const moved = await go({
			rows: [{ sku: 'A', amount: -5 }],
			answers: [notUpdated],
			prepare: (shop) => {
				shop.onRead = () => {
					if (shop.writes.length > 0) shop.items[0].quantity = 45;
				};
			},
		});
		expect(moved.result.status).toBe('unknown');
	});

	test('a delta once canceled reads nothing more', async () => {
		const abort = new AbortController();
		const { result, shop } = await go({
			rows: [{ sku: 'A', amount: -5 }],
			signal: abort.signal,
			prepare: (some) => {
				some.write = async () => {
					abort.abort();
					return [lost('unknown')];
				};
			},
		});
		expect(result.message).toContain('the execution was canceled');
		expect(shop.reads).toStrictEqual(['1']);
	});
});

describe('reading back a set', () => {
	test('a set that was taken is confirmed by reading', async () => {
		const { result, shop } = await go({
			operation: 'setQuantity',
			rows: [{ sku: 'A', amount: 7 }],
			prepare: (some) => takenAndLost(some, 'again'),
		});
		expect(result).toMatchObject({ status: 'updated', after: { quantity: 7 } });
		expect(result.warnings).toStrictEqual(['Confirmed by reading; the answer did not say so.']);
		expect(shop.writes).toHaveLength(1);
	});

	test('a set that was not taken is sent again after a reading, at most three times', async () => {
		const setup = { operation: 'setQuantity' as const, rows: [{ sku: 'A', amount: 7 }] };
		const second = await go({ ...setup, answers: [lost('again', 'once')] });
		expect(second.result).toMatchObject({ status: 'updated', warnings: [] });
		expect(second.shop.writes).toHaveLength(2);
		const never = await go({ ...setup, answers: [1, 2, 3].map(() => lost('again', 'once')) });
		expect(never.result.status).toBe('unknown');
		expect(never.shop.writes).toHaveLength(3);
	});

	test('a later refusal does not prove that the first try was not taken', async () => {
		const { result } = await go({
			operation: 'setQuantity',
			rows: [{ sku: 'A', amount: 7 }],
			answers: [lost('again', 'once'), refused],
		});
		expect(result).toMatchObject({ status: 'unknown' });
		expect(result.message).toContain('A first request may have been applied');
	});

	test('under Only If Quantity Is, a level that moved meanwhile is not overwritten', async () => {
		const { result, shop } = await go({
			operation: 'setQuantity',
			rows: [{ sku: 'A', amount: 7, options: { onlyIfQuantityIs: 50 } }],
			answers: [lost('again', 'once')],
			prepare: (some) => {
				some.onRead = () => {
					if (some.writes.length > 0) some.items[0].quantity = 49;
				};
			},
		});
		expect(result.status).toBe('unknown');
		expect(shop.writes).toHaveLength(1);
	});

	test.each([
		['failed', 'failed'],
		['unknown', 'unknown'],
	] as const)('a set whose answer leaves it %s is read back', async (otherwise, status) => {
		const { result } = await go({
			operation: 'setQuantity',
			rows: [{ sku: 'A', amount: 7 }],
			answers: [lost(otherwise, 'once')],
		});
		expect(result.status).toBe(status);
	});

	test('a set to unlimited is confirmed by reading', async () => {
		const { result } = await go({
			operation: 'setUnlimited',
			rows: [{ sku: 'A' }],
			prepare: (some) => takenAndLost(some, 'again'),
		});
		expect(result).toMatchObject({ status: 'updated', after: { unlimited: true } });
	});
});
