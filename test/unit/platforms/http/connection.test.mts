import { RateLimiter } from '../../../../platforms/http/rate-limiter.ts';
import type { ClientPolicy } from '../../../../platforms/http/client-policy.ts';
import { Connection } from '../../../../platforms/http/connection.ts';
import { RateLimits } from '../../../../platforms/http/rate-limits.ts';
import type { HttpAnswer } from '../../../../platforms/http/transport.ts';
import type { Repeatability } from '../../../../platforms/http/retry-policy.ts';
import type { Reservation, WriteOptions } from '../../../../inventory/model/platform.ts';
import { InstantClock } from '../../../support/clock.mts';

const POLICY: ClientPolicy = {
	label: 'Shop',
	waitAfterLimit: 30_000,
	limitHeader: 'x-limit',
	resetHeader: 'x-reset',
	block: { within: 600_000, wait: 300_000, isMeant: (body) => body !== 'no scope' },
	explain: (status) => ({ message: `Refused with ${status}.`, advice: '', httpStatus: status }),
};

const ok: HttpAnswer = {
	kind: 'answered',
	status: 200,
	statusText: '',
	headers: {},
	text: '{"fine":true}',
};
const status = (code: number, headers: Record<string, string> = {}): HttpAnswer => ({
	...ok,
	status: code,
	headers,
	text: '{}',
});
const page: HttpAnswer = {
	...ok,
	text: '<html><title>Log in</title><p>Please   log in</p></html>',
};
const lost: HttpAnswer = { kind: 'lost', code: 'ECONNRESET' };
const notSent: HttpAnswer = { kind: 'notSent', code: 'ECONNREFUSED' };

interface Setup {
	signal?: AbortSignal;
	policy?: Partial<ClientPolicy>;
	/** The user's own limit. */
	requestsPerMinute?: number;
	/** Milliseconds until an answer comes. */
	latency?: number;
}

function connect(
	answers: HttpAnswer[],
	{ signal, policy = {}, requestsPerMinute, latency = 0 }: Setup = {},
) {
	const clock = new InstantClock();
	const sent: number[] = [];
	const user =
		requestsPerMinute === undefined
			? null
			: new RateLimiter(clock, requestsPerMinute, { burst: 0, spare: 0 });
	const connection = new Connection(
		async () => {
			sent.push(clock.monotonic());
			const answer = answers.shift() ?? ok;
			if (latency > 0) await clock.sleep(latency);
			return answer;
		},
		{ ...POLICY, ...policy },
		new RateLimits(new RateLimiter(clock, 6_000), user, signal),
		clock,
	);
	const understand = (body: unknown) =>
		(body as { fine?: boolean })?.fine ? { value: 'fine' } : null;
	const send = (repeatability: Repeatability, options?: WriteOptions) =>
		connection.send(
			repeatability,
			{ method: repeatability === 'safe' ? 'GET' : 'PUT', path: '/x' },
			understand,
			options,
		);
	const reserve = async (requests: number): Promise<Reservation> => {
		const outcome = await connection.reserve(requests);
		if (outcome.kind === 'failed') throw new Error(outcome.fault.message);
		return outcome.reservation;
	};
	return { send, sent, clock, connection, reserve };
}

test('an understood success is accepted', async () => {
	expect(await connect([]).send('once')).toStrictEqual({ kind: 'accepted', value: 'fine' });
});

test('a read is repeated with back-off, then given up', async () => {
	const { send, clock } = connect([lost, status(503), page]);
	expect((await send('safe')).kind).toBe('accepted');
	expect(clock.sleeps.filter((ms) => ms === 1_000)).toHaveLength(7);
	const dead = connect([lost, lost, lost, lost]);
	expect(await dead.send('safe')).toMatchObject({ kind: 'refused' });
	expect(dead.sent).toHaveLength(4);
});

test.each(['idempotent', 'once'] as const)(
	'a write that is %s and may have been taken is not repeated here',
	async (repeatability) => {
		for (const answer of [lost, status(502), status(408), status(302), page]) {
			const { send, sent } = connect([answer]);
			expect((await send(repeatability)).kind).toBe('uncertain');
			expect(sent).toHaveLength(1);
		}
	},
);

test('a write that was never sent is tried again, and a dead address stops the run', async () => {
	const once = connect([notSent]);
	expect((await once.send('once')).kind).toBe('accepted');
	const dead = connect([notSent, notSent, notSent, notSent]);
	expect(await dead.send('once')).toMatchObject({ kind: 'refused', fault: { wholeRun: true } });
});

test('a refusal is final and in the words of the service', async () => {
	expect(await connect([status(422)]).send('once')).toMatchObject({
		kind: 'refused',
		fault: { message: 'Refused with 422.', httpStatus: 422 },
	});
});

test('an answer that makes no sense is shown, so that a person recognizes the page', async () => {
	expect(await connect([page]).send('idempotent')).toMatchObject({
		fault: { message: expect.stringContaining('“Log in Please log in”') },
	});
	expect(await connect([{ ...ok, text: '' }]).send('idempotent')).toMatchObject({
		fault: { message: expect.stringContaining('(it was empty)') },
	});
});

describe('a limit', () => {
	test.each([
		[{ 'retry-after': '7' }, 7_000],
		[{ 'retry-after': new Date(Date.parse('2026-03-02T08:00:00Z') + 9_000).toUTCString() }, 9_000],
		[{ 'x-reset': '5' }, 5_000],
		[{}, 30_000],
	])('a wait told by %j is waited for', async (headers, wait) => {
		const { send, sent } = connect([status(429, headers)]);
		expect((await send('once')).kind).toBe('accepted');
		expect(sent[1] - sent[0]).toBe(wait);
	});

	test.each([-3_600_000, -30_000, 30_000, 3_600_000])(
		'a wait told as a time is measured by the clock of the service, %d ms from ours',
		async (off) => {
			const theirs = Date.parse('2026-03-02T08:00:00Z') + off;
			const date = new Date(theirs).toUTCString();
			const told: Array<Record<string, string>> = [
				{ 'retry-after': new Date(theirs + 9_000).toUTCString() },
				{ 'x-reset': String(theirs / 1_000 + 9) },
			];
			for (const headers of told) {
				const { send, sent } = connect([status(429, { date, ...headers })]);
				expect((await send('once')).kind).toBe('accepted');
				expect(sent[1] - sent[0]).toBe(9_000);
			}
		},
	);

	test('Retry-After on a success is not obeyed', async () => {
		const { send, sent } = connect([{ ...ok, headers: { 'retry-after': '60' } }, ok]);
		await send('safe');
		await send('safe');
		expect(sent[1] - sent[0]).toBe(0);
	});

	test('a limit is learned from the headers of every answer', async () => {
		const { send, sent } = connect(
			Array.from({ length: 7 }, () => ({ ...ok, headers: { 'x-limit': '61' } })),
		);
		for (let n = 0; n < 7; n += 1) await send('safe');
		expect(sent[6] - sent[5]).toBe(1_000);
	});

	test('a wait of more than ten minutes ends the run and tells the time', async () => {
		const { send, sent } = connect([status(429, { 'retry-after': '601' })]);
		expect(await send('once')).toMatchObject({
			kind: 'notSent',
			fault: { message: expect.stringContaining('2026-03-02T08:10:01'), wholeRun: true },
		});
		expect(sent).toHaveLength(1);
	});

	test('a limit that never ends is given up', async () => {
		const { send, sent } = connect(
			Array.from({ length: 20 }, () => status(429, { 'retry-after': '1' })),
		);
		expect((await send('once')).kind).toBe('notSent');
		expect(sent).toHaveLength(10);
	});
});

describe('a 403', () => {
	test('a 403 after a 429 is waited out once, then final', async () => {
		const { send, sent } = connect([status(429, { 'retry-after': '1' }), status(403), status(403)]);
		expect(await send('once')).toMatchObject({ kind: 'refused', fault: { httpStatus: 403 } });
		expect(sent[2] - sent[1]).toBe(300_000);
		expect((await send('once')).kind).toBe('accepted');
	});

	test('a 403 that several requests meet at once is waited out by all of them', async () => {
		const limit = status(429, { 'retry-after': '1' });
		const answers = [limit, ok, status(403), status(403), status(403)];
		const { send, sent } = connect(answers, { latency: 400 });
		await send('safe');
		const together = await Promise.all([send('safe'), send('safe'), send('safe')]);
		expect(together.map(({ kind }) => kind)).toStrictEqual(Array(3).fill('accepted'));
		expect(sent).toHaveLength(8);
	});

	test('a 403 that says what it means is final', async () => {
		const noScope = { ...status(403), text: '"no scope"' };
		const { send, sent } = connect([status(429, { 'retry-after': '1' }), noScope]);
		expect(await send('once')).toMatchObject({ fault: { message: 'Refused with 403.' } });
		expect(sent).toHaveLength(2);
	});

	test('a 403 on its own is final', async () => {
		const { send, sent } = connect([status(403)]);
		expect((await send('once')).kind).toBe('refused');
		expect(sent).toHaveLength(1);
	});

	test('a 403 is final where a service does not block tokens', async () => {
		const { send } = connect([status(429, { 'retry-after': '1' }), status(403)], {
			policy: { block: undefined },
		});
		expect((await send('once')).kind).toBe('refused');
	});
});

test('a service that is down for several requests in a row is not asked again', async () => {
	const { send, sent } = connect(Array.from({ length: 20 }, () => lost));
	for (let n = 0; n < 3; n += 1) await send('safe');
	expect(sent).toHaveLength(12);
	expect(await send('once')).toMatchObject({ kind: 'notSent', fault: { wholeRun: true } });
	expect(sent).toHaveLength(12);
});

describe('a service that reads and does not take writes', () => {
	const broken = status(503);

	test('a service is down after three writes in a row whose outcome nobody can tell, whatever the readings between said', async () => {
		const { send, sent, connection } = connect([broken, ok, lost, ok, page, ok]);
		for (const repeatability of ['once', 'idempotent', 'once'] as const) {
			expect((await send(repeatability)).kind).toBe('uncertain');
			expect((await send('safe')).kind).toBe('accepted');
		}
		expect(await send('once')).toMatchObject({ kind: 'notSent', fault: { wholeRun: true } });
		expect(await connection.reserve(2)).toMatchObject({
			kind: 'failed',
			fault: { wholeRun: true },
		});
		expect(sent).toHaveLength(6);
	});

	test('a service that takes no writes can still be read, so that the last writes are read back', async () => {
		const { send } = connect([broken, broken, broken]);
		for (let n = 0; n < 3; n += 1) await send('once');
		expect((await send('safe')).kind).toBe('accepted');
	});

	test('a service is up again with a write that was taken or refused', async () => {
		for (const known of [ok, status(404)]) {
			const { send } = connect([broken, broken, known, broken, broken]);
			for (let n = 0; n < 5; n += 1) await send('once');
			expect((await send('once')).kind).toBe('accepted');
		}
	});

	test('an answer that is open for one item only does not count against the service', async () => {
		const { connection, clock } = connect([]);
		for (let n = 0; n < 5; n += 1) {
			const exchange = await connection.send('once', { method: 'PUT', path: '/x' }, () => ({
				sign: 'notUpdated',
			}));
			expect(exchange).toMatchObject({ kind: 'uncertain', sentAt: clock.monotonic() });
		}
	});

	test('the rows of a batch count in their order; that the batch itself was taken says nothing', async () => {
		const { send, connection } = connect([]);
		for (const isKnown of [true, false, false]) connection.countWrite(isKnown);
		expect((await send('deduplicated')).kind).toBe('accepted');
		connection.countWrite(false);
		expect((await send('deduplicated')).kind).toBe('notSent');
	});
});

test('an accepted answer carries the time of the service, where it tells it', async () => {
	const date = 'Mon, 02 Mar 2026 08:00:30 GMT';
	const { send } = connect([
		{ ...ok, headers: { date } },
		{ ...ok, headers: { date: 'soon' } },
	]);
	const accepted = { kind: 'accepted', value: 'fine' };
	expect(await send('safe')).toStrictEqual({ ...accepted, serverTime: Date.parse(date) });
	expect(await send('safe')).toStrictEqual(accepted);
});

test.each(['DEPTH_ZERO_SELF_SIGNED_CERT', 'CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID'])(
	'a certificate that is not trusted has a message and advice of its own (%s)',
	async (code) => {
		const answers = Array.from({ length: 4 }, (): HttpAnswer => ({ kind: 'notSent', code }));
		expect(await connect(answers).send('once')).toMatchObject({
			kind: 'refused',
			fault: {
				message: `n8n does not trust the certificate of the address it has for Shop (${code}).`,
				advice: expect.stringContaining('Nothing was sent.'),
				wholeRun: true,
			},
		});
	},
);

test('a redirect is called a redirect', async () => {
	expect(await connect([status(301)]).send('safe')).toMatchObject({
		kind: 'refused',
		fault: { message: 'Shop answered with a redirect (301).', wholeRun: true },
	});
});

test.each([-3_600_000, 3_600_000])(
	'a clock that is set by %d ms while a run waits neither holds it up nor lets it hurry',
	async (ms) => {
		const { send, sent, clock } = connect([status(429, { 'retry-after': '7' })], {
			requestsPerMinute: 30,
		});
		const waiting = send('once');
		clock.set(ms);
		expect((await waiting).kind).toBe('accepted');
		const start = sent[0];
		expect(sent[1] - start).toBe(7_000);
		clock.set(ms);
		await send('safe');
		await send('safe');
		expect(sent[3] - sent[2]).toBe(2_000);
		expect(await send('once', { leaveBy: clock.monotonic() + 2_000 })).toMatchObject({
			kind: 'accepted',
		});
	},
);

describe('a canceled execution', () => {
	test('a canceled execution sends nothing more', async () => {
		const { send, sent } = connect([], { signal: AbortSignal.abort() });
		expect((await send('once')).kind).toBe('notSent');
		expect(sent).toHaveLength(0);
	});

	test('a canceled execution leaves open what was in flight', async () => {
		const { send } = connect([{ kind: 'canceled' }]);
		expect(await send('once')).toMatchObject({ kind: 'uncertain' });
	});

	test('a canceled execution does not repeat a read', async () => {
		const { send, sent } = connect([{ kind: 'canceled' }]);
		expect((await send('safe')).kind).toBe('notSent');
		expect(sent).toHaveLength(1);
	});
});

test('the limit the user asks for is kept beside that of the service', async () => {
	const { send, sent } = connect([], { requestsPerMinute: 30 });
	for (let n = 0; n < 4; n += 1) await send('safe');
	expect(sent.map((time) => time - sent[0])).toStrictEqual([0, 2_000, 4_000, 6_000]);
});

test('a run that waits for the limit of its user can be canceled', async () => {
	const controller = new AbortController();
	const { send, sent, clock } = connect([], { signal: controller.signal, requestsPerMinute: 1 });
	await send('safe');
	const waiting = send('once');
	controller.abort();
	expect(await waiting).toMatchObject({ kind: 'notSent' });
	expect(sent).toHaveLength(1);
	expect(clock.monotonic() - sent[0]).toBeLessThan(2_000);
});

describe('slots taken ahead', () => {
	test('slots taken ahead let a reading and its write leave back to back, however low the limit', async () => {
		const { send, sent, reserve } = connect([], { requestsPerMinute: 6 });
		for (let n = 0; n < 3; n += 1) {
			const reservation = await reserve(2);
			await send('safe', { reservation });
			await send('idempotent', { reservation });
		}
		expect(sent.map((time) => time - sent[0])).toStrictEqual([
			0, 0, 20_000, 20_000, 40_000, 40_000,
		]);
	});

	test('slots taken ahead go back to both limits when they are not used', async () => {
		const { send, sent, reserve } = connect([], { requestsPerMinute: 6 });
		for (let n = 0; n < 3; n += 1) {
			const reservation = await reserve(2);
			await send('safe', { reservation });
			reservation.release();
		}
		expect(sent.map((time) => time - sent[0])).toStrictEqual([0, 10_000, 20_000]);
	});

	test('slots taken ahead are used once: what is sent beyond them takes a slot of its own', async () => {
		const { send, sent, reserve } = connect([], { requestsPerMinute: 6 });
		const reservation = await reserve(1);
		await send('safe', { reservation });
		await send('safe', { reservation });
		expect(sent[1] - sent[0]).toBe(10_000);
	});

	test('slots taken ahead do not lead past a pause', async () => {
		const { send, sent, reserve } = connect([status(429, { 'retry-after': '7' })]);
		const reservation = await reserve(3);
		await send('safe', { reservation });
		expect(sent[1] - sent[0]).toBe(7_000);
	});

	test('slots cannot be taken ahead for a canceled execution, nor where the service asks to wait for too long', async () => {
		const canceled = connect([], { signal: AbortSignal.abort() });
		expect(await canceled.connection.reserve(2)).toMatchObject({
			kind: 'failed',
			fault: { message: expect.stringContaining('canceled'), wholeRun: true },
		});
		const { send, connection } = connect([status(429, { 'retry-after': '601' })]);
		await send('safe');
		expect(await connection.reserve(2)).toMatchObject({
			kind: 'failed',
			fault: { message: expect.stringContaining('2026-03-02T08:10:01'), wholeRun: true },
		});
	});

	test('slots cannot be taken ahead from a service that is down', async () => {
		const { send, connection } = connect(Array.from({ length: 20 }, () => lost));
		for (let n = 0; n < 3; n += 1) await send('safe');
		expect(await connection.reserve(2)).toMatchObject({
			kind: 'failed',
			fault: { wholeRun: true },
		});
	});
});

describe('a write that has to leave by a time', () => {
	const stale = { kind: 'notSent', stale: true };

	test('a write whose slot comes too late is not sent', async () => {
		const { send, sent, clock } = connect([], { requestsPerMinute: 6 });
		await send('safe');
		expect(await send('once', { leaveBy: clock.monotonic() + 2_000 })).toMatchObject(stale);
		expect(await send('once', { leaveBy: clock.monotonic() + 10_000 })).toMatchObject({
			kind: 'accepted',
		});
		expect(sent.map((time) => time - sent[0])).toStrictEqual([0, 10_000]);
	});

	test.each([
		['a 429', status(429, { 'retry-after': '3' })],
		['a blocked token', status(403)],
		['an address that did not answer', notSent],
	])('a write is not sent again once %s has taken longer than it may', async (_, answer) => {
		const { send, sent, clock } = connect([status(429, { 'retry-after': '0' }), answer, answer]);
		const leaveBy = clock.monotonic() + 1_500;
		expect(await send('once', { leaveBy })).toMatchObject(stale);
		expect(sent.every((time) => time <= leaveBy)).toBe(true);
	});

	test('a write with a slot taken ahead is not sent either when a pause lasts longer than it may', async () => {
		const { send, sent, clock, connection, reserve } = connect([]);
		const reservation = await reserve(1);
		connection.noteRowLimited();
		const leaveBy = clock.monotonic() + 2_000;
		expect(await send('once', { leaveBy, reservation })).toMatchObject(stale);
		expect(sent).toHaveLength(0);
	});

	test('a write that a pause made late costs the limit of the user nothing', async () => {
		const { send, sent, clock, connection } = connect([], { requestsPerMinute: 6 });
		connection.noteRowLimited();
		expect(await send('once', { leaveBy: clock.monotonic() + 2_000 })).toMatchObject(stale);
		await send('safe');
		await send('safe');
		expect(sent[1] - sent[0]).toBe(10_000);
	});
});
