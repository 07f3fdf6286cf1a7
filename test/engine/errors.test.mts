/** What goes wrong, in n8n's engine: nothing written, every bad row named, and a way out. */
import type { INodeParameters } from 'n8n-workflow';
import { Ecwid } from '../../platforms/ecwid/ecwid.ts';
import { RootFi } from '../../platforms/rootfi/rootfi.ts';
import { Webflow } from '../../platforms/webflow/webflow.ts';
import { startSandbox } from '../../sandbox/server.mts';
import { SITE_ID } from '../../sandbox/webflow/ids.mts';
import { sandboxCredentials } from '../support/credentials.mts';
import type { NodeName } from '../support/engine.mts';
import {
	byId,
	bySku,
	CONTINUE,
	ERROR_OUTPUT,
	NODES,
	useSandbox,
	parameters,
	runNode,
	writes,
} from './setup.mts';

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
			'Nothing was written.<br>To write the other rows all the same, set On Error to Continue (using error output) in the Settings of this node.',
		);
	});

	test('at most fifty bad rows are listed, and how many more', async () => {
		const { error } = await runNode(running, node, {
			parameters: parameters('setQuantity'),
			input: Array.from({ length: 60 }, () => ({ sku: '85123A', qty: 'x' })),
		});
		expect(error?.description?.match(/Row \d+/g)).toHaveLength(50);
		expect(error?.description).toContain('… and 10 more rows');
	});

	test('a write that is refused stops the run: how many were applied, and how many not attempted', async () => {
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
		'a %s run that stops behind a delta with the key %s warns of another one: %s',
		async (mode, key, warns) => {
			const method = node === 'webflowInventory' ? 'PATCH' : 'PUT';
			const path = 'inventor';
			running.sandbox.faults.add([{ method, path, skip: 1, apply: false, then: { status: 422 } }]);
			const { error } = await runNode(running, node, {
				parameters: parameters('adjustByDelta', { options: { belowZero: 'refuse' } }),
				input: ['85123A', '71053'].map((sku) => ({ sku, qty: -1, key })),
				mode,
			});
			const anew = 'Running the step anew moves their stock again';
			expect(error?.message).toMatch(/^Row/);
			expect(error?.description?.includes(anew)).toBe(warns);
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
				parameters: parameters(operation, { [field]: blank } as INodeParameters),
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

	test('the brake: a sheet of zeros', async () => {
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

	test('an address where nothing answers', async () => {
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

	test('an address that is none', async () => {
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

describe.each(NODES)('%s, On Error = Continue', (node) => {
	const rows = [
		{ sku: '85123A', qty: 5 },
		{ sku: 'nope', qty: 5 },
		{ sku: '71053', qty: '' },
		{ sku: '0017', qty: 'n/a' },
		{ sku: '0420', qty: 6 },
	];

	test('error items stand among the results, in order, with exactly three keys', async () => {
		const { outputs, error } = await runNode(running, node, {
			parameters: parameters('setQuantity'),
			input: rows,
			settings: CONTINUE,
		});
		expect(error).toBeUndefined();
		const [items] = outputs;
		expect(items.map(({ pairedItem }) => pairedItem)).toStrictEqual(
			rows.map((_, item) => ({ item })),
		);
		expect(
			items.map(({ json }) => json.status ?? (json.details as { status: string }).status),
		).toStrictEqual(['updated', 'failed', 'skipped', 'failed', 'updated']);
		expect(Object.keys(items[1].json)).toStrictEqual(['error', 'message', 'details']);
		expect(items[1].json.error).toMatch(/^Row 2 \(nope\): No /);
		expect(items[1].json.details).toMatchObject({
			platform: node.replace('Inventory', ''),
			sku: 'nope',
		});
	});

	test('the error output takes them where it is connected', async () => {
		const { outputs } = await runNode(running, node, {
			parameters: parameters('setQuantity'),
			input: rows,
			settings: ERROR_OUTPUT,
		});
		expect(outputs[0].map(({ pairedItem }) => pairedItem)).toStrictEqual([
			{ item: 0 },
			{ item: 2 },
			{ item: 4 },
		]);
		expect(outputs[1].map(({ pairedItem }) => pairedItem)).toStrictEqual([
			{ item: 1 },
			{ item: 3 },
		]);
	});

	test.each([
		['a wrong token', 'token'],
		['an address that is none', 'address'],
		['a forgotten field', 'field'],
		['a sheet of zeros', 'zeros'],
	])('%s does not throw: one error item per row', async (_, what) => {
		const credentials = sandboxCredentials(running.url);
		for (const data of Object.values(credentials)) {
			if (what === 'token') Object.assign(data, { accessToken: 'nope', apiKey: 'nope' });
			if (what === 'address') data.baseUrl = 'nonsense';
		}
		const skus = running.sandbox.rootfi
			.stock()
			.slice(10, 40)
			.map(({ sku }) => sku);
		const input =
			what === 'zeros' ? [...skus.map((sku) => ({ sku, qty: 0 })), { sku: '', qty: 3 }] : rows;
		const { outputs, error } = await runNode(running, node, {
			parameters: parameters(
				'setQuantity',
				what === 'field' ? { quantity: '' } : { options: { unlimitedStock: 'skip' } },
			),
			input,
			credentials,
			settings: CONTINUE,
		});
		expect(error).toBeUndefined();
		expect(outputs[0]).toHaveLength(input.length);
		const statuses = outputs[0].map(
			({ json }) => (json.details as { status: string } | undefined)?.status ?? json.status,
		);
		expect(statuses[0]).toBe('notAttempted');
		if (what === 'zeros') expect(statuses.at(-1)).toBe('failed');
		expect(writes(running)).toHaveLength(0);
	});

	test.each(['setQuantity', 'adjustByDelta', 'get', 'getMany'])(
		'%s: a mistake in what reads the shop does not pass the rows on as done',
		async (operation) => {
			const classes = { webflow: Webflow, ecwid: Ecwid, rootfi: RootFi };
			const { prototype } = classes[node.replace('Inventory', '') as 'ecwid'];
			const task = operation === 'getMany' ? 'list' : 'read';
			const broken = jest.spyOn(prototype, task).mockRejectedValue(new RangeError('Invalid time'));
			const { outputs, error } = await runNode(running, node, {
				parameters: parameters(operation, { returnAll: true, filter: 'all' }),
				input: [{ sku: '85123A', qty: 5 }],
				settings: CONTINUE,
			});
			broken.mockRestore();
			expect(error).toBeUndefined();
			expect(outputs[0][0].json.error).toContain('could not make sense of what');
			expect(writes(running)).toHaveLength(0);
		},
	);

	test('a list that cannot be read is told to every row that asks for it', async () => {
		running.sandbox.faults.add([{ apply: false, then: { status: 500 }, times: 99 }]);
		const { outputs } = await runNode(running, node, {
			parameters: parameters('getMany', { returnAll: true, filter: 'all' }),
			input: [{}, {}, {}],
			settings: CONTINUE,
		});
		expect(outputs[0].map(({ pairedItem }) => pairedItem)).toStrictEqual([
			{ item: 0 },
			{ item: 1 },
			{ item: 2 },
		]);
		expect(outputs[0][2].json.error).toContain('500');
	});

	test('a dry run that stops at once does not say that nothing would be written', async () => {
		const { hints } = await runNode(running, node, {
			parameters: parameters('setQuantity', { options: { dryRun: true, massZeroLimit: 101 } }),
			input: rows,
			settings: CONTINUE,
		});
		const said = hints.map(({ message }) => message).join();
		expect(said).not.toContain('would be written');
		expect(said).toContain('not attempted');
	});

	test('an expression that throws fails its row alone', async () => {
		const { outputs, error } = await runNode(running, node, {
			parameters: parameters('setQuantity', {
				quantity: '={{ $json.qty === 7 ? $("Nowhere").first().json.qty : $json.qty }}',
			}),
			input: [
				{ sku: '85123A', qty: 5 },
				{ sku: '71053', qty: 7 },
			],
			settings: CONTINUE,
		});
		expect(error).toBeUndefined();
		expect(outputs[0][0].json.status).toBe('updated');
		expect(outputs[0][1].json.message).toContain(
			'An expression could not be resolved for this row',
		);
	});

	test('a SKU with a blank at its end in the shop, which no cell can name, has a way out', async () => {
		running.sandbox.seed({ products: [{ name: 'Padded', sku: 'P1 ', quantity: 5 }] });
		const { outputs } = await runNode(running, node, {
			parameters: parameters('setQuantity'),
			input: [{ sku: 'P1 ', qty: 1 }],
			settings: CONTINUE,
		});
		expect(outputs[0][0].json.message).toContain(
			'Did you mean “P1 ”? Take the blank before or behind the code away in the shop, or choose the item by ID.',
		);
	});

	test.each(['delta', 'idempotencyKey', 'reason'])(
		'a row is named by its SKU though its %s cannot be resolved',
		async (field) => {
			const broken = '={{ $("Nowhere").first().json.x }}';
			const { outputs, error } = await runNode(running, node, {
				parameters: parameters(
					'adjustByDelta',
					field === 'reason' ? { options: { reason: broken } } : { [field]: broken },
				),
				input: [
					{ sku: '85123A', qty: -1, key: 'k' },
					{ sku: '71053', qty: -2, key: 'l' },
				],
				settings: CONTINUE,
				workflowId: null,
			});
			expect(error).toBeUndefined();
			for (const [n, sku] of ['85123A', '71053'].entries()) {
				expect(outputs[0][n].json.error).toContain(
					`Row ${n + 1} (${sku}): An expression could not be resolved for this row`,
				);
				expect(outputs[0][n].json.details).toMatchObject({
					status: 'failed',
					sku,
					delta: field === 'delta' ? null : -1 - n,
					idempotencyKey: field === 'idempotencyKey' ? null : 'kl'[n],
				});
			}
		},
	);

	test('Get and Get Many give the level row with what happened', async () => {
		const got = await runNode(running, node, {
			parameters: parameters('get', {
				item: bySku('={{ $json.broken ? $("Nowhere").first().json.x : $json.sku }}'),
			}),
			input: [{ sku: 'nope' }, { sku: '85123A' }, { broken: true }],
			settings: CONTINUE,
		});
		expect(got.outputs[0][0].json.details).toMatchObject({
			status: 'failed',
			sku: 'nope',
			itemId: null,
			quantity: null,
		});
		expect(got.outputs[0][1].json.quantity).toBe(124);
		expect(got.outputs[0][2].json.message).toContain('An expression could not be resolved');
		running.sandbox.faults.add([{ apply: false, then: { status: 500 }, times: 99 }]);
		const many = await runNode(running, node, {
			parameters: parameters('getMany', { returnAll: true, filter: 'all' }),
			input: [{}],
			settings: CONTINUE,
		});
		expect(many.outputs[0]).toHaveLength(1);
		expect(many.outputs[0][0].json.details).toMatchObject({
			status: 'failed',
			message: expect.stringContaining('500'),
		});
	}, 30_000);
});

test.each([
	['webflowInventory', 'site', SITE_ID],
	['rootfiInventory', 'companyId', ''],
] as const)(
	'%s: an expression for the %s that throws fails its row alone',
	async (node, name, shop) => {
		const broken = '={{ $json.sku === "71053" ? $("Nowhere").first().json.x : $json.shop }}';
		const { outputs, error } = await runNode(running, node, {
			parameters: parameters('setQuantity', { [name]: name === 'site' ? byId(broken) : broken }),
			input: [
				{ sku: '85123A', qty: 5, shop },
				{ sku: '71053', qty: 7, shop },
			],
			settings: CONTINUE,
		});
		expect(error).toBeUndefined();
		expect(outputs[0]).toHaveLength(2);
		expect(outputs[0][0].json.status).toBe('updated');
		expect(outputs[0][1].json.message).toContain('An expression could not be resolved');
	},
);

describe('a first row with an expression that throws', () => {
	const broken = '={{ $json.bad ? $("Nowhere").first().json.x : $json.said }}';
	const input = [
		{ sku: '85123A', qty: 5, bad: true },
		{ sku: '71053', qty: 6, said: SITE_ID },
		{ sku: '', qty: 6, said: SITE_ID },
	];
	const tried = async (node: NodeName, operation: string, some: INodeParameters) => {
		const { outputs, error } = await runNode(running, node, {
			parameters: parameters(operation, some),
			input,
			settings: CONTINUE,
		});
		expect(error).toBeUndefined();
		return outputs[0].map(({ json }) => (json.details ?? json) as Record<string, unknown>);
	};

	test.each(NODES)('%s: fails alone where each row has the option for itself', async (node) => {
		const results = await tried(node, 'setQuantity', { options: { reference: broken } });
		expect(results.map(({ status }) => status)).toStrictEqual(['failed', 'updated', 'failed']);
		expect(results[0].message).toContain('An expression could not be resolved for this row');
		expect(results[1].reference).toBe(SITE_ID);
	});

	test.each(NODES)('%s: stops the run where it speaks for all rows', async (node) => {
		const results = await tried(node, 'setQuantity', { options: { dryRun: broken } });
		expect(results.map(({ status }) => status)).toStrictEqual(['failed', 'notAttempted', 'failed']);
		expect(results[1].message).toContain('An expression could not be resolved for the first row');
		expect(results[2].message).toContain('The SKU is empty');
		expect(writes(running)).toHaveLength(0);
	});

	test.each([
		['setQuantity', 'notAttempted'],
		['get', 'failed'],
	])('without a site, %s says so of the others: %s', async (operation, status) => {
		const results = await tried('webflowInventory', operation, { site: byId(broken) });
		expect(results.map((one) => one.status)).toStrictEqual(['failed', status, 'failed']);
		expect(results[1].message).toContain('An expression could not be resolved for the first row');
		expect(results[2].message).toContain('The SKU is empty');
	});
});

describe('a missing site', () => {
	test('stops Webflow in words, and never throws under Continue', async () => {
		const some = {
			parameters: parameters('setQuantity', { site: byId('') }),
			input: [{ sku: '85123A', qty: 5 }],
		};
		const stopped = await runNode(running, 'webflowInventory', some);
		expect(stopped.error?.message).toBe('No Site is chosen.');
		expect(stopped.error?.description).toContain('Choose the Site');
		const went = await runNode(running, 'webflowInventory', { ...some, settings: CONTINUE });
		expect(went.outputs[0][0].json.details).toMatchObject({ status: 'notAttempted' });
	});
});

test('a SKU that reads like a system error keeps its message', async () => {
	const { error } = await runNode(running, 'ecwidInventory', {
		parameters: parameters('setQuantity'),
		input: [{ sku: 'ENOENT', qty: 5 }],
	});
	expect(error?.message).toMatch(/^Row 1 \(ENOENT\): No product/);
});

test('a cell is text in the description too, which the editor shows as HTML', async () => {
	const { error } = await runNode(running, 'ecwidInventory', {
		parameters: parameters('setQuantity'),
		input: ['<img src=//evil.example>', '<a href=//evil.example>'].map((qty) => ({
			sku: '85123A',
			qty,
		})),
	});
	expect(error?.description).toContain('Quantity “&lt;img src=//evil.example>” is not a whole');
	expect(error?.description?.replace(/<br>/g, '')).not.toContain('<');
});

test('a token that an answer repeats is not shown', async () => {
	const then = { status: 400, body: { errorMessage: 'Bad header: Bearer secret_sandbox' } };
	running.sandbox.faults.add([{ method: 'PUT', apply: false, then }]);
	const { error } = await runNode(running, 'ecwidInventory', {
		parameters: parameters('setQuantity'),
		input: [{ sku: '85123A', qty: 5 }],
	});
	expect(error?.message).toContain('Bad header: Bearer •••');
	expect(JSON.stringify({ ...error })).not.toContain('secret_sandbox');
});
