/**
 * Every switch of the sandbox, for what the services' documents leave open: each position alone, and every two positions
 * of two switches together.
 *
 * A battery of small runs meets each. What a service does differs from position to position; what must not differ is that
 * a delta is applied at most once and that the report agrees with the shelf.
 */
import { LevelList } from '../../inventory/listing.ts';
import { lookUp } from '../../inventory/lookup.ts';
import { Pacer } from '../../inventory/pacing.ts';
import type { Keys } from '../../inventory/keys.ts';
import { parseNamedRow } from '../../inventory/row.ts';
import { itemKey, STATUSES, type Ending, type Level } from '../../inventory/stock.ts';
import { Connection } from '../../platforms/connection.ts';
import { BatchAttempts } from '../../platforms/ecwid/batch.ts';
import { Ecwid } from '../../platforms/ecwid/ecwid.ts';
import { ECWID_MANNERS } from '../../platforms/ecwid/manners.ts';
import { ConfirmedLevels } from '../../platforms/rootfi/confirmed.ts';
import { SkuIndex } from '../../platforms/webflow/sku-index.ts';
import { DOCUMENTED_LIMITS } from '../../sandbox/limits.mts';
import type { CatalogueProduct } from '../../sandbox/catalogue.mts';
import { ECWID_TOKEN } from '../../sandbox/ecwid/ecwid.mts';
import { ECWID_DEFAULTS, type EcwidSwitches } from '../../sandbox/ecwid/switches.mts';
import type { Fault } from '../../sandbox/faults.mts';
import type { StockMove } from '../../sandbox/http.mts';
import { ROOTFI_DEFAULTS, type RootFiSwitches } from '../../sandbox/rootfi/switches.mts';
import { Sandbox, type ServiceName } from '../../sandbox/sandbox.mts';
import type { Stocked } from '../../sandbox/service.mts';
import { WEBFLOW_DEFAULTS, type WebflowSwitches } from '../../sandbox/webflow/switches.mts';
import { InstantClock } from '../support/clock.mts';
import { keysOn, MemoryTokens } from '../support/memory.mts';
import { run, statuses, type TestRow, type TestRun } from '../support/run.mts';
import {
	openShop,
	sandboxTransport,
	type Shop,
	type ShopName,
	type ShopOptions,
} from '../support/shops.mts';

const MINUTE = 60_000;

type Table<S> = { [K in keyof S]: readonly S[K][] };

/** Positions that a table leaves out; of switches that are a number, some are enough. */
type Missing<S, T extends Table<S>> = {
	[K in keyof S]: number extends S[K] ? never : Exclude<S[K], T[K][number]>;
}[keyof S];

/** Takes a table of positions; one that misses a switch, or a position of one, does not compile. */
const positionsOf =
	<S,>() =>
	<const T extends Table<S>>(
		table: T & ([Missing<S, T>] extends [never] ? unknown : { missing: Missing<S, T> }),
	): Table<S> =>
		table;

const WEBFLOW = positionsOf<WebflowSwitches>()({
	bothQuantities: ['refuse', 'quantity', 'delta'],
	finiteWithoutNumber: ['keep', 'zero', 'refuse'],
	infiniteWithNumber: ['refuse', 'ignore'],
	deltaOnInfinite: ['fromZero', 'fromLast', 'refuse'],
	belowZero: ['allow', 'clamp', 'refuse'],
	fraction: ['refuse', 'allow'],
	unknownFields: ['refuse', 'ignore'],
	infiniteQuantity: ['null', 'absent', 'last'],
	unknownId: [404, 400],
	retryAfter: ['seconds', 'date', 'none'],
	retryAfterOnSuccess: [false, true],
	v1Sku: ['flat', 'fields'],
});

const ECWID = positionsOf<EcwidSwitches>()({
	deltaOnUnlimited: ['updateCount0', 'refuse', 'silent'],
	negativeSet: ['refuse', 'allow'],
	zeroDelta: ['refuse', 'updateCount0', 'updateCount1'],
	unchangedCount: [1, 0],
	returnItem: ['honoured', 'ignored'],
	warning: ['whileNegative', 'whenCrossing', 'never'],
	searchLagMs: [0, 3_000, 10 * MINUTE],
	skuSearch: ['exact', 'caseless', 'prefix'],
	largeLimit: ['clamp', 'refuse'],
	errorBody: ['json', 'empty', 'reason', 'text'],
	retryAfter: ['seconds', 'date', 'none'],
	blockAfter: [0, 1, 20],
	foreignStore: [403, 404],
	// Behind other apps for a while, and for longer than a run waits.
	batchQueueMs: [0, 5_000, 11 * MINUTE],
	batchItemMs: [0, 20, 30_000],
	batchOrder: ['asSent', 'reversed'],
	batchPartial: ['shown', 'hidden'],
	batchRepeats: ['whenGoingOn', 'always'],
	batchCounts: ['once', 'eachItem'],
	plan: ['business', 'venture', 'free'],
});

const ROOTFI = positionsOf<RootFiSwitches>()({
	envelope: ['bare', 'data', 'dataList', 'dataAndSyncId', 'syncIdOnly'],
	skuFilter: ['honoured', 'ignored', 'refused'],
	totalCount: ['honoured', 'ignored'],
	quantityAs: ['number', 'text'],
	negative: ['refuse', 'allow'],
	unknownId: [404, 400],
	copy: ['follows', 'stale'],
	mostPerPage: [100, 3, 1],
	companies: ['list', 'wrapped', 'missing'],
	wait: ['retryAfter', 'resetSeconds', 'resetEpoch', 'none'],
});

/** On the services without variations, each variation is an item of its own. RootFi counts everything. */
const CATALOGUE: CatalogueProduct[] = [
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

type Step = (TestRun | { operation: 'get'; rows: TestRow[] } | { operation: 'getMany' }) & {
	/** Requests a minute that the service allows from here on. */
	limit?: number;
	/** What the next write meets. */
	fault?: Partial<Fault>;
	/** Milliseconds that pass before. */
	pass?: number;
};

interface Scenario {
	name: string;
	/** One after the other, in one process, with one memory of keys. */
	steps: Step[];
	/** The statuses of each step's rows at the default switches; where services differ, by service. */
	ends: string | Record<ServiceName, string>;
	/** Only where the service has what it is about. */
	only?: ServiceName;
	shop?: ShopOptions;
	/** An Ecwid store that the token does not belong to. */
	store?: string;
}

const set = (rows: TestRow[], options?: TestRun['options']): TestRun => ({
	operation: 'setQuantity',
	rows,
	options,
});
const delta = (rows: TestRow[], options?: TestRun['options']): TestRun => ({
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

const SCENARIOS: Scenario[] = [
	{
		name: 'set',
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
		steps: [set([{ sku: 'V', amount: 0 }])],
		ends: 'updated',
	},
	{
		name: 'set what is right, all the same',
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
		steps: [
			set([{ sku: 'U', amount: 9 }]),
			set([{ sku: 'U', amount: 5 }], { unlimitedStock: 'skip' }),
			set([{ sku: 'W', amount: 5 }], { unlimitedStock: 'convert' }),
		],
		ends: {
			webflow: 'failed | skipped | updated',
			ecwid: 'failed | skipped | updated',
			rootfi: 'unchanged | updated | updated',
		},
	},
	{
		name: 'set under a condition',
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
		steps: [{ operation: 'setUnlimited', rows: [{ sku: 'A' }, { sku: 'U' }, { sku: 'V' }] }],
		ends: {
			webflow: 'updated unchanged updated',
			ecwid: 'updated unchanged updated',
			rootfi: 'failed failed failed',
		},
	},
	{
		name: 'set, the answer lost',
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
		steps: [delta([{ sku: 'V', amount: -1 }])],
		ends: 'updated',
	},
	{
		name: 'delta of zero',
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
		steps: [delta([{ sku: 'N', amount: 2 }], { belowZero: 'refuse' })],
		ends: { webflow: 'updated', ecwid: 'updated', rootfi: 'failed' },
	},
	{
		name: 'delta on unlimited stock',
		steps: [
			delta([
				{ sku: 'U', amount: -1 },
				{ sku: 'W', amount: -1 },
			]),
		],
		ends: { webflow: 'failed failed', ecwid: 'failed failed', rootfi: 'updated updated' },
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
		ends: { webflow: 'updated updated', ecwid: 'unknown unknown', rootfi: 'updated updated' },
	},
	{
		name: 'delta blindly',
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
					{ sku: 'A', amount: -2, key: 'k1' },
					{ sku: 'U', amount: -1, key: 'k2' },
					{ sku: 'V', amount: -1, key: 'k3' },
				],
				blind,
			),
		],
		ends: {
			webflow: 'updated updated updated',
			ecwid: 'updated unknown updated',
			rootfi: 'updated updated updated',
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
		steps: [
			delta([{ sku: 'A', amount: -2, key: 'k1' }], { dryRun: true }),
			set([{ sku: 'V', amount: 6 }], { dryRun: true }),
		],
		ends: 'planned | unchanged',
	},
	{
		name: 'get',
		steps: [
			{ operation: 'get', rows: CODES.map((sku) => ({ sku })) },
			{ operation: 'get', rows: [{ sku: 'W' }] },
			{ operation: 'get', rows: [{ sku: 'a' }] },
		],
		ends: 'level level level level level level level | level | failed',
	},
	{
		name: 'get many',
		steps: [{ operation: 'getMany' }],
		ends: {
			webflow: 'level level level level level level level level',
			ecwid: 'level level level level level level level level',
			rootfi: 'level level level level level level level level',
		},
	},
	{
		name: 'a variation that shares its product’s stock',
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
		only: 'ecwid',
		store: '7',
		steps: [
			set([{ sku: 'A', amount: 7 }]),
			delta([{ id: '692730001', amount: 7, key: 'k1' }], blind),
		],
		ends: 'notAttempted | notAttempted',
	},
	{
		name: 'a copy that has grown old',
		only: 'rootfi',
		shop: { maxStockAgeMinutes: 30 },
		steps: [
			delta([{ sku: 'A', amount: -2 }]),
			{ ...delta([{ sku: 'A', amount: -2 }]), pass: 60 * MINUTE },
		],
		ends: 'updated | failed',
	},
];

interface Stage {
	service: ServiceName;
	dialect: ShopName;
	switches: object;
}

const clock = new InstantClock();
const sandbox = new Sandbox(clock);

/** The service as at the start, at these switches; returns how to open it for each run, as one process does. */
function stageOf({ service, dialect, switches }: Stage, { shop, store }: Scenario): () => Shop {
	sandbox[service].reset();
	sandbox.limit(service, DOCUMENTED_LIMITS[service]);
	Object.assign(sandbox[service].switches, switches);
	sandbox.seed({ [service]: CATALOGUE });
	sandbox.faults.clear();
	sandbox.log.clear();
	clock.sleeps.length = 0;
	const attempts = new BatchAttempts(store ?? '1003');
	const confirmed = new ConfirmedLevels();
	const index = new SkuIndex();
	return () => {
		const opened = openShop(dialect, { sandbox, clock, attempts, confirmed, index, ...shop });
		if (store === undefined) return opened;
		const transport = sandboxTransport(sandbox, 'ecwid', ECWID_TOKEN, `/api/v3/${store}`, clock);
		const connection = new Connection(transport, new Pacer(clock, 600), clock, ECWID_MANNERS);
		return { ...opened, connection, platform: new Ecwid(connection, attempts) };
	};
}

interface Played {
	/** As `Scenario.ends` has them. */
	ends: string;
	/** What the reports say and the shelves do not. */
	lies: string[];
}

async function play(stage: Stage, scenario: Scenario): Promise<Played> {
	const open = stageOf(stage, scenario);
	const keys = keysOn(new MemoryTokens());
	const keyMoves = new Map<string, number>();
	const ends: string[] = [];
	const lies: string[] = [];
	for (const [n, step] of scenario.steps.entries()) {
		const say = (words: string) => lies.push(`${scenario.name}, run ${n + 1}: ${words}`);
		const shop = open();
		prepare(shop, step);
		try {
			ends.push(await playStep(shop, step, keys, keyMoves, say));
		} catch (error) {
			say(`threw ${(error as Error).stack}`);
		}
	}
	for (const [key, count] of keyMoves) {
		if (count > 1) lies.push(`${scenario.name}: the key ${key} moved the stock ${count} times`);
	}
	return { ends: ends.join(' | '), lies };
}

function prepare({ service }: Shop, { pass, limit, fault, ...step }: Step): void {
	clock.pass(pass ?? 0);
	if (limit !== undefined) sandbox.limit(service, { requests: limit });
	if (fault === undefined) return;
	const inBatch = service === 'ecwid' && isKeyed(step as Step);
	sandbox.faults.add([{ method: service === 'webflow' ? 'PATCH' : inBatch ? 'POST' : 'PUT', ...fault }]);
}

const isKeyed = (step: Step): boolean => 'rows' in step && step.rows.some(({ key }) => key !== undefined);

type Say = (words: string) => void;

async function playStep(
	shop: Shop,
	step: Step,
	keys: Keys,
	keyMoves: Map<string, number>,
	say: Say,
): Promise<string> {
	if (step.operation === 'getMany') return await playList(shop, say);
	if (step.operation === 'get') return await playLookUp(shop, step.rows, say);
	const since = sandbox.log.all().at(-1)?.n ?? 0;
	const before = shelvesOf(shop);
	const report = await run(shop, { ...step, keys });
	// A batch that was accepted runs on.
	if (isKeyed(step)) clock.pass(30 * MINUTE);
	const shelves = shelvesOf(shop);
	const moves = sandbox.log.all(since).flatMap((entry) => entry.moves);
	check({ shop, step, endings: report.endings, before, shelves, moves, say });
	for (const { sku } of moves) {
		const key = step.rows.find((row) => row.sku === sku)?.key;
		if (key === undefined) continue;
		const name = `${String(key)} on ${sku}`;
		keyMoves.set(name, (keyMoves.get(name) ?? 0) + 1);
	}
	return statuses(report).join(' ');
}

function shelvesOf({ service }: Shop): Map<string, Stocked> {
	return new Map(sandbox[service].stock().map((shelf) => [itemKey(shelf), shelf]));
}

const shows = ({ quantity, unlimited }: Level, shelf: Stocked | undefined): boolean =>
	shelf !== undefined && unlimited === shelf.unlimited && (unlimited ? quantity === null : quantity === shelf.quantity);

interface Evidence {
	shop: Shop;
	step: TestRun;
	endings: Ending[];
	before: Map<string, Stocked>;
	shelves: Map<string, Stocked>;
	moves: StockMove[];
	say: Say;
}

/** What the report of a run says, against what the shelves did. */
function check({ shop, step, endings, before, shelves, moves, say }: Evidence): void {
	const { operation, rows } = step;
	if (endings.length !== rows.length) say(`${endings.length} endings for ${rows.length} rows`);
	const mayMove = new Set<string>();
	for (const [n, ending] of endings.entries()) {
		const { status, item, message, after, warnings } = ending;
		const row = rows[n];
		const tell = (words: string) => say(`row ${n + 1} (${String(row.sku ?? row.id)}) ${status}, ${words}`);
		if (!STATUSES.includes(status)) tell('which is no status');
		const quiet = status === 'updated' || status === 'unchanged';
		if (!quiet && !message) tell('without a message');
		if (status !== 'updated' && status !== 'unknown' && status !== 'unchanged') continue;
		if (item === null) {
			tell('without an item');
			continue;
		}
		const key = itemKey(item);
		const shelf = shelves.get(key) as Stocked;
		if (status !== 'unchanged') mayMove.add(key);
		if (status === 'unknown') continue;
		const outdated = warnings.some((warning) => warning.includes('some seconds behind'));
		if (operation !== 'adjustByDelta' && !outdated && !isAt(operation, Number(row.amount), shelf)) {
			tell(`and the shelf stands at ${levelText(shelf)}`);
		}
		if (status === 'unchanged') continue;
		if (after !== null && (after.unlimited || after.quantity !== null) && !shows(after, shelf)) {
			tell(`at ${after.quantity ?? 'unlimited'}, and the shelf stands at ${levelText(shelf)}`);
		}
		if (operation !== 'adjustByDelta') continue;
		const warned = warnings.some((warning) => warning.includes('unlimited'));
		const mine = moves.filter((move) => itemKey(move) === key);
		if (mine.length === 0 && !warned) tell('and nothing moved');
		const from = before.get(key) as Stocked;
		for (const { to } of mine) {
			if (!from.unlimited && to !== sumOf(shop, step, row, from)) tell(`from ${levelText(from)} to ${to}`);
		}
	}
	const counts = new Map<string, number>();
	for (const move of moves) {
		const key = itemKey(move);
		counts.set(key, (counts.get(key) ?? 0) + 1);
		if (!mayMove.has(key)) say(`${move.sku} moved from ${move.from} to ${move.to}, and no row says so`);
	}
	for (const [key, count] of counts) {
		if (operation === 'adjustByDelta' && count > 1) say(`${key} was moved ${count} times`);
	}
}

const levelText = ({ quantity, unlimited }: Stocked): string =>
	unlimited ? 'unlimited' : String(quantity);

function isAt(operation: TestRun['operation'], amount: number, shelf: Stocked): boolean {
	if (operation === 'setUnlimited') return shelf.unlimited;
	return !shelf.unlimited && shelf.quantity === amount;
}

/** Where a delta leads, unless the row or the service stops at zero. */
function sumOf({ service }: Shop, { options }: TestRun, row: TestRow, from: Stocked): number {
	const sum = from.quantity + Number(row.amount);
	const stops =
		{ ...options, ...row.options }.belowZero === 'stopAtZero' ||
		(service === 'webflow' && sandbox.webflow.switches.belowZero === 'clamp');
	return stops ? Math.max(sum, 0) : sum;
}

async function playLookUp(shop: Shop, rows: TestRow[], say: Say): Promise<string> {
	const named = rows.map(({ sku }, n) =>
		parseNamedRow({ item: { by: 'sku', cell: sku }, fault: null }, n),
	);
	const { outcomes } = await lookUp(named, shop.platform);
	if (outcomes.length !== rows.length) say(`${outcomes.length} outcomes for ${rows.length} rows`);
	const shelves = shelvesOf(shop);
	for (const [n, outcome] of outcomes.entries()) {
		if (outcome.kind === 'failed' && outcome.message === '') say(`row ${n + 1} without a message`);
		if (outcome.kind === 'level' && !shows(outcome.level, shelves.get(itemKey(outcome.item)))) {
			say(`row ${n + 1} shows ${JSON.stringify(outcome.level)}`);
		}
	}
	return outcomes.map(({ kind }) => kind).join(' ');
}

async function playList(shop: Shop, say: Say): Promise<string> {
	const kinds: string[] = [];
	const seen = new Set<string>();
	const shelves = shelvesOf(shop);
	for await (const listed of new LevelList(shop.platform).walk()) {
		kinds.push(listed.kind);
		if (listed.kind === 'failed') {
			if (listed.fault.message === '') say('failed without a message');
			continue;
		}
		const key = itemKey(listed.item);
		if (seen.has(key)) say(`${key} is listed twice`);
		seen.add(key);
		if (!shows(listed.level, shelves.get(key))) say(`${key} shows ${JSON.stringify(listed.level)}`);
	}
	return kinds.join(' ');
}

const SERVICES: Array<{ dialect: ShopName; service: ServiceName; table: Table<Record<string, unknown>>; defaults: Record<string, unknown> }> = [
	{ dialect: 'webflow', service: 'webflow', table: WEBFLOW, defaults: { ...WEBFLOW_DEFAULTS } },
	{ dialect: 'webflowV1', service: 'webflow', table: WEBFLOW, defaults: { ...WEBFLOW_DEFAULTS } },
	{ dialect: 'ecwid', service: 'ecwid', table: ECWID, defaults: { ...ECWID_DEFAULTS } },
	{ dialect: 'rootfi', service: 'rootfi', table: ROOTFI, defaults: { ...ROOTFI_DEFAULTS } },
] as never;

test('explore', async () => {
	for (const { dialect, service, table, defaults } of SERVICES) {
		const t0 = performance.now();
		const base = new Map<string, string>();
		const out: string[] = [];
		for (const scenario of SCENARIOS) {
			if (scenario.only !== undefined && scenario.only !== service) continue;
			const { ends, lies } = await play({ service, dialect, switches: {} }, scenario);
			base.set(scenario.name, ends);
			const exp = typeof scenario.ends === 'string' ? scenario.ends : scenario.ends[service];
			if (exp !== ends) out.push(`DEFAULT ${scenario.name}: ${ends} expected ${exp}`);
			out.push(...lies);
		}
		const singles: Array<[string, unknown]> = Object.entries(table).flatMap(([k, ps]) => ps.filter((p) => p !== defaults[k]).map((p): [string, unknown] => [k, p]));
		const endsOf = new Map<string, Map<string, string>>();
		for (const [k, p] of singles) {
			const mine = new Map<string, string>();
			endsOf.set(`${k} ${p}`, mine);
			for (const scenario of SCENARIOS) {
				if (scenario.only !== undefined && scenario.only !== service) continue;
				const { ends, lies } = await play({ service, dialect, switches: { [k]: p } }, scenario);
				mine.set(scenario.name, ends);
				if (ends !== base.get(scenario.name)) out.push(`  ${k} ${p} / ${scenario.name}: ${ends}`);
				out.push(...lies.map((l) => `  LIE ${k} ${p}: ${l}`));
			}
		}
		const t1 = performance.now();
		let n = 0;
		const slow = new Map<string, number>();
		for (const [i, [k, p]] of singles.entries()) for (const [l, q] of singles.slice(i + 1)) {
			if (k === l) continue;
			n += 1;
			const t = performance.now();
			for (const scenario of SCENARIOS) {
				if (scenario.only !== undefined && scenario.only !== service) continue;
				const { ends, lies } = await play({ service, dialect, switches: { [k]: p, [l]: q } }, scenario);
				const allowed = [base.get(scenario.name), endsOf.get(`${k} ${p}`)?.get(scenario.name), endsOf.get(`${l} ${q}`)?.get(scenario.name)];
				if (!allowed.includes(ends)) out.push(`    PAIR ${k} ${p} + ${l} ${q} / ${scenario.name}: ${ends}  [${allowed.join(' // ')}]`);
				out.push(...lies.map((x) => `    LIE ${k} ${p} + ${l} ${q}: ${x}`));
			}
			for (const s of [`${k} ${p}`, `${l} ${q}`]) slow.set(s, (slow.get(s) ?? 0) + performance.now() - t);
		}
		const t2 = performance.now();
		const top = [...slow].sort((a, b) => b[1] - a[1]).slice(0, 5).map(([a, b]) => `${a} ${b.toFixed(0)}`).join(', ');
		console.log(`${dialect}: singles ${singles.length} ${(t1 - t0).toFixed(0)} ms, pairs ${n} ${(t2 - t1).toFixed(0)} ms; slow ${top}\n${out.join('\n')}`);
	}
}, 600_000);
