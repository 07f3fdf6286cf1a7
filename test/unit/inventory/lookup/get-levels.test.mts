import fc from 'fast-check';
import { LevelList, passes, type ListedLevel } from '../../../../inventory/lookup/list-levels.ts';
import { getLevels } from '../../../../inventory/lookup/get-levels.ts';
import type { Listing, Platform, ReadOutcome } from '../../../../inventory/model/platform.ts';
import { parseNamedRow } from '../../../../inventory/rows/row.ts';
import type { Level } from '../../../../inventory/model/level.ts';
import { faultText } from '../../../../inventory/model/fault.ts';
import { itemLabel } from '../../../../inventory/model/item.ts';
import { rowList } from '../../../../inventory/rows/row-text.ts';
import { SkuMap } from '../../../../platforms/shared/sku-map.ts';
import { pathSegment } from '../../../../platforms/http/path-segment.ts';
import { MemoryShop } from '../../../support/memory-shop.mts';

const level = (quantity: number | null, unlimited = false): Level => ({
	quantity,
	unlimited,
	reserved: null,
	updatedAt: null,
});
const fault = { message: 'No.', advice: 'Wait.' };

describe('a filter', () => {
	test.each([
		['all', [true, true, true, true, true, true]],
		['inStock', [false, false, true, true, true, false]],
		['outOfStock', [true, true, false, false, false, false]],
		['lowStock', [true, true, true, false, false, false]],
	] as const)('the filter %s lets through the levels it is for', (filter, expected) => {
		const levels = [level(-1), level(0), level(5), level(6), level(null, true), level(null)];
		expect(levels.map((one) => passes(filter, one, 5))).toStrictEqual(expected);
	});
});

describe('a list of levels', () => {
	const item = (n: number) => ({ itemId: String(n), variantId: null, sku: `S${n}`, name: null });

	function shop(pages: Listing[], read: ReadOutcome[] = []) {
		let asked = 0;
		const platform = {
			list: async () => pages[asked++] ?? { kind: 'page', items: [], leftOut: [], next: null },
			read: async () => [read.shift()],
		} as unknown as Platform;
		return { list: new LevelList(platform), asked: () => asked };
	}

	async function all(list: LevelList): Promise<ListedLevel[]> {
		const found: ListedLevel[] = [];
		for await (const one of list.walk()) found.push(one);
		return found;
	}

	test('a list of levels is read only as far as someone asks, and only once', async () => {
		const { list, asked } = shop([
			{ kind: 'page', items: [{ item: item(1), level: level(1) }], leftOut: [], next: '1' },
			{ kind: 'page', items: [{ item: item(2), level: level(2) }], leftOut: [], next: null },
		]);
		for await (const one of list.walk()) {
			expect(one.item?.sku).toBe('S1');
			break;
		}
		expect(asked()).toBe(1);
		expect(await all(list)).toHaveLength(2);
		expect(await all(list)).toHaveLength(2);
		expect(asked()).toBe(2);
	});

	test('a list of levels ends with the fault of a page that cannot be read, for everyone who asks, and asks once', async () => {
		const { list, asked } = shop([{ kind: 'failed', fault }]);
		for (const _ of ['the first', 'the second'])
			expect(await all(list)).toStrictEqual([
				{ kind: 'failed', item: null, fault: { ...fault, wholeRun: true } },
			]);
		expect(asked()).toBe(1);
	});

	test('a list of levels tells which entries of the pages it read could not be made out', async () => {
		const { list } = shop([
			{ kind: 'page', items: [], leftOut: ['entry 3'], next: '1' },
			{ kind: 'page', items: [{ item: item(2), level: level(2) }], leftOut: ['S9'], next: null },
		]);
		expect(await all(list)).toHaveLength(1);
		expect(list.leftOut).toStrictEqual(['entry 3', 'S9']);
	});

	test('a list of levels names the item whose level cannot be read, and continues', async () => {
		const { list } = shop(
			[
				{
					kind: 'page',
					items: [1, 2].map((n) => ({ item: item(n), level: null })),
					leftOut: [],
					next: null,
				},
			],
			[
				{ kind: 'failed', fault },
				{ kind: 'level', item: item(2), reading: { ...level(4), source: 'id', at: 0 } },
			],
		);
		expect(await all(list)).toMatchObject([
			{ kind: 'failed', item: { sku: 'S1' } },
			{ level: { quantity: 4 } },
		]);
	});

	test('a list of levels stops at a fault that every item would meet', async () => {
		const { list } = shop(
			[
				{
					kind: 'page',
					items: [1, 2].map((n) => ({ item: item(n), level: null })),
					leftOut: [],
					next: null,
				},
			],
			[{ kind: 'failed', fault: { ...fault, wholeRun: true } }],
		);
		expect(await all(list)).toHaveLength(1);
	});
});

describe('looking levels up', () => {
	const named = (cells: unknown[], broken: number[] = []) =>
		cells.map((cell, n) =>
			parseNamedRow({ item: { by: 'sku', cell }, fault: broken.includes(n) ? 'broken' : null }, n),
		);
	const shop = () =>
		new MemoryShop([
			{ id: '1', sku: 'A', quantity: 5 },
			{ id: '2', sku: 'D', quantity: 1 },
			{ id: '3', sku: 'D', quantity: 1 },
		]);

	test('every row has its outcome, in order', async () => {
		const { outcomes, abort } = await getLevels(
			named(['A', '', 'D', 'NOPE', 'A', 'A'], [5]),
			shop(),
		);
		expect(abort).toBeNull();
		expect(
			outcomes.map((one) => ('message' in one ? one.message : one.level.quantity)),
		).toStrictEqual([
			5,
			expect.stringContaining('The SKU is empty'),
			expect.stringContaining('2 items carry'),
			expect.stringContaining('No item with the SKU “NOPE”'),
			5,
			'broken',
		]);
	});

	test('a fault of one row stays with it', async () => {
		const platform = shop();
		platform.read = async (items) => items.map(() => ({ kind: 'failed', fault }));
		const { outcomes, abort } = await getLevels(named(['A']), platform);
		expect(abort).toBeNull();
		expect(outcomes).toMatchObject([{ kind: 'failed', item: { sku: 'A' }, message: 'No. Wait.' }]);
	});

	test('a fault that every row would meet is given to all of them', async () => {
		const platform = shop();
		const whole = { ...fault, wholeRun: true };
		platform.resolve = async (references) =>
			references.map((_, n) =>
				n === 0
					? {
							kind: 'found',
							item: { itemId: '1', variantId: null, sku: 'A', name: null },
							reading: null,
						}
					: { kind: 'failed', fault: whole },
			);
		const { outcomes, abort } = await getLevels(named(['A', 'B']), platform);
		expect(abort).toStrictEqual(whole);
		expect(outcomes.map(({ kind }) => kind)).toStrictEqual(['failed', 'failed']);
		expect(platform.reads).toHaveLength(0);
	});

	test('rows of one item share one reading', async () => {
		const platform = shop();
		const { outcomes } = await getLevels(named(['A', 'A', 'A']), platform);
		expect(outcomes.map(({ kind }) => kind)).toStrictEqual(['level', 'level', 'level']);
		expect(platform.reads).toHaveLength(1);
	});

	test('a level that came with the look-up is not read again', async () => {
		const platform = shop();
		const reading = { ...level(9), source: 'id' as const, at: 0 };
		platform.resolve = async () => [
			{ kind: 'found', item: { itemId: '1', variantId: null, sku: 'A', name: null }, reading },
		];
		const { outcomes } = await getLevels(named(['A']), platform);
		expect(outcomes).toMatchObject([{ level: { quantity: 9 } }]);
		expect(platform.reads).toHaveLength(0);
	});
});

test('rows are named in a sentence', () => {
	expect(rowList([2])).toBe('Row 3');
	expect(rowList([2, 6])).toBe('Rows 3 and 7');
	expect(rowList([2, 6], 6)).toBe('Row 3');
	expect(rowList(Array.from({ length: 15 }, (_, n) => n))).toBe(
		'Rows 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 5 more',
	);
	expect(
		rowList(
			Array.from({ length: 15 }, (_, n) => n),
			0,
		),
	).toBe('Rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 4 more');
});

test.each([
	[{ sku: 'A', name: 'Lamp' }, 'A – Lamp (7:8)'],
	[{ sku: 'A', name: null }, 'A (7:8)'],
	[{ sku: null, name: 'Lamp' }, 'Lamp (7:8)'],
	[{ sku: '', name: null }, '7:8'],
])('an item is named so that a person finds it: %j', (known, label) => {
	expect(itemLabel({ itemId: '7', variantId: '8', ...known })).toBe(label);
});

test('a fault is one sentence, or two', () => {
	expect(faultText(fault)).toBe('No. Wait.');
	expect(faultText({ message: 'No.', advice: '' })).toBe('No.');
});

test('an ID never leaves its place in a path', () => {
	const ids = fc.oneof(
		fc.string({ minLength: 1 }),
		fc.constantFrom('.', '..', './x', '%2e', '%2E.'),
	);
	fc.assert(
		fc.property(ids, (id) => {
			fc.pre(!/\p{Surrogate}/u.test(id));
			const url = new URL(`http://shop/items/${pathSegment(id)}/inventory`);
			expect(url.pathname.split('/')).toHaveLength(4);
			expect(url.search).toBe('');
		}),
	);
});

test('a map of SKUs finds one, none, or several', () => {
	const item = (itemId: string, sku: string | null) => ({
		itemId,
		variantId: null,
		sku,
		name: null,
	});
	const map = new SkuMap([item('1', 'A'), item('2', 'D'), item('3', 'D'), item('4', null)]);
	expect(map.find('A')).toMatchObject({ kind: 'found', item: { itemId: '1' } });
	expect(map.find('D')).toMatchObject({ kind: 'ambiguous' });
	expect(map.find('d')).toMatchObject({
		kind: 'notFound',
		similar: [{ itemId: '2' }, { itemId: '3' }],
	});
	expect(map.only('A')).toBeDefined();
	expect(map.only('D')).toBeUndefined();
	expect(map.only('X')).toBeUndefined();
});
