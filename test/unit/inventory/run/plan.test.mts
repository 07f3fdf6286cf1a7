import fc from 'fast-check';
import { plan, type Plan } from '../../../../inventory/run/plan.ts';
import { NO_LEVELS } from '../../../support/run.mts';
import { parseRunOptions } from '../../../../inventory/rows/options.ts';
import { parseRow, type Row } from '../../../../inventory/rows/row.ts';
import type { RowResult } from '../../../../inventory/model/row-result.ts';
import type { WriteOperation } from '../../../../inventory/model/change.ts';
import { MemoryShop, type MemoryItem } from '../../../support/memory-shop.mts';
import { rawRow, type TestRow } from '../../../support/run.mts';

interface Planned {
	plan: Plan;
	shop: MemoryShop;
	rows: Row[];
	result: (index: number) => RowResult | undefined;
}

async function planned(
	items: MemoryItem[],
	operation: WriteOperation,
	rows: TestRow[],
	options: Record<string, unknown> = {},
): Promise<Planned> {
	const shop = new MemoryShop(items);
	const parsed = rows.map((row, index) =>
		parseRow(rawRow({ ...row, options: { ...options, ...row.options } }), index, operation),
	);
	const runOptions = parseRunOptions(options).options;
	const request = { operation, rows: parsed, options: runOptions, earlier: [] };
	const made = await plan(request, { platform: shop, keys: null, ...NO_LEVELS });
	return {
		plan: made,
		shop,
		rows: parsed,
		result: (index) => made.ended.find((row) => row.index === index)?.result,
	};
}

const stock = (): MemoryItem[] => [
	{ id: '1', sku: 'A', quantity: 5 },
	{ id: '2', sku: 'B', quantity: 10 },
	{ id: '3', sku: 'DOUBLE', quantity: 1 },
	{ id: '4', sku: 'DOUBLE', quantity: 2 },
	{ id: '5', sku: 'U', quantity: 0, unlimited: true },
];

describe('the order of the checks', () => {
	test('a broken expression is reported before a blank, then the item, then the number', async () => {
		const { result } = await planned(stock(), 'setQuantity', [
			{ sku: 'A', amount: '', fault: 'broken' },
			{ sku: 'NOPE', amount: '' },
			{ sku: 'NOPE', amount: 'n/a' },
			{ sku: '', amount: 'n/a' },
			{ sku: 'A', amount: 'n/a' },
		]);
		expect(result(0)).toMatchObject({ status: 'failed', message: 'broken' });
		expect(result(1)).toMatchObject({ status: 'skipped' });
		expect(result(2)?.message).toContain('No item with the SKU “NOPE”');
		expect(result(3)?.message).toContain('The SKU is empty');
		expect(result(4)?.message).toContain('Quantity “n/a” is not a whole number');
	});

	test('a blank fails where the row asks for it', async () => {
		const { result } = await planned(stock(), 'setQuantity', [{ sku: 'A', amount: ' ' }], {
			blankQuantity: 'fail',
		});
		expect(result(0)).toMatchObject({ status: 'failed' });
	});

	test('a doubled SKU fails and names every carrier', async () => {
		const { result } = await planned(stock(), 'setQuantity', [{ sku: 'DOUBLE', amount: 1 }]);
		expect(result(0)?.message).toContain(
			'2 items carry the SKU “DOUBLE”: DOUBLE (3) and DOUBLE (4)',
		);
	});
});

describe('rows of one item', () => {
	test('deltas add up to one write', async () => {
		const { plan: made } = await planned(stock(), 'adjustByDelta', [
			{ sku: 'A', amount: -2 },
			{ sku: 'B', amount: 1 },
			{ id: '1', amount: -1 },
		]);
		expect(made.kept.map(({ item, amount }) => [item.itemId, amount])).toStrictEqual([
			['1', -3],
			['2', 1],
		]);
	});

	test('equal sets are one write, different ones fail together', async () => {
		const rows = [
			{ sku: 'A', amount: 7 },
			{ sku: 'A', amount: '7.0' },
		];
		expect((await planned(stock(), 'setQuantity', rows)).plan.kept).toHaveLength(1);
		const different = await planned(stock(), 'setQuantity', [...rows, { sku: 'A', amount: 8 }]);
		expect(different.plan.kept).toHaveLength(0);
		expect(different.result(0)?.message).toContain(
			'Rows 1, 2 and 3 set this item to different quantities',
		);
		expect(different.result(2)?.status).toBe('failed');
	});

	test('the last of several sets counts where the run asks for it', async () => {
		const { plan: made, result } = await planned(
			stock(),
			'setQuantity',
			[
				{ sku: 'A', amount: 7 },
				{ sku: 'A', amount: 8 },
				{ sku: 'A', amount: 'n/a' },
			],
			{ sameItemRows: 'last' },
		);
		expect(made.kept.map(({ amount }) => amount)).toStrictEqual([8]);
		expect(result(0)).toMatchObject({ status: 'skipped', message: 'Row 2 sets this item later.' });
		expect(result(2)?.status).toBe('failed');
	});

	test('deltas add up under “last” too', async () => {
		const rows = [
			{ sku: 'A', amount: -1 },
			{ sku: 'A', amount: -2 },
		];
		const { plan: made } = await planned(stock(), 'adjustByDelta', rows, { sameItemRows: 'last' });
		expect(made.kept.map(({ amount }) => amount)).toStrictEqual([-3]);
	});

	test('any repetition fails where the run asks for it', async () => {
		const { plan: made, result } = await planned(
			stock(),
			'adjustByDelta',
			[
				{ sku: 'A', amount: 1 },
				{ sku: 'A', amount: 1 },
				{ sku: 'B', amount: 1 },
			],
			{ sameItemRows: 'fail' },
		);
		expect(made.kept).toHaveLength(1);
		expect(result(1)?.message).toContain('Row 1 is for the same item');
	});

	test('rows of one item that differ in what decides a write are in conflict', async () => {
		const { plan: made, result } = await planned(stock(), 'adjustByDelta', [
			{ sku: 'A', amount: -1, options: { belowZero: 'refuse' } },
			{ sku: 'A', amount: -1 },
		]);
		expect(made.kept).toHaveLength(0);
		expect(result(0)?.message).toContain('Row 2 is for the same item with another Below Zero');
	});

	test('rows of one item that add up to zero send nothing', async () => {
		const { plan: made, result } = await planned(stock(), 'adjustByDelta', [
			{ sku: 'A', amount: 3 },
			{ sku: 'A', amount: -3 },
		]);
		expect(made.kept).toHaveLength(0);
		expect(result(0)).toMatchObject({
			status: 'unchanged',
			before: { quantity: 5 },
			message:
				'The deltas add up to 0, nothing was sent. Row 2 is for the same item: they count together.',
		});
	});

	test('rows of one item with one key count once at the same amount, and fail at another', async () => {
		const { plan: made, result } = await planned(stock(), 'adjustByDelta', [
			{ sku: 'A', amount: -1, key: 'k' },
			{ sku: 'A', amount: -1, key: 'k' },
			{ sku: 'A', amount: -2, key: 'k' },
			{ sku: 'B', amount: -2, key: 'k' },
		]);
		expect(made.kept.map(({ amount }) => amount)).toStrictEqual([-1, -2]);
		expect(made.kept[0].repeated).toHaveLength(1);
		expect(result(2)?.message).toContain(
			'Row 1 has the same key with another amount (-1, here -2)',
		);
	});
});

describe('reading', () => {
	test('a reading that stops the run leaves a row its own fault', async () => {
		const shop = new MemoryShop(stock());
		const fault = (message: string, wholeRun: boolean) => ({
			kind: 'failed' as const,
			fault: { message, advice: '', wholeRun },
		});
		shop.read = async () => [fault('Gone.', false), fault('Refused.', true)];
		const rows = ['A', 'B'].map((sku, n) => parseRow(rawRow({ sku, amount: 1 }), n, 'setQuantity'));
		const request = {
			operation: 'setQuantity' as const,
			rows,
			options: parseRunOptions({}).options,
			earlier: [],
		};
		const made = await plan(request, { platform: shop, keys: null, ...NO_LEVELS });
		expect(made.kept).toHaveLength(0);
		expect(made.abort?.message).toBe('Refused.');
		expect(made.ended).toMatchObject([
			{ index: 0, result: { status: 'failed', message: 'Gone.' } },
		]);
	});

	test('guarded items are read by ID, the others as is cheapest, none without Check First', async () => {
		const rows = [
			{ sku: 'A', amount: 1, options: { onlyIfQuantityIs: 5 } },
			{ sku: 'B', amount: 1 },
		];
		const checked = await planned(stock(), 'setQuantity', rows);
		expect(checked.plan.kept.map(({ before }) => before?.source)).toStrictEqual(['id', 'list']);
		const blind = await planned(stock(), 'setQuantity', rows, { checkFirst: false });
		expect(blind.plan.kept.map(({ before }) => before?.source)).toStrictEqual(['id', undefined]);
		expect(blind.shop.reads).toStrictEqual(['1']);
	});
});

describe('the mass-zero limit', () => {
	const many = Array.from({ length: 20 }, (_, n) => ({ id: String(n), sku: `S${n}`, quantity: 5 }));
	const rows = many.map(({ sku }, n) => ({ sku, amount: n < 11 ? 0 : 4 }));

	test('the mass-zero limit stops a run, and only warns in a dry one', async () => {
		const stopped = await planned(many, 'setQuantity', rows);
		expect(stopped.plan.abort?.message).toContain('11 of 20 items would go to 0');
		expect(stopped.plan.kept).toHaveLength(0);
		const dry = await planned(many, 'setQuantity', rows, { dryRun: true });
		expect(dry.plan.abort).toBeNull();
		expect(dry.plan.kept.filter(({ warning }) => warning !== null)).toHaveLength(11);
	});

	test('the mass-zero limit counts items, not rows, and only those that were found with a number', async () => {
		const doubled = [...rows, ...rows.slice(0, 11)];
		expect((await planned(many, 'setQuantity', doubled)).plan.abort).not.toBeNull();
		const unsound = [...rows.slice(0, 19), { sku: 'S19', amount: 'n/a' }];
		expect((await planned(many, 'setQuantity', unsound)).plan.abort).toBeNull();
	});
});

describe('for any catalogue and any rows', () => {
	const sku = fc.constantFrom('A', 'B', 'C', 'D', 'E', 'NOPE', '');
	const amount = fc.oneof(
		fc.integer({ min: -9, max: 9 }),
		fc.constantFrom('', ' ', null, 'n/a', '3', '-2.0', 1.5, true),
	);
	const row = fc.record({
		sku,
		amount,
		key: fc.constantFrom('', 'k1', 'k2'),
		options: fc.record({
			belowZero: fc.constantFrom('allow', 'refuse', 'stopAtZero'),
			unlimitedStock: fc.constantFrom('refuse', 'skip', 'convert'),
			onlyIfQuantityIs: fc.constantFrom('', '', 3),
		}),
	});
	const catalogue = fc.array(
		fc.record({
			sku: fc.constantFrom('A', 'B', 'C', 'D', 'E', null),
			quantity: fc.integer({ min: -5, max: 20 }),
			unlimited: fc.boolean(),
		}),
		{ maxLength: 8 },
	);
	const operation = fc.constantFrom<WriteOperation>('setQuantity', 'adjustByDelta', 'setUnlimited');
	const options = fc.record({
		sameItemRows: fc.constantFrom('combine', 'last', 'fail'),
		checkFirst: fc.boolean(),
	});

	test('nothing is written, every row has one fate, and what is written is the sum of its rows', async () => {
		await fc.assert(
			fc.asyncProperty(
				catalogue,
				operation,
				fc.array(row, { maxLength: 12 }),
				options,
				async (some, chosen, rows, runOptions) => {
					const items = some.map((item, n) => ({ ...item, id: String(n + 1) }));
					const made = await planned(items, chosen, rows, runOptions);
					expect(made.shop.writes).toHaveLength(0);

					const inWrites = made.plan.kept.flatMap((write) => [
						...write.rows.map((one) => one.index),
						...write.repeated.map((one) => one.row.index),
					]);
					expect(new Set(inWrites).size).toBe(inWrites.length);
					for (const [index] of rows.entries()) {
						expect(made.result(index) !== undefined).toBe(!inWrites.includes(index));
					}

					const written = made.plan.kept.map(({ item }) => item.itemId);
					expect(new Set(written).size).toBe(written.length);
					const first = made.plan.kept.map((write) => write.rows[0].index);
					expect(first).toStrictEqual([...first].sort((a, b) => a - b));

					for (const write of made.plan.kept) {
						const { amount: sent, before } = write;
						const amounts = write.rows.map((one) => one.amount);
						if (chosen === 'adjustByDelta') {
							const sum = amounts.reduce((total, one) => total + one, 0);
							expect(sent).not.toBe(0);
							expect(Math.abs(sent)).toBeLessThanOrEqual(Math.abs(sum));
							if (write.intent.belowZero === 'allow') expect(sent).toBe(sum);
							else if (before?.quantity != null && sum < 0) {
								expect(before.quantity + sent).toBeGreaterThanOrEqual(0);
							}
						} else if (chosen === 'setQuantity') {
							expect(new Set(amounts)).toStrictEqual(new Set([sent]));
							expect(sent).toBeGreaterThanOrEqual(0);
						}
						const carriers = items.filter((item) => item.sku === write.item.sku);
						expect(carriers).toHaveLength(1);
					}
				},
			),
			{ numRuns: 500 },
		);
	});
});
