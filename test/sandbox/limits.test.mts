/** How the sandbox counts requests, and what a batch in parallel mode takes. */
import { Meter } from '../../sandbox/limits.mts';
import { InstantClock } from '../support/clock.mts';
import { openShop } from '../support/shops.mts';

const WINDOW = 60_000;

function count(kind: 'fixed' | 'sliding', times: number[]): boolean[] {
	const clock = new InstantClock(0);
	const meter = new Meter(clock, { requests: 3, windowMs: WINDOW, kind });
	let now = 0;
	return times.map((time) => {
		clock.pass(time - now);
		now = time;
		return meter.count('token').allowed;
	});
}

test('a fixed window begins with its first request, and is full until it ends', () => {
	const times = [0, 50_000, 50_000, 50_000, 60_000, 60_001, 60_002, 60_003];
	expect(count('fixed', times)).toStrictEqual([true, true, true, false, true, true, true, false]);
});

test('a sliding window looks a minute back, whenever it is', () => {
	const times = [0, 50_000, 50_000, 50_000, 60_000, 60_001, 110_000];
	expect(count('sliding', times)).toStrictEqual([true, true, true, false, true, false, true]);
});

test('a sliding window says when there is room again', () => {
	const clock = new InstantClock(0);
	const meter = new Meter(clock, { requests: 1, windowMs: WINDOW, kind: 'sliding' });
	meter.count('token');
	clock.pass(20_000);
	expect(meter.count('token')).toMatchObject({ allowed: false, remaining: 0, resetAt: WINDOW });
	expect(meter.count('another')).toMatchObject({ allowed: true });
});

test.each([
	['one after the other', '', 250 * 20],
	['a hundred at once', '&allowParallelMode=true', 3 * 20],
])('the requests of a batch run %s', async (_, mode, ms) => {
	const { sandbox, clock, connection } = openShop('ecwid');
	const [{ itemId }] = sandbox.ecwid.stock();
	const path = `/products/${itemId}`;
	const body = Array.from({ length: 250 }, (__, n) => ({
		id: String(n),
		path,
		method: 'PUT',
		body: { quantity: n },
	}));
	const query = Object.fromEntries(new URLSearchParams(`stopOnFirstFailure=false${mode}`));
	const created = await connection.send(
		'idempotent',
		{ method: 'POST', path: '/batch', query, body },
		(one) => ({
			value: (one as { ticket: string }).ticket,
		}),
	);
	const { value: ticket } = created as { value: string };
	const status = async () => {
		const answer = await connection.send(
			'safe',
			{ method: 'GET', path: '/batch', query: { ticket } },
			(one) => ({ value: (one as { status: string }).status }),
		);
		return (answer as { value: string }).value;
	};
	clock.pass(ms - 21);
	expect(await status()).toBe('IN_PROGRESS');
	clock.pass(21);
	expect(await status()).toBe('COMPLETED');
});
