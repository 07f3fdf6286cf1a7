/** Deliveries that go wrong on demand. */
import { SITE_ID } from '../../sandbox/webflow/ids.mts';
import {
	act,
	answerWith,
	ask,
	clock,
	create,
	heard,
	idsHeard,
	isSigned,
	itemOf,
	later,
	listed,
	MINUTE,
	sandbox,
	sell,
	tell,
	TRIGGER,
	setSwitches,
} from './listener.mts';

describe('on demand', () => {
	test('the next deliveries come in another order on demand', async () => {
		await create();
		await act({ action: 'shuffle', next: 3 });
		await sell('A', 'B');
		expect(heard).toHaveLength(0);
		expect(tell('GET').body.held).toBe(2);
		clock.pass(MINUTE);
		await sell('C');
		await sell('D');
		expect(idsHeard()).toStrictEqual([2, 1, 0, 3].map(itemOf));
		const stamps = heard.map(({ headers }) => Number(headers['x-webflow-timestamp']));
		expect(stamps[0] - stamps[2]).toBe(MINUTE);
	});

	test('a delivery comes twice, the same to the byte', async () => {
		await create();
		await act({ action: 'duplicate', next: 1 });
		await sell('A');
		await sell('B');
		expect(idsHeard()).toStrictEqual([0, 0, 1].map(itemOf));
		expect(heard[1]).toStrictEqual(heard[0]);
		clock.pass(MINUTE);
		await act({ action: 'duplicate' });
		expect(heard[3]).toStrictEqual(heard[2]);
		const faults = sandbox.log.all().flatMap(({ fault }) => fault ?? []);
		expect(faults).toStrictEqual(['duplicate', 'duplicate']);
	});

	test.each([
		['asMade', [0, 1, 2]],
		['reversed', [2, 1, 0]],
	] as const)('deliveries are held and released, %s', async (order, items) => {
		await create();
		await act({ action: 'hold' });
		const made = clock.now();
		await sell('A', 'B', 'C');
		clock.pass(MINUTE);
		expect([heard.length, tell('GET').body.held]).toStrictEqual([0, 3]);
		await act({ action: 'release', order });
		expect(idsHeard()).toStrictEqual(items.map(itemOf));
		expect(heard[0].headers['x-webflow-timestamp']).toBe(String(made));
		await sell('D');
		expect(heard).toHaveLength(4);
	});

	test('a release sends what a shuffle still waits with', async () => {
		await create();
		await act({ action: 'shuffle', next: 5 });
		await sell('A');
		await act({ action: 'release' });
		await sell('B');
		expect(idsHeard()).toStrictEqual([itemOf(0), itemOf(1)]);
	});

	test.each([
		['forged', false, 0],
		['stale', true, -301_000],
		['future', true, 360_000],
		['unknownItem', true, 0],
		['otherTrigger', true, 0],
	] as const)('a delivery that is %s comes on demand', async (action, signed, offset) => {
		const { secretKey } = (await create()).body;
		await act({ action, sku: 'B', quantity: 0 });
		expect(heard).toHaveLength(1);
		const [{ headers, body, payload }] = heard;
		expect(isSigned(secretKey, heard[0])).toBe(signed);
		expect(headers['x-webflow-signature']).toMatch(/^[0-9a-f]{64}$/);
		expect(Number(headers['x-webflow-timestamp']) - clock.now()).toBe(offset);
		expect(payload).toStrictEqual({
			id: action === 'unknownItem' ? 'f'.repeat(24) : itemOf(1),
			quantity: 0,
			inventoryType: 'finite',
		});
		expect(JSON.parse(body).triggerType).toBe(
			action === 'otherTrigger' ? 'ecomm_new_order' : TRIGGER,
		);
		expect(sandbox.log.all().at(-1)).toMatchObject({ method: 'webhook', fault: action });
		expect(sandbox.webflow.stock()[1].quantity).toBe(50);
	});

	test('a delivery without a signature comes on demand', async () => {
		await create();
		await act({ action: 'unsigned', itemId: itemOf(2) });
		expect(heard[0].headers).toStrictEqual({ 'Content-Type': 'application/json' });
		expect(heard[0].payload).toMatchObject({ id: itemOf(2), quantity: 50 });
	});

	test('a delivery that is not Webflow’s is not sent again, and deactivates nothing', async () => {
		setSwitches({ webhookRetries: 0 });
		await create();
		answerWith(401);
		await act({ action: 'forged' });
		await later();
		expect(heard).toHaveLength(1);
		expect(tell('GET').body).toMatchObject({ webhooks: [{ state: 'active' }], failed: 0 });
	});

	test('a webhook vanishes without the client’s doing', async () => {
		const first = (await create()).body.id;
		const second = (await create({ url: 'http://shop.test/second' })).body.id;
		await act({ action: 'vanish', id: first });
		expect((await listed()).map(({ id }: { id: string }) => id)).toStrictEqual([second]);
		expect((await ask('GET', `/v2/webhooks/${first}`)).status).toBe(404);
		await act({ action: 'vanish' });
		await sell('A');
		expect([await listed(), heard]).toStrictEqual([[], []]);
	});

	test('the route takes one action or several, and answers with the state of things', async () => {
		const { id } = (await create()).body;
		expect(tell('POST', { action: 'hold' }).body).toStrictEqual({
			webhooks: [
				{
					id,
					siteId: SITE_ID,
					triggerType: TRIGGER,
					url: 'http://shop.test/hook',
					state: 'active',
				},
			],
			held: 0,
			failed: 0,
		});
	});

	test.each([
		[{ action: 'nonsense' }, 'is not one of'],
		[{}, 'is not one of'],
		[{ action: 'shuffle' }, '“next” must be'],
		[{ action: 'duplicate', next: 0 }, '“next” must be'],
		[{ action: 'duplicate' }, 'Nothing has been delivered'],
		[{ action: 'forged', sku: 'nope' }, 'no such item'],
		[{ action: 'vanish', id: 'nope' }, 'no such webhook'],
		[['hold'], 'Send a JSON object'],
		[7, 'Send a JSON object'],
	])('the action %j is refused in words', async (body, words) => {
		await create();
		const { status, body: answer } = tell('POST', body);
		expect(status).toBe(400);
		expect(answer.error).toContain(words);
	});

	test('a delivery is told to nobody where nobody listens', () => {
		expect(tell('POST', { action: 'stale' }).body.error).toBe('No webhook listens');
	});
});
