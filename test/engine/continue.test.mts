/** What goes wrong under Continue: the other rows are written, and every bad one says why. */
import { Ecwid } from '../../platforms/ecwid/ecwid.ts';
import { RootFi } from '../../platforms/rootfi/rootfi.ts';
import { Webflow } from '../../platforms/webflow/webflow.ts';
import { SITE_ID } from '../../sandbox/webflow/ids.mts';
import { sandboxCredentials } from '../support/credentials.mts';
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
	KEYED,
} from './setup.mts';

const running = useSandbox();

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

	test('the error output takes the error items where it is connected', async () => {
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
	])('%s under Continue does not throw: there is one error item per row', async (_, what) => {
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
		'%s: a bug in reading the shop does not pass the rows on as done',
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
			expect(outputs[0][0].json.error).toContain('could not process what');
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
			'Did you mean “P1 ”? They differ in blanks. Remove the space before or after the code in the shop, or choose the item by ID.',
		);
	});

	test.each(['delta', 'idempotencyKey', 'reason'])(
		'a row is named by its SKU though its %s cannot be resolved',
		async (field) => {
			const broken = '={{ $("Nowhere").first().json.x }}';
			const { outputs, error } = await runNode(running, node, {
				parameters: parameters(
					'adjustByDelta',
					field === 'reason'
						? { ...KEYED, options: { reason: broken } }
						: { ...KEYED, [field]: broken },
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
	['rootfiInventory', 'companyId', '1089'],
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

test('a Company ID that gives nothing stops the run in the first row, and fails its own row in another', async () => {
	const adjust = async (companies: string[]) =>
		await runNode(running, 'rootfiInventory', {
			parameters: parameters('setQuantity', { companyId: '={{ $json.shop }}' }),
			input: companies.map((shop, n) => ({ sku: ['85123A', '71053'][n], qty: 5, shop })),
			settings: CONTINUE,
		});
	const { outputs: second } = await adjust(['1089', '']);
	expect(second[0][0].json.status).toBe('updated');
	expect(second[0][1].json.message).toContain('Company ID holds an expression that gives nothing');
	const { outputs: first } = await adjust(['', '1089']);
	for (const { json } of first[0])
		expect(json.message).toContain('Company ID holds an expression that gives nothing');
});
