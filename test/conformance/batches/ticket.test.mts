/** Watching a batch by its ticket, until it is done, deleted or out of sight. */
import type { CatalogueProduct } from '../../../sandbox/catalogue.mts';
import type { EcwidSwitches } from '../../../sandbox/ecwid/switches.mts';
import type { Fault } from '../../../sandbox/faults.mts';
import {
	adjust,
	BLIND,
	BOTH,
	expectOpen,
	expectReleased,
	HOUR,
	linesOf,
	many,
	methods,
	MINUTE,
	movesOf,
	open,
	POLL,
	POST,
	refused,
	uniform,
	warningsOf,
} from './setup.mts';

describe('a ticket', () => {
	test.each<[string, Partial<EcwidSwitches>, Fault[]]>([
		['while the queue is slow', { batchQueueMs: 9 * MINUTE }, []],
		['as long as it makes progress', { batchItemMs: 3 * MINUTE }, []],
		['through looks that break', {}, [{ ...POLL, then: 'reset', times: 3 }]],
	])('a ticket is waited for %s', async (_, switches, faults) => {
		const shop = open(faults, switches, many(6));
		const report = await adjust(shop, linesOf(many(6)));
		expect(uniform(report)).toStrictEqual(['updated']);
		expect(warningsOf(report).flat()).toStrictEqual([]);
		expect(methods(shop)).toStrictEqual(['POST']);
	});

	test('a ticket is deleted after ten minutes without progress; a later run applies its rows', async () => {
		const shop = open([], { batchQueueMs: 20 * MINUTE });
		const start = shop.clock.now();
		const report = await adjust(shop, BOTH);
		expect(uniform(report)).toStrictEqual(['notAttempted']);
		expect(report.abort?.kind).toBe('run');
		expect(shop.clock.now() - start).toBeGreaterThan(10 * MINUTE);
		shop.sandbox.ecwid.switches.batchQueueMs = 0;
		await expectReleased(shop, BOTH, 10 * MINUTE);
	});

	const stuck = { batchQueueMs: HOUR };
	const DELETE: Fault = { method: 'DELETE', apply: false };
	const unreadable = { status: 'COMPLETED', responses: [{ id: 7 }] };
	test.each<[string, Partial<EcwidSwitches>, Fault[]]>([
		['deleted too late', stuck, [{ ...DELETE, then: { status: 200, body: { deleteCount: 0 } } }]],
		['not to be deleted', stuck, [{ ...DELETE, ...refused(403) }]],
		['deleted or not', stuck, [{ ...DELETE, then: 'reset' }]],
		['stuck in the middle', { batchItemMs: HOUR }, []],
		['gone', {}, [{ ...POLL, ...refused(404) }]],
		['kept from us', {}, [{ ...POLL, ...refused(403) }]],
		['out of reach', {}, [{ ...POLL, ...refused(500), times: 4 }]],
		['unreadable', {}, [{ ...POLL, times: 4, then: { status: 200, body: unreadable } }]],
	])('a ticket that is %s leaves its rows unknown and open', async (_, switches, faults) => {
		const shop = open(faults, switches);
		expect(uniform(await adjust(shop, BOTH, BLIND))).toStrictEqual(['unknown']);
		await expectOpen(shop, BOTH, movesOf(BOTH));
	});

	test('a ticket that is gone before it began keeps its rows waiting together, not one after the other', async () => {
		const variations = many(20).map(({ sku }, n) => ({
			sku,
			options: { Size: `${n}` },
			quantity: 5,
		}));
		const poster: CatalogueProduct = { name: 'Poster', sku: 'POSTER', quantity: 5, variations };
		const shop = open([{ ...POLL, ...refused(404) }], { batchQueueMs: HOUR }, [poster]);
		const start = shop.clock.now();
		const { results } = await adjust(shop, linesOf(many(20)));
		expect(new Set(results.map(({ message }) => message?.includes('level shows 5')))).toStrictEqual(
			new Set([true]),
		);
		expect(shop.clock.now() - start).toBeLessThan(20_000);
	});

	test('a ticket that is gone, as everything else is, leaves its rows unknown and open', async () => {
		// An address that leads elsewhere all of a sudden, once the batch was taken.
		const shop = open([
			{ ...POST, then: { status: 502 } },
			{ ...POLL, ...refused(404) },
		]);
		shop.sandbox.faults.add([{ path: '/products/\\d+$', skip: 1, times: 9, ...refused(404) }]);
		expect(uniform(await adjust(shop, BOTH))).toStrictEqual(['unknown']);
		await expectOpen(shop, BOTH, movesOf(BOTH));
	});
});
