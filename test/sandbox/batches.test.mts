/** Ecwid's batches, and what can go wrong inside one. */
import { ask, clock, control, level, moves, running, to } from './connection.mts';

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
	])('the items after one that is repeated wait, unless they run at once (%j)', async (mode, n) => {
		await control('faults', { method: 'PUT', apply: false, then: { status: 502 } });
		const ticket = await post([takeTwo('a'), takeTwo('b')], `?stopOnFirstFailure=false${mode}`);
		clock.pass(2_999);
		expect((await look(ticket)).completedRequests).toBe(n);
		clock.pass(21);
		expect((await look(ticket)).responses).toMatchObject([
			{ id: 'a', status: 'COMPLETED' },
			{ id: 'b', status: 'COMPLETED' },
		]);
	});

	test('an item that is refused is not repeated', async () => {
		await control('faults', { method: 'PUT', times: 6, apply: false, then: { status: 409 } });
		const ticket = await post([takeTwo('a')], '?stopOnFirstFailure=false');
		expect((await look(ticket)).responses).toMatchObject([{ httpStatusCode: 409 }]);
		expect(running.sandbox.faults.waiting).toBe(1);
		expect(running.sandbox.log.all().filter(({ method }) => method === 'PUT')).toHaveLength(1);
	});

	test('a batch whose answer is lost is known again by its key', async () => {
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

	test('batches wait for those of other apps, and take their time for each item', async () => {
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

	test('batches run one after the other, first come, first served', async () => {
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

	test('a batch can be deleted while it waits, not afterwards', async () => {
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
	])('a batch that runs shows what is done: %j', async (switches, ids) => {
		await control('switches', { ecwid: switches });
		const ticket = await post([takeTwo('a'), takeTwo('b')]);
		const { status, responses } = await look(ticket);
		expect(status).toBe('IN_PROGRESS');
		expect(responses?.map(({ id }: { id: string }) => id)).toStrictEqual(ids);
	});

	test.each([
		['asSent', ['a', 'b']],
		['reversed', ['b', 'a']],
	])('the answers of a batch come in the order %s', async (batchOrder, ids) => {
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
	])('the items of a batch count towards the limit: %s', async (batchCounts, httpStatusCode) => {
		await control('switches', { ecwid: { batchCounts } });
		const ticket = await post([takeTwo('a')]);
		await control('limits', { ecwid: { requests: 1 } });
		running.sandbox.ecwid.meter.count('secret_sandbox');
		running.sandbox.ecwid.stock();
		running.sandbox.ecwid.meter.reset();
		expect((await look(ticket)).responses).toMatchObject([{ httpStatusCode }]);
	});

	test('the answers of a batch come as escaped text where a switch says so', async () => {
		const ticket = await post([takeTwo('a')]);
		const { responses } = await look(ticket, '&escapedJson=true');
		expect(responses[0].escapedHttpBody).toBe('{"updateCount":1}');
		expect((await look(ticket)).responses[0].httpBody).toStrictEqual({ updateCount: 1 });
		await control('switches', { ecwid: { batchBodies: 'whenEscaped' } });
		expect((await look(ticket)).responses[0]).not.toHaveProperty('httpBody');
	});
});
