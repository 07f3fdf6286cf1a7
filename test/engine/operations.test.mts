/** Every operation of every node, in n8n's engine, over HTTP. */
import { sandboxCredentials } from '../support/credentials.mts';
import { bySku, CONTINUE, useSandbox, parameters, runNode, KEYED } from './setup.mts';
import { NODES, serviceOf } from '../support/services.mts';
import { writesIn } from '../support/stock.mts';

const running = useSandbox();

const RESULT_FIELDS = [
	'status',
	'sku',
	'name',
	'previousQuantity',
	'quantity',
	'delta',
	'message',
	'warning',
	'platform',
	'operation',
	'itemId',
	'variantId',
	'productId',
	'unlimited',
	'idempotencyKey',
	'reason',
	'reference',
	'dryRun',
	'at',
];
const LEVEL_FIELDS = [
	'sku',
	'name',
	'quantity',
	'unlimited',
	'inStock',
	'platform',
	'itemId',
	'variantId',
	'productId',
	'updatedAt',
];

describe.each(NODES)('%s', (node) => {
	const platform = node.replace('Inventory', '');

	test('Set Quantity gives one result per row, linked to it, with every field', async () => {
		const { outputs, error } = await runNode(running, node, {
			parameters: parameters('setQuantity', {
				options: { reason: 'stock-take', reference: '={{ $json.sku }}' },
			}),
			input: [
				{ sku: '85123A', qty: ' 5 ' },
				{ sku: '71053', qty: '' },
				{ sku: '0017', qty: 25 },
			],
		});
		expect(error).toBeUndefined();
		const [items] = outputs;
		expect(items.map(({ pairedItem }) => pairedItem)).toStrictEqual([
			{ item: 0 },
			{ item: 1 },
			{ item: 2 },
		]);
		expect(items.map(({ json }) => json.status)).toStrictEqual(['updated', 'skipped', 'unchanged']);
		for (const { json } of items) expect(Object.keys(json)).toStrictEqual(RESULT_FIELDS);
		expect(items[0].json).toMatchObject({
			platform,
			operation: 'setQuantity',
			sku: '85123A',
			name: 'WHITE HANGING HEART T-LIGHT HOLDER',
			variantId: null,
			previousQuantity: 124,
			quantity: 5,
			delta: -119,
			unlimited: false,
			message: null,
			warning: null,
			idempotencyKey: null,
			reason: 'stock-take',
			reference: '85123A',
			dryRun: false,
			at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
		});
		expect(items[2].json).toMatchObject({ previousQuantity: 25, quantity: 25, delta: 0 });
	});

	test('Adjust by Delta makes one write of rows of one item, each with its own amount and key', async () => {
		const { outputs } = await runNode(running, node, {
			parameters: parameters('adjustByDelta', KEYED),
			input: [
				{ sku: '85123A', qty: '-6', key: 'order 1' },
				{ sku: '71053', qty: 4, key: 'order 2' },
				{ sku: '85123A', qty: -2, key: 'order 3' },
			],
		});
		expect(
			outputs[0].map(({ json }) => [
				json.delta,
				json.previousQuantity,
				json.quantity,
				json.idempotencyKey,
			]),
		).toStrictEqual([
			[-6, 124, 116, 'order 1'],
			[4, 31, 35, 'order 2'],
			[-2, 124, 116, 'order 3'],
		]);
		expect(writesIn(running).flatMap(({ moves }) => moves)).toHaveLength(2);
	});

	if (node !== 'rootfiInventory') {
		test('Set Unlimited makes the stock unlimited', async () => {
			const { outputs } = await runNode(running, node, {
				parameters: parameters('setUnlimited'),
				input: [{ sku: '85123A' }],
			});
			expect(outputs[0][0].json).toMatchObject({
				status: 'updated',
				quantity: null,
				unlimited: true,
				delta: null,
			});
		});
	}

	test('Get gives one level per row', async () => {
		const { outputs } = await runNode(running, node, {
			parameters: parameters('get'),
			input: [{ sku: '85123A' }, { sku: '0420' }],
		});
		expect(outputs[0].map(({ json }) => json.quantity)).toStrictEqual([124, 25]);
		expect(Object.keys(outputs[0][0].json)).toStrictEqual(LEVEL_FIELDS);
		expect(outputs[0][1]).toMatchObject({
			json: { platform, inStock: true, unlimited: false },
			pairedItem: { item: 1 },
		});
	});

	test('Get Many filters, then counts', async () => {
		running.sandbox.seed({
			products: [
				{ name: 'Out', sku: 'O', quantity: 0 },
				{ name: 'Low', sku: 'L', quantity: 5 },
				{ name: 'High', sku: 'H', quantity: 6 },
				{ name: 'Short', sku: 'S', quantity: -2 },
			],
		});
		const many = async (some: object) => {
			const { outputs, error } = await runNode(running, node, {
				parameters: parameters('getMany', { returnAll: true, filter: 'all', ...some }),
				input: [{}],
			});
			expect(error).toBeUndefined();
			return outputs[0].map(({ json }) => json.sku);
		};
		expect(await many({})).toStrictEqual(['O', 'L', 'H', 'S']);
		expect(await many({ filter: 'inStock' })).toStrictEqual(['L', 'H']);
		expect(await many({ filter: 'outOfStock' })).toStrictEqual(['O', 'S']);
		expect(await many({ filter: 'lowStock', threshold: 5 })).toStrictEqual(['O', 'L', 'S']);
		expect(
			await many({ filter: 'lowStock', threshold: 5, returnAll: false, limit: 2 }),
		).toStrictEqual(['O', 'L']);
	});

	test('Get Many compares each item with the service’s own mark, where that is chosen', async () => {
		running.sandbox.seed({
			products: [
				{ name: 'A', sku: 'A', quantity: 8, reorderLevel: 10 },
				{ name: 'B', sku: 'B', quantity: 4 },
				{ name: 'C', sku: 'C', quantity: 4, reorderLevel: 2 },
			],
		});
		const low = async (thresholdFrom: string) => {
			const { outputs } = await runNode(running, node, {
				parameters: parameters('getMany', {
					returnAll: true,
					filter: 'lowStock',
					threshold: 5,
					thresholdFrom,
				}),
				input: [{}],
			});
			return outputs[0].map(({ json }) => json.sku);
		};
		expect(await low('field')).toStrictEqual(['B', 'C']);
		// Webflow has no such mark, and no such field.
		expect(await low('service')).toStrictEqual(
			node === 'webflowInventory' ? ['B', 'C'] : ['A', 'B'],
		);
	});

	test.each([
		['={{ 2.5 }}', 2],
		['={{ " 3 " }}', 3],
		['={{ 0 }}', 'Limit 0 is not 1 or more. Change it in the node.'],
	])('Get Many with a limit of %s gives no more than that', async (limit, expected) => {
		const { outputs, error } = await runNode(running, node, {
			parameters: parameters('getMany', { returnAll: false, limit, filter: 'all' }),
			input: [{}],
		});
		expect(error?.message ?? outputs[0].length).toBe(expected);
	});

	test('Get Many says what it cost, not what passed the filter', async () => {
		const products = ['A', 'B', 'C'].map((sku) => ({ name: sku, sku, quantity: 50 }));
		running.sandbox.seed({ products });
		for (const filter of ['all', 'outOfStock']) {
			const { hints } = await runNode(running, node, {
				parameters: parameters('getMany', { returnAll: true, filter }),
				input: [{}, {}],
			});
			const cost = 'each of the 3 levels took a request of its own';
			const said = node === 'webflowInventory' ? [expect.stringContaining(cost)] : [];
			expect(hints.map(({ message }) => message)).toStrictEqual(said);
		}
	});

	test('Get Many reads the shop once, however many rows ask', async () => {
		const { outputs } = await runNode(running, node, {
			parameters: parameters('getMany', {
				returnAll: false,
				limit: '={{ $json.limit }}',
				filter: 'all',
			}),
			input: [{ limit: 3 }, { limit: 2 }],
		});
		expect(outputs[0].map(({ pairedItem }) => pairedItem)).toStrictEqual([
			{ item: 0 },
			{ item: 0 },
			{ item: 0 },
			{ item: 1 },
			{ item: 1 },
		]);
		const lists = running.sandbox.log
			.all()
			.filter(({ path }) => /(products|inventories)$/.test(path));
		expect(lists).toHaveLength(1);
	});

	test('Dry Run writes nothing, and says how long it would take', async () => {
		const { outputs, hints } = await runNode(running, node, {
			parameters: parameters('setQuantity', { options: { dryRun: true } }),
			input: [
				{ sku: '85123A', qty: 5 },
				{ sku: '0017', qty: 25 },
			],
		});
		expect(outputs[0].map(({ json }) => [json.status, json.delta, json.dryRun])).toStrictEqual([
			['planned', -119, true],
			['unchanged', 0, true],
		]);
		expect(hints[0].message).toContain('1 item would be written, which takes less than a minute');
		expect(writesIn(running)).toHaveLength(0);
	});

	test('a dry run reckons with the second reading before each write', async () => {
		const skus = Array.from({ length: 250 }, (_, n) => `S${n}`);
		running.sandbox.seed({ products: skus.map((sku) => ({ name: sku, sku, quantity: 10 })) });
		running.sandbox.limit(serviceOf(node), { requests: 1_000_000 });
		const { hints } = await runNode(running, node, {
			parameters: parameters('setQuantity', { options: { dryRun: true } }),
			input: skus.map((sku) => ({ sku, qty: 5 })),
		});
		const time = {
			webflow: 'about 9 minutes',
			ecwid: 'less than a minute',
			rootfi: 'about 5 minutes',
		}[serviceOf(node)];
		expect(hints[0].message).toContain(`250 items would be written, which takes ${time}`);
	}, 30_000);

	test('a dry run with nothing to write says so', async () => {
		const { hints } = await runNode(running, node, {
			parameters: parameters('setQuantity', { options: { dryRun: true } }),
			input: [{ sku: '0017', qty: 25 }],
		});
		expect(hints[0].message).toBe('Dry run: nothing would be written.');
	});

	test('a manual delta without a key warns of a second run; one with a key does not', async () => {
		const adjust = (key: string, mode: 'manual' | 'trigger') =>
			runNode(running, node, {
				parameters: parameters('adjustByDelta', key === '' ? {} : KEYED),
				input: [{ sku: '85123A', qty: 1, key }],
				mode,
			});
		expect((await adjust('', 'manual')).hints[0].message).toContain('changes the stock again');
		expect((await adjust('k', 'manual')).hints).toStrictEqual([]);
		expect((await adjust('', 'trigger')).hints).toStrictEqual([]);
	});

	test('several rows are counted by how they ended, with what to do next', async () => {
		const { hints } = await runNode(running, node, {
			parameters: parameters('setQuantity'),
			input: [
				{ sku: '85123A', qty: 5 },
				{ sku: '0017', qty: 25 },
				{ sku: '71053', qty: '' },
				{ sku: 'NOPE', qty: 1 },
			],
			settings: CONTINUE,
		});
		expect(hints[0]).toMatchObject({
			message:
				'1 updated, 1 unchanged, 1 skipped, 1 failed. Each failed row says why: correct it and run it again.',
			type: 'warning',
		});
	});

	test('a node without input sends no requests', async () => {
		for (const operation of ['setQuantity', 'get', 'getMany']) {
			await runNode(running, node, { parameters: parameters(operation), input: [] });
		}
		expect(running.sandbox.log.all()).toHaveLength(0);
	});

	test('an item chosen from the list is written by its id', async () => {
		const item = running.sandbox
			.service(platform as 'ecwid')
			.stock()
			.find(({ sku }) => sku === '71053');
		const { outputs } = await runNode(running, node, {
			parameters: parameters('setQuantity', {
				item: { __rl: true, mode: 'list', value: item?.itemId ?? '', cachedResultName: 'Lantern' },
				quantity: 8,
			}),
			input: [{}],
		});
		expect(outputs[0][0].json).toMatchObject({
			status: 'updated',
			itemId: item?.itemId,
			quantity: 8,
		});
	});
});

test('Webflow v1 goes through with a legacy token', async () => {
	const credentials = sandboxCredentials(running.url);
	credentials.webflowInventoryApi.apiVersion = 'v1';
	const { outputs } = await runNode(running, 'webflowInventory', {
		parameters: parameters('setQuantity'),
		input: [{ sku: '85123A', qty: 5 }],
		credentials,
	});
	expect(outputs[0][0].json).toMatchObject({ status: 'updated', quantity: 5 });
	expect(writesIn(running)[0]).toMatchObject({
		body: { fields: { inventoryType: 'finite', quantity: 5 } },
	});
});

test('Webflow’s site may stay empty when the id and the collection are known', async () => {
	const [{ itemId }] = running.sandbox.webflow.stock();
	const { outputs } = await runNode(running, 'webflowInventory', {
		parameters: parameters('setQuantity', {
			site: { __rl: true, mode: 'list', value: '' },
			item: { __rl: true, mode: 'id', value: itemId },
			quantity: 3,
			options: { skuCollectionId: '6377a7c4b7a79608c34a46f7' },
		}),
		input: [{}],
	});
	expect(outputs[0][0].json.status).toBe('updated');
	expect(running.sandbox.log.all()).toHaveLength(2);
});

describe('a row that names another shop than the first', () => {
	test.each([
		['webflowInventory', 'site', { __rl: true, mode: 'id', value: '={{ $json.shop }}' }, 'Site'],
		['rootfiInventory', 'companyId', '={{ $json.shop }}', 'Company ID'],
	] as const)(
		'%s: a row that names another shop than the first is not written to the first one’s stock',
		async (node, name, value, label) => {
			const first = node === 'webflowInventory' ? '580e63e98c9a982ac9b8b741' : '1089';
			for (const operation of ['setQuantity', 'get']) {
				const { outputs } = await runNode(running, node, {
					parameters: parameters(operation, { [name]: value }),
					input: [
						{ sku: '85123A', qty: 5, shop: first },
						{ sku: '71053', qty: 5, shop: 'other' },
						{ sku: '', qty: '', shop: '' },
					],
					settings: CONTINUE,
				});
				// An empty row at the end of a sheet is blank before it is anywhere.
				if (operation === 'setQuantity') expect(outputs[0][2].json.status).toBe('skipped');
				expect(outputs[0][1].json.error).toContain(
					`${label} is “other” here and “${first}” in the first row`,
				);
			}
			expect(writesIn(running)).toHaveLength(1);
		},
	);
});

test('a SKU cell that is a number is its text', async () => {
	const { outputs } = await runNode(running, 'ecwidInventory', {
		parameters: parameters('setQuantity', { item: bySku('={{ $json.sku }}') }),
		input: [{ sku: 71053, qty: 9 }],
	});
	expect(outputs[0][0].json).toMatchObject({ status: 'updated', sku: '71053' });
});
