/**
 * Nothing applied twice, nothing silently lost: random catalogues, rows, options and faults, items that get another code or
 * are deleted and created again while a run is under way, executions that are tried again, retried by a person, canceled, and
 * run once more with the same keys.
 *
 * The sandbox's log says what was really applied; the reports have to agree with it.
 */
import fc from 'fast-check';
import type { ExecutionJournal } from '../../inventory/memory/execution-journal.ts';
import type { IdempotencyKeys } from '../../inventory/memory/idempotency-keys.ts';
import type { RunReport } from '../../inventory/run/run.ts';
import type { RowResult } from '../../inventory/model/row-result.ts';
import type { WriteOperation } from '../../inventory/model/change.ts';
import { BatchAttempts } from '../../platforms/ecwid/batch-attempts.ts';
import { ConfirmedCopies } from '../../platforms/rootfi/confirmed-copies.ts';
import { SkuIndex } from '../../platforms/webflow/sku-index.ts';
import type { CatalogueProduct } from '../../sandbox/catalogue.mts';
import type { EcwidSwitches } from '../../sandbox/ecwid/switches.mts';
import type { Fault } from '../../sandbox/faults.mts';
import type { LogEntry } from '../../sandbox/log.mts';
import { Sandbox } from '../../sandbox/sandbox.mts';
import type { Stocked } from '../../sandbox/service.mts';
import { InstantClock } from '../support/clock.mts';
import { keysOn, MemoryJournal, MemoryTokens } from '../support/memory.mts';
import { run, type TestRow } from '../support/run.mts';
import { openShop, type Shop } from '../support/shops.mts';

const SCHEDULES = Number(process.env.SCHEDULES ?? 2_100);

interface Schedule {
	shop: 'webflow' | 'ecwid' | 'rootfi';
	operation: WriteOperation;
	catalogue: CatalogueProduct[];
	rows: TestRow[];
	options: Record<string, unknown>;
	stopOnFailure: boolean;
	faults: Fault[];
	/** Retry On Fail. */
	tries: number;
	/** Whether a person then retries the failed execution. */
	retry: boolean;
	/** The request at which the first execution is canceled. */
	cancelAt: number | null;
	/** Whether the workflow runs once more, with the same rows and keys. */
	again: boolean;
	/** Writes from which on a service that has batches is sent one. */
	batchPaysFrom: number;
	/** The request at which this computer's clock is set, and by how many milliseconds. */
	clockSet: { at: number; by: number } | null;
	/** Whether the process knows the catalog from an earlier run. */
	isKnown: boolean;
	/** What Ecwid's documents leave open of batches and of updates. */
	ecwid: Partial<EcwidSwitches>;
}

const SKUS = ['A', 'B', 'C', 'D'];

const RETRY_AFTER = { 'Retry-After': '3' };
const refusal = fc.constantFrom(400, 401, 402, 403, 404, 409, 415, 422, 429);
const loss = fc.constantFrom<Fault['then']>(
	'reset',
	'hang',
	'truncate',
	'nonsense',
	{ status: 500 },
	{ status: 502 },
	{ status: 503 },
	{ status: 504, body: 'Gateway Timeout' },
	{ status: 408 },
	{ status: 307, headers: { Location: '/elsewhere' } },
);

/** Answers that only one service gives. */
const ODDITIES: Record<Schedule['shop'], Fault[]> = {
	webflow: [{ then: { status: 200, body: { fieldData: {} } } }],
	ecwid: [{ apply: false, then: { status: 200, body: { updateCount: 0 } } }],
	rootfi: [
		{ then: { status: 400, body: { error: { code: 'unknown-error' } } } },
		{ apply: false, then: { status: 400, body: { error: { code: 'unknown-error' } } } },
		{ then: { status: 200, body: { sync_id: 's' } } },
		{ apply: false, then: { status: 200, body: { sync_id: 's' } } },
	],
};

/** A 429 that asks for a minute. */
const LIMITED: Fault = {
	apply: false,
	then: { status: 429, headers: { 'Retry-After': '60' } },
};

function faultFor(shop: Schedule['shop']): fc.Arbitrary<Fault> {
	const writing = shop === 'webflow' ? 'PATCH' : 'PUT';
	const methods = shop === 'ecwid' ? [writing, writing, 'POST', 'GET'] : [writing, writing, 'GET'];
	const where = fc.record({
		method: fc.constantFrom(...methods),
		skip: fc.nat(4),
		times: fc.integer({ min: 1, max: 5 }),
	});
	const sale = fc.record({
		sku: fc.constantFrom(...SKUS.slice(0, 2)),
		delta: fc.constantFrom(-3, -2, -1, 1),
	});
	const admin = fc.record({
		sku: fc.constantFrom(...SKUS.slice(0, 2)),
		act: fc.constantFrom(
			'recreate' as const,
			'recreate' as const,
			'rename' as const,
			'back' as const,
		),
	});
	const moved = admin.map(({ sku, act }) =>
		act === 'recreate'
			? { sku, recreate: true }
			: { sku, rename: act === 'back' ? sku : `${sku}2` },
	);
	const kind = fc.oneof(
		{ weight: 4, arbitrary: fc.record({ then: loss, apply: fc.boolean() }) },
		{
			weight: 2,
			arbitrary: refusal.map<Fault>((status) => ({
				apply: false,
				then: { status, headers: status === 429 ? RETRY_AFTER : undefined },
			})),
		},
		{ weight: 1, arbitrary: fc.constant({ apply: false, then: 'noConnection' as const }) },
		{ weight: 2, arbitrary: sale.map((before) => ({ before })) },
		{ weight: 1, arbitrary: sale.map((after) => ({ after })) },
		// A person in the shop's admin, between two requests or while a limit is waited for.
		{ weight: 2, arbitrary: moved.map((before) => ({ before })) },
		{ weight: 1, arbitrary: moved.map((after) => ({ after })) },
		{ weight: 3, arbitrary: moved.map((after) => ({ ...LIMITED, after })) },
		// A limit between the reading and the write, during which somebody buys.
		{ weight: 4, arbitrary: sale.map((after) => ({ ...LIMITED, after })) },
		// The service reads and does not take writes.
		{ weight: 1, arbitrary: fc.constant({ apply: false, then: { status: 503 }, times: 99 }) },
		{ weight: 1, arbitrary: fc.constant({ delayMs: 40_000 }) },
		{ weight: 1, arbitrary: fc.constantFrom(...ODDITIES[shop]) },
	);
	return fc.tuple(where, kind).map(([some, fault]) => ({ ...some, ...fault }));
}

const schedule: fc.Arbitrary<Schedule> = fc
	.constantFrom<Schedule['shop']>('webflow', 'ecwid', 'rootfi')
	.chain((shop) =>
		fc.record({
			shop: fc.constant(shop),
			operation: fc.constantFrom<WriteOperation>('adjustByDelta', 'adjustByDelta', 'setQuantity'),
			catalogue: fc
				.array(
					fc.record({
						quantity: fc.integer({ min: 0, max: 12 }),
						unlimited: fc.nat(9).map((n) => n === 0),
					}),
					{
						minLength: 1,
						maxLength: SKUS.length,
					},
				)
				.map((items) => items.map((item, n) => ({ name: SKUS[n], sku: SKUS[n], ...item }))),
			rows: fc.array(
				fc.record({
					sku: fc.constantFrom('A', 'A', 'B', 'C', 'D', 'NOPE', ''),
					amount: fc.oneof(
						{ weight: 8, arbitrary: fc.integer({ min: -4, max: 6 }) },
						{ weight: 1, arbitrary: fc.constantFrom('', 'n/a', 0) },
					),
					key: fc.constantFrom('', 'k1', 'k2', 'k3'),
				}),
				{ minLength: 1, maxLength: 6 },
			),
			options: fc.record({
				checkFirst: fc.boolean(),
				belowZero: fc.constantFrom('allow', 'allow', 'refuse', 'stopAtZero'),
				sameItemRows: fc.constantFrom('combine', 'combine', 'last', 'fail'),
				onlyIfQuantityIs: fc.constantFrom('', '', '', 5),
				writeUnchanged: fc.boolean(),
				massZeroLimit: fc.constant(100),
			}),
			stopOnFailure: fc.boolean(),
			faults: fc.array(faultFor(shop), { maxLength: 4 }),
			tries: fc.constantFrom(1, 1, 2, 5),
			retry: fc.boolean(),
			cancelAt: fc.oneof(
				{ weight: 6, arbitrary: fc.constant(null) },
				{ weight: 1, arbitrary: fc.integer({ min: 1, max: 8 }) },
			),
			again: fc.boolean(),
			clockSet: fc.option(
				fc.record({
					at: fc.integer({ min: 1, max: 8 }),
					by: fc.constantFrom(-3_600_000, -60_000, 3_600_000, 86_400_000),
				}),
				{ freq: 4 },
			),
			batchPaysFrom: fc.constantFrom(2, 2, 10),
			isKnown: fc.boolean(),
			ecwid: fc.record({
				// Some batches take so long that Ecwid can have repeated what is in them.
				batchQueueMs: fc.constantFrom(0, 0, 3_000),
				batchOrder: fc.constantFrom('asSent', 'reversed'),
				batchBodies: fc.constantFrom('always', 'whenEscaped'),
				returnItem: fc.constantFrom('honoured', 'ignored'),
				searchLagMs: fc.constantFrom(0, 0, 5_000),
			}),
		}),
	);

interface Memories {
	keys: IdempotencyKeys;
	journal: ExecutionJournal;
}

/** One execution as n8n runs it: tried again while it fails, then perhaps retried by a person. */
async function execute(
	some: Schedule,
	shop: Shop,
	memories: Memories & { journal: MemoryJournal },
): Promise<RunReport> {
	const { operation, rows, options, stopOnFailure } = some;
	const { capabilities } = shop.platform;
	Object.assign(shop.platform, {
		capabilities: { ...capabilities, batchPaysFrom: some.batchPaysFrom },
	});
	const signal = new AbortController();
	if (some.cancelAt !== null) cancelAt(shop, some.cancelAt, signal);
	if (some.clockSet !== null) setClock(shop, some.clockSet);
	const once = () =>
		run(shop, { operation, rows, options, stopOnFailure, signal: signal.signal, ...memories });
	const failed = ({ abort, results }: RunReport): boolean =>
		stopOnFailure ? abort !== null : isError(results[0]);
	let report = await once();
	for (let n = 1; n < some.tries && failed(report) && !signal.signal.aborted; n += 1)
		report = await once();
	if (some.retry && stopOnFailure && failed(report) && !signal.signal.aborted) {
		memories.journal.retried();
		report = await once();
	}
	return report;
}

const isError = ({ status }: RowResult): boolean =>
	['failed', 'unknown', 'notAttempted'].includes(status);

/** Cuts the n-th request of the execution and everything after it. */
function cancelAt(shop: Shop, n: number, controller: AbortController): void {
	const inner = shop.connection as unknown as {
		transport: (request: unknown) => Promise<unknown>;
		signal: AbortSignal;
	};
	const { transport } = inner;
	let count = 0;
	inner.signal = controller.signal;
	inner.transport = async (request) => {
		count += 1;
		const answer = await transport(request);
		if (count < n) return answer;
		controller.abort();
		return { kind: 'canceled' };
	};
}

/** This computer's clock is set while the n-th request is on its way. */
function setClock(shop: Shop, { at, by }: { at: number; by: number }): void {
	const inner = shop.connection as unknown as {
		transport: (request: unknown) => Promise<unknown>;
	};
	const { transport } = inner;
	let count = 0;
	inner.transport = async (request) => {
		count += 1;
		if (count === at) shop.clock.set(by);
		return await transport(request);
	};
}

/** A write that changed, or confirmed, a level. */
interface Application {
	sku: string;
	/** Not a number where the stock was, or became, unlimited. */
	from: number;
	to: number;
}

/** The items of a shop, each by the code it began with, whatever its code and its ID have become. */
class Identities {
	private readonly origins = new Map<string, string>();
	/** Sales, and whatever else others moved. */
	readonly sales: Array<{ sku: string; delta: number }> = [];

	constructor(private readonly stock: () => Stocked[]) {
		for (const { itemId, sku } of stock()) this.origins.set(itemId, String(sku));
	}

	/** Changes of others find their item under whatever code and ID it has by now. */
	follow(sandbox: Shop['sandbox']): void {
		const change = sandbox.change.bind(sandbox);
		sandbox.change = (name, { sku = '', ...outside }) => {
			const itemId = this.stock().find((item) => this.of(item) === sku)?.itemId;
			const moved = change(name, { ...outside, itemId });
			const created = this.stock().find((item) => !this.origins.has(item.itemId));
			if (created !== undefined) this.origins.set(created.itemId, sku);
			if (outside.delta !== undefined)
				this.sales.push({ sku, delta: Number(moved.to) - Number(moved.from) });
			return moved;
		};
	}

	of({ itemId }: Pick<Stocked, 'itemId'>): string {
		return this.origins.get(itemId) ?? '';
	}

	/** Writes that changed, or confirmed, a level. */
	applications(entries: LogEntry[]): Application[] {
		return entries
			.flatMap(({ moves }) => moves)
			.map((move) => ({ sku: this.of(move), from: Number(move.from), to: Number(move.to) }));
	}
}

function skuOf({ sku }: TestRow): string {
	return String(sku).trim();
}

/** What one execution says of an item must agree with what was really applied to it. */
function check(some: Schedule, report: RunReport, applied: Application[], sales: number[]): void {
	for (const { sku } of some.catalogue) {
		const mine = report.results.filter((_, n) => skuOf(some.rows[n]) === sku);
		const writes = applied.filter((one) => one.sku === sku);
		const has = (status: string): boolean => mine.some((result) => result.status === status);
		const updated = mine.filter(({ status }) => status === 'updated');
		const confirmed = updated.some(({ warnings }) =>
			warnings.join().includes('Confirmed by reading'),
		);

		// A delta is applied at most once in an execution, however often it was tried. A set may be repeated.
		if (some.operation === 'adjustByDelta') {
			expect(writes.length).toBeLessThanOrEqual(1);
			for (const one of writes) checkAmount(some, one, sumOf(some, report, sku as string), sales);
		}
		if (updated.length > 0 && !confirmed) expect(writes.length).toBeGreaterThanOrEqual(1);
		// A reading proves a write unless someone else's change looks just like it.
		if (updated.length > 0 && confirmed && sales.length === 0) {
			const stood =
				some.operation === 'setQuantity' &&
				updated.some(
					({ before }) => before === null || before.quantity === updated[0].after?.quantity,
				);
			if (!stood) expect(writes.length).toBeGreaterThanOrEqual(1);
		}
		if (!has('updated') && !has('unknown')) expect(writes).toStrictEqual([]);
	}
	for (const [n, result] of report.results.entries()) {
		const { amount } = some.rows[n];
		if (String(amount ?? '').trim() === '')
			expect(['skipped', 'failed', 'notAttempted']).toContain(result.status);
		if (result.status !== 'updated' && result.status !== 'unchanged')
			expect(result.message).toBeTruthy();
	}
}

/** What the rows of an item that were sent ask for together. */
function sumOf({ rows }: Schedule, { results }: RunReport, sku: string): number {
	const mine = results
		.map(({ status }, n) => ({ status, row: rows[n] }))
		.filter(({ row }, n) => skuOf(row) === sku && !isTwin(rows, n));
	const updated = mine.filter(({ status }) => status === 'updated');
	// Rows of one write end alike; one that is `unknown` beside them was left out for its key.
	const sent = updated.length > 0 ? updated : mine.filter(({ status }) => status === 'unknown');
	return sent.reduce((sum, { row }) => sum + Number(row.amount), 0);
}

/** Whether an earlier row has the same key and amount on the same item: the two count once. */
function isTwin(rows: TestRow[], n: number): boolean {
	const { key, amount } = rows[n];
	return rows
		.slice(0, n)
		.some(
			(row) =>
				key !== '' && row.key === key && row.amount === amount && skuOf(row) === skuOf(rows[n]),
		);
}

/** The stock changed by what the rows ask for, unless a guard reduced it or, without an own delta, a sale came between. */
function checkAmount(
	{ shop, options, rows, faults }: Schedule,
	{ sku, from, to }: Application,
	sum: number,
	sales: number[],
): void {
	const soldWhileWaiting = faults.every(
		({ before, after, then }) => (before ?? after)?.delta === undefined || then === LIMITED.then,
	);
	if (Number.isNaN(to - from) || (shop === 'rootfi' && sales.length > 0)) return;
	// Who buys while a limit is waited for does so before the reading on which the guard rests.
	const isGuarded = options.belowZero !== 'allow' && sum < 0;
	if (isGuarded && soldWhileWaiting) expect(to).toBeGreaterThanOrEqual(Math.min(from, 0));
	if (options.belowZero === 'stopAtZero' && sum < 0) expect(to - from).toBeGreaterThanOrEqual(sum);
	else expect({ sku, rows, moved: to - from }).toStrictEqual({ sku, rows, moved: sum });
}

test(
	'no schedule applies a row twice, and no report is wrong',
	async () => {
		await fc.assert(
			fc.asyncProperty(schedule, async (some) => {
				const tokens = new MemoryTokens();
				const attempts = new BatchAttempts('1003');
				const confirmed = new ConfirmedCopies();
				const index = new SkuIndex();
				const clock = new InstantClock();
				// Whoever sets this computer's clock does not set the service's.
				const apart = clock.now() - clock.monotonic();
				const sandbox = new Sandbox({ now: () => apart + clock.monotonic() });
				const first = openShop(some.shop, { sandbox, clock, attempts, confirmed, index });
				sandbox.seed({ products: some.catalogue });
				if (some.isKnown) {
					const earlier = openShop(some.shop, { sandbox, clock, index });
					await earlier.platform.resolve([{ by: 'sku', sku: 'A' }], true);
				}
				Object.assign(sandbox.ecwid.switches, some.ecwid);
				const start = new Map(
					sandbox
						.service(some.shop)
						.stock()
						.filter(({ unlimited }) => !unlimited)
						.map((item) => [item.sku, item.quantity]),
				);
				const items = new Identities(() => sandbox.service(some.shop).stock());
				items.follow(sandbox);
				const { sales } = items;
				const known = new Set(some.catalogue.map(({ sku }) => sku));
				sandbox.faults.add(
					some.faults.filter(({ before, after }) => known.has((before ?? after)?.sku ?? 'A')),
				);

				const report = await execute(some, first, {
					keys: keysOn(tokens),
					journal: new MemoryJournal(),
				});
				clock.pass(60_000);
				sandbox.service(some.shop).stock();
				const applied = items.applications(sandbox.log.all());
				check(
					some,
					report,
					applied,
					sales.map(({ delta }) => delta),
				);

				const second = { report: null as RunReport | null, applied: [] as Application[] };
				if (some.again) {
					sandbox.faults.clear();
					const from = sandbox.log.all().at(-1)?.n ?? 0;
					const shop = openShop(some.shop, { sandbox, clock, attempts, confirmed, index });
					const journal = new MemoryJournal();
					const memories = { keys: keysOn(tokens), journal };
					second.report = await execute({ ...some, cancelAt: null }, shop, memories);
					sandbox.service(some.shop).stock();
					second.applied = items.applications(sandbox.log.all(from));
					check(some, second.report, second.applied, []);
					checkKeys(some, report, second.report);
				}

				if (some.operation === 'adjustByDelta') {
					for (const { itemId, quantity } of sandbox.service(some.shop).stock()) {
						const sku = items.of({ itemId });
						if (!start.has(sku)) continue;
						const ours = [...applied, ...second.applied].filter((one) => one.sku === sku);
						const theirs = sales.filter((sale) => sale.sku === sku);
						const sum = [
							...ours.map(({ from, to }) => to - from),
							...theirs.map(({ delta }) => delta),
						].reduce((total, one) => total + one, start.get(sku) as number);
						expect(quantity).toBe(sum);
					}
				}
			}),
			{ numRuns: SCHEDULES },
		);
	},
	Math.max(240_000, SCHEDULES * 50),
);

/** What the second run may say of a row with a key, after what the first said. */
function checkKeys(some: Schedule, first: RunReport, second: RunReport): void {
	if (some.operation !== 'adjustByDelta') return;
	for (const [n, { key, amount }] of some.rows.entries()) {
		if (key === '' || amount === 0) continue;
		const [before, after] = [first.results[n], second.results[n]];
		// The same key may name another event of the item in the same sheet; then another row holds it.
		const shared = some.rows.some(
			(row, m) => m !== n && skuOf(row) === skuOf(some.rows[n]) && row.key === key,
		);
		// A key is remembered for its item: one that was created again is another.
		const isAnother = before.item?.itemId !== after.item?.itemId;
		if (shared || isAnother) continue;
		if (before.status === 'updated' || before.status === 'duplicate') {
			expect(['duplicate', 'failed', 'notAttempted']).toContain(after.status);
		}
		if (before.status === 'unknown')
			expect(['unknown', 'failed', 'notAttempted']).toContain(after.status);
		if (after.status === 'duplicate') {
			expect(['updated', 'duplicate', 'unchanged']).toContain(before.status);
		}
	}
}
