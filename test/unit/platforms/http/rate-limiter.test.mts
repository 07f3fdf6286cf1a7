import fc from 'fast-check';
import {
	BURST,
	LONGEST_WAIT,
	RateLimiter,
	WINDOW_MS,
} from '../../../../platforms/http/rate-limiter.ts';
import { InstantClock } from '../../../support/clock.mts';

const START = new InstantClock().monotonic();

async function times(limiter: RateLimiter, clock: InstantClock, count: number): Promise<number[]> {
	const user = {};
	const taken: number[] = [];
	for (let n = 0; n < count; n += 1) {
		expect(await limiter.slot(user)).toStrictEqual({ kind: 'go' });
		taken.push(clock.monotonic());
	}
	return taken;
}

test('after a quiet window a burst leaves at once, and its slots are waited for', async () => {
	const clock = new InstantClock();
	const taken = await times(new RateLimiter(clock, 61), clock, 8);
	expect(taken.map((time) => time - START)).toStrictEqual([0, 0, 0, 0, 0, 5_000, 6_000, 7_000]);
});

test('the schedule is kept, whatever the requests themselves take', async () => {
	const clock = new InstantClock();
	const limiter = new RateLimiter(clock, 61);
	await times(limiter, clock, BURST);
	clock.pass(4_700);
	expect((await times(limiter, clock, 2)).map((time) => time - START)).toStrictEqual([
		5_000, 6_000,
	]);
});

test('no window ever holds more requests than the limit, at any instant, taken together or not', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.integer({ min: 2, max: 90 }),
			fc.integer({ min: 0, max: 1 }),
			fc.array(fc.tuple(fc.nat(90_000), fc.integer({ min: 1, max: 2 })), {
				minLength: 20,
				maxLength: 200,
			}),
			async (limit, spare, pauses) => {
				const clock = new InstantClock();
				const limiter = new RateLimiter(clock, limit, { burst: spare * BURST, spare });
				const taken: number[] = [];
				for (const [pause, count] of pauses) {
					expect(await limiter.slot({}, { count })).toStrictEqual({ kind: 'go' });
					for (let n = 0; n < count; n += 1) taken.push(clock.monotonic());
					clock.pass(pause % 5 === 0 ? pause : pause % 700);
				}
				for (const [n, from] of taken.entries()) {
					const inside = taken.slice(n).filter((time) => time < from + WINDOW_MS);
					expect(inside.length).toBeLessThanOrEqual(limit);
				}
			},
		),
		{ numRuns: 150 },
	);
});

test('a limit that is learned holds from then on', async () => {
	const clock = new InstantClock();
	const limiter = new RateLimiter(clock, 61);
	await times(limiter, clock, BURST);
	limiter.learn(121);
	expect((await times(limiter, clock, 2)).map((time) => time - START)).toStrictEqual([
		2_500, 3_000,
	]);
	limiter.learn(NaN);
	limiter.learn(0);
	limiter.learn(121);
	expect((await times(limiter, clock, 1)).map((time) => time - START)).toStrictEqual([3_500]);
});

test('a 429 stops everyone until the time it told', async () => {
	const clock = new InstantClock();
	const limiter = new RateLimiter(clock, 61);
	limiter.limited(START + 30_000);
	expect((await times(limiter, clock, 2)).map((time) => time - START)).toStrictEqual([
		30_000, 31_000,
	]);
	expect(limiter.limitedWithin(31_000)).toBe(true);
	expect(limiter.limitedWithin(30_000)).toBe(false);
});

test('a wait of more than ten minutes is not waited', async () => {
	const clock = new InstantClock();
	const limiter = new RateLimiter(clock, 61);
	const until = START + LONGEST_WAIT + 1;
	limiter.pause(until);
	expect(await limiter.slot({})).toStrictEqual({ kind: 'tooLong', until });
	expect(clock.sleeps).toStrictEqual([]);
});

test('a canceled run leaves the queue, in naps of at most a second', async () => {
	const clock = new InstantClock();
	const limiter = new RateLimiter(clock, 6);
	await times(limiter, clock, BURST);
	const abort = new AbortController();
	const sleep = clock.sleep.bind(clock);
	clock.sleep = async (ms) => {
		await sleep(ms);
		if (clock.sleeps.length === 3) abort.abort();
	};
	expect(await limiter.slot({}, { signal: abort.signal })).toStrictEqual({ kind: 'canceled' });
	expect(clock.sleeps).toStrictEqual([1_000, 1_000, 1_000]);
	expect(await limiter.slot({}, { signal: abort.signal })).toStrictEqual({ kind: 'canceled' });
});

test('slots are handed out in turn, so a long run does not keep a short one waiting', async () => {
	const clock = new InstantClock();
	const limiter = new RateLimiter(clock, 61);
	const order: string[] = [];
	const user = async (name: string, count: number, width: number): Promise<void> => {
		const self = {};
		const lane = async (): Promise<void> => {
			while (count > 0) {
				count -= 1;
				await limiter.slot(self);
				order.push(name);
			}
		};
		await Promise.all(Array.from({ length: width }, lane));
	};
	await Promise.all([user('long', 30, 4), user('short', 5, 1)]);
	const shortDone = order.lastIndexOf('short');
	expect(order).toHaveLength(35);
	expect(shortDone).toBeLessThan(16);
});

test('a timer that rings late costs nothing, and no window holds more than the limit', async () => {
	const clock = new InstantClock();
	const limiter = new RateLimiter(clock, 61);
	await times(limiter, clock, BURST);
	const taken: number[] = [];
	for (let n = 0; n < 200; n += 1) {
		clock.pass(n % 2 === 0 ? 1_200 : 0);
		taken.push(...(await times(limiter, clock, 1)));
	}
	expect((taken[199] - taken[0]) / 199).toBeLessThan(1_010);
	for (const from of taken) {
		const inside = taken.filter((time) => time >= from && time < from + WINDOW_MS);
		expect(inside.length).toBeLessThanOrEqual(61);
	}
});

test('after one 429 the rate stays; after several it slows down until others fit beside it, and recovers', async () => {
	const clock = new InstantClock();
	const limiter = new RateLimiter(clock, 61);
	const spacing = async (): Promise<number> => {
		const [first, second] = await times(limiter, clock, 2);
		return second - first;
	};
	limiter.limited(clock.monotonic() + 1_000);
	expect(await spacing()).toBe(1_000);
	limiter.limited(clock.monotonic() + 1_000);
	// Refused together with it, so not a further sign.
	limiter.limited(clock.monotonic() + 900);
	expect(await spacing()).toBe(1_500);
	limiter.limited(clock.monotonic() + 1_000);
	expect(await spacing()).toBe(2_250);
	await times(limiter, clock, 1_000);
	expect(await spacing()).toBe(1_000);
});

test('a limit the user asked for has no burst and no spare slot: it is kept exactly', async () => {
	const clock = new InstantClock();
	const taken = await times(new RateLimiter(clock, 6, { burst: 0, spare: 0 }), clock, 3);
	expect(taken.map((time) => time - START)).toStrictEqual([0, 10_000, 20_000]);
});

describe('slots taken together', () => {
	test('slots taken together come at one instant, and cost as much as one after the other', async () => {
		const clock = new InstantClock();
		const limiter = new RateLimiter(clock, 6, { burst: 0, spare: 0 });
		const pairs: number[] = [];
		for (let n = 0; n < 4; n += 1) {
			await limiter.slot({}, { count: 2 });
			pairs.push(clock.monotonic() - START);
		}
		expect(pairs).toStrictEqual([0, 30_000, 60_000, 90_000].map((time) => (time / 3) * 2));
	});

	test('runs that take pairs of slots under a narrow limit do not block each other', async () => {
		const clock = new InstantClock();
		const limiter = new RateLimiter(clock, 1, { burst: 0, spare: 0 });
		const pair = async () => await limiter.slot({}, { count: 2 });
		await expect(Promise.all([pair(), pair(), pair()])).resolves.toHaveLength(3);
		expect(clock.monotonic() - START).toBe(240_000);
	});

	test('slots that were not used go to others', async () => {
		const clock = new InstantClock();
		const limiter = new RateLimiter(clock, 6, { burst: 0, spare: 0 });
		const ticket = {};
		await limiter.slot({}, { count: 2, ticket });
		limiter.returnSlots(1, ticket);
		expect((await times(limiter, clock, 1)).map((time) => time - START)).toStrictEqual([10_000]);
	});

	test.each([
		['others', {}],
		['the same run', null],
	])(
		'slots that were not used make no room for those that %s has taken since',
		async (_, other) => {
			const clock = new InstantClock();
			const limiter = new RateLimiter(clock, 4, { burst: 4, spare: 0 });
			const user = {};
			const ticket = {};
			const taken: number[] = [];
			const take = async (): Promise<void> => {
				await limiter.slot(other ?? user);
				taken.push(clock.monotonic() - START);
			};
			await limiter.slot(user, { count: 2, ticket });
			clock.pass(5_000);
			for (let n = 0; n < 2; n += 1) await take();
			limiter.returnSlots(2, ticket);
			for (let n = 0; n < 4; n += 1) await take();
			const inOneMinute = taken.map((from) =>
				taken.filter((at) => at >= from && at < from + 60_000),
			);
			expect(Math.max(...inOneMinute.map(({ length }) => length))).toBeLessThanOrEqual(4);
		},
	);
});

test('a slot that does not come in time is not waited for', async () => {
	const clock = new InstantClock();
	const limiter = new RateLimiter(clock, 6, { burst: 0, spare: 0 });
	await times(limiter, clock, 1);
	const wanted = { leaveBy: START + 9_999 };
	expect(await limiter.slot({}, wanted)).toStrictEqual({ kind: 'late' });
	expect(clock.monotonic()).toBe(START);
	limiter.pause(START + 20_000);
	expect(await limiter.pauseOver(wanted)).toStrictEqual({ kind: 'late' });
	expect((await times(limiter, clock, 1)).map((time) => time - START)).toStrictEqual([20_000]);
});
