/** The rounds of a loop are one run to the mass-zero limit. */
import { CONTINUE, parameters, runNode, useSandbox } from './setup.mts';
import { NODES } from '../support/services.mts';

const SKUS = Array.from({ length: 40 }, (_, n) => `S${n}`);

const running = useSandbox((sandbox) => {
	sandbox.seed({ products: SKUS.map((sku) => ({ name: sku, sku, quantity: 10 })) });
	sandbox.ecwid.switches.batchItemMs = 0;
});

/** Rounds of ten rows. */
function rounds(quantityOf: (n: number) => number): Array<Array<Record<string, unknown>>> {
	const rows = SKUS.map((sku, n) => ({ sku, qty: quantityOf(n) }));
	return [0, 10, 20, 30].map((from) => rows.slice(from, from + 10));
}

describe.each(NODES)('%s', (node) => {
	async function loop(quantityOf: (n: number) => number, options = {}): Promise<string[]> {
		const [input, ...rest] = rounds(quantityOf);
		const { run } = await runNode(running, node, {
			parameters: parameters('setQuantity', { options }),
			input: input,
			rest: rest,
			settings: CONTINUE,
		});
		return run.data.resultData.runData.Stock.map(({ data }) => {
			const rows = data?.main[0]?.map(({ json }) => (json.details ?? json) as { status: string });
			return [...new Set(rows?.map(({ status }) => status))].join();
		});
	}

	test('a sheet of zeros in rounds of ten stops once twenty items are known', async () => {
		expect(await loop(() => 0)).toStrictEqual([
			'updated',
			'notAttempted',
			'notAttempted',
			'notAttempted',
		]);
	}, 20_000);

	test('each round is judged by the share among all items known so far', async () => {
		// 0 of 10, 10 of 20, then 20 of 30.
		expect(await loop((n) => (n < 10 ? 5 : 0))).toStrictEqual([
			'updated',
			'updated',
			'notAttempted',
			'notAttempted',
		]);
	}, 20_000);

	test('a limit of 100 lets all of them through', async () => {
		expect(await loop(() => 0, { massZeroLimit: 100 })).toStrictEqual(Array(4).fill('updated'));
	}, 20_000);
});
