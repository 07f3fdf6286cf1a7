/** n8n's ways of trying a step again, against rows that fail first, in the middle and last. */
import type { INode } from 'n8n-workflow';
import type { Fault } from '../../sandbox/faults.mts';
import { startSandbox } from '../../sandbox/server.mts';
import type { EngineResult, NodeName } from '../support/engine.mts';
import {
	afterRefusal,
	afterUntold,
	again,
	ALL,
	inOrder,
	meet,
	MODES,
	movesOf,
	POSITIONS,
	REFUSED,
	rows,
	PRODUCTS,
	SKUS,
	untold,
	writesOf,
} from '../support/tries.mts';
import { CONTINUE, NODES, useSandbox, parameters, runNode } from './setup.mts';

const running = useSandbox((sandbox) => sandbox.seed({ products: PRODUCTS }));

const service = (node: NodeName) => node.replace('Inventory', '') as 'webflow' | 'ecwid' | 'rootfi';
const moved = (node: NodeName) => movesOf(running.sandbox, service(node));

/** The result rows, whether they stand in the outputs or in the error. */
function results({ outputs, error }: EngineResult): Array<Record<string, unknown>> {
	const carried = error?.context?.results as Array<Record<string, unknown>> | undefined;
	const given = outputs.flat().map(({ json }) => (json.details ?? json) as Record<string, unknown>);
	return inOrder(carried ?? given);
}

const statuses = (result: EngineResult): unknown[] => results(result).map(({ status }) => status);

describe.each(NODES)('%s', (node) => {
	describe.each(MODES)('On Error: %s', (mode, settings) => {
		const stops = mode === 'Stop Workflow';
		const runRows = async (tries: number, input: Array<Record<string, unknown>> = rows()) =>
			await runNode(running, node, {
				parameters: parameters('adjustByDelta'),
				input,
				settings: { ...settings, ...again(tries) },
			});

		describe.each(POSITIONS)('the row that fails is %s', (_, position) => {
			test.each([2, 5])(
				'a row that fails for what it is moves no other row twice, in %d tries',
				async (tries) => {
					const input = rows();
					input[position].sku = 'NOPE';
					const done = await runRows(tries, input);
					const others = SKUS.filter((_sku, n) => n !== position);
					for (const sku of SKUS) {
						const expected = stops || !others.includes(sku) ? [] : ALL[sku];
						expect(moved(node)[sku]).toStrictEqual(expected);
					}
					expect(done.error === undefined).toBe(!stops);
					const said = results(done);
					const failed = said.filter(({ status }) => status === 'failed');
					expect(failed.map(({ sku }) => sku)).toStrictEqual(['NOPE']);
					expect(said.filter(({ status }) => status === 'updated')).toHaveLength(stops ? 0 : 4);
				},
			);

			test('a row that the service refused once is sent at the next try with only what is left', async () => {
				meet(running.sandbox, service(node), position, REFUSED);
				const done = await runRows(3);
				const expected = afterRefusal(position, stops);
				expect(done.error).toBeUndefined();
				expect(moved(node)).toStrictEqual(expected.moves);
				expect(statuses(done)).toStrictEqual(expected.statuses);
			});

			test('a row of which nobody can tell whether it was applied is never sent again', async () => {
				meet(running.sandbox, service(node), position, untold(position));
				const done = await runRows(3);
				const expected = afterUntold(position, stops);
				expect(moved(node)).toStrictEqual(expected.moves);
				expect(statuses(done)).toStrictEqual(expected.statuses);
				if (!stops) return;
				expect(done.error?.message).toContain(`Row ${position + 1} (${SKUS[position]})`);
				expect(done.error?.description).toContain('does not send the written rows again');
			});
		});

		test('a row that goes through at once is not tried again', async () => {
			await runRows(5);
			expect(moved(node)).toStrictEqual(ALL);
			expect(writesOf(running.sandbox)).toHaveLength(5);
		});
	});

	describe('Retry of a failed execution', () => {
		const stop = async (fault: Partial<Fault>) => {
			meet(running.sandbox, service(node), 2, fault);
			return await runNode(running, node, {
				parameters: parameters('adjustByDelta'),
				input: rows(),
			});
		};
		const retry = async ({ run }: EngineResult, settings?: Partial<INode>) =>
			await runNode(running, node, {
				parameters: parameters('adjustByDelta'),
				input: [],
				retryOf: run,
				executionId: '2',
				settings,
			});

		test('a retry sends what was refused and what was left, and nothing else', async () => {
			const failed = await stop(REFUSED);
			expect(failed.error?.description).toContain('2 rows were applied, 2 rows were not attempted');
			const first = results(failed).slice(0, 2);
			const done = await retry(failed);
			expect(done.error).toBeUndefined();
			expect(moved(node)).toStrictEqual(ALL);
			expect(results(done).slice(0, 2)).toStrictEqual(first);
		});

		test('a retry leaves alone what nobody can tell, sends the rest, and says so', async () => {
			const failed = await stop(untold(2));
			const done = await retry(failed);
			expect(moved(node)).toStrictEqual(ALL);
			expect(done.error?.message).toMatch(/^Row 3 \(C\)/);
			expect(statuses(done)).toStrictEqual(['updated', 'updated', 'unknown', 'updated', 'updated']);
		});

		test('a retry plans again what a person has fixed', async () => {
			const input = rows();
			input[1].sku = 'LATE';
			const failed = await runNode(running, node, {
				parameters: parameters('adjustByDelta'),
				input,
				settings: again(2),
			});
			expect(writesOf(running.sandbox)).toHaveLength(0);
			running.sandbox.seed({ products: [...PRODUCTS, { name: 'Late', sku: 'LATE', quantity: 9 }] });
			const done = await retry(failed);
			expect(done.error).toBeUndefined();
			expect(moved(node)).toStrictEqual({ ...ALL, B: [] });
		});
	});

	test('a key that is another one at every try moves nothing twice', async () => {
		meet(running.sandbox, service(node), 0, REFUSED);
		const done = await runNode(running, node, {
			parameters: parameters('adjustByDelta', {
				idempotencyKey: '={{ $json.sku }}-{{ $now.toMillis() }}-{{ Math.random() }}',
			}),
			input: rows(),
			settings: { ...CONTINUE, ...again(3) },
		});
		expect(moved(node)).toStrictEqual(ALL);
		expect(statuses(done)).toStrictEqual(Array(5).fill('updated'));
	}, 20_000);

	test('a retry with the credential of another shop writes to that shop', async () => {
		const other = await startSandbox();
		try {
			other.sandbox.seed({ products: PRODUCTS });
			other.sandbox.limit(service(node), { requests: 1_000_000 });
			meet(running.sandbox, service(node), 2, REFUSED);
			const some = { parameters: parameters('adjustByDelta'), input: rows() };
			const failed = await runNode(running, node, some);
			const done = await runNode(other, node, {
				...some,
				retryOf: failed.run,
				executionId: '2',
			});
			expect(done.error).toBeUndefined();
			expect(movesOf(other.sandbox, service(node))).toStrictEqual(ALL);
		} finally {
			await other.close();
		}
	});

	test('a loop’s next round is another row', async () => {
		const done = await runNode(running, node, {
			parameters: parameters('adjustByDelta'),
			input: rows(),
			settings: CONTINUE,
			rest: [rows(), rows()],
		});
		expect(done.run.data.resultData.runData.Stock).toHaveLength(3);
		expect(moved(node)).toStrictEqual(
			Object.fromEntries(SKUS.map((sku, n) => [sku, [-1 - n, -1 - n, -1 - n]])),
		);
	});

	test('a set that was written is not written again over someone else’s change', async () => {
		meet(running.sandbox, service(node), 2, REFUSED);
		const sale = { method: 'GET', times: 1, skip: 0, before: { sku: 'A', delta: -3 } };
		const stopped = await runNode(running, node, {
			parameters: parameters('setQuantity'),
			input: SKUS.map((sku) => ({ sku, qty: 7 })),
		});
		expect(stopped.error).toBeDefined();
		running.sandbox.faults.add([sale]);
		const done = await runNode(running, node, {
			parameters: parameters('setQuantity'),
			input: [],
			retryOf: stopped.run,
			executionId: '2',
		});
		expect(done.error).toBeUndefined();
		expect(moved(node)).toStrictEqual(Object.fromEntries(SKUS.map((sku) => [sku, [-43]])));
	});
});
