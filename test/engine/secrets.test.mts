/**
 * Nothing a run leaves behind holds a token: not its items, its error with all that hangs on it, its hints, nor the data
 * n8n keeps of the execution. The service does its worst and repeats the token in every answer.
 */
import { createServer, type AddressInfo } from 'node:net';
import type { Fault } from '../../sandbox/faults.mts';
import { sandboxCredentials } from '../support/credentials.mts';
import type { NodeName } from '../support/engine.mts';
import { leaks, textsOf } from '../support/texts.mts';
import { CONTINUE, ERROR_OUTPUT, NODES, parameters, runNode, useSandbox } from './setup.mts';

const running = useSandbox();

const SECRETS = Object.values(sandboxCredentials(''))
	.map(({ accessToken, apiKey }) => String(accessToken ?? apiKey))
	.sort();

const MODES = [{}, CONTINUE, ERROR_OUTPUT];
const WRITE = { webflowInventory: 'PATCH', ecwidInventory: 'PUT', rootfiInventory: 'PUT' };
const ROWS = [
	{ sku: '85123A', qty: 3 },
	{ sku: '71053', qty: 2 },
];

function tokenOf(node: NodeName): string {
	const { accessToken, apiKey } = sandboxCredentials('')[`${node}Api`];
	return String(accessToken ?? apiKey);
}

/** An answer that repeats the token wherever a service may put its words. */
function echo(status: number, token: string): Fault['then'] {
	const words = `Bad header: Bearer ${token}`;
	const body = {
		message: words,
		msg: words,
		errorMessage: words,
		errorCode: token,
		error: { message: words, code: 'invalid-params', details: words },
		details: [words, { field: token, message: words }],
		problems: [words],
		[token]: token,
	};
	return { status, reason: token, headers: { 'Retry-After': '1', 'X-Echo': token }, body };
}

const FAILURES: Array<[string, (token: string) => Fault['then']]> = [
	...[400, 401, 402, 403, 404, 409, 422, 429, 500].map(
		(status): [string, (token: string) => Fault['then']] => [
			`a ${status} that repeats it`,
			(token) => echo(status, token),
		],
	),
	['a success that repeats it and nothing else', (token) => echo(200, token)],
	[
		'a page that repeats it',
		(token) => ({ status: 200, body: `<html>Bearer ${token} is not allowed here</html>` }),
	],
	[
		'a redirect that repeats it',
		(token) => ({ status: 302, headers: { Location: `/next?token=${token}` } }),
	],
	['a connection that breaks', () => 'reset'],
	['an answer that breaks off', () => 'truncate'],
];

test('the check for secrets finds what errors and bytes hide', () => {
	const error = new Error('a', { cause: Object.assign(new Error('b'), { config: ['my-secret'] }) });
	expect(leaks({ error }, ['my-secret'])).toHaveLength(1);
	expect(leaks(new Map([['x', Buffer.from('Bearer my-secret')]]), ['my-secret'])).toHaveLength(1);
	expect(leaks({ a: [encodeURIComponent('my secret')] }, ['my secret'])).toHaveLength(1);
	expect(textsOf(SECRETS)).toEqual(expect.arrayContaining(SECRETS));
	expect(new Set(SECRETS).size).toBe(3);
});

describe.each(NODES)('%s', (node) => {
	const play = async (operation: string, settings: object, some: object = {}) => {
		const result = await runNode(running, node, {
			parameters: parameters(operation),
			input: ROWS,
			settings,
			...some,
		});
		expect(leaks(result, SECRETS)).toStrictEqual([]);
		return result;
	};

	test.each(['setQuantity', 'adjustByDelta', 'get', 'getMany'])(
		'%s that goes well shows no secret',
		async (operation) => {
			const input = ROWS.map(({ sku }, n) => ({ sku, qty: n, key: `order ${n}` }));
			const { error, outputs } = await play(operation, {}, { input });
			expect(error).toBeUndefined();
			expect(outputs[0].length).toBeGreaterThan(0);
		},
	);

	test.each(FAILURES)(
		'%s shows no secret',
		async (_, then) => {
			const fault: Fault = { then: then(tokenOf(node)), apply: false, times: 999 };
			const inEveryMode = async (operations: string[]) =>
				await Promise.all(
					MODES.flatMap((mode) => operations.map(async (operation) => await play(operation, mode))),
				);
			running.sandbox.faults.add([fault]);
			const results = await inEveryMode(['adjustByDelta', 'get', 'getMany']);
			for (const { error, outputs } of results) {
				expect(error !== undefined || outputs.flat().some(({ json }) => 'error' in json)).toBe(
					true,
				);
			}
			// The same when only the writes meet it, and the rows before them were read.
			running.sandbox.faults.clear();
			running.sandbox.faults.add([{ ...fault, method: WRITE[node] }]);
			await inEveryMode(['setQuantity', 'adjustByDelta']);
		},
		60_000,
	);

	test('an address where nobody answers shows no secret', async () => {
		const server = createServer();
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const { port } = server.address() as AddressInfo;
		await new Promise((resolve) => server.close(resolve));
		for (const url of [`http://127.0.0.1:${port}`, 'http://shop.invalid']) {
			const credentials = sandboxCredentials(url);
			await Promise.all(
				MODES.map(async (mode) => await play('adjustByDelta', mode, { credentials })),
			);
		}
	}, 60_000);
});
