/** A column that was dragged into a field is read without n8n's expressions, and comes to the same. */
import type { INodeParameters } from 'n8n-workflow';
import { bySku, CONTINUE, parameters, runNode, useSandbox } from './setup.mts';
import { NODES } from '../support/services.mts';
import { writesIn } from '../support/stock.mts';

const running = useSandbox();

const CELLS = [
	5,
	0,
	-3,
	1.5,
	2 ** 53,
	'',
	' 7 ',
	'n/a',
	'=5',
	'={{ 1 + 1 }}',
	'{{ $json.sku }}',
	true,
	false,
	null,
	undefined,
	[],
	[5],
	{},
	{ a: 1 },
	'2026-03-02T08:00:00Z',
];

async function results(input: Array<Record<string, unknown>>, fields: INodeParameters) {
	running.sandbox.reset();
	const { outputs, error } = await runNode(running, 'rootfiInventory', {
		parameters: parameters('setQuantity', fields),
		input: input,
		settings: CONTINUE,
	});
	expect(error).toBeUndefined();
	return outputs[0].map(({ json }) => {
		const { at: _, ...row } = (json.details ?? json) as Record<string, unknown>;
		return row;
	});
}

test.each([
	['a name', '$json.qty', '$json["sku"]'],
	['a name with spaces', '$json["On hand"]', "$json['SKU code']"],
	['a name every object has', '$json.constructor', '$json.sku'],
])('a cell named by %s can be read as a column', async (_, quantity, sku) => {
	const input = CELLS.flatMap((cell) => [
		{ sku: '85123A', 'SKU code': '85123A', qty: cell, 'On hand': cell },
		{ sku: cell, 'SKU code': cell, qty: 5, 'On hand': 5 },
	]);
	const plain = await results(input, {
		quantity: `={{ ${quantity} }}`,
		item: bySku(`={{${sku}}}`),
		options: { sameItemRows: 'last' },
	});
	// Parentheses are enough for n8n's own way.
	const own = await results(input, {
		quantity: `={{ (${quantity}) }}`,
		item: bySku(`={{ (${sku}) }}`),
		options: { sameItemRows: 'last' },
	});
	expect(plain).toStrictEqual(own);
});

describe.each(NODES)('%s', (node) => {
	const OPERATIONS = [
		['setQuantity', 'quantity', 'Quantity'],
		['adjustByDelta', 'delta', 'Delta'],
	] as const;
	const INPUT = [
		{ sku: '85123A', 'qty ': 5 },
		{ sku: '71053', 'qty ': '' },
	];

	test.each(OPERATIONS)(
		'%s: a column that is not there stops the run, and the message names those there are',
		async (operation, field, label) => {
			const { error } = await runNode(running, node, {
				parameters: parameters(operation, { [field]: '={{ $json.qty }}' }),
				input: INPUT,
			});
			expect(error?.message).toBe(`${label} uses the column “qty”, which no row has.`);
			expect(error?.description).toContain('The columns are: “sku” and “qty ”.');
			expect(writesIn(running)).toStrictEqual([]);
		},
	);

	test('under Continue every row is an error when a column is not there, for none of them is blank', async () => {
		const { outputs } = await runNode(running, node, {
			parameters: parameters('setQuantity', { quantity: "={{ $json['qty'] }}" }),
			input: INPUT,
			settings: CONTINUE,
		});
		for (const { json } of outputs[0]) {
			expect(json.details).toMatchObject({ status: 'notAttempted' });
			expect(json.message).toContain('“qty ”');
		}
	});

	test('a column that one row has, and that is blank in another, skips that row', async () => {
		const { outputs } = await runNode(running, node, {
			parameters: parameters('setQuantity'),
			input: [{ sku: '85123A', qty: 5 }, { sku: '71053' }],
		});
		expect(outputs[0].map(({ json }) => json.status)).toStrictEqual(['updated', 'skipped']);
	});

	describe('a byte order mark in front of the first column', () => {
		const NOTE =
			'The name of column “sku” has a byte order mark (U+FEFF) as character 1. In the node that reads the file, turn on Exclude Byte Order Mark (BOM).';

		test.each([
			['Item', { item: bySku('={{ $json.sku }}') }],
			['Idempotency Key', { idempotencyKey: '={{ $json.sku }}-{{ $json.qty }}' }],
			['Direction', { direction: '={{ $json.sku }}' }],
			['Only If Quantity Is', { options: { onlyIfQuantityIs: '={{ $json.sku }}' } }],
			['Dry Run', { options: { dryRun: '={{ $json.sku }}' } }],
		])(
			'a byte order mark in front of the first column is named where %s finds nothing',
			async (_, fields) => {
				const { outputs } = await runNode(running, node, {
					parameters: {
						...parameters('adjustByDelta'),
						item: bySku('85123A'),
						delta: '={{ $json.qty }}',
						...fields,
					},
					input: [{ '\uFEFFsku': '85123A', qty: 1 }],
					settings: CONTINUE,
				});
				expect(outputs[0][0].json.message).toContain(NOTE);
				expect(writesIn(running)).toStrictEqual([]);
			},
		);

		test('a byte order mark in front of the first column is named where the number finds nothing', async () => {
			const { error } = await runNode(running, node, {
				parameters: parameters('setQuantity', {
					item: bySku('85123A'),
					quantity: '={{ $json.sku }}',
				}),
				input: [{ '\uFEFFsku': 5 }],
			});
			expect(error?.description).toContain(NOTE);
		});
	});
});
