import {
	amountFault,
	parseRange,
	parseRow,
	parseRunOptions,
} from '../../../../inventory/rows/row.ts';
import { rawRow, type TestRow } from '../../../support/run.mts';

const parse = (row: TestRow, operation: Parameters<typeof parseRow>[2] = 'setQuantity') =>
	parseRow(rawRow(row), 4, operation);

describe('what a row names', () => {
	test('a SKU or an id, as text', () => {
		expect(parse({ sku: ' 0017 ', amount: 1 })).toMatchObject({
			index: 4,
			label: '0017',
			reference: { by: 'sku', sku: '0017' },
			itemFault: null,
		});
		expect(parse({ id: 157, amount: 1 }).reference).toStrictEqual({ by: 'id', id: '157' });
	});

	test.each([
		[{ sku: '' }, 'The SKU is empty'],
		[{ id: null }, 'The ID is empty'],
		[{ sku: true }, 'The SKU true is not text'],
		[{ sku: 2 ** 60 }, 'already lost its last digits'],
	])('%j has no item', (row, words) => {
		const parsed = parse(row);
		expect(parsed.reference).toBeNull();
		expect(parsed.itemFault).toContain(words);
	});

	test('a broken expression is kept apart from a blank cell', () => {
		expect(parse({ sku: 'A', amount: '', fault: 'Referenced node does not exist' })).toMatchObject({
			brokenExpression: 'Referenced node does not exist',
		});
	});
});

describe('the number of a row', () => {
	test.each([
		[{ amount: '' }, 'setQuantity', 'Quantity is empty'],
		[{ amount: '' }, 'adjustByDelta', 'Delta is empty'],
		[{ amount: 'n/a' }, 'setQuantity', 'Quantity “n/a” is not a whole number'],
		[{ amount: 1.5 }, 'adjustByDelta', 'Delta 1.5 is not a whole number'],
		[{ amount: -1 }, 'setQuantity', 'Quantity -1 is below zero'],
	] as const)('%j under %s is told', (row, operation, words) => {
		const parsed = parse({ sku: 'A', ...row }, operation);
		expect(amountFault(parsed, operation)).toContain(words);
	});

	test('a delta may be below zero, and Set Unlimited has no number', () => {
		expect(
			amountFault(parse({ sku: 'A', amount: -3 }, 'adjustByDelta'), 'adjustByDelta'),
		).toBeNull();
		expect(amountFault(parse({ sku: 'A' }, 'setUnlimited'), 'setUnlimited')).toBeNull();
	});

	test('only a delta has a key', () => {
		const row = { sku: 'A', amount: 1, key: ' order 7 ' };
		expect(parse(row, 'adjustByDelta').key).toBe('order 7');
		expect(parse(row, 'setQuantity').key).toBeNull();
	});

	test('a key that is a list is told', () => {
		const parsed = parse({ sku: 'A', amount: 1, key: [1, 2] }, 'adjustByDelta');
		expect(parsed.otherFault).toContain('The idempotency key [1,2] is not text');
	});
});

describe('options of a row', () => {
	test('have the defaults of the contract', () => {
		expect(parse({ sku: 'A', amount: 1 }).options).toStrictEqual({
			writeUnchanged: false,
			belowZero: 'allow',
			unlimitedStock: 'refuse',
			onlyIfQuantityIs: null,
			blankQuantity: 'skip',
			notifyLowStock: false,
			reservedQuantity: null,
			reason: null,
			reference: null,
		});
	});

	test('may come as text from an expression', () => {
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

	test('a note that is no text is copied in full', () => {
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
	])('%j fails the row', (options, words) => {
		expect(parse({ sku: 'A', amount: 1, options }).otherFault).toContain(words);
	});
});

describe('options of a run', () => {
	test('have the defaults of the contract', () => {
		expect(parseRunOptions({})).toStrictEqual({
			options: {
				dryRun: false,
				checkFirst: true,
				sameItemRows: 'combine',
				massZeroLimit: 50,
				trustRememberedMinutes: 0,
			},
			fault: null,
		});
	});

	test('a text that is not a switch does not count as one: "false" is not true', () => {
		expect(parseRunOptions({ dryRun: 'true', checkFirst: 'false' }).options).toMatchObject({
			dryRun: true,
			checkFirst: false,
		});
		expect(parseRunOptions({ dryRun: 'no' }).fault).toContain(
			'Dry Run “no” is neither true nor false',
		);
	});

	test.each([
		[{ massZeroLimit: 101 }, 'Mass Zero Limit 101 is not between 0 and 100'],
		[{ massZeroLimit: 'half' }, 'Mass Zero Limit “half” is not a number'],
		[{ trustRememberedMinutes: -1 }, 'Trust Remembered Levels (Minutes) -1 is not 0 or more'],
		[{ sameItemRows: 'first' }, 'Rows of the Same Item “first” is not one of its choices'],
	])('%j stops the run', (options, words) => {
		expect(parseRunOptions(options).fault).toContain(words);
	});

	test('a number may come as text, a blank is the default', () => {
		expect(parseRange('40', 50, 0, 100)).toStrictEqual({ kind: 'value', value: 40 });
		expect(parseRange('', 50, 0, 100)).toStrictEqual({ kind: 'value', value: 50 });
		expect(parseRange(' ', 50, 0, 100).kind).toBe('invalid');
		expect(parseRange(null, 50, 0, 100)).toStrictEqual({ kind: 'value', value: 50 });
		expect(parseRange([], 50, 0, 100).kind).toBe('invalid');
	});
});
