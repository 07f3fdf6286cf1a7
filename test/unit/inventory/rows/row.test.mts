import { parseRow } from '../../../../inventory/rows/row.ts';
import { rawRow, type TestRow } from '../../../support/run.mts';

const parse = (row: TestRow, operation: Parameters<typeof parseRow>[2] = 'setQuantity') =>
	parseRow(rawRow(row), 4, operation);

describe('what a row names', () => {
	test('a row names a SKU or an ID, as text', () => {
		expect(parse({ sku: ' 0017 ', amount: 1 })).toMatchObject({
			index: 4,
			label: '0017',
			reference: { by: 'sku', sku: '0017' },
			earlyEnd: null,
		});
		expect(parse({ id: 157, amount: 1 }).reference).toStrictEqual({ by: 'id', id: '157' });
	});

	test.each([
		[{ sku: '' }, 'The SKU is empty'],
		[{ id: null }, 'The ID is empty'],
		[{ sku: true }, 'The SKU true is not text'],
		[{ sku: 2 ** 60 }, 'already lost its last digits'],
	])('a row that names %j has no item', (row, words) => {
		const parsed = parse({ amount: 1, ...row });
		expect(parsed.reference).toBeNull();
		expect(parsed.earlyEnd).toMatchObject({
			status: 'failed',
			message: expect.stringContaining(words) as unknown,
		});
	});

	test('a broken expression is kept apart from a blank cell', () => {
		expect(parse({ sku: 'A', amount: '', fault: 'Referenced node does not exist' })).toMatchObject({
			earlyEnd: { status: 'failed', message: 'Referenced node does not exist' },
		});
	});
});

describe('what is told of a row with several faults', () => {
	const row = { sku: '', amount: '', key: [1], fault: 'Referenced node does not exist' };
	const end = (more: TestRow) => parse({ ...row, ...more }, 'adjustByDelta').earlyEnd?.message;

	test('a broken expression comes first, then a blank to be skipped, then the item', () => {
		expect(end({})).toContain('Referenced node');
		expect(end({ fault: undefined })).toContain('The cell is blank');
		expect(end({ fault: undefined, options: { blankQuantity: 'fail' } })).toContain(
			'The SKU is empty',
		);
	});

	test('once the item is found, the number comes before the key, and the key before the options', () => {
		const options = { onlyIfQuantityIs: 'five' };
		const late = (more: TestRow) =>
			parse({ sku: 'A', amount: 'n/a', key: [1], options, ...more }, 'adjustByDelta').lateFault;
		expect(late({})).toContain('Delta “n/a”');
		expect(late({ amount: 1 })).toContain('The idempotency key');
		expect(late({ amount: 1, key: 'a' })).toContain('Only If Quantity Is');
	});

	test('a field for the number that was left empty skips no row', () => {
		const raw = { ...rawRow({ sku: 'A' }), noAmount: true };
		expect(parseRow(raw, 0, 'setQuantity')).toMatchObject({ earlyEnd: null, lateFault: null });
	});
});

describe('the number of a row', () => {
	test.each([
		[{ amount: '' }, 'setQuantity', 'Quantity is empty'],
		[{ amount: '' }, 'adjustByDelta', 'Delta is empty'],
		[{ amount: 'n/a' }, 'setQuantity', 'Quantity “n/a” is not a whole number'],
		[{ amount: 1.5 }, 'adjustByDelta', 'Delta 1.5 is not a whole number'],
		[{ amount: -1 }, 'setQuantity', 'Quantity -1 is below zero'],
	] as const)('the number of a row is reported as wrong: %j under %s', (row, operation, words) => {
		const options = { blankQuantity: 'fail' };
		expect(parse({ sku: 'A', options, ...row }, operation).lateFault).toContain(words);
	});

	test('a delta may be below zero, and Set Unlimited has no number', () => {
		expect(parse({ sku: 'A', amount: -3 }, 'adjustByDelta').lateFault).toBeNull();
		expect(parse({ sku: 'A' }, 'setUnlimited').lateFault).toBeNull();
	});

	test('only a delta has a key', () => {
		const row = { sku: 'A', amount: 1, key: ' order 7 ' };
		expect(parse(row, 'adjustByDelta').key).toBe('order 7');
		expect(parse(row, 'setQuantity').key).toBeNull();
	});

	test('a key that is a list is reported', () => {
		const parsed = parse({ sku: 'A', amount: 1, key: [1, 2] }, 'adjustByDelta');
		expect(parsed.lateFault).toContain('The idempotency key [1,2] is not text');
	});
});

describe('options of a row', () => {
	test('options of a row have the defaults of the contract', () => {
		expect(parse({ sku: 'A', amount: 1 }).options).toStrictEqual({
			writeUnchanged: false,
			belowZero: 'allow',
			unlimitedStock: 'refuse',
			onlyIfQuantityIs: null,
			blankQuantity: 'skip',
			notifyLowStock: false,
			reservedQuantity: null,
			safetyStock: null,
			maxQuantity: null,
			reason: null,
			reference: null,
		});
	});

	test('options of a row may come as text from an expression', () => {
		const options = {
			writeUnchanged: 'true',
			onlyIfQuantityIs: ' 5 ',
			reservedQuantity: '2',
			reason: ' stock-take ',
			reference: 1042,
		};
		expect(parse({ sku: 'A', amount: 1, options }).options).toMatchObject({
			writeUnchanged: true,
			onlyIfQuantityIs: 5,
			reservedQuantity: 2,
			reason: 'stock-take',
			reference: '1042',
		});
	});

	test('a note that is not text is copied in full', () => {
		const reference = { order: 1042, lines: Array.from({ length: 50 }, (_, n) => n) };
		expect(parse({ sku: 'A', amount: 1, options: { reference } }).options.reference).toBe(
			JSON.stringify(reference),
		);
	});

	test.each([
		[{ writeUnchanged: 'no' }, 'Write Unchanged “no” is neither true nor false'],
		[{ belowZero: 'maybe' }, 'Below Zero “maybe” is not one of its choices'],
		[{ unlimitedStock: 7 }, 'Unlimited Stock 7 is not one of its choices'],
		[{ onlyIfQuantityIs: 'five' }, 'Only If Quantity Is “five” is not a whole number'],
		[{ reservedQuantity: -2 }, 'Reserved Quantity -2 is below zero'],
	])('options %j fail the row', (options, words) => {
		expect(parse({ sku: 'A', amount: 1, options }).lateFault).toContain(words);
	});
});
