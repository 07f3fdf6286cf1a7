import { NOTHING } from '../../../../inventory/rows/cell.ts';
import { parseRow } from '../../../../inventory/rows/row.ts';
import { rawRow, type TestRow } from '../../../support/run.mts';

const delta = (row: TestRow & { direction?: unknown }) =>
	parseRow({ ...rawRow({ sku: 'A', ...row }), direction: row.direction }, 0, 'adjustByDelta');

describe('the direction of a delta', () => {
	test.each([
		['takeAway', 3, -3],
		['takeAway', '3', -3],
		['takeAway', 0, 0],
		['add', 3, 3],
		['asSigned', -3, -3],
		[undefined, -3, -3],
		['', 3, 3],
	])('%s makes %j a delta of %d', (direction, amount, value) => {
		expect(delta({ direction, amount }).amount).toStrictEqual({ kind: 'value', value });
	});

	test.each(['takeAway', 'add'])('a number below zero fails under %s', (direction) => {
		const { amount, lateFault } = delta({ direction, amount: -3 });
		expect(amount.kind).toBe('invalid');
		expect(lateFault).toBe(
			'Delta -3 is below zero. Choose As Signed in Direction if the column has signs of its own.',
		);
	});

	test.each([
		[NOTHING, 'Direction holds an expression that gives nothing here'],
		['sideways', 'Direction “sideways” is not one of its choices'],
	])('a direction %p fails the row', (direction, words) => {
		expect(delta({ direction, amount: 3 }).lateFault).toContain(words);
	});

	test('a blank stays a blank whatever the direction', () => {
		expect(delta({ direction: 'takeAway', amount: '' }).earlyEnd?.status).toBe('skipped');
	});

	test('Set Quantity has no direction', () => {
		const raw = { ...rawRow({ sku: 'A', amount: 3 }), direction: 'takeAway' };
		expect(parseRow(raw, 0, 'setQuantity')).toMatchObject({
			amount: { kind: 'value', value: 3 },
			lateFault: null,
		});
	});
});

describe('a count and the level when it was made', () => {
	const counted = (amount: unknown, levelWhenCounted: unknown, more: object = {}) =>
		delta({ amount, options: { levelWhenCounted }, ...more });

	test.each([
		[8, 10, -2],
		['12', '10', 2],
		[0, 10, -10],
		[5, -1, 6],
		[5, 5, 0],
	])(
		'%j counted where there were %j is a delta of %d, and the row says so',
		(count, level, value) => {
			const { amount, note } = counted(count, level);
			expect(amount).toStrictEqual({ kind: 'value', value });
			expect(note).toContain(`the delta is ${value}`);
		},
	);

	test.each([
		['', 10],
		[8, NOTHING],
		['n/a', NOTHING],
	])('a blank in either cell is a blank: %p, %p', (count, level) => {
		expect(counted(count, level).earlyEnd?.status).toBe('skipped');
	});

	test('an option that was added and left empty is off', () => {
		expect(counted(8, '').amount).toStrictEqual({ kind: 'value', value: 8 });
	});

	test.each([
		[-1, 10, 'Delta -1 is below zero'],
		['n/a', 10, 'Delta “n/a” is not a whole number'],
		[8, 'n/a', 'Level When Counted “n/a” is not a whole number'],
		[2147483647, -1, 'too large'],
	])('counts of %j and %j fail the row', (count, level, words) => {
		expect(counted(count, level).lateFault).toContain(words);
	});

	test('a count has no direction', () => {
		expect(counted(8, 10, { direction: 'takeAway' }).lateFault).toContain('Choose As Signed');
	});
});

describe('options that hold an expression that gives nothing', () => {
	test.each([
		['onlyIfQuantityIs', 'Only If Quantity Is'],
		['belowZero', 'Below Zero'],
		['blankQuantity', 'Blank Quantity'],
		['safetyStock', 'Safety Stock'],
		['maxQuantity', 'Max Quantity'],
		['reservedQuantity', 'Reserved Quantity'],
		['writeUnchanged', 'Write Unchanged'],
	])(
		'an option %s that holds an expression that gives nothing fails the row and names the field',
		(name, label) => {
			const row = delta({ amount: 1, options: { [name]: NOTHING } });
			expect(row.lateFault).toContain(`${label} holds an expression that gives nothing here`);
		},
	);

	test('a blank cell is not skipped where what to do with it is not known', () => {
		const row = delta({ amount: '', options: { blankQuantity: NOTHING } });
		expect(row).toMatchObject({ earlyEnd: null, lateFault: expect.stringContaining('Delta') });
	});
});
