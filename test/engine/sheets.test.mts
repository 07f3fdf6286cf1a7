/** Sheets as people write them: what a field, a key or an option gives, and what is made of it. */
import type { INodeParameters } from 'n8n-workflow';
import { CONTINUE, KEYED, NODES, parameters, runNode, useSandbox, writes } from './setup.mts';

const running = useSandbox((sandbox) => {
	sandbox.seed({
		products: ['A', 'B', 'C'].map((sku) => ({ name: sku, sku, quantity: 10 })),
	});
});

interface Result {
	status: string;
	delta: number | null;
	quantity: number | null;
	message: string | null;
}

describe.each(NODES)('%s', (node) => {
	async function results(
		operation: string,
		fields: INodeParameters,
		input: Array<Record<string, unknown>>,
		mode: 'manual' | 'trigger' = 'trigger',
	) {
		const done = await runNode(running, node, {
			parameters: parameters(operation, fields),
			input: input,
			settings: CONTINUE,
			mode,
		});
		const rows = done.outputs[0].map(({ json }) => (json.details ?? json) as unknown as Result);
		return { ...done, rows, statuses: rows.map(({ status }) => status) };
	}

	test.each([
		['={{ $json.number }}, line {{ $json.line?.id }}', '{{ $json.number }}'],
		['={{ $json.order }}, line {{ $json.line?.id }}', '{{ $json.line?.id }}'],
		['={{ $json.number + "-" + $json.line }}', 'undefined'],
		['={{ $json.order + "-" + $json.line }}', 'undefined'],
		['={{ $json.ref }}', '#REF!'],
		['={{ $json.nope }}', '{{ $json.nope }}'],
	])('the key %s names no event, and no row is sent', async (idempotencyKey, named) => {
		const input = [
			{ sku: 'A', qty: -1, order: 1001, ref: '#REF!' },
			{ sku: 'B', qty: -1, order: 1002, ref: '#REF!' },
		];
		const { rows, statuses } = await results('adjustByDelta', { idempotencyKey }, input);
		expect(statuses).toStrictEqual(['failed', 'failed']);
		for (const { message } of rows) {
			expect(message).toContain('The idempotency key names no event');
			expect(message).toContain(named);
		}
		expect(writes(running)).toStrictEqual([]);
	});

	test('a key of parts that all name something is sent', async () => {
		const idempotencyKey = '={{ $json.order }}, line {{ $json.line.id }}';
		const input = [{ sku: 'A', qty: -1, order: 1001, line: { id: 1 } }];
		const { rows } = await results('adjustByDelta', { idempotencyKey }, input);
		expect(rows[0]).toMatchObject({ status: 'updated', idempotencyKey: '1001, line 1' });
	});

	test('a literal key that comes again says that it holds the same text in every run', async () => {
		const input = [{ sku: 'A', qty: -1 }];
		const idempotencyKey = `weekly ${node}`;
		await results('adjustByDelta', { idempotencyKey }, input, 'manual');
		const { rows, hints } = await results('adjustByDelta', { idempotencyKey }, input, 'manual');
		expect(rows[0].status).toBe('duplicate');
		expect(rows[0].message).toContain('holds the same text in every run');
		expect(hints[0]).toMatchObject({ type: 'warning' });
		expect(hints[0].message).toContain('Every row is a duplicate');
	});

	test('a key that comes from a column says no such thing', async () => {
		const input = [{ sku: 'A', qty: -1, key: `own ${node}` }];
		await results('adjustByDelta', KEYED, input);
		const { rows } = await results('adjustByDelta', KEYED, input);
		expect(rows[0].status).toBe('duplicate');
		expect(rows[0].message).not.toContain('in every run');
	});

	test.each([
		['onlyIfQuantityIs', 'Only If Quantity Is'],
		['belowZero', 'Below Zero'],
		['blankQuantity', 'Blank Quantity'],
	])('%s from a column that is not there fails the row that needs it', async (name, label) => {
		const options = { [name]: `={{ $json.${name} }}` };
		const given = { onlyIfQuantityIs: 10, belowZero: 'refuse', blankQuantity: 'fail' };
		const input = [
			{ sku: 'A', qty: -1, ...given },
			{ sku: 'B', qty: -1 },
		];
		const { rows, statuses } = await results('adjustByDelta', { options }, input);
		expect(statuses).toStrictEqual(['updated', 'failed']);
		expect(rows[1].message).toContain(`${label} holds an expression that gives nothing`);
	});

	test.each(['dryRun', 'checkFirst', 'sameItemRows', 'massZeroLimit', 'numberFormat'])(
		'%s from a column that is not there stops the run before anything is read',
		async (name) => {
			const before = running.sandbox.log.all().length;
			const { error } = await runNode(running, node, {
				parameters: parameters('setQuantity', { options: { [name]: '={{ $json.preview }}' } }),
				input: [{ sku: 'A', qty: 1 }],
			});
			expect(error?.message).toContain('holds an expression that gives nothing');
			expect(running.sandbox.log.all()).toHaveLength(before);
		},
	);

	test('a reason and a reference may be blank', async () => {
		const options = { reason: '={{ $json.why }}', reference: '={{ $json.ref }}' };
		const { statuses } = await results('setQuantity', { options }, [{ sku: 'A', qty: 1 }]);
		expect(statuses).toStrictEqual(['updated']);
	});

	test('a column of units sold is deducted as it is', async () => {
		const fields = { direction: 'takeAway' };
		const { rows } = await results('adjustByDelta', fields, [
			{ sku: 'A', qty: 3 },
			{ sku: 'B', qty: '4' },
			{ sku: 'C', qty: -1 },
		]);
		expect(rows.map(({ status, delta }) => [status, delta])).toStrictEqual([
			['updated', -3],
			['updated', -4],
			['failed', null],
		]);
		expect(rows[2].message).toContain('Choose As Signed');
	});

	test('each row may have a direction of its own', async () => {
		const fields = { direction: '={{ $json.way }}' };
		const { rows } = await results('adjustByDelta', fields, [
			{ sku: 'A', qty: 3, way: 'takeAway' },
			{ sku: 'B', qty: 3, way: 'add' },
			{ sku: 'C', qty: 3 },
		]);
		expect(rows.map(({ status, delta }) => [status, delta])).toStrictEqual([
			['updated', -3],
			['updated', 3],
			['failed', 3],
		]);
		expect(rows[2].message).toContain('Direction holds an expression that gives nothing');
	});

	test('what was sold while people counted stays sold', async () => {
		const fields = { options: { levelWhenCounted: '={{ $json.was }}' } };
		const { rows } = await results('adjustByDelta', fields, [
			{ sku: 'A', qty: 12, was: 14 },
			{ sku: 'B', qty: 12, was: '' },
		]);
		expect(rows[0]).toMatchObject({ status: 'updated', delta: -2 });
		expect(rows[0].message).toContain('12 counted where the level was 14: the delta is -2.');
		expect(rows[1].status).toBe('skipped');
	});

	test('thousands are read as the sheet writes them, and never guessed', async () => {
		const input = [
			{ sku: 'A', qty: '1,234' },
			{ sku: 'B', qty: '1.000' },
		];
		const plain = await results('setQuantity', {}, input);
		expect(plain.statuses).toStrictEqual(['failed', 'failed']);
		for (const { message } of plain.rows) expect(message).toContain('Number Format');
		const options = { numberFormat: 'commaThousands' };
		const { statuses } = await results('setQuantity', { options }, input);
		expect(statuses).toStrictEqual(['updated', 'updated']);
		const stock = running.sandbox.service(node.replace('Inventory', '') as 'ecwid').stock();
		expect(stock.slice(0, 2).map(({ quantity }) => quantity)).toStrictEqual([1234, 1]);
	});
});

describe.each(NODES)('%s: several rooms and a safety stock', (node) => {
	async function set(options: INodeParameters, input: Array<Record<string, unknown>>) {
		const { outputs } = await runNode(running, node, {
			parameters: parameters('setQuantity', { options }),
			input: input,
			settings: CONTINUE,
		});
		return outputs[0].map(({ json }) => (json.details ?? json) as unknown as Result & Warned);
	}
	interface Warned {
		warning: string | null;
	}

	test('quantities of one item are added up, and each row names the others', async () => {
		const options = { sameItemRows: 'sum' };
		const rows = await set(options, [
			{ sku: 'A', qty: 0 },
			{ sku: 'A', qty: 6 },
			{ sku: 'B', qty: 3 },
		]);
		expect(rows.map(({ status, quantity }) => [status, quantity])).toStrictEqual([
			['updated', 6],
			['updated', 6],
			['updated', 3],
		]);
		expect(rows[0].message).toContain('Row 2 is for the same item: one write for all of them.');
	});

	test.each([
		['', 'skipped'],
		['n/a', 'failed'],
	])('a row of the item that holds %j makes the sum incomplete', async (qty, status) => {
		const rows = await set({ sameItemRows: 'sum' }, [
			{ sku: 'A', qty: 4 },
			{ sku: 'A', qty },
			{ sku: 'B', qty: 3 },
		]);
		expect(rows.map((row) => row.status)).toStrictEqual(['failed', status, 'updated']);
		expect(rows[0].message).toContain('Row 2 of the same item has no usable quantity');
	});

	test('equal quantities are one count, and each row carries a warning', async () => {
		const rows = await set({}, [
			{ sku: 'A', qty: 4 },
			{ sku: 'A', qty: 4 },
		]);
		for (const row of rows) {
			expect(row).toMatchObject({ status: 'updated', quantity: 4 });
			expect(row.warning).toContain('taken as one count, not added up');
		}
	});

	test('different quantities fail, and the message names both ways out', async () => {
		const [row] = await set({}, [
			{ sku: 'A', qty: 4 },
			{ sku: 'A', qty: 5 },
		]);
		expect(row.status).toBe('failed');
		expect(row.message).toMatch(/Add Up.*Last Row Counts/);
	});

	test('the safety stock is held back from the sum, and a maximum is not exceeded', async () => {
		const options = {
			sameItemRows: 'sum',
			safetyStock: '={{ $json.safe }}',
			maxQuantity: 5,
		};
		const rows = await set(options, [
			{ sku: 'A', qty: 4, safe: 2 },
			{ sku: 'A', qty: 5, safe: 2 },
			{ sku: 'B', qty: 3, safe: 4 },
			{ sku: 'C', qty: 3 },
		]);
		expect(rows.map(({ status, quantity }) => [status, quantity])).toStrictEqual([
			['updated', 5],
			['updated', 5],
			['updated', 0],
			['failed', null],
		]);
		expect(rows[0].message).toContain(
			'9 counted, 2 held back as safety stock, at most 5 shown: the quantity is 5.',
		);
		expect(rows[3].message).toContain('Safety Stock holds an expression that gives nothing');
	});

	test('a dry run tells how far the stock of the shop would change, after the safety stock', async () => {
		const options = { dryRun: true, safetyStock: 2 };
		const [row] = await set(options, [{ sku: 'A', qty: 7 }]);
		expect(row).toMatchObject({ status: 'planned', delta: -5 });
	});
});
