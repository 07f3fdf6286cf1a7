import { faultsOf, cell, idOf, MATRIX, FAULTS, LARGE, SPECIAL } from '../../bench/cells.mts';
import { batching } from '../../bench/contestants/http-request.mts';
import { plotSvg } from '../../bench/plot.mts';
import { resultOf, Results } from '../../bench/results.mts';
import { expectedLevels, rowsFor, wrongLevels } from '../../bench/rows.mts';
import { ratio } from '../../bench/labels.mts';
import { markdownTable, summary } from '../../bench/table.mts';
import { bars } from '../../bench/bars.mts';
import type { Measured } from '../../bench/contest.mts';
import { Faults } from '../../sandbox/faults.mts';
import { DOCUMENTED_LIMITS } from '../../sandbox/limits.mts';
import { SERVICES } from '../support/services.mts';

const product = (n: number) => ({
	itemId: `id-${n}`,
	variantId: null,
	sku: `SKU-${n}`,
	name: `Product ${n}`,
	quantity: 100,
	unlimited: false,
});
const products = (count: number) => Array.from({ length: count }, (_, n) => product(n));

const measured = (some: Partial<Measured> = {}): Measured => ({
	wall: 1_000,
	requests: 10,
	limited: 0,
	faults: 0,
	kinds: {},
	floor: 1_000,
	wrong: 0,
	units: 0,
	cpu: 100,
	held: null,
	kept: 0,
	longest: 0,
	written: 0,
	statuses: {},
	ended: 'success',
	...some,
});

describe('rows', () => {
	test.each([
		[0, 0],
		[0.05, 50],
		[1, 1_000],
	] as const)('rows for 1,000 items with a share of %d change %d levels', (share, changed) => {
		const rows = rowsFor(products(1_000), 'set', share, 'run');
		expect(rows.filter(({ amount }) => amount !== 100)).toHaveLength(changed);
		const deltas = rowsFor(products(1_000), 'delta', share, 'run');
		expect(deltas.filter(({ amount }) => amount !== 0)).toHaveLength(changed);
	});

	test('a level is wrong that is not what was said of it; what was left open is a person’s', () => {
		const before = products(3);
		const rows = rowsFor(before, 'delta', 1, 'run');
		const applied = before.map((one, n) => ({ ...one, quantity: 100 + rows[n].amount }));
		expect(wrongLevels(expectedLevels(before, rows, 'delta'), applied)).toEqual({
			items: 0,
			units: 0,
		});
		const twice = applied.map((one, n) => ({ ...one, quantity: one.quantity + rows[n].amount }));
		const expected = expectedLevels(before, rows, 'delta');
		expect(wrongLevels(expected, twice)).toEqual({ items: 3, units: 1 + 2 + 3 });
		expect(wrongLevels(expected, twice, new Set(['SKU-2']))).toEqual({ items: 2, units: 3 });
		const denied = expectedLevels(before, rows, 'delta', new Set(['SKU-0']));
		expect(wrongLevels(denied, applied)).toEqual({ items: 1, units: 1 });
	});
});

describe('cells', () => {
	test('cells carry different names, so that none hides another', () => {
		const ids = [...MATRIX, ...LARGE, ...FAULTS, ...SPECIAL].map(idOf);
		expect(new Set(ids).size).toBe(ids.length);
	});

	test('cells lose every hundredth answer', () => {
		const faults = new Faults();
		faults.add(faultsOf(cell('package', 'webflow', ['delta', 1], { faultEvery: 100 })));
		const write = {
			method: 'PATCH',
			path: '/v2/collections/1/items/2/inventory',
			query: new URLSearchParams(),
			headers: {},
			body: '',
		};
		const met = Array.from({ length: 1_100 }, (_, n) => n + 1).filter(
			() => faults.take('webflow', write) !== null,
		);
		expect(met).toStrictEqual([100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000]);
	});
});

test.each(SERVICES)(
	'the batching of the HTTP Request node keeps just under the limit of %s',
	(service) => {
		const { requests, windowMs } = DOCUMENTED_LIMITS[service];
		for (const nodes of [1, 2]) {
			const { batchSize, batchInterval } = batching({ requests, windowMs }, nodes);
			const full = Math.floor((windowMs - 1) / Number(batchInterval)) + nodes;
			expect(full * Number(batchSize)).toBeLessThanOrEqual(requests);
			expect((windowMs / Number(batchInterval)) * Number(batchSize)).toBeGreaterThan(
				requests * 0.93,
			);
		}
	},
);

describe('results', () => {
	const mine = cell('package', 'ecwid', ['set', 0.05]);
	const rival = cell('httpRequest', 'ecwid', ['set', 1]);

	test('results are medians', () => {
		const runs = [5, 1, 9].map((wall) => measured({ wall }));
		expect(resultOf(mine, runs)).toMatchObject({ runs: 3, measured: { wall: 5 } });
		expect(resultOf(mine, runs.slice(0, 2)).measured.wall).toBe(3);
	});

	test('results are compared with the HTTP Request node of the same run', () => {
		const results = new Results();
		results.add(resultOf(mine, [measured({ wall: 8_000 })]));
		results.add(resultOf(rival, [measured({ wall: 100_000 })]));
		expect(summary(results)).toContain('Ecwid, 1,000 sets');
		expect(summary(results)).toContain('0.08');
		const faster = bars(results).find(({ bar }) => bar.includes('faster'));
		expect(faster).toMatchObject({ passed: true, measured: '12.5 ×' });
		results.add(resultOf(mine, [measured({ wall: 11_000 })]));
		expect(bars(results).find(({ bar }) => bar.includes('faster'))?.passed).toBe(false);
	});

	test('results that are missing pass no bar', () => {
		const judged = bars(new Results());
		expect(judged.length).toBeGreaterThan(15);
		expect(judged.filter(({ passed }) => passed)).toStrictEqual([]);
	});
});

test('a table aligns its numbers to the right', () => {
	expect(
		markdownTable(
			['Who', 'Time'],
			[
				['a', '0.10'],
				['longer', '12'],
			],
		),
	).toBe('| Who    | Time |\n| ------ | ---: |\n| a      | 0.10 |\n| longer |   12 |');
	expect([ratio(0.066), ratio(12.3), ratio(Number.POSITIVE_INFINITY)]).toStrictEqual([
		'0.07',
		'12',
		'–',
	]);
});

test('a plot draws each bar as long as its value, and escapes its words', () => {
	const svg = plotSvg({
		title: 'A & B',
		subtitle: '',
		unit: 'one',
		groups: [
			{
				title: 'Group',
				bars: [
					{ label: 'half', value: 0.5, tone: 0 },
					{ label: 'two', value: 2, tone: 1 },
				],
			},
		],
	});
	expect(svg).toContain('A &amp; B');
	const widths = [...svg.matchAll(/<rect x="\d+" y="\d+" width="([\d.]+)"/g)].map(([, width]) =>
		Number(width),
	);
	expect(widths).toHaveLength(2);
	expect(widths[1] / widths[0]).toBeCloseTo(4, 1);
});
