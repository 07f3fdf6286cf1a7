/** What the sandbox can let go wrong, as a client meets it on a real connection. */
import { once } from 'node:events';
import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as tick, setTimeout as pass } from 'node:timers/promises';
import { Sandbox, type ServiceName } from '../../sandbox/sandbox.mts';
import type { RootFiSwitches } from '../../sandbox/rootfi/switches.mts';
import { startSandbox, type RunningSandbox } from '../../sandbox/server.mts';
import { SKU_COLLECTION_ID } from '../../sandbox/webflow/ids.mts';
import { InstantClock } from '../support/clock.mts';

const clock = new InstantClock();
let running: RunningSandbox;
beforeAll(async () => {
	running = await startSandbox(0, new Sandbox(clock));
});
afterAll(async () => await running.close());
beforeEach(() => {
	running.sandbox.reset();
	running.sandbox.seed({ products: [{ name: 'Lantern', sku: 'A', quantity: 50 }] });
});

interface Answer {
	status: number;
	headers: IncomingHttpHeaders;
	text: string;
	body: any;
}

interface Asked {
	method: string;
	path: string;
	headers?: Record<string, string>;
	body?: unknown;
}

/** Asks on a connection of its own, or on one that is kept; rejects with Node's error when it breaks. */
async function ask({ method, path, headers, body }: Asked, agent?: Agent): Promise<Answer> {
	const text = await new Promise<Omit<Answer, 'body'>>((resolve, reject) => {
		const type = body === undefined ? {} : { 'Content-Type': 'application/json' };
		const options = { method, agent: agent ?? false, headers: { ...type, ...headers } };
		const asked = request(`${running.url}${path}`, options, (response) => {
			const chunks: Buffer[] = [];
			response.on('data', (chunk: Buffer) => chunks.push(chunk));
			response.on('error', reject);
			response.on('end', () =>
				resolve({
					status: response.statusCode ?? 0,
					headers: response.headers,
					text: Buffer.concat(chunks).toString(),
				}),
			);
		});
		asked.on('error', reject);
		asked.end(body === undefined ? undefined : JSON.stringify(body));
	});
	return { ...text, body: parsed(text.text) };
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

const control = async (path: string, body?: unknown): Promise<Answer> =>
	await ask({ method: 'POST', path: `/control/${path}`, body });

const SERVICES: ServiceName[] = ['webflow', 'ecwid', 'rootfi'];
const PREFIXES = { webflow: '/webflow/v2', ecwid: '/ecwid/api/v3/1003', rootfi: '/rootfi/v4' };
const TOKENS: Record<ServiceName, Record<string, string>> = {
	webflow: { Authorization: 'Bearer webflow-sandbox-token' },
	ecwid: { Authorization: 'Bearer secret_sandbox' },
	rootfi: { api_key: 'rootfi-sandbox-key' },
};

function to(service: ServiceName, method: string, path: string, body?: unknown): Asked {
	return { method, path: `${PREFIXES[service]}${path}`, headers: TOKENS[service], body };
}

const SHELF = `/collections/${SKU_COLLECTION_ID}/items/20e63fc00000000000000000/inventory`;
const READ: Record<ServiceName, Asked> = {
	webflow: to('webflow', 'GET', SHELF),
	ecwid: to('ecwid', 'GET', '/products/692730001'),
	rootfi: to('rootfi', 'GET', '/ecommerce/inventories/157'),
};
/** Takes two of 50; on RootFi, which knows no delta, by writing what is left. */
const TAKE_TWO: Record<ServiceName, Asked> = {
	webflow: to('webflow', 'PATCH', SHELF, { inventoryType: 'finite', updateQuantity: -2 }),
	ecwid: to('ecwid', 'PUT', '/products/692730001/inventory', { quantityDelta: -2 }),
	rootfi: to('rootfi', 'PUT', '/ecommerce/inventories/157', { data: [{ quantity: 48 }] }),
};

const level = (service: ServiceName): number => running.sandbox[service].stock()[0].quantity;
const moves = () => running.sandbox.log.all().flatMap((entry) => entry.moves);

/** Asks again until something answers. */
async function untilUp(asked: Asked): Promise<Answer> {
	for (let tries = 0; tries < 1_000; tries += 1) {
		try {
			return await ask(asked);
		} catch (error) {
			expect(error).toMatchObject({ code: 'ECONNREFUSED' });
			await pass(1);
		}
	}
	throw new Error('Nothing answers');
}

describe.each(SERVICES)('a write to %s', (service) => {
	const write = TAKE_TWO[service];

	test.each([500, 502, 503, 504, 408])('is taken, and answered with %d', async (status) => {
		await control('faults', { method: write.method, then: { status, body: 'Gateway' } });
		expect(await ask(write)).toMatchObject({ status, text: 'Gateway' });
		expect(level(service)).toBe(48);
		expect(running.sandbox.log.all()).toMatchObject([
			{ status: 200, fault: `answer ${status}`, moves: [{ from: 50, to: 48 }] },
		]);
	});

	test.each(['reset', 'truncate'])('is taken, and the answer broken off (%s)', async (then) => {
		await control('faults', { method: write.method, then });
		await expect(ask(write)).rejects.toMatchObject({ code: 'ECONNRESET' });
		expect(level(service)).toBe(48);
	});

	test('is taken, and answered with a page', async () => {
		await control('faults', { method: write.method, then: 'nonsense' });
		const { status, text, headers, body } = await ask(write);
		expect([status, headers['content-type'], body]).toStrictEqual([200, 'text/html', undefined]);
		expect(text).toContain('<html>');
		expect(level(service)).toBe(48);
	});

	test('is taken, and never answered', async () => {
		await control('faults', { method: write.method, then: 'hang' });
		const agent = new Agent();
		const stop = running.sandbox.log.listen(() => agent.destroy());
		await expect(ask(write, agent)).rejects.toMatchObject({ code: 'ECONNRESET' });
		stop();
		expect(level(service)).toBe(48);
	});

	test.each([400, 401, 402, 403, 404, 408, 409, 415, 429, 500, 503])(
		'is refused with %d, and not taken',
		async (status) => {
			const body = { message: 'No' };
			await control('faults', { method: write.method, apply: false, then: { status, body } });
			expect(await ask(write)).toMatchObject({ status, body });
			expect(moves()).toHaveLength(0);
			expect(running.sandbox.log.all()).toMatchObject([
				{ status: null, fault: `answer ${status}, not applied` },
			]);
		},
	);

	test.each([{ then: 'reset', apply: false }, { then: 'noConnection' }])(
		'is lost on its way (%j)',
		async (fault) => {
			await control('faults', { method: write.method, ...fault });
			await expect(ask(write)).rejects.toMatchObject({ code: 'ECONNRESET' });
			expect(level(service)).toBe(50);
		},
	);

	test('is slow', async () => {
		await control('faults', { method: write.method, delayMs: 250 });
		const order: string[] = [];
		await Promise.all([
			ask(write).then(() => order.push('write')),
			ask(READ[service]).then(() => order.push('read')),
		]);
		expect(order).toStrictEqual(['read', 'write']);
		expect(level(service)).toBe(48);
	});

	test('meets a level that a buyer changed since it was read', async () => {
		const method = write.method;
		await control('faults', { platform: service, method, before: { sku: 'A', delta: -5 } });
		const { text } = await ask(READ[service]);
		expect(text).toContain('50');
		expect((await ask(write)).status).toBe(200);
		// A delta is added to what is there; what is computed from a reading loses the sale.
		expect(level(service)).toBe(service === 'rootfi' ? 48 : 43);
	});

	test('carries Retry-After although it went through', async () => {
		const then = { status: 200, headers: { 'Retry-After': '60' }, body: { ok: true } };
		await control('faults', { method: write.method, then });
		expect((await ask(write)).headers['retry-after']).toBe('60');
		expect(level(service)).toBe(48);
	});
});

describe('a limit', () => {
	const limited = async (service: ServiceName): Promise<IncomingHttpHeaders> => {
		await control('limits', { [service]: { requests: 1 } });
		await ask(READ[service]);
		const { status, headers } = await ask(READ[service]);
		expect(status).toBe(429);
		return headers;
	};

	test.each(['webflow', 'ecwid'] as const)(
		'of %s names its wait in three ways',
		async (service) => {
			const told: Array<string | undefined> = [];
			for (const retryAfter of ['seconds', 'date', 'none']) {
				await control('switches', { [service]: { retryAfter } });
				told.push((await limited(service))['retry-after']);
			}
			const date = new Date(clock.now() + 60_000);
			date.setMilliseconds(0);
			expect(told).toStrictEqual(['60', date.toUTCString(), undefined]);
		},
	);

	test.each([
		['retryAfter', '60', '60'],
		['resetSeconds', undefined, '60'],
		['resetEpoch', undefined, String(Math.ceil((clock.now() + 60_000) / 1_000))],
		['none', undefined, undefined],
	])('of RootFi names its wait as %s', async (wait, retryAfter, reset) => {
		await control('switches', { rootfi: { wait } });
		const headers = await limited('rootfi');
		expect(headers['retry-after']).toBe(retryAfter);
		expect(headers['x-ratelimit-reset']).toBe(reset);
	});

	test('of Webflow may name a wait on a success too', async () => {
		await control('switches', { webflow: { retryAfterOnSuccess: true } });
		const { status, headers } = await ask(READ.webflow);
		expect([status, headers['retry-after']]).toStrictEqual([200, '60']);
	});

	test('of Ecwid ends in a token that is blocked', async () => {
		await control('switches', { ecwid: { blockAfter: 1 } });
		await limited('ecwid');
		expect((await ask(READ.ecwid)).status).toBe(403);
	});
});

describe('down', () => {
	/** Long enough for any test; `up` ends it. */
	const LONG = 600_000;
	/** The last word counts: down for a millisecond more. */
	async function up(): Promise<void> {
		running.sandbox.down(1);
		await untilUp({ method: 'GET', path: '/control/stock' });
	}
	afterEach(up);

	test('connections are refused for a while, and the shelves stand as they stood', async () => {
		await ask(TAKE_TWO.ecwid);
		expect(await control('down', { ms: LONG })).toMatchObject({ status: 200, body: { ms: LONG } });
		await expect(ask(READ.ecwid)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
		await up();
		expect((await ask(READ.ecwid)).body).toMatchObject({ quantity: 48 });
	});

	test('comes up by itself', async () => {
		await control('down', { ms: 20 });
		expect((await untilUp(READ.ecwid)).status).toBe(200);
	});

	test('closes connections that were kept open', async () => {
		const agent = new Agent({ keepAlive: true });
		await ask(READ.webflow, agent);
		const [[socket]] = Object.values(agent.freeSockets) as Socket[][];
		running.sandbox.down(LONG);
		await once(socket, 'close');
		await expect(ask(READ.webflow, agent)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
		await up();
		expect((await ask(READ.webflow, agent)).status).toBe(200);
		agent.destroy();
	});

	test('answers what is in flight, and closes its connection', async () => {
		await control('faults', { delayMs: 100 });
		const asked = ask(READ.webflow, new Agent({ keepAlive: true }));
		while (running.sandbox.faults.waiting > 0) await tick();
		running.sandbox.down(LONG);
		expect(await asked).toMatchObject({ status: 200, headers: { connection: 'close' } });
		await expect(ask(READ.webflow)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
	});

	test('for as long as was said last', async () => {
		running.sandbox.down(1);
		running.sandbox.down(LONG);
		await pass(10);
		await expect(ask(READ.webflow)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
	});

	test.each(SERVICES)('a write to %s is refused right after a reading', async (service) => {
		await control('faults', { platform: service, method: 'GET', downMs: LONG });
		expect((await ask(READ[service])).status).toBe(200);
		await expect(ask(TAKE_TWO[service])).rejects.toMatchObject({ code: 'ECONNREFUSED' });
		expect(level(service)).toBe(50);
		await up();
		expect((await ask(TAKE_TWO[service])).status).toBe(200);
		expect(level(service)).toBe(48);
		expect(running.sandbox.log.all()).toHaveLength(2);
	});

	test.each([{}, { ms: 0 }, { ms: '50' }, { ms: 1e9 }, [1]])(
		'refuses %j in words',
		async (body) => {
			const answer = await control('down', body);
			expect(answer.status).toBe(400);
			expect(answer.body.error).toMatch(/“ms” must be|Send a JSON object/);
		},
	);

	test('a sandbox that is closed meanwhile stays closed', async () => {
		const other = await startSandbox();
		other.sandbox.down(1);
		await other.close();
		other.sandbox.down(1);
		await pass(20);
		await expect(fetch(other.url)).rejects.toThrow();
	});

	test('a sandbox without a port is never down', async () => {
		const alone = new Sandbox(clock);
		alone.faults.add([{ downMs: 50 }]);
		const { headers } = READ.rootfi;
		const read = {
			method: 'GET',
			path: '/v4/core/companies',
			query: new URLSearchParams(),
			body: '',
		};
		for (let n = 0; n < 2; n += 1) {
			const delivery = await alone.handle('rootfi', { ...read, headers: { ...headers } });
			expect(delivery).toMatchObject({ kind: 'reply', reply: { status: 200 } });
		}
	});
});

describe('RootFi’s copy', () => {
	const stale = { platform: 'rootfi', method: 'GET', then: 'stale' };

	test('is behind for as many readings as it is asked to be', async () => {
		const before = (await ask(READ.rootfi)).body;
		clock.pass(1_000);
		const written = (await ask(TAKE_TWO.rootfi)).body;
		await control('faults', { ...stale, times: 2 });
		expect((await ask(READ.rootfi)).body).toStrictEqual(before);
		const list = await ask(to('rootfi', 'GET', '/ecommerce/inventories'));
		expect(list.body.data).toStrictEqual([before]);
		expect((await ask(READ.rootfi)).body).toStrictEqual(written);
		expect(level('rootfi')).toBe(48);
	});

	test('is behind a sale as well', async () => {
		await control('stock', { platform: 'rootfi', sku: 'A', delta: -3 });
		await control('faults', stale);
		expect((await ask(READ.rootfi)).body.quantity).toBe(50);
		expect((await ask(READ.rootfi)).body.quantity).toBe(47);
	});

	test('has nothing to be behind of where nothing changed', async () => {
		await control('faults', stale);
		expect((await ask(READ.rootfi)).body.quantity).toBe(50);
	});

	test('does not keep a write from naming what it wrote', async () => {
		await control('faults', { then: 'stale' });
		expect((await ask(TAKE_TWO.rootfi)).body.quantity).toBe(48);
	});

	test.each(['webflow', 'ecwid'] as const)('is none of %s', async (service) => {
		await ask(TAKE_TWO[service]);
		await control('faults', { then: 'stale' });
		expect((await ask(READ[service])).body.quantity).toBe(48);
	});
});

test.each<[RootFiSwitches['envelope'], (row: object) => object, (row: object) => object]>([
	['bare', (row) => row, (row) => row],
	['data', (row) => ({ data: row }), (row) => ({ data: row })],
	['dataList', (row) => ({ data: [row] }), (row) => ({ data: [row] })],
	[
		'dataAndSyncId',
		(row) => ({ data: row }),
		(row) => ({ data: row, sync_id: expect.any(String) }),
	],
	['syncIdOnly', (row) => row, () => ({ sync_id: expect.any(String) })],
])('RootFi wraps its answers: %s', async (envelope, read, write) => {
	await control('switches', { rootfi: { envelope } });
	const applied = envelope === 'syncIdOnly' ? 50 : 48;
	const row = (quantity: number) => expect.objectContaining({ rootfi_id: 157, quantity });
	expect((await ask(TAKE_TWO.rootfi)).body).toEqual(write(row(48)));
	expect((await ask(READ.rootfi)).body).toEqual(read(row(applied)));
	expect(level('rootfi')).toBe(applied);
});

test('Ecwid’s search lags behind, a product by its id does not', async () => {
	await control('switches', { ecwid: { searchLagMs: 3_000 } });
	const found = async (): Promise<number> =>
		(await ask(to('ecwid', 'GET', '/products?sku=A'))).body.items[0].quantity;
	await ask(TAKE_TWO.ecwid);
	expect([await found(), (await ask(READ.ecwid)).body.quantity]).toStrictEqual([50, 48]);
	clock.pass(2_999);
	expect(await found()).toBe(50);
	clock.pass(1);
	expect(await found()).toBe(48);
});

describe('Ecwid’s batches', () => {
	const takeTwo = (id: string, delta = -2) => ({
		id,
		path: 'products/692730001/inventory',
		method: 'PUT',
		body: { quantityDelta: delta },
	});

	async function post(items: unknown[], query = ''): Promise<string> {
		const { body } = await ask(to('ecwid', 'POST', `/batch${query}`, items));
		return body.ticket as string;
	}

	const look = async (ticket: string, query = ''): Promise<any> =>
		(await ask(to('ecwid', 'GET', `/batch?ticket=${ticket}${query}`))).body;

	test.each([
		['?stopOnFirstFailure=false', 'whenGoingOn', 6, 'COMPLETED'],
		['', 'whenGoingOn', 1, 'NOT_EXECUTED'],
		['', 'always', 6, 'NOT_EXECUTED'],
	])(
		'an item that answers 5xx with %j, repeated %s, is applied %d times',
		async (query, batchRepeats, times, second) => {
			await control('switches', { ecwid: { batchRepeats } });
			await control('faults', { method: 'PUT', times: 6, then: { status: 502 } });
			const ticket = await post([takeTwo('a'), takeTwo('b', 10)], query);
			await look(ticket);
			// Five repeats, three seconds apart.
			clock.pass(15_020);
			expect(await look(ticket)).toMatchObject({
				status: 'COMPLETED',
				responses: [
					{ id: 'a', status: 'FAILED', httpStatusCode: 502 },
					{ id: 'b', status: second },
				],
			});
			expect(level('ecwid')).toBe(50 - 2 * times + (second === 'COMPLETED' ? 10 : 0));
		},
	);

	test('an item that goes through at its third try is completed, and was applied thrice', async () => {
		await control('faults', { method: 'PUT', times: 2, then: 'reset' });
		const ticket = await post([takeTwo('a')], '?stopOnFirstFailure=false');
		for (const ms of [0, 3_000, 2_999]) {
			clock.pass(ms);
			expect(await look(ticket)).toMatchObject({ status: 'QUEUED', responses: [] });
		}
		expect(moves()).toHaveLength(2);
		clock.pass(1);
		expect((await look(ticket)).responses).toMatchObject([{ status: 'COMPLETED' }]);
		expect(moves()).toHaveLength(3);
	});

	test.each([
		['&allowParallelMode=true', 1],
		['', 0],
	])(
		'those behind an item that is repeated wait, unless they run at once (%j)',
		async (mode, n) => {
			await control('faults', { method: 'PUT', apply: false, then: { status: 502 } });
			const ticket = await post([takeTwo('a'), takeTwo('b')], `?stopOnFirstFailure=false${mode}`);
			clock.pass(2_999);
			expect((await look(ticket)).completedRequests).toBe(n);
			clock.pass(21);
			expect((await look(ticket)).responses).toMatchObject([
				{ id: 'a', status: 'COMPLETED' },
				{ id: 'b', status: 'COMPLETED' },
			]);
		},
	);

	test('an item that is refused is not repeated', async () => {
		await control('faults', { method: 'PUT', times: 6, apply: false, then: { status: 409 } });
		const ticket = await post([takeTwo('a')], '?stopOnFirstFailure=false');
		expect((await look(ticket)).responses).toMatchObject([{ httpStatusCode: 409 }]);
		expect(running.sandbox.faults.waiting).toBe(1);
		expect(running.sandbox.log.all().filter(({ method }) => method === 'PUT')).toHaveLength(1);
	});

	test('the answer to the batch itself is lost, and its key knows it again', async () => {
		await control('faults', { method: 'POST', then: 'reset' });
		const query = '?deduplicationKey=8e3a0b5e-1f6c-5a4d-8b7e-0c9d8e7f6a5b';
		await expect(post([takeTwo('a')], query)).rejects.toMatchObject({ code: 'ECONNRESET' });
		const ticket = await post([takeTwo('a')], query);
		expect((await look(ticket)).status).toBe('COMPLETED');
		expect(await post([takeTwo('a')], query)).toBe(ticket);
		clock.pass(60 * 60_000);
		expect(await post([takeTwo('a')], query)).not.toBe(ticket);
		expect(level('ecwid')).toBe(46);
	});

	test('wait behind other apps, and take their time for each item', async () => {
		await control('switches', { ecwid: { batchQueueMs: 5_000, batchItemMs: 1_000 } });
		const ticket = await post([takeTwo('a'), takeTwo('b')]);
		const progress: unknown[] = [];
		for (const ms of [0, 4_999, 1, 999, 1]) {
			clock.pass(ms);
			const { status, completedRequests } = await look(ticket);
			progress.push([status, completedRequests]);
		}
		expect(progress).toStrictEqual([
			['QUEUED', 0],
			['QUEUED', 0],
			['IN_PROGRESS', 1],
			['IN_PROGRESS', 1],
			['COMPLETED', 2],
		]);
	});

	test('run one after the other, first come, first served', async () => {
		await control('switches', { ecwid: { batchItemMs: 1_000 } });
		const first = await post([takeTwo('a'), takeTwo('b')]);
		const second = await post([takeTwo('c')]);
		const progress: unknown[] = [];
		for (const ms of [0, 1_000, 1_000, 1_000]) {
			clock.pass(ms);
			progress.push([
				(await look(first)).completedRequests,
				(await look(second)).completedRequests,
			]);
		}
		expect(progress).toStrictEqual([
			[1, 0],
			[2, 0],
			[2, 1],
			[2, 1],
		]);
	});

	test('can be deleted while they wait, not afterwards', async () => {
		await control('switches', { ecwid: { batchQueueMs: 5_000 } });
		const remove = async (ticket: string): Promise<unknown> =>
			(await ask(to('ecwid', 'DELETE', `/batch?ticketId=${ticket}`))).body;
		const [first, second] = [await post([takeTwo('a')]), await post([takeTwo('b')])];
		expect(await remove(first)).toStrictEqual({ deleteCount: 1 });
		clock.pass(5_000);
		expect(await remove(second)).toStrictEqual({ deleteCount: 0 });
		expect(level('ecwid')).toBe(48);
	});

	test.each([
		[{ batchPartial: 'shown' }, ['a']],
		[{ batchPartial: 'hidden' }, undefined],
	])('show what is done while they run: %j', async (switches, ids) => {
		await control('switches', { ecwid: switches });
		const ticket = await post([takeTwo('a'), takeTwo('b')]);
		const { status, responses } = await look(ticket);
		expect(status).toBe('IN_PROGRESS');
		expect(responses?.map(({ id }: { id: string }) => id)).toStrictEqual(ids);
	});

	test.each([
		['asSent', ['a', 'b']],
		['reversed', ['b', 'a']],
	])('answer in the order %s', async (batchOrder, ids) => {
		await control('switches', { ecwid: { batchOrder } });
		const ticket = await post([takeTwo('a'), takeTwo('b')]);
		await look(ticket);
		clock.pass(20);
		const { responses } = await look(ticket);
		expect(responses.map(({ id }: { id: string }) => id)).toStrictEqual(ids);
	});

	test.each([
		['once', 200],
		['eachItem', 429],
	])('count towards the limit: %s', async (batchCounts, httpStatusCode) => {
		await control('switches', { ecwid: { batchCounts } });
		const ticket = await post([takeTwo('a')]);
		await control('limits', { ecwid: { requests: 1 } });
		running.sandbox.ecwid.meter.count('secret_sandbox');
		running.sandbox.ecwid.stock();
		running.sandbox.ecwid.meter.reset();
		expect((await look(ticket)).responses).toMatchObject([{ httpStatusCode }]);
	});

	test('answer as escaped text where they are asked to', async () => {
		const ticket = await post([takeTwo('a')]);
		const { responses } = await look(ticket, '&escapedJson=true');
		expect(responses[0].escapedHttpBody).toBe('{"updateCount":1}');
		expect((await look(ticket)).responses[0].httpBody).toStrictEqual({ updateCount: 1 });
		await control('switches', { ecwid: { batchBodies: 'whenEscaped' } });
		expect((await look(ticket)).responses[0]).not.toHaveProperty('httpBody');
	});
});
