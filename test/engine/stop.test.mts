/** What goes wrong under Stop Workflow: nothing written, every bad row named, and a way out. */
import { startSandbox } from '../../sandbox/server.mts';
import { sandboxCredentials } from '../support/credentials.mts';
import { NODES, useSandbox, parameters, runNode, writes } from './setup.mts';

const running = useSandbox();

/** Every example of a cell that is no quantity. */
const BAD_CELLS = ['n/a', '-', '1,000', '1.5', '1e3', '0x10', true, [7], { n: 7 }, 2 ** 31, 1.5];

describe.each(NODES)('%s, On Error = Stop Workflow', (node) => {
	test('every bad cell is named with its row, SKU and value, and nothing is written', async () => {
		const { error } = await runNode(running, node, {
			parameters: parameters('setQuantity'),
			input: [{ sku: '85123A', qty: 5 }, ...BAD_CELLS.map((qty) => ({ sku: '71053', qty }))],
		});
		expect(error?.name).toBe('NodeOperationError');
		expect(error?.message).toBe(
			`${BAD_CELLS.length} of ${BAD_CELLS.length + 1} rows cannot be written. Row 2 (71053): Quantity “n/a” is not a whole number. Write a whole number such as 12, without separators or units.`,
		);
		for (const [n, cell] of BAD_CELLS.entries()) {
			const value = typeof cell === 'string' ? `“${cell}”` : JSON.stringify(cell);
			expect(error?.description).toContain(`Row ${n + 2} (71053): Quantity ${value} is `);
		}
		expect(writes(running)).toHaveLength(0);
	});

	test('the error carries the result rows', async () => {
		const { error } = await runNode(running, node, {
			parameters: parameters('setQuantity'),
			input: [
				{ sku: '85123A', qty: 5 },
				{ sku: '85123B', qty: 5 },
				{ sku: '71053', qty: '' },
			],
		});
		const results = error?.context?.results as Array<Record<string, unknown>>;
		expect(results.map(({ status }) => status)).toStrictEqual([
			'notAttempted',
			'failed',
			'skipped',
		]);
		expect(error?.message).toMatch(/^Row 2 \(85123B\): No .* with the SKU “85123B” was found/);
		expect(error?.description).toBe(
			'Nothing was written.<br>To write the other rows anyway, set On Error to Continue (using error output) in the Settings of this node.',
		);
	});

	test('at most fifty bad rows are listed, with how many more there are', async () => {
		const { error } = await runNode(running, node, {
			parameters: parameters('setQuantity'),
			input: Array.from({ length: 60 }, () => ({ sku: '85123A', qty: 'x' })),
		});
		expect(error?.description?.match(/Row \d+/g)).toHaveLength(50);
		expect(error?.description).toContain('… and 10 more rows');
	});

	test('a write that is refused stops the run, and the error says how many rows were applied and how many not attempted', async () => {
		const method = node === 'webflowInventory' ? 'PATCH' : 'PUT';
		const body = { error: { code: 'invalid-params', message: 'No' } };
		running.sandbox.faults.add([{ method, skip: 1, apply: false, then: { status: 400, body } }]);
		const { error } = await runNode(running, node, {
			parameters: parameters('adjustByDelta'),
			input: ['85123A', '71053', '84406B', '0017'].map((sku) => ({ sku, qty: 1 })),
		});
		expect(error?.message).toMatch(/^Row 2 \(71053\): /);
		expect(error?.description).toContain(
			'1 row was applied, 2 rows were not attempted. Retry on this execution does not send the written rows again.',
		);
		const results = error?.context?.results as Array<Record<string, unknown>>;
		expect(results.map(({ status }) => status)).toStrictEqual([
			'updated',
			'failed',
			'notAttempted',
			'notAttempted',
		]);
		expect(writes(running)).toHaveLength(2);
	});

	test.each([
		['manual', undefined, true],
		['trigger', undefined, false],
		['manual', 'order 1', false],
	] as const)(
		'a %s run that stops after a delta with the key %s warns of running again: %s',
		async (mode, key, warns) => {
			const method = node === 'webflowInventory' ? 'PATCH' : 'PUT';
			const path = 'inventor';
			running.sandbox.faults.add([{ method, path, skip: 1, apply: false, then: { status: 422 } }]);
			const { error } = await runNode(running, node, {
				parameters: parameters('adjustByDelta', {
					idempotencyKey: key ?? '',
					options: { belowZero: 'refuse' },
				}),
				input: ['85123A', '71053'].map((sku) => ({ sku, qty: -1, key })),
				mode,
			});
			const again = 'Running the step again moves their stock again';
			expect(error?.message).toMatch(/^Row/);
			expect(error?.description?.includes(again)).toBe(warns);
		},
	);

	test('a token that may no longer write stops the run at a row that is named', async () => {
		const method = node === 'webflowInventory' ? 'PATCH' : 'PUT';
		const then = { status: 403, body: {} };
		running.sandbox.faults.add([{ method, skip: 1, apply: false, then }]);
		const { error } = await runNode(running, node, {
			parameters: parameters('setQuantity'),
			input: [
				{ sku: '85123A', qty: 1 },
				{ sku: '71053', qty: 2 },
				{ sku: '0017', qty: 3 },
			],
		});
		expect(error?.httpCode).toBe('403');
		expect(error?.description).toContain(
			'The run stopped at Row 2 (71053). 1 row was applied, 1 row was not attempted. Retry on',
		);
	});

	test.each([
		['setQuantity', 'quantity', 'Fill in Quantity'],
		['adjustByDelta', 'delta', 'Fill in Delta'],
	])('a field forgotten in %s is not a column of blanks', async (operation, field, words) => {
		for (const blank of ['', ' ', '=', null]) {
			const { error } = await runNode(running, node, {
				parameters: parameters(operation, { [field]: blank }),
				input: [{ sku: '85123A' }],
			});
			expect(error?.message).toContain(words);
		}
		expect(running.sandbox.log.all()).toHaveLength(0);
	});

	test('an option that makes no sense stops the run before anything is asked', async () => {
		const { error } = await runNode(running, node, {
			parameters: parameters('setQuantity', { options: { dryRun: '={{ "perhaps" }}' } }),
			input: [{ sku: '85123A', qty: 1 }],
		});
		expect(error?.message).toContain('Dry Run “perhaps” is neither true nor false');
		expect(running.sandbox.log.all()).toHaveLength(0);
	});

	test('a sheet of zeros stops at the mass-zero limit', async () => {
		const skus = running.sandbox.rootfi.stock().map(({ sku }) => sku);
		const input = skus.filter(
			(sku, n) => sku !== null && skus.indexOf(sku) === n && skus.lastIndexOf(sku) === n,
		);
		const { error } = await runNode(running, node, {
			parameters: parameters('setQuantity', { options: { unlimitedStock: 'skip' } }),
			input: input.slice(0, 40).map((sku) => ({ sku, qty: 0 })),
		});
		expect(error?.message).toMatch(/\d+ of \d+ items would go to 0, more than the 50 %/);
		expect(error?.description).toContain('raise Mass Zero Limit');
		expect(writes(running)).toHaveLength(0);
	});

	test('a wrong token is one error, with what to do', async () => {
		const credentials = sandboxCredentials(running.url);
		for (const data of Object.values(credentials))
			Object.assign(data, { accessToken: 'nope', apiKey: 'nope' });
		for (const operation of ['setQuantity', 'get', 'getMany']) {
			const { error } = await runNode(running, node, {
				parameters: parameters(operation),
				input: [{ sku: '85123A', qty: 5 }],
				credentials,
			});
			expect(error?.name).toBe('NodeApiError');
			expect(error?.message).toMatch(/did not accept the (access token|API key)/);
			expect(error?.description).toContain('Open the credential');
			expect(JSON.stringify(error)).not.toContain('nope');
		}
	});

	test('an address where nothing answers stops the run in words', async () => {
		const closed = await startSandbox();
		const credentials = sandboxCredentials(closed.url);
		await closed.close();
		const { error } = await runNode(running, node, {
			parameters: parameters('setQuantity'),
			input: [{ sku: '85123A', qty: 5 }],
			credentials,
		});
		expect(error?.message).toContain('could not be reached');
		expect(error?.description).toContain('ECONNREFUSED');
	}, 20_000);

	test('an address that is none stops the run in words', async () => {
		const credentials = sandboxCredentials(running.url);
		for (const data of Object.values(credentials)) data.baseUrl = 'app.example';
		const { error } = await runNode(running, node, {
			parameters: parameters('setQuantity'),
			input: [{ sku: '85123A', qty: 5 }],
			credentials,
		});
		expect(error?.message).toContain('The Base URL in the credential is not a web address');
	});

	test('Get and Get Many name what could not be read', async () => {
		const got = await runNode(running, node, {
			parameters: parameters('get'),
			input: [{ sku: '85123A' }, { sku: 'nope' }],
		});
		expect(got.error?.message).toMatch(/^Row 2 \(nope\): No /);
		const many = await runNode(running, node, {
			parameters: parameters('getMany', {
				returnAll: false,
				limit: '={{ "many" }}',
				filter: 'all',
			}),
			input: [{}],
		});
		expect(many.error?.message).toContain('Limit “many” is not a number');
	});
});
