/** Small runs that meet each position: what they do, and how they end where all switches stand at their defaults. */
import type { CatalogueProduct } from '../../../sandbox/catalogue.mts';
import type { Fault } from '../../../sandbox/faults.mts';
import type { ServiceName } from '../../../sandbox/sandbox.mts';
import type { TestRow, TestRun } from '../../support/run.mts';
import type { ShopOptions } from '../../support/shops.mts';

const MINUTE = 60_000;

/** On the services without variations, each variation is an item of its own. */
export const CATALOGUE: CatalogueProduct[] = [
	{ name: 'Lantern', sku: 'A', quantity: 50 },
	{ name: 'Clock', sku: 'B', quantity: 10 },
	{ name: 'Candle', sku: 'Z', quantity: 0 },
	{ name: 'Oversold', sku: 'N', quantity: -3 },
	{ name: 'Endless', sku: 'U', quantity: 9, unlimited: true },
	{
		name: 'Shirt',
		sku: 'P',
		quantity: 20,
		variations: [
			{ sku: 'V', options: { Size: 'S' }, quantity: 6 },
			{ sku: 'W', options: { Size: 'M' }, quantity: 3, unlimited: true },
			{ sku: null, options: { Size: 'L' }, quantity: 0 },
		],
	},
];
const CODES = ['A', 'B', 'Z', 'N', 'U', 'V', 'W'];

export type Step = (TestRun | { operation: 'get'; rows: TestRow[] } | { operation: 'getMany' }) & {
	/** Requests a minute that the service allows from here on. */
	limit?: number;
	/** What the next write meets, or the request it names. */
	fault?: Partial<Fault>;
	/** Milliseconds that pass before. */
	pass?: number;
};

export interface Scenario {
	name: string;
	/** Runs, one after the other, in one process and with one memory of keys. */
	steps: Step[];
	/** How the rows of each step end at the default switches; where services differ, by service. */
	ends: string | Record<ServiceName, string>;
	/** Only where the service has what it is about. */
	only?: ServiceName;
	shop?: ShopOptions;
	/** An Ecwid store that the token does not belong to. */
	store?: string;
	/** Left out where two switches meet: others of the battery look at much the same. */
	alone?: true;
}

export const set = (rows: TestRow[], options?: TestRun['options']): TestRun => ({
	operation: 'setQuantity',
	rows,
	options,
});
export const delta = (rows: TestRow[], options?: TestRun['options']): TestRun => ({
	operation: 'adjustByDelta',
	rows,
	options,
});
const blind = { checkFirst: false };
const cut: Partial<Fault> = { then: 'reset' };
const keyed = [
	{ sku: 'A', amount: -2, key: 'k1' },
	{ sku: 'V', amount: -1, key: 'k2' },
	{ sku: 'B', amount: 3, key: 'k3' },
];

export const SCENARIOS: Scenario[] = [
	{
		name: 'set',
		alone: true,
		steps: [
			set([
				{ sku: 'A', amount: 7 },
				{ sku: 'V', amount: 8 },
				{ sku: 'Z', amount: 0 },
			]),
		],
		ends: 'updated updated unchanged',
	},
	{
		name: 'set there and back',
		steps: [
			set([{ sku: 'A', amount: 7 }]),
			set([
				{ sku: 'A', amount: 50 },
				{ sku: 'V', amount: 6 },
			]),
			set([{ sku: 'A', amount: 7 }]),
		],
		ends: 'updated | updated unchanged | updated',
	},
	{
		name: 'set to zero',
		alone: true,
		steps: [set([{ sku: 'V', amount: 0 }])],
		ends: 'updated',
	},
	{
		name: 'set what is right, all the same',
		alone: true,
		steps: [set([{ sku: 'A', amount: 50 }], { writeUnchanged: true })],
		ends: 'updated',
	},
	{
		name: 'set blindly',
		steps: [
			set(
				[
					{ sku: 'A', amount: 50 },
					{ sku: 'V', amount: 8 },
					{ sku: 'U', amount: 4 },
				],
				blind,
			),
		],
		ends: 'updated updated updated',
	},
	{
		name: 'set unlimited stock',
		alone: true,
		steps: [
			set([{ sku: 'U', amount: 9 }]),
			set([{ sku: 'U', amount: 5 }], { unlimitedStock: 'skip' }),
			set([{ sku: 'W', amount: 5 }], { unlimitedStock: 'convert' }),
		],
		ends: 'failed | skipped | updated',
	},
	{
		name: 'set under a condition',
		alone: true,
		steps: [
			set([
				{ sku: 'A', amount: 7, options: { onlyIfQuantityIs: 50 } },
				{ sku: 'B', amount: 7, options: { onlyIfQuantityIs: 9 } },
			]),
			set([{ sku: 'U', amount: 7, options: { onlyIfQuantityIs: 8 } }], blind),
		],
		ends: 'updated failed | failed',
	},
	{
		name: 'set unlimited',
		alone: true,
		steps: [{ operation: 'setUnlimited', rows: [{ sku: 'A' }, { sku: 'U' }, { sku: 'V' }] }],
		ends: {
			webflow: 'updated unchanged updated',
			ecwid: 'updated unchanged updated',
			rootfi: 'failed unchanged failed',
		},
	},
	{
		name: 'set, the answer lost',
		alone: true,
		steps: [{ ...set([{ sku: 'A', amount: 7 }]), fault: cut }],
		ends: 'updated',
	},
	{
		name: 'delta',
		steps: [
			delta([
				{ sku: 'A', amount: -2 },
				{ sku: 'V', amount: 4 },
			]),
			delta([{ sku: 'A', amount: -2 }]),
		],
		ends: 'updated updated | updated',
	},
	{
		name: 'delta of one',
		alone: true,
		steps: [delta([{ sku: 'V', amount: -1 }])],
		ends: 'updated',
	},
	{
		name: 'delta of zero',
		alone: true,
		steps: [
			delta([
				{ sku: 'A', amount: 0 },
				{ sku: 'B', amount: 0, key: 'k1' },
			]),
		],
		ends: 'unchanged unchanged',
	},
	{
		name: 'delta below zero',
		steps: [
			delta([{ sku: 'V', amount: -10 }]),
			delta([{ sku: 'B', amount: -15, key: 'k1' }]),
			delta([{ sku: 'V', amount: -1 }]),
		],
		ends: {
			webflow: 'updated | updated | updated',
			ecwid: 'updated | updated | updated',
			rootfi: 'failed | failed | updated',
		},
	},
	{
		name: 'delta below zero, guarded',
		alone: true,
		steps: [
			delta([
				{ sku: 'B', amount: -15, options: { belowZero: 'refuse' } },
				{ sku: 'V', amount: -15, options: { belowZero: 'stopAtZero' } },
				{ sku: 'Z', amount: -1, options: { belowZero: 'stopAtZero' } },
			]),
		],
		ends: 'failed updated unchanged',
	},
	{
		name: 'delta from below zero',
		alone: true,
		steps: [delta([{ sku: 'N', amount: 2 }], { belowZero: 'refuse' })],
		ends: { webflow: 'updated', ecwid: 'updated', rootfi: 'failed' },
	},
	{
		name: 'delta on unlimited stock',
		alone: true,
		steps: [
			delta([
				{ sku: 'U', amount: -1 },
				{ sku: 'W', amount: -1 },
			]),
		],
		ends: 'failed failed',
	},
	{
		name: 'delta on unlimited stock, blindly',
		steps: [
			delta(
				[
					{ sku: 'U', amount: -1 },
					{ sku: 'W', amount: 2 },
				],
				blind,
			),
		],
		ends: { webflow: 'updated updated', ecwid: 'unknown unknown', rootfi: 'failed failed' },
	},
	{
		name: 'delta blindly',
		alone: true,
		steps: [delta([{ sku: 'A', amount: -2 }], blind)],
		ends: 'updated',
	},
	{
		name: 'delta, the answer lost',
		steps: [{ ...delta([{ sku: 'A', amount: -2 }]), fault: cut }],
		ends: 'updated',
	},
	{
		name: 'delta with keys',
		steps: [
			delta(keyed),
			delta(keyed),
			delta([
				{ sku: 'A', amount: -9, key: 'k1' },
				{ sku: 'B', amount: -2, key: 'k1' },
			]),
		],
		ends: 'updated updated updated | duplicate duplicate duplicate | failed updated',
	},
	{
		name: 'delta with a key, the answer lost',
		steps: [
			{ ...delta([{ sku: 'A', amount: -2, key: 'k1' }]), fault: cut },
			delta([{ sku: 'A', amount: -2, key: 'k1' }]),
		],
		ends: 'updated | duplicate',
	},
	{
		name: 'delta with keys, one refused',
		steps: [
			delta(
				[
					{ sku: 'U', amount: -1, key: 'k1' },
					{ sku: 'A', amount: -2, key: 'k2' },
					{ sku: 'V', amount: -1, key: 'k3' },
				],
				blind,
			),
		],
		ends: {
			webflow: 'updated updated updated',
			ecwid: 'unknown updated updated',
			rootfi: 'failed updated updated',
		},
	},
	{
		name: 'beyond the limit',
		steps: [
			{
				...delta([
					{ sku: 'A', amount: -2 },
					{ sku: 'V', amount: -1 },
				]),
				limit: 2,
			},
			delta(keyed),
			set([{ sku: 'B', amount: 1 }]),
		],
		ends: 'updated updated | updated updated updated | updated',
	},
	{
		name: 'what is not there',
		alone: true,
		steps: [
			set([{ sku: 'NOPE', amount: 1 }]),
			delta([
				{ sku: 'v', amount: 1 },
				{ sku: 'A', amount: 1 },
			]),
			set([{ id: 'f'.repeat(24), amount: 1 }]),
			delta([{ id: '999999999', amount: 1 }]),
		],
		ends: 'failed | failed updated | failed | failed',
	},
	{
		name: 'a dry run',
		alone: true,
		steps: [
			delta([{ sku: 'A', amount: -2, key: 'k1' }], { dryRun: true }),
			set([{ sku: 'V', amount: 6 }], { dryRun: true }),
		],
		ends: 'planned | unchanged',
	},
	{
		name: 'get',
		alone: true,
		steps: [
			{ operation: 'get', rows: CODES.map((sku) => ({ sku })) },
			{ operation: 'get', rows: [{ sku: 'W' }] },
			{ operation: 'get', rows: [{ sku: 'a' }] },
		],
		ends: 'level level level level level level level | level | failed',
	},
	{
		name: 'get many',
		alone: true,
		steps: [{ operation: 'getMany' }],
		ends: {
			webflow: 'level level level level level level level level',
			ecwid: 'level level level level level level level level',
			rootfi: 'level level level level level level level level',
		},
	},
	{
		name: 'a variation that shares its product’s stock',
		alone: true,
		only: 'ecwid',
		steps: [
			delta([{ id: '692730006:20874503', amount: -1 }]),
			set([{ id: '692730006:20874503', amount: 1 }], blind),
			set([{ sku: 'P', amount: 4 }]),
		],
		ends: 'updated | failed | updated',
	},
	{
		name: 'a store that is not the token’s',
		alone: true,
		only: 'ecwid',
		store: '7',
		steps: [
			set([{ sku: 'A', amount: 7 }]),
			delta([{ id: '692730001', amount: 7, key: 'k1' }], blind),
		],
		ends: 'notAttempted | failed',
	},
	{
		name: 'a copy that is behind for one reading',
		alone: true,
		only: 'rootfi',
		steps: [
			delta([{ sku: 'A', amount: -2 }]),
			{
				...delta([{ sku: 'A', amount: -2 }]),
				fault: { method: 'GET', path: '/\\d+$', then: 'stale' },
			},
			delta([{ sku: 'A', amount: -2 }]),
		],
		ends: 'updated | failed | updated',
	},
	{
		name: 'a copy that has grown old',
		alone: true,
		only: 'rootfi',
		shop: { maxStockAgeMinutes: 30 },
		steps: [
			delta([{ sku: 'A', amount: -2 }]),
			{ ...delta([{ sku: 'A', amount: -2 }]), pass: 60 * MINUTE },
		],
		ends: 'updated | failed',
	},
];
