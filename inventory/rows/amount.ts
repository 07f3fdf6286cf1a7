/** The number of a row: what to write or move, and a note on how it was calculated. */
import type { WriteOperation } from '../model/change';
import type { Cell, NumberFormat } from './cell';
import {
	cellFault,
	invalid,
	isBlank,
	LARGEST_QUANTITY,
	NOTHING,
	parseQuantity,
	valueOf,
} from './cell';

/** Which way a delta goes: by its own sign, or always out or in. */
export const DIRECTIONS = ['asSigned', 'takeAway', 'add'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** The cells that the number is calculated from. */
interface AmountCells {
	amount: unknown;
	direction: Direction;
	/** If this is filled in, Delta holds a count, and this is the level at the time of the count. */
	levelWhenCounted: unknown;
}

interface Amount {
	amount: Cell<number>;
	note: string | null;
}

export function amountLabel(operation: WriteOperation): string {
	return operation === 'adjustByDelta' ? 'Delta' : 'Quantity';
}

export function parseAmount(
	{ amount: cell, direction, levelWhenCounted }: AmountCells,
	operation: WriteOperation,
	format: NumberFormat,
): Amount {
	if (operation === 'setUnlimited') return { amount: valueOf(0), note: null };
	const amount = parseQuantity(cell, format);
	if (operation === 'adjustByDelta' && isFilledIn(levelWhenCounted)) {
		return countedAmount(amount, cell, levelWhenCounted, format);
	}
	if (amount.kind !== 'value') return { amount, note: null };
	return { amount: signed(amount.value, cell, operation, direction), note: null };
}

/** Whether a field was filled in, even with an expression that gives nothing. */
export function isFilledIn(cell: unknown): boolean {
	return cell === NOTHING || !isBlank(cell);
}

function signed(
	value: number,
	cell: unknown,
	operation: WriteOperation,
	direction: Direction,
): Cell<number> {
	if (operation === 'setQuantity') {
		const advice = 'A level can be set to 0 or more; use Adjust by Delta to reduce the stock.';
		return value < 0 ? invalid(value, 'below zero', advice) : valueOf(value);
	}
	if (direction === 'asSigned' || value === 0) return valueOf(value);
	if (value < 0) {
		const advice = 'Choose As Signed in Direction if the column has signs of its own.';
		return invalid(cell, 'below zero', advice);
	}
	return valueOf(direction === 'takeAway' ? -value : value);
}

/** Sends the difference between the count and the level at that time, so that sales made since then stay sold. */
function countedAmount(
	count: Cell<number>,
	cell: unknown,
	levelCell: unknown,
	format: NumberFormat,
): Amount {
	const level: Cell<number> =
		levelCell === NOTHING ? { kind: 'blank' } : parseQuantity(levelCell, format);
	const nothing = (amount: Cell<number>): Amount => ({ amount, note: null });
	if (count.kind === 'blank' || level.kind === 'blank') return nothing({ kind: 'blank' });
	if (count.kind === 'invalid') return nothing(count);
	if (level.kind === 'invalid') {
		const problem = `cannot be calculated: Level When Counted ${level.problem}`;
		return nothing({ ...level, problem });
	}
	if (count.value < 0) {
		return nothing(invalid(cell, 'below zero', 'With Level When Counted, Delta holds a count.'));
	}
	const delta = count.value - level.value;
	if (Math.abs(delta) > LARGEST_QUANTITY) return nothing(invalid(delta, 'too large for a delta'));
	const note = `${count.value} counted where the level was ${level.value}: the delta is ${delta}.`;
	return { amount: valueOf(delta), note };
}

/** What is wrong with the number of a row, or null. */
export function amountFault(amount: Cell<number>, operation: WriteOperation): string | null {
	return cellFault(amountLabel(operation), amount, AMOUNT_ADVICE);
}

const AMOUNT_ADVICE = {
	blank: 'set Blank Quantity to skip such rows',
	invalid: 'Write a whole number such as 12, without separators or units.',
};
