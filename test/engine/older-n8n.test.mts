/** What is done where n8n is older: n8n 1.123 itself is met by `npm run test:n8n-1`. */
import type { IExecuteFunctions, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { isTool, pollBudget, routable } from '../../n8n/host/compatibility.ts';
import { parameters, runNode, useSandbox } from './setup.mts';

const running = useSandbox();

const node = (settings: object = {}) => ({ getNode: () => settings });
const executing = (some: object, settings: object = {}) =>
	({ ...node(settings), ...some }) as unknown as IExecuteFunctions;

describe('the error output', () => {
	const updated: INodeExecutionData = {
		json: { status: 'updated', message: null },
		pairedItem: { item: 1 },
	};
	const failed: INodeExecutionData = {
		json: { error: 'Row 1 (A): no', message: 'no', details: { status: 'failed' } },
		pairedItem: { item: 0 },
	};
	const toErrorOutput = executing({}, { onError: 'continueErrorOutput' });

	test('an error item has no details where n8n would take it for a successful one', () => {
		expect(routable(toErrorOutput, [failed, updated], false)).toStrictEqual([
			{ json: { error: 'Row 1 (A): no', message: 'no' }, pairedItem: { item: 0 } },
			updated,
		]);
	});

	test.each([undefined, 'continueRegularOutput'])(
		'the error output has no details under On Error = %s',
		(onError) => {
			expect(routable(executing({}, { onError }), [failed], false)).toStrictEqual([failed]);
		},
	);

	test('an error item has its details on the n8n the package is built with', async () => {
		expect(routable(toErrorOutput, [failed])).toStrictEqual([failed]);
		const { outputs } = await runNode(running, 'ecwidInventory', {
			parameters: parameters('setQuantity'),
			input: [{ sku: 'nope', qty: 5 }],
			settings: { onError: 'continueErrorOutput' },
		});
		expect(outputs[1]).toMatchObject([{ json: { details: { status: 'failed' } } }]);
	});
});

describe('a tool is told from a step', () => {
	test.each([
		['n8n says so', { isToolExecution: () => true }, {}, true],
		['n8n says no', { isToolExecution: () => false, getNextRunIndex: () => 0 }, {}, false],
		['n8n 1.x, called by an agent', { getNextRunIndex: () => 0 }, {}, true],
		['n8n 1.x, a step of the workflow', {}, {}, false],
		['a step that belongs to an agent', {}, { rewireOutputLogTo: 'ai_tool' }, true],
	] as Array<[string, object, object, boolean]>)(
		'a tool is told from a step: %s',
		(_, some, settings, expected) => {
			expect(isTool(executing(some, settings))).toBe(expected);
		},
	);
});

test('a poll takes the time that n8n tells, or the usual time where it does not', () => {
	expect(pollBudget({ getPollBudgetMs: () => 300_000 } as IPollFunctions)).toBe(300_000);
	expect(pollBudget({} as IPollFunctions)).toBe(45_000);
});
