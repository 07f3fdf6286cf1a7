/** A guard that depends on a reading that is old looks again before the write. */
import { fault, go } from '../../../support/small-run.mts';

describe('a guard looks again before the write', () => {
	const listed = true;

	test('a guard looks again before the write when its reading came from a list', async () => {
		const { result, shop } = await go({
			rows: [{ sku: 'A', amount: -5, options: { belowZero: 'stopAtZero' } }],
			fromList: listed,
			prepare: (some) => {
				some.onRead = () => {
					if (some.reads.length === 2) some.items[0].quantity = 3;
				};
			},
		});
		expect(result).toMatchObject({
			status: 'updated',
			before: { quantity: 3 },
			after: { quantity: 0 },
		});
		expect(result.warnings).toStrictEqual(['Only 3 of 5 were taken: the level was 3.']);
		expect(shop.reads).toHaveLength(2);
	});

	test('a guard that looks again fails the row when the level moved, naming both', async () => {
		const { result, shop } = await go({
			operation: 'setQuantity',
			rows: [{ sku: 'A', amount: 7, options: { onlyIfQuantityIs: 50 } }],
			fromList: listed,
			prepare: (some) => {
				some.onRead = () => {
					if (some.reads.length === 2) some.items[0].quantity = 49;
				};
			},
		});
		expect(result).toMatchObject({ status: 'failed' });
		expect(result.message).toContain('The level is 49, not 50');
		expect(shop.writes).toHaveLength(0);
	});

	test('a guard does not look again when its reading is fresh and by ID', async () => {
		const { shop } = await go({
			rows: [{ sku: 'A', amount: -5, options: { belowZero: 'refuse' } }],
		});
		expect(shop.reads).toHaveLength(1);
	});

	test.each([
		[false, 'failed'],
		[true, 'notAttempted'],
	])(
		'a guard whose second look fails (for the whole run: %p) lets nothing be sent',
		async (wholeRun, status) => {
			const { result, shop } = await go({
				rows: [{ sku: 'A', amount: -5, options: { belowZero: 'refuse' } }],
				fromList: listed,
				prepare: (some) => {
					const read = some.read.bind(some);
					some.read = async (items, mode) =>
						some.reads.length === 0
							? await read(items, mode)
							: [{ kind: 'failed', fault: { ...fault, wholeRun } }];
				},
			});
			expect(result.status).toBe(status);
			expect(shop.writes).toHaveLength(0);
		},
	);
});
