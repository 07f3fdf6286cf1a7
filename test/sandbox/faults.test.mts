/** What the sandbox can let go wrong, as a client meets it on a real connection. */
import { once } from 'node:events';
import { Agent, type IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as tick, setTimeout as pass } from 'node:timers/promises';
import { Sandbox, type ServiceName } from '../../sandbox/sandbox.mts';
import { startSandbox } from '../../sandbox/server.mts';
import {
	ask,
	clock,
	control,
	level,
	moves,
	READ,
	running,
	SERVICES,
	TAKE_TWO,
	untilUp,
} from './connection.mts';

describe.each(SERVICES)('a write to %s', (service) => {
	const write = TAKE_TWO[service];

	test.each([500, 502, 503, 504, 408])('a write is taken, and answered with %d', async (status) => {
		await control('faults', { method: write.method, then: { status, body: 'Gateway' } });
		expect(await ask(write)).toMatchObject({ status, text: 'Gateway' });
		expect(level(service)).toBe(48);
		expect(running.sandbox.log.all()).toMatchObject([
			{ status: 200, fault: `answer ${status}`, moves: [{ from: 50, to: 48 }] },
		]);
	});

	test.each(['reset', 'truncate'])(
		'a write is taken, and the answer broken off (%s)',
		async (then) => {
			await control('faults', { method: write.method, then });
			await expect(ask(write)).rejects.toMatchObject({ code: 'ECONNRESET' });
			expect(level(service)).toBe(48);
		},
	);

	test('a write is taken, and answered with a page', async () => {
		await control('faults', { method: write.method, then: 'nonsense' });
		const { status, text, headers, body } = await ask(write);
		expect([status, headers['content-type'], body]).toStrictEqual([200, 'text/html', undefined]);
		expect(text).toContain('<html>');
		expect(level(service)).toBe(48);
	});

	test('a write is taken, and never answered', async () => {
		await control('faults', { method: write.method, then: 'hang' });
		const agent = new Agent();
		const stop = running.sandbox.log.listen(() => agent.destroy());
		await expect(ask(write, agent)).rejects.toMatchObject({ code: 'ECONNRESET' });
		stop();
		expect(level(service)).toBe(48);
	});

	test.each([400, 401, 402, 403, 404, 408, 409, 415, 429, 500, 503])(
		'a write is refused with %d, and not taken',
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
		'a write is lost on its way (%j)',
		async (fault) => {
			await control('faults', { method: write.method, ...fault });
			await expect(ask(write)).rejects.toMatchObject({ code: 'ECONNRESET' });
			expect(level(service)).toBe(50);
		},
	);

	test('a write is slow where a fault asks for it', async () => {
		await control('faults', { method: write.method, delayMs: 250 });
		const order: string[] = [];
		await Promise.all([
			ask(write).then(() => order.push('write')),
			ask(READ[service]).then(() => order.push('read')),
		]);
		expect(order).toStrictEqual(['read', 'write']);
		expect(level(service)).toBe(48);
	});

	test('a write meets a level that a buyer changed since it was read', async () => {
		const method = write.method;
		await control('faults', { platform: service, method, before: { sku: 'A', delta: -5 } });
		const { text } = await ask(READ[service]);
		expect(text).toContain('50');
		expect((await ask(write)).status).toBe(200);
		// A delta is added to what is there; what is computed from a reading loses the sale.
		expect(level(service)).toBe(service === 'rootfi' ? 48 : 43);
	});

	test('a write carries Retry-After although it went through', async () => {
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
		'a limit of %s names its wait in three ways',
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
	])('a limit of RootFi names its wait as %s', async (wait, retryAfter, reset) => {
		await control('switches', { rootfi: { wait } });
		const headers = await limited('rootfi');
		expect(headers['retry-after']).toBe(retryAfter);
		expect(headers['x-ratelimit-reset']).toBe(reset);
	});

	test('a limit of Webflow may name a wait on a success too', async () => {
		await control('switches', { webflow: { retryAfterOnSuccess: true } });
		const { status, headers } = await ask(READ.webflow);
		expect([status, headers['retry-after']]).toStrictEqual([200, '60']);
	});

	test('a limit of Ecwid ends in a token that is blocked', async () => {
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

	test('a service that is down refuses connections for a while, and the stock stays as it was', async () => {
		await ask(TAKE_TWO.ecwid);
		expect(await control('down', { ms: LONG })).toMatchObject({ status: 200, body: { ms: LONG } });
		await expect(ask(READ.ecwid)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
		await up();
		expect((await ask(READ.ecwid)).body).toMatchObject({ quantity: 48 });
	});

	test('a service that is down comes up by itself', async () => {
		await control('down', { ms: 20 });
		expect((await untilUp(READ.ecwid)).status).toBe(200);
	});

	test('a service that goes down closes connections that were kept open', async () => {
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

	test('a service that goes down answers what is in flight, and closes its connection', async () => {
		await control('faults', { delayMs: 100 });
		const asked = ask(READ.webflow, new Agent({ keepAlive: true }));
		while (running.sandbox.faults.waiting > 0) await tick();
		running.sandbox.down(LONG);
		expect(await asked).toMatchObject({ status: 200, headers: { connection: 'close' } });
		await expect(ask(READ.webflow)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
	});

	test('a service is down for as long as was said last', async () => {
		running.sandbox.down(1);
		running.sandbox.down(LONG);
		await pass(10);
		await expect(ask(READ.webflow)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
	});

	test.each(SERVICES)('down a write to %s is refused right after a reading', async (service) => {
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
		'the control route for a service that is down refuses %j in words',
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
