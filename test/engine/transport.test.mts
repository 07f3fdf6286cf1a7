/** n8n's HTTP helper against a server that breaks: does the transport tell what the service may have seen? */
import { createServer as createTcp, type AddressInfo } from 'node:net';
import type { IExecuteFunctions } from 'n8n-workflow';
import { createTransport } from '../../n8n/host/transport.ts';
import type { Fault } from '../../sandbox/faults.mts';
import { sandboxCredentials } from '../support/credentials.mts';
import { useSandbox, parameters, runNode, writes } from './setup.mts';

const running = useSandbox();

const adjust = (some: object = {}) =>
	runNode(running, 'webflowInventory', {
		parameters: parameters('adjustByDelta'),
		input: [{ sku: '85123A', qty: -4 }],
		settings: { onError: 'continueRegularOutput' },
		...some,
	});

describe('a delta that was taken, and whose answer', () => {
	test.each([
		['is cut by a reset', { then: 'reset' }],
		['breaks off in the middle', { then: 'truncate' }],
		['is a 502', { then: { status: 502, body: 'Bad Gateway' } }],
		['is a page of HTML', { then: 'nonsense' }],
		['is a redirect', { then: { status: 307, headers: { Location: '/elsewhere' } } }],
	] as Array<[string, Partial<Fault>]>)(
		'%s: a delta that was taken, and whose answer is lost, is applied once, and confirmed by reading',
		async (_, fault) => {
			running.sandbox.faults.add([{ method: 'PATCH', ...fault }]);
			const { outputs } = await adjust();
			expect(outputs[0][0].json).toMatchObject({ status: 'updated', quantity: 120 });
			expect(outputs[0][0].json.warning).toBe(
				'Confirmed by reading (124 -> 120); the answer was lost.',
			);
			expect(writes(running)).toHaveLength(1);
		},
	);
});

test('a refused connection is known not to have been sent', async () => {
	const server = createTcp();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	const credentials = sandboxCredentials(`http://127.0.0.1:${port}`);
	const { outputs } = await adjust({ credentials });
	expect(outputs[0][0].json.message).toContain('could not be reached');
});

test('a name that does not exist is known not to have been sent', async () => {
	const { outputs } = await adjust({ credentials: sandboxCredentials('http://shop.invalid') });
	expect(outputs[0][0].json.message).toMatch(/could not be reached/);
});

test('a canceled execution cuts the request in flight and sends no other', async () => {
	running.sandbox.faults.add([{ method: 'PATCH', then: 'hang' }]);
	let cancel = (): void => {};
	const hanging = runNode(running, 'webflowInventory', {
		parameters: parameters('adjustByDelta'),
		input: [
			{ sku: '85123A', qty: -4 },
			{ sku: '71053', qty: -4 },
		],
		onStart: (execution) => {
			cancel = () => execution.cancel();
		},
	});
	while (writes(running).length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
	cancel();
	const { run } = await hanging;
	expect(run.status).toBe('canceled');
	await new Promise((resolve) => setTimeout(resolve, 200));
	expect(writes(running)).toHaveLength(1);
});

describe('what n8n’s helper throws or gives', () => {
	const answerTo = async (helper: () => Promise<unknown>) => {
		const context = {
			helpers: { httpRequestWithAuthentication: helper },
			getExecutionCancelSignal: () => undefined,
		} as unknown as IExecuteFunctions;
		const transport = createTransport(context, 'webflowInventoryApi', 'http://shop', [' a/b"c ']);
		return await transport({ method: 'PATCH', path: '/' });
	};
	const failure = (code: string, syscall: string) =>
		Object.assign(new Error(code), { isAxiosError: true, code, syscall });

	test.each([
		['EHOSTUNREACH', 'connect', 'notSent'],
		['ENETUNREACH', 'connect', 'notSent'],
		['ECONNREFUSED', 'connect', 'notSent'],
		['ENOTFOUND', 'getaddrinfo', 'notSent'],
		['EHOSTUNREACH', 'read', 'lost'],
		['ENETUNREACH', 'write', 'lost'],
		['ECONNRESET', 'read', 'lost'],
	])('%s at %s counts as %s', async (code, syscall, kind) => {
		const thrown = async () => await Promise.reject(failure(code, syscall));
		expect(await answerTo(thrown)).toMatchObject({ kind });
	});

	test.each([
		['ECONNRESET', 'read ECONNRESET', 'lost'],
		['ECONNABORTED', 'timeout of 60000ms exceeded', 'lost'],
		['ETIMEDOUT', 'read ETIMEDOUT', 'lost'],
		['200', 'stream has been aborted', 'lost'],
		[null, 'x is undefined', 'lost'],
		['ERR_CANCELED', 'canceled', 'canceled'],
		['ECONNREFUSED', '', 'notSent'],
		['ETIMEDOUT', 'connect ETIMEDOUT 127.0.0.1:9', 'notSent'],
		['ENOTFOUND', 'getaddrinfo ENOTFOUND shop.invalid', 'notSent'],
	])(
		'%s (%s), wrapped by n8n 1.x, which keeps no cause, counts as %s',
		async (httpCode, words, kind) => {
			const left = { name: 'NodeApiError', httpCode, messages: [words], cause: undefined };
			const wrapped = Object.assign(new Error('The service …'), left);
			expect(await answerTo(async () => await Promise.reject(wrapped))).toMatchObject({ kind });
		},
	);

	test('an error of n8n’s own, wrapped by n8n 1.x, means that nothing was sent', async () => {
		const left = { name: 'NodeApiError', httpCode: null, cause: undefined };
		const wrapped = Object.assign(new Error('Node does not have any credentials'), left, {
			tags: { reWrapped: true },
		});
		expect(await answerTo(async () => await Promise.reject(wrapped))).toMatchObject({
			kind: 'notSent',
			code: 'Node does not have any credentials',
		});
	});

	test('an error of a program may have come after the request', async () => {
		const thrown = async () => await Promise.reject(new TypeError('x is undefined'));
		expect(await answerTo(thrown)).toMatchObject({ kind: 'lost' });
	});

	test('a request that n8n holds back was not sent', async () => {
		const thrown = async () => await Promise.reject(new Error('Credential is not shared with you'));
		expect(await answerTo(thrown)).toMatchObject({ kind: 'notSent' });
	});

	test.each([' a/b"c ', 'a/b"c', 'a%2Fb%22c', 'a/b\\"c'])(
		'a secret that comes back as %j is hidden, wherever it stands',
		async (echoed) => {
			const response = { statusCode: 400, statusMessage: echoed, body: `{"message":"${echoed}"}` };
			const answers = [
				await answerTo(async () => await Promise.resolve(response)),
				await answerTo(async () => await Promise.reject(new Error(`Forbidden: ${echoed}`))),
				await answerTo(async () => await Promise.reject(failure(echoed, 'read'))),
			];
			expect(answers.map(({ kind }) => kind)).toStrictEqual(['answered', 'notSent', 'lost']);
			for (const answer of answers) expect(JSON.stringify(answer)).not.toContain(echoed.trim());
			expect(JSON.stringify(answers).match(/•••/g)).toHaveLength(4);
		},
	);

	test.each([undefined, {}])('%p is not an answer', async (response) => {
		expect(await answerTo(async () => await Promise.resolve(response))).toMatchObject({
			kind: 'lost',
		});
	});

	test('an answer without headers is an answer', async () => {
		const response = { statusCode: 200, body: '{}' };
		expect(await answerTo(async () => await Promise.resolve(response))).toMatchObject({
			kind: 'answered',
			status: 200,
		});
	});
});
