/**
 * What the rows of a run come to, written down a second time and as plainly as can be: no services, no batches, no second
 * looks, only the rules a shop owner is told. The engine is measured by it.
 */
import type { Status } from '../../inventory/model/status.ts';

export interface ModelRow {
	sku: string;
	/** A whole number, '' for a blank cell, or a text that is none. */
	amount: number | '' | 'n/a' | '1.000' | '1,000';
	direction: 'asSigned' | 'takeAway' | 'add';
	key: string | null;
	options: Partial<ModelOptions>;
}

export interface ModelOptions {
	belowZero: 'allow' | 'refuse' | 'stopAtZero';
	unlimitedStock: 'refuse' | 'skip' | 'convert';
	sameItemRows: 'combine' | 'sum' | 'last' | 'fail';
	blankQuantity: 'skip' | 'fail';
	onlyIfQuantityIs: number | '';
	safetyStock: number | '';
	maxQuantity: number | '';
	levelWhenCounted: number | '';
	numberFormat: 'plain' | 'commaThousands' | 'pointThousands';
	dryRun: boolean;
	checkFirst: boolean;
	writeUnchanged: boolean;
}

export interface ModelRun {
	operation: 'setQuantity' | 'adjustByDelta';
	rows: ModelRow[];
	options: ModelOptions;
}

/** What the rows of one item come to; `level` is null where stock is not counted. */
interface Outcome {
	status: Status;
	level: number | null;
}

export class Model {
	/** Amounts applied so far, by item and key. */
	private readonly applied = new Map<string, number>();

	/**
	 * @param levels By SKU, each on one item alone; null where stock is not counted.
	 * @param atomicDelta Whether the service adds a delta itself, so that a level need not be read for it.
	 */
	constructor(
		readonly levels: Map<string, number | null>,
		private readonly atomicDelta: boolean,
	) {}

	/** The status of each row; levels and keys are afterwards as the run leaves them. */
	run({ operation, rows, options }: ModelRun): Status[] {
		const statuses: Status[] = [];
		const items = new Map<string, number[]>();
		const amounts = rows.map((row) =>
			amountOf(row, operation, { ...options, ...row.options, numberFormat: options.numberFormat }),
		);
		for (const [n, row] of rows.entries()) {
			const own = this.ownStatus(row, amounts[n], { ...options, ...row.options });
			if (own !== null) statuses[n] = own;
			else items.set(row.sku, [...(items.get(row.sku) ?? []), n]);
		}
		for (const [sku, indexes] of items) {
			// Of several rooms, one that is not counted makes the sum wrong.
			const isWhole = rows.every((row, n) => row.sku !== sku || statuses[n] === undefined);
			if (operation === 'setQuantity' && options.sameItemRows === 'sum' && !isWhole) {
				for (const n of indexes) statuses[n] = 'failed';
				continue;
			}
			const some = indexes.map((n) => ({
				...rows[n],
				amount: amounts[n],
				n,
				options: { ...options, ...rows[n].options },
			}));
			for (const [n, status] of this.item(sku, some as Numbered[], operation, options))
				statuses[n] = status;
		}
		return statuses;
	}

	/** What a row is by itself: blank, without an item, without a number. */
	private ownStatus(
		{ sku }: ModelRow,
		amount: number | '' | 'invalid',
		{ blankQuantity }: ModelOptions,
	): Status | null {
		if (amount === '' && blankQuantity === 'skip') return 'skipped';
		return this.levels.has(sku) && typeof amount === 'number' ? null : 'failed';
	}

	private item(
		sku: string,
		rows: Numbered[],
		operation: ModelRun['operation'],
		{ sameItemRows, dryRun }: ModelOptions,
	): Array<[number, Status]> {
		const all = (status: Status, some = rows): Array<[number, Status]> =>
			some.map(({ n }) => [n, status]);
		const deciding = ({ options }: Numbered) => {
			const { belowZero, unlimitedStock, onlyIfQuantityIs, safetyStock, maxQuantity } = options;
			return JSON.stringify([
				belowZero,
				unlimitedStock,
				onlyIfQuantityIs,
				safetyStock,
				maxQuantity,
			]);
		};
		if (sameItemRows === 'fail' && rows.length > 1) return all('failed');
		if (new Set(rows.map(deciding)).size > 1) return all('failed');
		if (operation === 'setQuantity') {
			const last = rows.slice(-1);
			if (sameItemRows === 'last')
				return [...all('skipped', rows.slice(0, -1)), ...this.write(sku, last, operation, dryRun)];
			if (sameItemRows === 'sum') return this.write(sku, rows, operation, dryRun);
			const differ = new Set(rows.map(({ amount }) => amount)).size > 1;
			return differ ? all('failed') : this.write(sku, rows, operation, dryRun);
		}
		return this.deltas(sku, rows, dryRun);
	}

	/** A key counts once in a run and once for all; what it does not let through leaves the sum. */
	private deltas(sku: string, rows: Numbered[], dryRun: boolean): Array<[number, Status]> {
		const ended: Array<[number, Status]> = [];
		const repeated: Array<[Numbered, Numbered]> = [];
		const left = rows.filter((row) => {
			if (row.key === null || row.amount === 0) return true;
			const first = rows.find(({ key, amount }) => key === row.key && amount !== 0) as Numbered;
			if (first === row) return true;
			if (first.amount === row.amount) repeated.push([row, first]);
			else ended.push([row.n, 'failed']);
			return false;
		});
		const unspent = left.filter(({ n, key, amount }) => {
			const applied = key === null || dryRun ? undefined : this.applied.get(`${sku} ${key}`);
			if (applied === undefined || amount === 0) return true;
			ended.push([n, applied === amount ? 'duplicate' : 'failed']);
			return false;
		});
		if (unspent.length > 0) ended.push(...this.write(sku, unspent, 'adjustByDelta', dryRun));
		const statuses = new Map(ended);
		for (const [{ n }, first] of repeated) {
			const fate = statuses.get(first.n) as Status;
			const counts = ['updated', 'unchanged', 'duplicate', 'planned'].includes(fate);
			ended.push([n, counts ? 'duplicate' : fate]);
		}
		return ended;
	}

	private write(
		sku: string,
		rows: Numbered[],
		operation: ModelRun['operation'],
		dryRun: boolean,
	): Array<[number, Status]> {
		const isDelta = operation === 'adjustByDelta';
		const last = rows.at(-1) as Numbered;
		const sum = rows.reduce((total, row) => total + row.amount, 0);
		const addsUp = isDelta || last.options.sameItemRows === 'sum';
		const counted = addsUp ? sum : last.amount;
		const amount = isDelta ? counted : forShop(counted, last.options);
		const before = this.levels.get(sku) as number | null;
		const { status, level } = this.outcome(before, amount, rows, isDelta);
		const isNothing = isDelta && amount === 0;
		if (dryRun) return rows.map(({ n }) => [n, status === 'updated' ? 'planned' : status]);
		this.levels.set(sku, level);
		for (const row of rows) {
			const used = isDelta && row.key !== null && row.amount !== 0;
			if (used && (status === 'updated' || isNothing))
				this.applied.set(`${sku} ${row.key}`, row.amount);
		}
		return rows.map(({ n }) => [n, status]);
	}

	/** One write to one level, past the guards. */
	private outcome(
		before: number | null,
		amount: number,
		rows: Numbered[],
		isDelta: boolean,
	): Outcome {
		const [{ options }] = rows;
		const { belowZero, onlyIfQuantityIs, unlimitedStock } = options;
		const takes = isDelta && amount < 0 && belowZero !== 'allow';
		const isRead =
			options.checkFirst || takes || onlyIfQuantityIs !== '' || (isDelta && !this.atomicDelta);
		const stays = (status: Status): Outcome => ({ status, level: before });
		const goesTo = (level: number | null): Outcome => ({ status: 'updated', level });

		if (isDelta && amount === 0) return stays('unchanged');
		if (!isRead) return goesTo(!isDelta ? amount : before === null ? null : before + amount);
		if (onlyIfQuantityIs !== '' && before !== onlyIfQuantityIs) return stays('failed');
		if (before === null) {
			if (unlimitedStock === 'skip') return stays('skipped');
			return unlimitedStock === 'refuse' || isDelta ? stays('failed') : goesTo(amount);
		}
		if (!isDelta) {
			const right = before === amount && !rows.some((row) => row.options.writeUnchanged);
			return right ? stays('unchanged') : goesTo(amount);
		}
		if (!takes || before + amount >= 0) return goesTo(before + amount);
		if (belowZero === 'refuse') return stays('failed');
		return before > 0 ? goesTo(0) : stays('unchanged');
	}
}

interface Numbered {
	n: number;
	amount: number;
	key: string | null;
	options: ModelOptions;
}

/** What a row asks for: the quantity counted, or the delta, sign and all. */
function amountOf(
	{ amount: cell, direction }: ModelRow,
	operation: ModelRun['operation'],
	{ levelWhenCounted, numberFormat }: ModelOptions,
): number | '' | 'invalid' {
	const amount = cell === '' || typeof cell === 'number' ? cell : written(cell, numberFormat);
	if (amount === '' || amount === 'invalid') return amount;
	if (operation === 'setQuantity') return amount < 0 ? 'invalid' : amount;
	if (levelWhenCounted !== '') {
		return amount < 0 || direction !== 'asSigned' ? 'invalid' : amount - levelWhenCounted;
	}
	if (direction === 'asSigned') return amount;
	if (amount < 0) return 'invalid';
	return direction === 'add' || amount === 0 ? amount : -amount;
}

/** A point or a comma is what the owner said it is, and nothing where nobody said. */
function written(cell: string, format: ModelOptions['numberFormat']): number | 'invalid' {
	if (cell === 'n/a' || format === 'plain') return 'invalid';
	const thousands = format === 'commaThousands' ? ',' : '.';
	return cell === `1${thousands}000` ? 1000 : 1;
}

/** Less what is held back, and no more than is to be shown. */
function forShop(counted: number, { safetyStock, maxQuantity }: ModelOptions): number {
	const left = Math.max(0, counted - (safetyStock === '' ? 0 : safetyStock));
	return maxQuantity === '' ? left : Math.min(left, maxQuantity);
}
