import {
	decide,
	type Decision,
	type RequestOutcome,
	type Repeatability,
} from '../../../../platforms/http/retry-policy.ts';

const answered = (
	status: number,
	some: Partial<Extract<RequestOutcome, { phase: 'answered' }>> = {},
): RequestOutcome => ({
	phase: 'answered',
	status,
	understood: false,
	...some,
});

const accept: Decision = { next: 'accept' };
const refuse: Decision = { next: 'refuse' };
const backOff: Decision = { next: 'again', wait: 'backOff' };
const asRequested: Decision = { next: 'again', wait: 'asRequested' };
const block: Decision = { next: 'again', wait: 'block' };
const readBack = (
	looks: 'once' | 'thrice',
	otherwise: 'again' | 'failed' | 'unknown',
	shown: 'applied' | 'unknown' = 'applied',
): Decision => ({
	next: 'readBack',
	readBack: { reads: looks, whenShown: shown, whenNotShown: otherwise },
});

const refusedAndTaken: Decision = {
	next: 'readBack',
	readBack: { reads: 'once', whenShown: 'applied', whenNotShown: 'failed', onlyIfUnmoved: true },
};

/** The table "When may a write be sent again", row by row: what happened, and what follows for a read (safe), a set (idempotent), a delta (once). */
const TABLE: Array<
	[what: string, RequestOutcome[], read: Decision, set: Decision, delta: Decision]
> = [
	['no connection was made', [{ phase: 'notSent' }], backOff, backOff, backOff],
	['429', [answered(429)], asRequested, asRequested, asRequested],
	[
		'Ecwid 403 shortly after a 429',
		[answered(403, { sign: 'blockedAfterLimit' })],
		block,
		block,
		block,
	],
	[
		'refused',
		[400, 401, 402, 403, 404, 405, 409, 410, 413, 415, 418, 422, 451].map((status) =>
			answered(status),
		),
		refuse,
		refuse,
		refuse,
	],
	[
		'RootFi 400 that says nothing certain',
		[answered(400, { sign: 'unsure' })],
		refuse,
		refusedAndTaken,
		readBack('thrice', 'unknown'),
	],
	[
		'408 and any 5xx',
		[408, 500, 501, 502, 503, 504, 520, 599].map((status) => answered(status)),
		backOff,
		readBack('once', 'again'),
		readBack('thrice', 'unknown'),
	],
	['1xx', [answered(103)], backOff, readBack('once', 'again'), readBack('thrice', 'unknown')],
	[
		'a redirect',
		[301, 302, 307, 308].map((status) => answered(status)),
		refuse,
		readBack('once', 'again'),
		readBack('thrice', 'unknown'),
	],
	[
		'a broken connection',
		[{ phase: 'lost' }],
		backOff,
		readBack('once', 'again'),
		readBack('thrice', 'unknown'),
	],
	[
		'a success that makes no sense',
		[answered(200), answered(204)],
		backOff,
		readBack('once', 'again'),
		readBack('thrice', 'unknown'),
	],
	[
		'a success',
		[answered(200, { understood: true }), answered(201, { understood: true })],
		accept,
		accept,
		accept,
	],
	[
		'Ecwid updateCount 0',
		[answered(200, { sign: 'notUpdated' })],
		backOff,
		readBack('once', 'failed'),
		readBack('once', 'failed', 'unknown'),
	],
	[
		'RootFi sync_id without a row',
		[answered(200, { sign: 'acceptedOnly' })],
		backOff,
		readBack('once', 'unknown'),
		readBack('once', 'unknown'),
	],
];

describe.each(TABLE)('%s', (_, happened, read, set, delta) => {
	test.each([
		['safe', read],
		['idempotent', set],
		['once', delta],
	] as Array<[Repeatability, Decision]>)(
		'repeatability %s is decided as the table says',
		(repeatability, decision) => {
			for (const one of happened) expect(decide(repeatability, one)).toStrictEqual(decision);
		},
	);
});

describe('a write by whose key the service knows it again', () => {
	test.each(TABLE.filter(([what]) => what !== 'a redirect'))(
		'a write by whose key the service knows it again is repeated as a read is: %s',
		(_, happened, read) => {
			for (const one of happened) expect(decide('deduplicated', one)).toStrictEqual(read);
		},
	);

	test('a redirect leaves open whether a write was taken, and it is sent again', () => {
		expect(decide('deduplicated', answered(307))).toStrictEqual(backOff);
	});
});

test('a refusal does not say that a set was not taken which the service repeats by itself', () => {
	const repeated = (status: number) => decide('idempotent', answered(status, { sign: 'repeated' }));
	for (const status of [400, 401, 402, 404, 409, 422]) {
		expect(repeated(status)).toStrictEqual(refusedAndTaken);
	}
	expect(repeated(429)).toStrictEqual({ next: 'again', wait: 'asRequested' });
	for (const status of [408, 500, 503]) {
		expect(repeated(status)).toStrictEqual(decide('idempotent', answered(status)));
	}
});

test('no status but a refusal at the gate lets a delta be sent again', () => {
	for (let status = 100; status < 600; status += 1) {
		for (const understood of [true, false]) {
			const decision = decide('once', answered(status, { understood }));
			expect(decision.next === 'again').toBe(status === 429);
		}
	}
});
