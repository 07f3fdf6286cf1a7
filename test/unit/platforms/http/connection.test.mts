import { RateLimiter } from '../../../../platforms/http/rate-limiter.ts';
import {
	Connection,
	parseReset,
	parseRetryAfter,
	type HttpAnswer,
	type ClientPolicy,
} from '../../../../platforms/http/connection.ts';
import type { Reservation, WriteOptions } from '../../../../inventory/model/platform.ts';
import { InstantClock } from '../../../support/clock.mts';

const MANNERS: ClientPolicy = {
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

function connect(
	answers: HttpAnswer[],
	signal?: AbortSignal,
	manners: Partial<ClientPolicy> = {},
	requestsPerMinute?: number,
	latency = 0,
) {
	const clock = new InstantClock();
	const sent: number[] = [];
	const connection = new Connection(
		async () => {
			sent.push(clock.now());
			const answer = answers.shift() ?? ok;
			if (latency > 0) await clock.sleep(latency);
			return answer;
		},
		new RateLimiter(clock, 6_000),
		clock,
		{ ...MANNERS, ...manners },
		signal,
		requestsPerMinute === undefined
			? undefined
			: new RateLimiter(clock, requestsPerMinute, { burst: 0, spare: 0 }),
	);
	const understand = (body: unknown) =>
		(body as { fine?: boolean })?.fine ? { value: 'fine' } : null;
	const send = (intent: 'read' | 'set' | 'delta', options?: WriteOptions) =>
		connection.send(
			intent,
			{ method: intent === 'read' ? 'GET' : 'PUT', path: '/x' },
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
	expect(await connect([]).send('delta')).toStrictEqual({ kind: 'accepted', value: 'fine' });
});

test('a read is repeated with back-off, then given up', async () => {
	const { send, clock } = connect([lost, status(503), page]);
	expect((await send('read')).kind).toBe('accepted');
	expect(clock.sleeps.filter((ms) => ms === 1_000)).toHaveLength(7);
	const dead = connect([lost, lost, lost, lost]);
	expect(await dead.send('read')).toMatchObject({ kind: 'refused' });
	expect(dead.sent).toHaveLength(4);
});

test.each(['set', 'delta'] as const)(
	'a %s that may have been taken is not repeated here',
	async (intent) => {
		for (const answer of [lost, status(502), status(408), status(302), page]) {
			const { send, sent } = connect([answer]);
			expect((await send(intent)).kind).toBe('uncertain');
			expect(sent).toHaveLength(1);
		}
	},
);

test('a write that was never sent is tried again, and a dead address stops the run', async () => {
	const once = connect([notSent]);
	expect((await once.send('delta')).kind).toBe('accepted');
	const dead = connect([notSent, notSent, notSent, notSent]);
	expect(await dead.send('delta')).toMatchObject({ kind: 'refused', fault: { wholeRun: true } });
});

test('a refusal is final and in the words of the service', async () => {
	expect(await connect([status(422)]).send('delta')).toMatchObject({
		kind: 'refused',
		fault: { message: 'Refused with 422.', httpStatus: 422 },
	});
});

test('an answer that makes no sense is shown, so that a person recognizes the page', async () => {
	expect(await connect([page]).send('set')).toMatchObject({
		fault: { message: expect.stringContaining('“Log in Please log in”') },
	});
	expect(await connect([{ ...ok, text: '' }]).send('set')).toMatchObject({
		fault: { message: expect.stringContaining('(it was empty)') },
	});
});

describe('a limit', () => {
	test.each([
		[{ 'retry-after': '7' }, 7_000],
		[{ 'retry-after': new Date(Date.parse('2026-03-02T08:00:00Z') + 9_000).toUTCString() }, 9_000],
		[{ 'x-reset': '5' }, 5_000],
		[{}, 30_000],
	])('%j is waited for', async (headers, wait) => {
		const { send, sent } = connect([status(429, headers)]);
		expect((await send('delta')).kind).toBe('accepted');
		expect(sent[1] - sent[0]).toBe(wait);
	});

	test.each([-3_600_000, -30_000, 30_000, 3_600_000])(
		'told as a time is waited for by the clock of the service, %d ms from ours',
		async (off) => {
			const theirs = Date.parse('2026-03-02T08:00:00Z') + off;
			const date = new Date(theirs).toUTCString();
			const told: Array<Record<string, string>> = [
				{ 'retry-after': new Date(theirs + 9_000).toUTCString() },
				{ 'x-reset': String(theirs / 1_000 + 9) },
			];
			for (const headers of told) {
				const { send, sent } = connect([status(429, { date, ...headers })]);
				expect((await send('delta')).kind).toBe('accepted');
				expect(sent[1] - sent[0]).toBe(9_000);
			}
		},
	);

	test('Retry-After on a success is not obeyed', async () => {
		const { send, sent } = connect([{ ...ok, headers: { 'retry-after': '60' } }, ok]);
		await send('read');
		await send('read');
		expect(sent[1] - sent[0]).toBe(0);
	});

	test('is learned from the headers of every answer', async () => {
		const { send, sent } = connect(
			Array.from({ length: 7 }, () => ({ ...ok, headers: { 'x-limit': '61' } })),
		);
		for (let n = 0; n < 7; n += 1) await send('read');
		expect(sent[6] - sent[5]).toBe(1_000);
	});

	test('of more than ten minutes ends the run, naming the time', async () => {
		const { send, sent } = connect([status(429, { 'retry-after': '601' })]);
		expect(await send('delta')).toMatchObject({
			kind: 'notSent',
			fault: { message: expect.stringContaining('2026-03-02T08:10:01'), wholeRun: true },
		});
		expect(sent).toHaveLength(1);
	});

	test('that never ends is given up', async () => {
		const { send, sent } = connect(
			Array.from({ length: 20 }, () => status(429, { 'retry-after': '1' })),
		);
		expect((await send('delta')).kind).toBe('notSent');
		expect(sent).toHaveLength(10);
	});
});

describe('a 403', () => {
	test('after a 429 is waited out once, then final', async () => {
		const { send, sent } = connect([status(429, { 'retry-after': '1' }), status(403), status(403)]);
		expect(await send('delta')).toMatchObject({ kind: 'refused', fault: { httpStatus: 403 } });
		expect(sent[2] - sent[1]).toBe(300_000);
		expect((await send('delta')).kind).toBe('accepted');
	});

	test('that several requests meet at once is waited out by all of them', async () => {
		const limit = status(429, { 'retry-after': '1' });
		const answers = [limit, ok, status(403), status(403), status(403)];
		const { send, sent } = connect(answers, undefined, {}, undefined, 400);
		await send('read');
		const together = await Promise.all([send('read'), send('read'), send('read')]);
		expect(together.map(({ kind }) => kind)).toStrictEqual(Array(3).fill('accepted'));
		expect(sent).toHaveLength(8);
	});

	test('that says what it means is final', async () => {
		const noScope = { ...status(403), text: '"no scope"' };
		const { send, sent } = connect([status(429, { 'retry-after': '1' }), noScope]);
		expect(await send('delta')).toMatchObject({ fault: { message: 'Refused with 403.' } });
		expect(sent).toHaveLength(2);
	});

	test('on its own is final', async () => {
		const { send, sent } = connect([status(403)]);
		expect((await send('delta')).kind).toBe('refused');
		expect(sent).toHaveLength(1);
	});

	test('is final where a service does not block tokens', async () => {
		const { send } = connect([status(429, { 'retry-after': '1' }), status(403)], undefined, {
			block: undefined,
		});
		expect((await send('delta')).kind).toBe('refused');
	});
});

test('a service that is down for several requests in a row is not asked again', async () => {
	const { send, sent } = connect(Array.from({ length: 20 }, () => lost));
	for (let n = 0; n < 3; n += 1) await send('read');
	expect(sent).toHaveLength(12);
	expect(await send('delta')).toMatchObject({ kind: 'notSent', fault: { wholeRun: true } });
	expect(sent).toHaveLength(12);
});

describe('a canceled execution', () => {
	test('sends nothing more', async () => {
		const { send, sent } = connect([], AbortSignal.abort());
		expect((await send('delta')).kind).toBe('notSent');
		expect(sent).toHaveLength(0);
	});

	test('leaves open what was in flight', async () => {
		const { send } = connect([{ kind: 'canceled' }]);
		expect(await send('delta')).toMatchObject({ kind: 'uncertain' });
	});

	test('does not repeat a read', async () => {
		const { send, sent } = connect([{ kind: 'canceled' }]);
		expect((await send('read')).kind).toBe('notSent');
		expect(sent).toHaveLength(1);
	});
});

test('Retry-After in seconds, as a date, or not at all', () => {
	const now = Date.parse('2026-03-02T08:00:00Z');
	expect(parseRetryAfter(undefined, now)).toBeNull();
	expect(parseRetryAfter(' 60 ', now)).toBe(60_000);
	expect(parseRetryAfter('Mon, 02 Mar 2026 08:00:30 GMT', now)).toBe(30_000);
	expect(parseRetryAfter('Mon, 02 Mar 2026 07:00:00 GMT', now)).toBe(0);
	expect(parseRetryAfter('soon', now)).toBeNull();
});

test('a reset in any of three units', () => {
	const now = Date.parse('2026-03-02T08:00:00Z');
	expect(parseReset('45', now)).toBe(45_000);
	expect(parseReset(String(now / 1_000 + 45), now)).toBe(45_000);
	expect(parseReset(String(now + 45_000), now)).toBe(45_000);
	expect(parseReset(String(now - 45_000), now)).toBe(0);
	expect(parseReset('later', now)).toBeNull();
	expect(parseReset(undefined, now)).toBeNull();
});

test('a pace the user asks for is kept beside that of the service', async () => {
	const { send, sent } = connect([], undefined, {}, 30);
	for (let n = 0; n < 4; n += 1) await send('read');
	expect(sent.map((time) => time - sent[0])).toStrictEqual([0, 2_000, 4_000, 6_000]);
});

test('a run that waits for its own pace can be canceled', async () => {
	const controller = new AbortController();
	const { send, sent, clock } = connect([], controller.signal, {}, 1);
	await send('read');
	const waiting = send('delta');
	controller.abort();
	expect(await waiting).toMatchObject({ kind: 'notSent' });
	expect(sent).toHaveLength(1);
	expect(clock.now() - sent[0]).toBeLessThan(2_000);
});

describe('slots taken ahead', () => {
	test('let a reading and its write leave back to back, however slow the pace', async () => {
		const { send, sent, reserve } = connect([], undefined, {}, 6);
		for (let n = 0; n < 3; n += 1) {
			const reservation = await reserve(2);
			await send('read', { reservation });
			await send('set', { reservation });
		}
		expect(sent.map((time) => time - sent[0])).toStrictEqual([
			0, 0, 20_000, 20_000, 40_000, 40_000,
		]);
	});

	test('go back to both limits when they are not used', async () => {
		const { send, sent, reserve } = connect([], undefined, {}, 6);
		for (let n = 0; n < 3; n += 1) {
			const reservation = await reserve(2);
			await send('read', { reservation });
			reservation.release();
		}
		expect(sent.map((time) => time - sent[0])).toStrictEqual([0, 10_000, 20_000]);
	});

	test('are used once: what is sent beyond them takes a slot of its own', async () => {
		const { send, sent, reserve } = connect([], undefined, {}, 6);
		const reservation = await reserve(1);
		await send('read', { reservation });
		await send('read', { reservation });
		expect(sent[1] - sent[0]).toBe(10_000);
	});

	test('do not lead past a pause', async () => {
		const { send, sent, reserve } = connect([status(429, { 'retry-after': '7' })]);
		const reservation = await reserve(3);
		await send('read', { reservation });
		expect(sent[1] - sent[0]).toBe(7_000);
	});

	test('cannot be had for a canceled execution, nor where the service asks to wait for too long', async () => {
		const canceled = connect([], AbortSignal.abort());
		expect(await canceled.connection.reserve(2)).toMatchObject({
			kind: 'failed',
			fault: { message: expect.stringContaining('canceled'), wholeRun: true },
		});
		const { send, connection } = connect([status(429, { 'retry-after': '601' })]);
		await send('read');
		expect(await connection.reserve(2)).toMatchObject({
			kind: 'failed',
			fault: { message: expect.stringContaining('2026-03-02T08:10:01'), wholeRun: true },
		});
	});

	test('cannot be had from a service that is down', async () => {
		const { send, connection } = connect(Array.from({ length: 20 }, () => lost));
		for (let n = 0; n < 3; n += 1) await send('read');
		expect(await connection.reserve(2)).toMatchObject({
			kind: 'failed',
			fault: { wholeRun: true },
		});
	});
});

describe('a write that has to leave by a time', () => {
	const stale = { kind: 'notSent', stale: true };

	test('is not sent when its slot comes later', async () => {
		const { send, sent, clock } = connect([], undefined, {}, 6);
		await send('read');
		expect(await send('delta', { leaveBy: clock.monotonic() + 2_000 })).toMatchObject(stale);
		expect(await send('delta', { leaveBy: clock.monotonic() + 10_000 })).toMatchObject({
			kind: 'accepted',
		});
		expect(sent.map((time) => time - sent[0])).toStrictEqual([0, 10_000]);
	});

	test.each([
		['a 429', status(429, { 'retry-after': '3' })],
		['a blocked token', status(403)],
		['an address that did not answer', notSent],
	])('is not sent again once %s has taken longer', async (_, answer) => {
		const { send, sent, clock } = connect([status(429, { 'retry-after': '0' }), answer, answer]);
		const leaveBy = clock.monotonic() + 1_500;
		expect(await send('delta', { leaveBy })).toMatchObject(stale);
		expect(sent.every((time) => time <= leaveBy)).toBe(true);
	});

	test('is not sent with a slot taken ahead either, when a pause that others met lasts longer', async () => {
		const { send, sent, clock, connection, reserve } = connect([]);
		const reservation = await reserve(1);
		connection.limited();
		const leaveBy = clock.monotonic() + 2_000;
		expect(await send('delta', { leaveBy, reservation })).toMatchObject(stale);
		expect(sent).toHaveLength(0);
	});

	test('costs the pace the user asked for nothing when a pause made it late', async () => {
		const { send, sent, clock, connection } = connect([], undefined, {}, 6);
		connection.limited();
		expect(await send('delta', { leaveBy: clock.monotonic() + 2_000 })).toMatchObject(stale);
		await send('read');
		await send('read');
		expect(sent[1] - sent[0]).toBe(10_000);
	});
});
