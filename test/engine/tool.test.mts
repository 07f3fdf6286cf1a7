/** The nodes as an agent's tools, on both of n8n's paths. */
import type { INodeParameters } from 'n8n-workflow';
import { clearEntries } from '../support/deduplication.mts';
import { sandboxCredentials } from '../support/credentials.mts';
import { callTool, execute } from '../support/engine.mts';
import { bySku, KEYED, useSandbox, parameters } from './setup.mts';
import { NODES, type NodeName, serviceOf } from '../support/services.mts';
import { writesIn, levelIn } from '../support/stock.mts';

const running = useSandbox((sandbox) => {
	sandbox.seed({ products: ['A', 'B'].map((sku) => ({ name: sku, sku, quantity: 50 })) });
	sandbox.ecwid.switches.batchItemMs = 0;
	clearEntries();
});

interface Call extends Record<string, unknown> {
	sku: string;
	qty: number;
	key: string;
}

const call = (sku: string, qty: number, key = ''): Call => ({ sku, qty, key });

/** Fields an agent fills in. */
const FROM_AI: INodeParameters = {
	item: bySku("={{ $fromAI('sku') }}"),
	delta: "={{ $fromAI('qty', '', 'number') }}",
	idempotencyKey: "={{ $fromAI('key', '', 'string', '') }}",
};

/** What an agent is given to fill in; the key only where it is to name one. */
const fields = (calls: Call[]): INodeParameters =>
	calls.some(({ key }) => key !== '') ? FROM_AI : { ...FROM_AI, idempotencyKey: '' };

interface Said {
	status: string;
	message: string | null;
	thrown: boolean;
}

/** An agent's own code calls the tool. */
async function called(node: NodeName, calls: Call[], atOnce = false): Promise<Said[]> {
	const answers = await callTool(
		{
			node,
			parameters: parameters('adjustByDelta', fields(calls)),
			input: calls,
			credentials: sandboxCredentials(running.url),
		},
		atOnce,
	);
	return answers.map((answer) => {
		if (answer.startsWith('Error: ')) return { status: 'thrown', message: answer, thrown: true };
		const [said] = JSON.parse(answer) as Array<Said & { details?: Said }>;
		return { ...(said.details ?? said), thrown: false };
	});
}

/** The tool is a step of the workflow, which n8n leads the agent's calls through one after the other. */
async function stepped(node: NodeName, calls: Call[]): Promise<Said[]> {
	const { run } = await execute({
		node,
		parameters: parameters('adjustByDelta', calls.some(({ key }) => key !== '') ? KEYED : {}),
		input: [calls[0]],
		rest: calls.slice(1).map((one) => [one]),
		credentials: sandboxCredentials(running.url),
		settings: { rewireOutputLogTo: 'ai_tool' },
	});
	return run.data.resultData.runData.Stock.map(({ data }) => {
		const json = data?.ai_tool[0]?.[0].json as unknown as Said & { details?: Said; error?: string };
		if (json.error !== undefined && json.details === undefined) {
			return { status: 'thrown', message: json.error, thrown: true };
		}
		return { ...(json.details ?? json), thrown: false };
	});
}

const level = (node: NodeName, sku: string): number | undefined =>
	levelIn(running, serviceOf(node), sku);

describe.each(NODES)('%s', (node) => {
	describe.each([
		['called by an agent', called],
		['as a step of the agent’s workflow', stepped],
	])('%s', (_, use) => {
		test('a repeated call returns the first result, and says so', async () => {
			const said = await use(node, [call('A', -4), call('A', -4), call('B', -4), call('A', -4)]);
			expect(said.map(({ status }) => status)).toStrictEqual(Array(4).fill('updated'));
			expect(said[0].message).toBeNull();
			for (const again of [said[1], said[3]]) {
				expect(again.message).toContain('the same change to the same item is made once');
			}
			expect([level(node, 'A'), level(node, 'B')]).toStrictEqual([46, 46]);
		});

		test('another amount, or another key, is another change', async () => {
			const said = await use(node, [
				call('A', -4, 'one'),
				call('A', -4, 'two'),
				call('A', -3, 'three'),
				call('A', -4, 'one'),
			]);
			expect(said.map(({ status }) => status)).toStrictEqual(Array(4).fill('updated'));
			expect(level(node, 'A')).toBe(50 - 4 - 4 - 3);
		}, 20_000);

		test('an agent that leaves the key blank is told, and nothing is sent', async () => {
			// Not a key of the tests before: what they record may still be on its way.
			const said = await use(node, [call('A', -4, 'order 7'), call('A', -4)]);
			expect(said[1].message).toContain('The idempotency key names no event');
			expect(level(node, 'A')).toBe(46);
		});

		test('a call that was refused may be made again', async () => {
			running.sandbox.faults.add([
				{ method: 'PUT', apply: false, then: { status: 422, body: {} } },
				{ method: 'PATCH', apply: false, then: { status: 422, body: {} } },
			]);
			const said = await use(node, [call('A', -4), call('A', -4)]);
			expect(said[0].status).toMatch(/failed|thrown/);
			expect(said[1]).toMatchObject({ status: 'updated', message: null });
			expect(level(node, 'A')).toBe(46);
		});

		test('a tool never throws once something was sent', async () => {
			running.sandbox.faults.add([
				{ method: 'PUT', then: 'reset', after: { sku: 'A', delta: -1 } },
				{ method: 'PATCH', then: 'reset', after: { sku: 'A', delta: -1 } },
			]);
			const said = await use(node, [call('A', -4), call('A', -4)]);
			expect(said.map(({ status, thrown }) => [status, thrown])).toStrictEqual([
				['unknown', false],
				['unknown', false],
			]);
			expect(level(node, 'A')).toBe(45);
			expect(writesIn(running)).toHaveLength(1);
		});
	});

	test('an agent that calls twice at once moves the stock once', async () => {
		const said = await called(node, [call('A', -4), call('A', -4), call('B', -1)], true);
		expect(said.map(({ status }) => status)).toStrictEqual(Array(3).fill('updated'));
		expect([level(node, 'A'), level(node, 'B')]).toStrictEqual([46, 49]);
	});

	test('calls that empty one item each are one run to the mass-zero limit', async () => {
		const skus = Array.from({ length: 22 }, (_, n) => `Z${n}`);
		running.sandbox.seed({ products: skus.map((sku) => ({ name: sku, sku, quantity: 10 })) });
		const answers = await callTool({
			node,
			parameters: parameters('setQuantity', {
				item: bySku("={{ $fromAI('sku') }}"),
				quantity: "={{ $fromAI('qty', '', 'number') }}",
			}),
			input: skus.map((sku) => call(sku, 0)),
			credentials: sandboxCredentials(running.url),
		});
		const isRefused = answers.map((answer) => answer.includes('Mass Zero Limit'));
		expect(isRefused).toStrictEqual(skus.map((_, n) => n >= 19));
		expect(skus.filter((sku) => level(node, sku) === 0)).toHaveLength(19);
	}, 20_000);

	test('the answer is one flat record, short enough to read', async () => {
		const [answer] = await callTool({
			node,
			parameters: parameters('adjustByDelta', FROM_AI),
			input: [call('A', -4, 'order 7')],
			credentials: sandboxCredentials(running.url),
		});
		const [record, ...others] = JSON.parse(answer) as Array<Record<string, unknown>>;
		expect(others).toStrictEqual([]);
		expect(Object.values(record).filter((value) => typeof value === 'object')).toStrictEqual(
			Object.values(record).filter((value) => value === null),
		);
		expect(answer.length).toBeLessThan(700);
	});

	test('a SKU that two items carry is refused, and both are named', async () => {
		running.sandbox.seed({
			products: ['One', 'Two'].map((name) => ({ name, sku: 'TWIN', quantity: 50 })),
		});
		const [said] = await called(node, [call('TWIN', -4)]);
		expect(said.message).toMatch(/One.*Two/s);
		expect(writesIn(running)).toStrictEqual([]);
	});

	test('a dry run tells what would be, and writes nothing, however often', async () => {
		const answers = await callTool({
			node,
			parameters: parameters('adjustByDelta', { ...fields([]), options: { dryRun: true } }),
			input: [call('A', -4), call('A', -4)],
			credentials: sandboxCredentials(running.url),
		});
		for (const answer of answers) expect(answer).toContain('Would be changed by -4, from 50.');
		expect(writesIn(running)).toStrictEqual([]);
	});

	test('an agent that asks for what is not there is told in words', async () => {
		const [said] = await called(node, [call('NOPE', -4)]);
		expect(said.message).toContain('NOPE');
	});
});
