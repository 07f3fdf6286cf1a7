/** Whether a change may be made to a level. Checked when planning, and again right before the write. */
import { LARGEST_QUANTITY } from '../rows/cell';
import type { WriteOperation } from '../model/change';
import type { Level, Reading } from '../model/level';
import type { Capabilities } from '../model/platform';
import type { Intent, WriteResult } from './write-records';

export type Verdict =
	/** `amount` is what to send: that of the intent, or a reduced delta. */
	| { kind: 'write'; amount: number; warning: string | null }
	| { kind: 'unchanged'; message: string; warning: string | null }
	| { kind: 'skip'; message: string }
	| { kind: 'refuse'; message: string };

/** Why nothing is sent. */
type NotWritten = Exclude<Verdict, { kind: 'write' }>;

/** Whether the write has a condition on the level (compare-and-set, below zero), so its reading must be fresh and by ID. */
export function isGuarded(intent: Intent): boolean {
	return intent.onlyIfQuantityIs !== null || guardsZero(intent);
}

/**
 * Whether a write depends on a reading to protect unlimited stock: if the item was made unlimited since then, the write
 * would start counting it. A remembered level is trusted, as the user asked.
 */
export function protectsUnlimited(
	{ operation, unlimitedStock }: Intent,
	before: Reading | null,
	{ unlimited, deltaStartsCounting }: Capabilities,
): boolean {
	if (before === null || before.source === 'memory' || !unlimited) return false;
	if (unlimitedStock === 'convert') return false;
	return operation === 'setQuantity' || (operation === 'adjustByDelta' && deltaStartsCounting);
}

function guardsZero({ operation, amount, belowZero }: Intent): boolean {
	return operation === 'adjustByDelta' && amount < 0 && belowZero !== 'allow';
}

/** @param level Null when it was not read; then nothing is guarded. */
export function checkGuards(intent: Intent, level: Level | null): Verdict {
	const { operation, amount } = intent;
	if (operation === 'adjustByDelta' && amount === 0) return zeroDelta(intent);
	if (Math.abs(amount) > LARGEST_QUANTITY) {
		return refuse(`The rows add up to ${amount}, too large for a delta.`);
	}
	if (level === null) return write(amount);
	if (level.outdated !== undefined) {
		// Only a plain set does not depend on the level.
		const isPlainSet = operation !== 'adjustByDelta' && intent.onlyIfQuantityIs === null;
		return isPlainSet ? write(amount) : refuse(level.outdated);
	}
	return (
		checkCondition(intent, level) ?? checkUnlimited(intent, level) ?? checkLevel(intent, level)
	);
}

/** A delta of 0 is never sent. */
export function zeroDelta({ summed }: Intent): NotWritten {
	return unchanged(`${summed ? 'The deltas add up to 0' : 'The delta is 0'}, nothing was sent.`);
}

function write(amount: number, warning: string | null = null): Verdict {
	return { kind: 'write', amount, warning };
}

function unchanged(message: string, warning: string | null = null): NotWritten {
	return { kind: 'unchanged', message, warning };
}

export function refuse(message: string): Verdict {
	return { kind: 'refuse', message };
}

function checkCondition({ onlyIfQuantityIs }: Intent, level: Level): Verdict | null {
	if (onlyIfQuantityIs === null || level.quantity === onlyIfQuantityIs) return null;
	const found = level.unlimited ? 'unlimited' : (level.quantity ?? 'not known');
	return refuse(
		`The level is ${found}, not ${onlyIfQuantityIs} as Only If Quantity Is asks. Nothing was sent; look at the item and decide again.`,
	);
}

/** How to start counting an item. A delta has no number to add to, so it never converts. */
const COUNT: Record<Exclude<WriteOperation, 'setUnlimited'>, string> = {
	setQuantity: 'set Unlimited Stock in Options to Convert',
	adjustByDelta: 'use Set Quantity once, with Unlimited Stock in Options set to Convert',
};

function checkUnlimited(intent: Intent, level: Level): Verdict | null {
	const { operation, unlimitedStock } = intent;
	if (!level.unlimited) return null;
	if (operation === 'setUnlimited') {
		return intent.writeUnchanged ? write(0) : unchanged('Already unlimited, nothing was sent.');
	}
	if (unlimitedStock === 'skip') {
		return { kind: 'skip', message: 'The stock is unlimited, not counted; the row was skipped.' };
	}
	if (unlimitedStock === 'refuse') {
		return refuse(
			`The stock is unlimited, not counted. To start counting it, ${COUNT[operation]}; to leave such items alone, set Unlimited Stock to Skip.`,
		);
	}
	return operation === 'setQuantity'
		? write(intent.amount)
		: refuse(
				'The stock is unlimited, so there is no number to add to. Use Set Quantity with Unlimited Stock set to Convert first.',
			);
}

function checkLevel(intent: Intent, level: Level): Verdict {
	const { operation, amount, reserved } = intent;
	if (operation === 'adjustByDelta') return checkDelta(intent, level);
	const isRight =
		operation === 'setQuantity' &&
		level.quantity === amount &&
		(reserved === null || level.reserved === reserved);
	return isRight && !intent.writeUnchanged
		? unchanged(`Already ${amount}, nothing was sent.`)
		: write(amount);
}

function checkDelta(intent: Intent, { quantity }: Level): Verdict {
	const { amount, belowZero } = intent;
	if (!guardsZero(intent)) return write(amount);
	if (quantity === null) {
		return refuse(
			'The service reports no level for this item, so nobody can tell whether it would fall below zero. Set the quantity first.',
		);
	}
	if (quantity + amount >= 0) return write(amount);
	if (belowZero === 'refuse') {
		return refuse(
			`The level is ${quantity}; taking ${-amount} would leave ${quantity + amount}. Nothing was sent, because Below Zero is set to Refuse.`,
		);
	}
	const taken = Math.max(quantity, 0);
	const warning = `Only ${taken} of ${-amount} were taken: the level was ${quantity}.`;
	return taken === 0
		? unchanged('There was nothing left to take; nothing was sent.', warning)
		: write(-taken, warning);
}

/** How rows end if a guard keeps them from being written. */
export function guardResult(verdict: NotWritten, before: Reading | null): WriteResult {
	const { message } = verdict;
	switch (verdict.kind) {
		case 'unchanged':
			return { status: 'unchanged', before, after: before, message, warnings: [verdict.warning] };
		case 'skip':
			return { status: 'skipped', before, message };
		case 'refuse':
			return { status: 'failed', before, message };
	}
}
