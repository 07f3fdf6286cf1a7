/** Expressions that throw, a shop that is not named, and what errors show. */
import type { INodeParameters } from 'n8n-workflow';
import { SITE_ID } from '../../sandbox/webflow/ids.mts';
import type { NodeName } from '../support/engine.mts';
import { byId, CONTINUE, NODES, useSandbox, parameters, runNode, writes } from './setup.mts';

const running = useSandbox();

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

	test.each(NODES)(
		'%s: a first row with an expression that throws fails alone where each row has the option for itself',
		async (node) => {
			const results = await tried(node, 'setQuantity', { options: { reference: broken } });
			expect(results.map(({ status }) => status)).toStrictEqual(['failed', 'updated', 'failed']);
			expect(results[0].message).toContain('An expression could not be resolved for this row');
			expect(results[1].reference).toBe(SITE_ID);
		},
	);

	test.each(NODES)(
		'%s: a first row with an expression that throws stops the run where it speaks for all rows',
		async (node) => {
			const results = await tried(node, 'setQuantity', { options: { dryRun: broken } });
			expect(results.map(({ status }) => status)).toStrictEqual([
				'failed',
				'notAttempted',
				'failed',
			]);
			expect(results[1].message).toContain('An expression could not be resolved for the first row');
			expect(results[2].message).toContain('The SKU is empty');
			expect(writes(running)).toHaveLength(0);
		},
	);

	test.each([
		['setQuantity', 'notAttempted'],
		['get', 'failed'],
	])('without a site, %s tells the other rows so: %s', async (operation, status) => {
		const results = await tried('webflowInventory', operation, { site: byId(broken) });
		expect(results.map((one) => one.status)).toStrictEqual(['failed', status, 'failed']);
		expect(results[1].message).toContain('An expression could not be resolved for the first row');
		expect(results[2].message).toContain('The SKU is empty');
	});
});

describe('a missing site', () => {
	test('a missing site stops Webflow in words, and never throws under Continue', async () => {
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
