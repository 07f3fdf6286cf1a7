/** Idempotency keys in n8n's own memory, from one execution to the next. */
import type { WorkflowExecuteMode } from 'n8n-workflow';
import { systemClock } from '../../n8n/host/clock.ts';
import { itemMutexOf, rateLimiterOf } from '../../n8n/storage/process-memory.ts';
import { MOST_TOKENS } from '../../n8n/storage/token-list.ts';
import { clearEntries, entries, fillEntries, loseNextAnswer } from '../support/deduplication.mts';
import type { EngineResult, EngineRun } from '../support/engine.mts';
import { CONTINUE, useSandbox, parameters, runNode, KEYED } from './setup.mts';
import { NODES, type NodeName, serviceOf } from '../support/services.mts';
import { writesIn, levelIn } from '../support/stock.mts';

const running = useSandbox((sandbox) => {
	sandbox.seed({ products: ['A', 'B', 'C'].map((sku) => ({ name: sku, sku, quantity: 50 })) });
	sandbox.ecwid.switches.batchItemMs = 0;
	clearEntries();
});

// A process announces itself in every five minutes: none of them ends during a test.
beforeEach(() => {
	jest.spyOn(systemClock, 'now').mockReturnValue(Date.now());
});
afterEach(() => {
	jest.restoreAllMocks();
});

const row = (sku: string, qty: number, key: unknown = 'order 1') => ({ sku, qty, key });

async function adjust(
	node: NodeName,
	input: Array<Record<string, unknown>>,
	some: Partial<EngineRun> = {},
): Promise<EngineResult> {
	return await runNode(running, node, {
		// The field stays empty where no row has a key.
		parameters: parameters('adjustByDelta', input.some(({ key }) => key !== '') ? KEYED : {}),
		input,
		settings: CONTINUE,
		...some,
	});
}

const statuses = ({ outputs }: EngineResult): unknown[] =>
	outputs[0].map(({ json }) => ((json.details ?? json) as { status: string }).status);

const level = (node: NodeName, sku: string): number | undefined =>
	levelIn(running, serviceOf(node), sku);

/** Waits until n8n's memory looks as expected; a canceled execution clears up behind n8n's back. */
async function untilEntries(count: number): Promise<void> {
	while (entries('test', 'stock').length !== count)
		await new Promise((resolve) => setTimeout(resolve, 5));
}

describe.each(NODES)('%s', (node) => {
	test.each<WorkflowExecuteMode>(['manual', 'trigger', 'cli'])(
		'a second execution with the same keys sends nothing (%s)',
		async (mode) => {
			const input = [row('A', -1), row('B', -2)];
			const first = await adjust(node, input, { mode });
			expect(statuses(first)).toStrictEqual(['updated', 'updated']);
			const sent = writesIn(running).length;
			const second = await adjust(node, input, { mode, executionId: '2' });
			expect(statuses(second)).toStrictEqual(['duplicate', 'duplicate']);
			expect(second.outputs[0][0].json).toMatchObject({
				idempotencyKey: 'order 1',
				delta: -1,
				quantity: null,
			});
			expect(writesIn(running)).toHaveLength(sent);
		},
		20_000,
	);

	test('of two executions at the same time, equal keys count once, other keys both', async () => {
		const reports = await Promise.all(
			['2', '3', '4'].map(
				async (executionId) =>
					await adjust(node, [row('A', -1), row('B', -1, `own ${executionId}`)], { executionId }),
			),
		);
		const said = reports.map(statuses);
		expect(said.map(([first]) => first).sort()).toStrictEqual([
			'duplicate',
			'duplicate',
			'updated',
		]);
		expect(said.map(([, second]) => second)).toStrictEqual(['updated', 'updated', 'updated']);
		expect([level(node, 'A'), level(node, 'B')]).toStrictEqual([49, 47]);
		// Nothing got lost in a memory that has no lock: two tokens a key stay, and that of the process.
		expect(entries('test', 'stock')).toHaveLength(9);
	}, 20_000);

	test('executions at the same time on the same items: every delta counts', async () => {
		running.sandbox.faults.add([{ method: 'GET', times: 100, delayMs: 10 }]);
		const input = [row('A', -1, ''), row('B', -1, '')];
		const reports = await Promise.all(
			['2', '3', '4'].map(async (executionId) => await adjust(node, input, { executionId })),
		);
		expect(reports.flatMap(statuses)).toStrictEqual(Array(6).fill('updated'));
		expect([level(node, 'A'), level(node, 'B')]).toStrictEqual([47, 47]);
	});

	test('in a workflow that was never saved, rows with a key fail before anything is sent', async () => {
		const report = await adjust(node, [row('A', -1), row('B', -2)], { workflowId: null });
		expect(statuses(report)).toStrictEqual(['failed', 'failed']);
		expect(report.outputs[0][0].json.message).toContain('the workflow was never saved');
		expect(level(node, 'A')).toBe(50);
		const some = { workflowId: null, settings: {} };
		const { error } = await adjust(node, [row('B', -2), row('A', -1)], some);
		expect(error?.message).toContain('2 of 2 rows cannot be written. Row 1 (B)');
		expect(level(node, 'B')).toBe(50);
		expect(statuses(await adjust(node, [row('B', -2, '')], some))).toStrictEqual(['updated']);
	});

	test('a copy of the node, or of the workflow, starts with an empty memory', async () => {
		const input = [row('A', -1)];
		await adjust(node, input);
		await adjust(node, input, { settings: { ...CONTINUE, id: 'copy' } });
		await adjust(node, input, { workflowId: 'copy' });
		expect(level(node, 'A')).toBe(47);
	}, 20_000);

	test('two columns dragged into the key are set apart, so that no two order lines look the same', async () => {
		const report = await runNode(running, node, {
			parameters: {
				...parameters('adjustByDelta'),
				idempotencyKey: '={{ $json.order }}{{ $json.line }}',
			},
			input: [
				{ sku: 'A', qty: -1, order: 104, line: 21 },
				{ sku: 'A', qty: -1, order: 1042, line: 1 },
				{ sku: 'A', qty: -1, order: 1042, line: 1 },
			],
			settings: CONTINUE,
		});
		expect(statuses(report)).toStrictEqual(['updated', 'updated', 'duplicate']);
		expect(report.outputs[0].map(({ json }) => json.idempotencyKey)).toStrictEqual([
			'104 21',
			'1042 1',
			'1042 1',
		]);
		expect(level(node, 'A')).toBe(48);
	});

	test('a key is text or a number of at most 255 characters', async () => {
		const report = await adjust(node, [
			row('A', -1, ' 17 '),
			row('A', -1, 17),
			row('B', -1, 'x'.repeat(255)),
			row('B', -1, 'x'.repeat(256)),
			row('C', -1, { order: 1 }),
			row('C', -1, [1]),
			row('C', -1, '  '),
			row('C', -1, 'n/a'),
		]);
		expect(statuses(report)).toStrictEqual([
			'updated',
			'duplicate',
			'updated',
			'failed',
			'failed',
			'failed',
			'failed',
			'failed',
		]);
	}, 20_000);
});

test('a canceled execution leaves the key on its way open and releases the others', async () => {
	running.sandbox.faults.add([{ method: 'PATCH', skip: 1, then: 'hang' }]);
	let cancel = (): void => {};
	const input = [row('A', -1), row('B', -1), row('C', -1)];
	const canceled = adjust('webflowInventory', input, {
		onStart: (execution) => {
			cancel = () => execution.cancel();
		},
	});
	while (writesIn(running).length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
	cancel();
	expect((await canceled).run.status).toBe('canceled');
	// A was applied (two tokens), B is open (three), C was never sent; and there is the token of the process.
	await untilEntries(6);
	const again = await adjust('webflowInventory', input, { executionId: '2' });
	expect(statuses(again)).toStrictEqual(['duplicate', 'unknown', 'updated']);
});

test('an open key stops a run under Stop Workflow, which says how to get past it', async () => {
	running.sandbox.faults.add([{ method: 'PATCH', then: 'reset', after: { sku: 'A', delta: -9 } }]);
	const input = [row('A', -1), row('B', -1)];
	expect(statuses(await adjust('webflowInventory', input))).toStrictEqual(['unknown', 'updated']);
	const { error } = await adjust('webflowInventory', input, { executionId: '2', settings: {} });
	expect(error?.message).toMatch(/^Row 1 \(A\): An earlier run sent a row with this key/);
	expect(error?.description).toContain('set On Error to Continue');
});

test('a key whose row was not sent, because n8n stored it and then lost the answer, is free', async () => {
	const input = [row('A', -1)];
	loseNextAnswer();
	const first = await adjust('webflowInventory', input);
	expect(statuses(first)).toStrictEqual(['failed']);
	expect(writesIn(running)).toHaveLength(0);
	const again = await adjust('webflowInventory', input, { executionId: '2' });
	expect(statuses(again)).toStrictEqual(['updated']);
});

test('a memory that is full still remembers what is new', async () => {
	fillEntries('test', 'stock', MOST_TOKENS + 400);
	const input = [row('A', -1), row('B', -1)];
	expect(statuses(await adjust('webflowInventory', input))).toStrictEqual(['updated', 'updated']);
	expect(entries('test', 'stock').length).toBeLessThanOrEqual(MOST_TOKENS + 400);
	const again = await adjust('webflowInventory', input, { executionId: '2' });
	expect(statuses(again)).toStrictEqual(['duplicate', 'duplicate']);
});

describe('what the executions of a process share', () => {
	test('everyone who uses a token shares one rate limiter, wherever it is used', () => {
		expect(rateLimiterOf('account 1', 60)).toBe(rateLimiterOf('account 1', 60));
		expect(rateLimiterOf('account 1', 60)).not.toBe(rateLimiterOf('account 2', 60));
	});

	test('everyone who changes items of an account shares one mutex', () => {
		expect(itemMutexOf('account 1')).toBe(itemMutexOf('account 1'));
		expect(itemMutexOf('account 1')).not.toBe(itemMutexOf('account 2'));
	});
});
