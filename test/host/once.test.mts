/** Nothing applied twice: Retry On Fail, Retry, keys, executions side by side, and an n8n that is killed. */
import type { IDataObject } from 'n8n-workflow';
import { setTimeout as wait } from 'node:timers/promises';
import { KEYED, parameters } from '../engine/setup.mts';
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
import { OMITTED } from './lines.mts';
import type { Execution } from './n8n.mts';
import {
	useHost,
	resultRows,
	runStock,
	SERVICES,
	START,
	stockWorkflow,
	type Service,
} from './setup.mts';

const host = useHost((sandbox) => sandbox.seed({ products: PRODUCTS }));

const adjust = (service: Service, input: IDataObject[], settings: IDataObject = {}) => ({
	service,
	parameters: parameters('adjustByDelta', input.some(({ key }) => key) ? KEYED : {}),
	input,
	settings,
});

const statuses = (execution: Execution): unknown[] =>
	inOrder(resultRows(execution)).map(({ status }) => status);

/** What can be told of statuses: not those of the error output, where n8n omits the details. */
const told = (all: string[], settings: IDataObject): Array<string | undefined> =>
	OMITTED.errorDetails && settings.onError === 'continueErrorOutput'
		? all.map((status) => (status === 'updated' ? status : undefined))
		: all;

/** A key for each row. */
const keyed = (prefix: string): IDataObject[] =>
	rows().map((row, n) => ({ ...row, key: `${prefix} ${n}` }));

const moves = (service: Service) => movesOf(host.running.sandbox, service);

/** A write is sent and its answer never comes; of a batch, the answer to the look at what became of it. */
function hangAt(service: Service, position: number): void {
	const method = { webflow: 'PATCH', ecwid: 'GET', rootfi: 'PUT' }[service];
	const where = service === 'ecwid' ? { path: '/batch$' } : { skip: position };
	host.running.sandbox.faults.add([{ platform: service, method, then: 'hang', ...where }]);
}

describe.each(SERVICES)('%s', (service) => {
	describe.each(MODES)('Retry On Fail with On Error: %s', (mode, settings) => {
		const stops = mode === 'Stop Workflow';

		describe.each(POSITIONS)('the row that fails is %s', (_, position) => {
			test('a row that the service refused once is sent at the next try', async () => {
				meet(host.running.sandbox, service, position, REFUSED);
				const done = await runStock(host, adjust(service, rows(), { ...settings, ...again(3) }));
				const expected = afterRefusal(position, stops);
				expect(done.status).toBe('success');
				expect(moves(service)).toStrictEqual(expected.moves);
				expect(statuses(done)).toStrictEqual(told(expected.statuses, settings));
			});

			test('a row of which nobody can tell whether it was applied is not sent again', async () => {
				meet(host.running.sandbox, service, position, untold(position));
				const done = await runStock(host, adjust(service, rows(), { ...settings, ...again(3) }));
				const expected = afterUntold(position, stops);
				expect(done.status).toBe(stops ? 'error' : 'success');
				expect(moves(service)).toStrictEqual(expected.moves);
				expect(statuses(done)).toStrictEqual(told(expected.statuses, settings));
			});
		});
	});

	test('Retry of a failed execution sends what was refused and what was left', async () => {
		meet(host.running.sandbox, service, 2, REFUSED);
		const failed = await runStock(host, adjust(service, rows()));
		expect(failed.status).toBe('error');
		const done = await host.n8n.retry(failed);
		expect(done.status).toBe('success');
		expect(moves(service)).toStrictEqual(ALL);
		expect(statuses(done)).toStrictEqual(Array(5).fill('updated'));
		expect(inOrder(resultRows(done)).slice(0, 2)).toStrictEqual(
			inOrder(resultRows(failed)).slice(0, 2),
		);
	});

	test('Retry of a failed execution leaves alone what nobody can tell', async () => {
		meet(host.running.sandbox, service, 2, untold(2));
		const failed = await runStock(host, adjust(service, rows()));
		const done = await host.n8n.retry(failed);
		expect(done.error?.message).toContain('Row 3 (C)');
		expect(moves(service)).toStrictEqual(ALL);
	});

	test('two executions with the same keys apply each once', async () => {
		const id = await host.n8n.createWorkflow(stockWorkflow(host, adjust(service, keyed('order'))));
		expect(statuses(await host.n8n.run(id, START))).toStrictEqual(Array(5).fill('updated'));
		expect(statuses(await host.n8n.run(id, START))).toStrictEqual(Array(5).fill('duplicate'));
		expect(moves(service)).toStrictEqual(ALL);
	});

	test.each([
		['the same keys', 'key', ALL],
		[
			'other keys',
			'$execution.id',
			Object.fromEntries(SKUS.map((sku) => [sku, [...ALL[sku], ...ALL[sku]]])),
		],
	])(
		'two executions at the same time with %s apply what their keys allow',
		async (_, key, expected) => {
			host.running.sandbox.faults.add([{ times: 200, delayMs: 20 }]);
			const step = adjust(service, keyed('order'));
			step.parameters.idempotencyKey = key === 'key' ? '={{ $json.key }}' : `={{ ${key} }}`;
			const id = await host.n8n.createWorkflow(stockWorkflow(host, step));
			const begun = [await host.n8n.begin(id, START), await host.n8n.begin(id, START)];
			const done = await Promise.all(begun.map(async (one) => await host.n8n.finished(one)));
			expect(moves(service)).toStrictEqual(expected);
			const said = done.flatMap(statuses).sort();
			expect(said).toStrictEqual(
				key === 'key'
					? [...Array(5).fill('duplicate'), ...Array(5).fill('updated')]
					: Array(10).fill('updated'),
			);
		},
	);

	test.each([
		['a person', {}],
		['n8n’s time limit', { executionTimeout: 2 }],
	])(
		'a run canceled by %s cuts the request in flight, and the next run sends only what is missing',
		async (who, workflowSettings) => {
			const { sandbox } = host.running;
			const step = adjust(service, keyed('order'), { onError: 'continueRegularOutput' });
			const id = await host.n8n.createWorkflow({
				...stockWorkflow(host, step),
				settings: workflowSettings,
			});
			hangAt(service, 2);
			const begun = await host.n8n.begin(id, START);
			while (sandbox.faults.waiting > 0) await wait(20);
			if (who === 'a person') await host.n8n.rest('POST', `/executions/${begun}/stop`);
			const { status } = await host.n8n.finished(begun);
			expect(status).toBe('canceled');

			const done = await host.n8n.run(id, START);
			expect(statuses(done)).toStrictEqual(
				service === 'ecwid'
					? Array(5).fill('unknown')
					: ['duplicate', 'duplicate', 'unknown', 'updated', 'updated'],
			);
			expect(moves(service)).toStrictEqual(ALL);
		},
	);

	test('when n8n is killed in the middle of a run, the workflow run again with the same keys sends only what is missing', async () => {
		const { sandbox } = host.running;
		const products = Array.from({ length: 20 }, (_, n) => ({
			name: `Item ${n}`,
			sku: `S${n}`,
			quantity: 50,
		}));
		sandbox.seed({ products });
		sandbox.ecwid.switches.batchItemMs = 100;
		const input = products.map(({ sku }, n) => ({ sku, qty: -3, key: `line ${n}` }));
		const step = adjust(service, input, { onError: 'continueRegularOutput' });
		const id = await host.n8n.createWorkflow(stockWorkflow(host, step));

		hangAt(service, 7);
		await host.n8n.begin(id, START);
		while (sandbox.faults.waiting > 0) await wait(20);
		await host.n8n.down('SIGKILL');
		sandbox.ecwid.switches.batchItemMs = 0;
		await host.n8n.up();

		const done = await host.n8n.run(id, START);
		const said = resultRows(done);
		const inFlight = service === 'ecwid' ? 20 : 1;
		expect(said.filter(({ status }) => status === 'unknown')).toHaveLength(inFlight);
		for (const { sku, status } of said) {
			const levels = sandbox.service(service).stock();
			const level = levels.find((one) => one.sku === sku)?.quantity;
			if (status === 'updated' || status === 'duplicate')
				expect({ sku, level }).toStrictEqual({ sku, level: 47 });
			else expect(status).toBe('unknown');
			expect([47, 50]).toContain(level);
		}
		const applied = writesOf(sandbox).flatMap((entry) => entry.moves);
		expect(new Set(applied.map(({ sku }) => sku)).size).toBe(applied.length);
	});
});
