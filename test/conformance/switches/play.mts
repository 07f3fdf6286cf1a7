/** Plays scenarios, and tells what a report says that is not so. */
import type { IdempotencyKeys } from '../../../inventory/memory/idempotency-keys.ts';
import { LevelList } from '../../../inventory/lookup/list-levels.ts';
import { getLevels } from '../../../inventory/lookup/get-levels.ts';
import { RateLimiter } from '../../../platforms/http/rate-limiter.ts';
import { parseNamedRow } from '../../../inventory/rows/row.ts';
import { itemKey } from '../../../inventory/model/item.ts';
import { STATUSES } from '../../../inventory/model/status.ts';
import { type RowResult } from '../../../inventory/model/row-result.ts';
import { type Level } from '../../../inventory/model/level.ts';
import { Connection } from '../../../platforms/http/connection.ts';
import { RateLimits } from '../../../platforms/http/rate-limits.ts';
import { BatchAttempts } from '../../../platforms/ecwid/batch-attempts.ts';
import { Ecwid } from '../../../platforms/ecwid/ecwid.ts';
import { ECWID_CLIENT_POLICY } from '../../../platforms/ecwid/client-policy.ts';
import { ConfirmedCopies } from '../../../platforms/rootfi/confirmed-copies.ts';
import { SkuIndex } from '../../../platforms/webflow/sku-index.ts';
import { ECWID_TOKEN } from '../../../sandbox/ecwid/ecwid.mts';
import type { StockMove } from '../../../sandbox/http.mts';
import { DOCUMENTED_LIMITS } from '../../../sandbox/limits.mts';
import { Sandbox, type ServiceName } from '../../../sandbox/sandbox.mts';
import type { Stocked } from '../../../sandbox/service.mts';
import { InstantClock } from '../../support/clock.mts';
import { keysOn, MemoryTokens } from '../../support/memory.mts';
import { run, statuses, type TestRow, type TestRun } from '../../support/run.mts';
import { openShop, sandboxTransport, type Shop, type ShopName } from '../../support/shops.mts';
import { CATALOGUE, type Scenario, type Step } from './scenarios.mts';

const MINUTE = 60_000;

export interface Stage {
	service: ServiceName;
	dialect: ShopName;
	switches: Record<string, unknown>;
}

const clock = new InstantClock();
const sandbox = new Sandbox(clock);

/** The service as at the start, at these switches. Returns how each run opens it: with the memories of one process. */
function stageOf({ service, dialect, switches }: Stage, { shop, store }: Scenario): () => Shop {
	sandbox[service].reset();
	sandbox.limit(service, DOCUMENTED_LIMITS[service]);
	Object.assign(sandbox[service].switches, switches);
	sandbox.seed({ [service]: CATALOGUE });
	sandbox.faults.clear();
	sandbox.log.clear();
	clock.sleeps.length = 0;
	const attempts = new BatchAttempts(store ?? '1003');
	const confirmed = new ConfirmedCopies();
	const index = new SkuIndex();
	return () => {
		const opened = openShop(dialect, { sandbox, clock, attempts, confirmed, index, ...shop });
		if (store === undefined) return opened;
		const transport = sandboxTransport(sandbox, clock, {
			service: 'ecwid',
			token: ECWID_TOKEN,
			prefix: `/api/v3/${store}`,
		});
		const connection = new Connection(
			transport,
			ECWID_CLIENT_POLICY,
			new RateLimits(new RateLimiter(clock, 600), null),
			clock,
		);
		return { ...opened, connection, platform: new Ecwid(connection, attempts) };
	};
}

interface Played {
	/** As `Scenario.ends` has them. */
	ends: string;
	/** What a report says and the stock does not. */
	lies: string[];
}

export async function play(stage: Stage, scenario: Scenario): Promise<Played> {
	const open = stageOf(stage, scenario);
	const keys = keysOn(new MemoryTokens());
	const moved = new Map<string, number>();
	const ends: string[] = [];
	const lies: string[] = [];
	for (const [n, step] of scenario.steps.entries()) {
		const say = (words: string) => lies.push(`${scenario.name}, run ${n + 1}: ${words}`);
		prepare(stage, step);
		try {
			ends.push(await playStep(open(), step, { keys, moved }, say));
		} catch (error) {
			say(`threw ${String(error)}`);
		}
	}
	for (const [key, times] of moved) {
		if (times > 1) lies.push(`${scenario.name}: the key ${key} moved the stock ${times} times`);
	}
	return { ends: ends.join(' | '), lies };
}

function prepare({ service }: Stage, step: Step): void {
	clock.pass(step.pass ?? 0);
	if (step.limit !== undefined) sandbox.limit(service, { requests: step.limit });
	if (step.fault === undefined) return;
	const method = { webflow: 'PATCH', ecwid: hasKeys(step) ? 'POST' : 'PUT', rootfi: 'PUT' }[
		service
	];
	sandbox.faults.add([{ method, ...step.fault }]);
}

function hasKeys(step: Step): boolean {
	return 'rows' in step && step.rows.some(({ key }) => key !== undefined);
}

type Say = (words: string) => void;

/** Plays one run, adds to `moved` how often each key moved stock, and tells what is not true. Returns how its rows end. */
async function playStep(
	shop: Shop,
	step: Step,
	{ keys, moved }: { keys: IdempotencyKeys; moved: Map<string, number> },
	say: Say,
): Promise<string> {
	if (step.operation === 'getMany') return await playList(shop, say);
	if (step.operation === 'get') return await playLookUp(shop, step.rows, say);
	const since = sandbox.log.all().at(-1)?.n ?? 0;
	const before = stockOf(shop);
	const report = await run(shop, { ...step, keys });
	// A batch that was accepted runs on.
	if (hasKeys(step)) clock.pass(30 * MINUTE);
	const after = stockOf(shop);
	const moves = sandbox.log.all(since).flatMap((entry) => entry.moves);
	compare({ shop, step, results: report.results, before, after, moves, say });
	for (const { sku } of moves) {
		const key = step.rows.find((row) => row.sku === sku)?.key;
		const name = `${String(key)} of ${sku}`;
		if (key !== undefined) moved.set(name, (moved.get(name) ?? 0) + 1);
	}
	return statuses(report).join(' ');
}

type Stock = Map<string, Stocked>;

function stockOf({ service }: Shop): Stock {
	return new Map(sandbox[service].stock().map((actual) => [itemKey(actual), actual]));
}

/** Whether a level is what the service shows of an item. */
function shows({ quantity, unlimited }: Level, actual: Stocked): boolean {
	return unlimited === actual.unlimited && quantity === (actual.unlimited ? null : actual.quantity);
}

const textOf = ({ quantity, unlimited }: Pick<Level, 'quantity' | 'unlimited'>): string =>
	unlimited ? 'unlimited' : String(quantity);

interface Evidence {
	shop: Shop;
	step: TestRun;
	results: RowResult[];
	before: Stock;
	after: Stock;
	moves: StockMove[];
	say: Say;
}

/** The report of a run, row by row, against what the stock did. Each row of a run is an item of its own. */
function compare(evidence: Evidence): void {
	const { step, results, moves, say } = evidence;
	if (results.length !== step.rows.length) {
		say(`${results.length} results for ${step.rows.length} rows`);
	}
	const told = new Set<string>();
	for (const [n, result] of results.entries()) {
		const row = step.rows[n];
		const name = `row ${n + 1} (${String(row.sku ?? row.id)}) ${result.status}`;
		compareRow(evidence, row, result, (words) => say(`${name}, ${words}`));
		const mayMove = result.status === 'updated' || result.status === 'unknown';
		if (mayMove && result.item !== null) told.add(itemKey(result.item));
	}
	const seen = new Set<string>();
	for (const move of moves) {
		const key = itemKey(move);
		const words = `${move.sku ?? key} went from ${move.from} to ${move.to}`;
		if (!told.has(key)) say(`${words}, and no row says so`);
		if (seen.has(key) && step.operation === 'adjustByDelta') say(`${words}, a second time`);
		seen.add(key);
	}
}

function compareRow(
	{ shop, step, before, after, moves }: Evidence,
	row: TestRow,
	result: RowResult,
	say: Say,
): void {
	const { status, item, message, warnings } = result;
	const isQuiet = status === 'updated' || status === 'unchanged';
	if (!Object.keys(STATUSES).includes(status)) say('which is no status');
	if (!isQuiet && !message) say('without a message');
	const [from, to] = item === null ? [] : [before, after].map((stock) => stock.get(itemKey(item)));
	if (from === undefined || to === undefined) {
		if (isQuiet) say('without an item');
		return;
	}
	const was = result.before;
	if (was !== null && was.outdated === undefined && !isBehind(shop) && !shows(was, from)) {
		say(`from ${textOf(was)}, and it was ${textOf(from)}`);
	}
	if (!isQuiet) return;
	const isDelta = step.operation === 'adjustByDelta';
	const byLaggingList = warnings.join().includes('lag by a few seconds');
	const saysUncounted = warnings.join().includes('does not count this item');
	if (saysUncounted && !to.unlimited) say('and it is counted');
	if (
		!isDelta &&
		!byLaggingList &&
		!saysUncounted &&
		!isAt(step.operation, Number(row.amount), to)
	) {
		say(`and it is ${textOf(to)}`);
	}
	if (status === 'unchanged') return;
	const named = result.after;
	if (named !== null && (named.unlimited || named.quantity !== null) && !shows(named, to)) {
		say(`to ${textOf(named)}, and it is ${textOf(to)}`);
	}
	if (!isDelta) return;
	const mine = moves.filter((move) => itemKey(move) === itemKey(to));
	// An answer that confirms what has no number to be added to is contradicted by the level that is read back.
	if (mine.length === 0 && !warnings.join().includes('unlimited')) say('and nothing moved');
	for (const move of mine) {
		if (!from.unlimited && move.to !== sumOf(shop, step, row, from)) {
			say(`from ${textOf(from)} to ${move.to}`);
		}
	}
}

/** Whether readings may be older than the stock. */
function isBehind({ service }: Shop): boolean {
	const { searchLagMs } = sandbox.ecwid.switches;
	const { copy } = sandbox.rootfi.switches;
	return (service === 'ecwid' && searchLagMs > 0) || (service === 'rootfi' && copy === 'stale');
}

function isAt(operation: TestRun['operation'], amount: number, actual: Stocked): boolean {
	if (operation === 'setUnlimited') return actual.unlimited;
	return !actual.unlimited && actual.quantity === amount;
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
	const { outcomes } = await getLevels(named, shop.platform);
	const stock = stockOf(shop);
	for (const [n, outcome] of outcomes.entries()) {
		if (outcome.kind === 'failed') {
			if (outcome.message === '') say(`row ${n + 1} failed without a message`);
			continue;
		}
		const actual = stock.get(itemKey(outcome.item)) as Stocked;
		const isRight = actual.sku === rows[n].sku && shows(outcome.level, actual);
		if (!isRight) say(`row ${n + 1} shows ${textOf(outcome.level)} of ${outcome.item.sku}`);
	}
	return outcomes.map(({ kind }) => kind).join(' ');
}

async function playList(shop: Shop, say: Say): Promise<string> {
	const kinds: string[] = [];
	const unseen = stockOf(shop);
	for await (const listed of new LevelList(shop.platform).walk()) {
		kinds.push(listed.kind);
		if (listed.kind === 'failed') {
			if (listed.fault.message === '') say('failed without a message');
			continue;
		}
		const key = itemKey(listed.item);
		const actual = unseen.get(key);
		if (actual === undefined) say(`lists ${key} twice`);
		else if (!shows(listed.level, actual)) say(`shows ${textOf(listed.level)} of ${actual.sku}`);
		unseen.delete(key);
	}
	return kinds.join(' ');
}
