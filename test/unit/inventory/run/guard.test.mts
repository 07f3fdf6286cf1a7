import { guardResult, isGuarded, checkGuards } from '../../../../inventory/run/guard.ts';
import type { Intent } from '../../../../inventory/run/write-records.ts';
import type { Level } from '../../../../inventory/model/level.ts';

const intent = (some: Partial<Intent>): Intent => ({
	operation: 'setQuantity',
	amount: 7,
	writeUnchanged: false,
	belowZero: 'allow',
	unlimitedStock: 'refuse',
	onlyIfQuantityIs: null,
	reserved: null,
	...some,
});
const delta = (amount: number, some: Partial<Intent> = {}): Intent =>
	intent({ operation: 'adjustByDelta', amount, ...some });
const level = (quantity: number | null, some: Partial<Level> = {}): Level => ({
	quantity,
	unlimited: false,
	reserved: null,
	updatedAt: null,
	...some,
});
const unlimited = level(null, { unlimited: true });

describe('a set', () => {
	test('a set is written, unless the level is right already', () => {
		expect(checkGuards(intent({}), level(5))).toStrictEqual({
			kind: 'write',
			amount: 7,
			warning: null,
		});
		expect(checkGuards(intent({}), level(7)).kind).toBe('unchanged');
		expect(checkGuards(intent({ writeUnchanged: true }), level(7)).kind).toBe('write');
		expect(checkGuards(intent({}), null).kind).toBe('write');
	});

	test('a true zero is written', () => {
		expect(checkGuards(intent({ amount: 0 }), level(5))).toMatchObject({
			kind: 'write',
			amount: 0,
		});
	});

	test('a set with units reserved is right only when both are', () => {
		expect(checkGuards(intent({ reserved: 2 }), level(7, { reserved: 2 })).kind).toBe('unchanged');
		expect(checkGuards(intent({ reserved: 2 }), level(7, { reserved: 1 })).kind).toBe('write');
	});
});

describe('unlimited stock', () => {
	test.each([
		['refuse', 'refuse'],
		['skip', 'skip'],
		['convert', 'write'],
	] as const)('under %s a set of unlimited stock ends as: %s', (unlimitedStock, kind) => {
		expect(checkGuards(intent({ unlimitedStock }), unlimited).kind).toBe(kind);
	});

	test.each([
		['refuse', 'refuse'],
		['skip', 'skip'],
		['convert', 'refuse'],
	] as const)('under %s a delta on unlimited stock ends as: %s', (unlimitedStock, kind) => {
		expect(checkGuards(delta(-1, { unlimitedStock }), unlimited).kind).toBe(kind);
	});

	test('stock is made unlimited once', () => {
		const make = intent({ operation: 'setUnlimited', amount: 0 });
		expect(checkGuards(make, unlimited).kind).toBe('unchanged');
		expect(checkGuards({ ...make, writeUnchanged: true }, unlimited).kind).toBe('write');
		expect(checkGuards(make, level(5)).kind).toBe('write');
	});
});

describe('Only If Quantity Is', () => {
	test('Only If Quantity Is lets the expected level pass', () => {
		expect(checkGuards(intent({ onlyIfQuantityIs: 5 }), level(5)).kind).toBe('write');
		expect(checkGuards(delta(-2, { onlyIfQuantityIs: 5 }), level(5)).kind).toBe('write');
	});

	test.each([
		[level(6), 'The level is 6, not 5'],
		[unlimited, 'The level is unlimited, not 5'],
		[level(null), 'The level is not known, not 5'],
	])('Only If Quantity Is refuses %j and names both', (found, words) => {
		const verdict = checkGuards(intent({ onlyIfQuantityIs: 5 }), found);
		expect(verdict.kind).toBe('refuse');
		expect('message' in verdict && verdict.message).toContain(words);
	});

	test('Only If Quantity Is comes before “already right”', () => {
		expect(checkGuards(intent({ amount: 7, onlyIfQuantityIs: 5 }), level(7)).kind).toBe('refuse');
	});
});

describe('Below Zero', () => {
	test.each([
		['allow', level(2), { kind: 'write', amount: -5, warning: null }],
		['refuse', level(5), { kind: 'write', amount: -5, warning: null }],
		[
			'stopAtZero',
			level(2),
			{ kind: 'write', amount: -2, warning: 'Only 2 of 5 were taken: the level was 2.' },
		],
	] as const)('Below Zero: %s on %j ends as it should', (belowZero, found, verdict) => {
		expect(checkGuards(delta(-5, { belowZero }), found)).toStrictEqual(verdict);
	});

	test('Below Zero: refuse names the level and what would be left', () => {
		const verdict = checkGuards(delta(-5, { belowZero: 'refuse' }), level(2));
		expect(verdict).toMatchObject({ kind: 'refuse' });
		expect('message' in verdict && verdict.message).toContain(
			'The level is 2; taking 5 would leave -3',
		);
	});

	test.each([[0], [-3]])('Below Zero: nothing is left to take from %d', (quantity) => {
		expect(checkGuards(delta(-5, { belowZero: 'stopAtZero' }), level(quantity))).toMatchObject({
			kind: 'unchanged',
			warning: `Only 0 of 5 were taken: the level was ${quantity}.`,
		});
	});

	test.each([['refuse'], ['stopAtZero']] as const)(
		'Below Zero: %s never keeps a shop from restocking',
		(belowZero) => {
			expect(checkGuards(delta(2, { belowZero }), level(-5))).toStrictEqual({
				kind: 'write',
				amount: 2,
				warning: null,
			});
		},
	);

	test('a level that is not named cannot be guarded', () => {
		expect(checkGuards(delta(-1, { belowZero: 'refuse' }), level(null)).kind).toBe('refuse');
		expect(checkGuards(delta(-1), level(null)).kind).toBe('write');
	});
});

test('a delta of 0 is unchanged, whatever it meets', () => {
	for (const found of [level(5), unlimited, null])
		expect(checkGuards(delta(0), found).kind).toBe('unchanged');
});

test('rows that add up beyond the largest quantity are refused', () => {
	expect(checkGuards(delta(2 ** 31), null).kind).toBe('refuse');
});

test('guards that depend on the level need a fresh reading', () => {
	expect(isGuarded(intent({}))).toBe(false);
	expect(isGuarded(intent({ onlyIfQuantityIs: 0 }))).toBe(true);
	expect(isGuarded(delta(-1, { belowZero: 'refuse' }))).toBe(true);
	expect(isGuarded(delta(1, { belowZero: 'refuse' }))).toBe(false);
	expect(isGuarded(delta(-1))).toBe(false);
});

test('a row that is not written says why', () => {
	const before = { ...level(5), source: 'id' as const, at: 0 };
	expect(guardResult({ kind: 'skip', message: 'm' }, before)).toMatchObject({
		status: 'skipped',
		before,
	});
	expect(guardResult({ kind: 'refuse', message: 'm' }, before)).toMatchObject({ status: 'failed' });
	expect(guardResult({ kind: 'unchanged', message: 'm', warning: null }, before)).toMatchObject({
		status: 'unchanged',
		after: before,
	});
});
