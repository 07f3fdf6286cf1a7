/** A count goes in as the difference it is, while the shop sells, in a real n8n. */
import type { IDataObject } from 'n8n-workflow';
import { given, readExample, withoutGoogle } from '../example.mts';
import type { Execution } from '../n8n.mts';
import { useHost } from '../setup.mts';
import { levelsIn, tenOfEach } from '../stock.mts';

const host = useHost((sandbox) => sandbox.seed({ products: tenOfEach('A', 'B', 'C') }));

/** Runs one half of the workflow, as often as wanted, with this in the sheet. */
async function runs(trigger: string, sheet: IDataObject[], times = 1): Promise<Execution[]> {
	const workflow = withoutGoogle(await readExample('count-while-open', host), sheet);
	const id = await host.n8n.createWorkflow(workflow);
	const executions: Execution[] = [];
	for (let n = 0; n < times; n += 1) executions.push(await host.n8n.run(id, trigger));
	return executions;
}

const list = async (sheet: IDataObject[]): Promise<IDataObject[]> =>
	given((await runs('While people count', sheet))[0], 'Write the list');

function sell(sku: string, units: number): void {
	host.running.sandbox.change('ecwid', { sku, delta: -units });
}

test('what is sold before and after an item is counted stays sold', async () => {
	const before = await list([]);
	expect(before).toMatchObject(
		['A', 'B', 'C'].map((sku) => ({ SKU: sku, Name: `Item ${sku}`, Level: 10 })),
	);
	sell('A', 2);
	sell('B', 1);
	// The list follows until a count stands beside an item: 7 of A were counted, where the shop says 8.
	const [a, ...rest] = await list(before);
	expect(a).toMatchObject({ SKU: 'A', Level: 8 });
	const counted = [{ ...a, Counted: 7 }, ...rest];
	sell('A', 3);
	const later = await list(counted);
	expect(later.map(({ SKU, Level }) => [SKU, Level])).toStrictEqual([
		['B', 9],
		['C', 10],
	]);
	const [evening] = await runs('Every evening', [counted[0], ...later]);
	expect(levelsIn(host, 'ecwid')).toEqual({ A: 4, B: 9, C: 10 });
	expect(given(evening, 'Add to Results')).toMatchObject([
		{ sku: 'A', status: 'updated', previousQuantity: 5, quantity: 4, delta: -1, reason: 'count' },
	]);
});

test('a count that is read twice counts once', async () => {
	const sheet = (await list([])).map((row) => ({ ...row, Counted: row.SKU === 'A' ? 12 : '' }));
	const [, again] = await runs('Every evening', sheet, 2);
	expect(levelsIn(host, 'ecwid')).toEqual({ A: 12, B: 10, C: 10 });
	expect(given(again, 'Add to Results')).toMatchObject([{ sku: 'A', status: 'duplicate' }]);
});

test('a count that cannot be booked is listed by name, and the others go in', async () => {
	const sheet = [
		...(await list([])).map((row) => ({ ...row, Counted: row.SKU === 'A' ? 'nine' : 11 })),
		{ SKU: 'GONE', Level: 3, 'Level at': 'today', Counted: 2 },
	];
	const [evening] = await runs('Every evening', sheet);
	expect(levelsIn(host, 'ecwid')).toEqual({ A: 10, B: 11, C: 11 });
	expect(given(evening, 'Add to To check')).toMatchObject([
		{ sku: 'A', counted: 'nine', problem: expect.stringContaining('nine') },
		{ sku: 'GONE', counted: '2' },
	]);
});
