/**
 * May this change be made to this level? Pure: asked when planning, and again directly before the write.
 */
import { LARGEST_QUANTITY } from '../rows/cell';
import type { WriteOperation } from '../model/change';
import type { Level, Reading } from '../model/level';
import type { Capabilities } from '../model/platform';
import type { Intent, WriteResult } from './write-records';

export type Verdict =
	/** `amount` is what is to be sent: the intent's, or a delta that was reduced. */
	| { kind: 'write'; amount: number; warning: string | null }
	| { kind: 'unchanged'; message: string; warning: string | null }
	| { kind: 'skip'; message: string }
	| { kind: 'refuse'; message: string };

/** Whether the intent depends on the level it meets, so that the reading must be fresh and by ID. */
export function isGuarded(intent: Intent): boolean {
	return intent.onlyIfQuantityIs !== null || guardsZero(intent);
}

/**
 * Whether a write depends on what its reading said about unlimited stock: sent to an item that was made unlimited since
 * then, it would start counting it. A level that was only remembered is trusted as the user asked.
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

/**
 * @param level What the service said; null when it was not read, and then nothing is guarded.
 */
export function judge(intent: Intent, level: Level | null): Verdict {
	if (intent.operation === 'adjustByDelta' && intent.amount === 0) {
		const zero = intent.summed ? 'The deltas add up to 0' : 'The delta is 0';
		return { kind: 'unchanged', message: `${zero}, nothing was sent.`, warning: null };
	}
	if (Math.abs(intent.amount) > LARGEST_QUANTITY) {
		return {
			kind: 'refuse',
			message: `The rows add up to ${intent.amount}, too large for a delta.`,
		};
	}
	if (level === null) return { kind: 'write', amount: intent.amount, warning: null };
	if (level.outdated !== undefined) return judgeOutdated(intent, level.outdated);
	return (
		judgeCondition(intent, level) ?? judgeUnlimited(intent, level) ?? judgeLevel(intent, level)
	);
}

/** A set does not depend on an outdated level; everything else does. */
function judgeOutdated(intent: Intent, message: string): Verdict {
	const hangs = intent.operation === 'adjustByDelta' || intent.onlyIfQuantityIs !== null;
	return hangs
		? { kind: 'refuse', message }
		: { kind: 'write', amount: intent.amount, warning: null };
}

function judgeCondition({ onlyIfQuantityIs }: Intent, level: Level): Verdict | null {
	if (onlyIfQuantityIs === null || level.quantity === onlyIfQuantityIs) return null;
	const found = level.unlimited ? 'unlimited' : (level.quantity ?? 'not known');
	return {
		kind: 'refuse',
		message: `The level is ${found}, not ${onlyIfQuantityIs} as Only If Quantity Is asks. Nothing was sent; look at the item and decide again.`,
	};
}

/** How to start counting an item. A delta has no number to add to, so it never converts. */
const COUNT: Record<Exclude<WriteOperation, 'setUnlimited'>, string> = {
	setQuantity: 'set Unlimited Stock in Options to Convert',
	adjustByDelta: 'use Set Quantity once, with Unlimited Stock in Options set to Convert',
};

function judgeUnlimited(intent: Intent, level: Level): Verdict | null {
	if (!level.unlimited) return null;
	if (intent.operation === 'setUnlimited') {
		return intent.writeUnchanged
			? { kind: 'write', amount: 0, warning: null }
			: { kind: 'unchanged', message: 'Already unlimited, nothing was sent.', warning: null };
	}
	if (intent.unlimitedStock === 'skip') {
		return { kind: 'skip', message: 'The stock is unlimited, not counted; the row was skipped.' };
	}
	if (intent.unlimitedStock === 'refuse') {
		return {
			kind: 'refuse',
			message: `The stock is unlimited, not counted. To start counting it, ${COUNT[intent.operation]}; to leave such items alone, set Unlimited Stock to Skip.`,
		};
	}
	if (intent.operation === 'adjustByDelta') {
		return {
			kind: 'refuse',
			message:
				'The stock is unlimited, so there is no number to add to. Use Set Quantity with Unlimited Stock set to Convert first.',
		};
	}
	return { kind: 'write', amount: intent.amount, warning: null };
}

function judgeLevel(intent: Intent, level: Level): Verdict {
	const { operation, amount } = intent;
	if (operation === 'adjustByDelta') return judgeDelta(intent, level);
	const right =
		operation === 'setQuantity' &&
		level.quantity === amount &&
		(intent.reserved === null || level.reserved === intent.reserved);
	if (right && !intent.writeUnchanged) {
		return { kind: 'unchanged', message: `Already ${amount}, nothing was sent.`, warning: null };
	}
	return { kind: 'write', amount, warning: null };
}

function judgeDelta(intent: Intent, { quantity }: Level): Verdict {
	const { amount, belowZero } = intent;
	if (!guardsZero(intent)) return { kind: 'write', amount, warning: null };
	if (quantity === null) {
		return {
			kind: 'refuse',
			message:
				'The service reports no level for this item, so nobody can tell whether it would fall below zero. Set the quantity first.',
		};
	}
	if (quantity + amount >= 0) return { kind: 'write', amount, warning: null };
	if (belowZero === 'refuse') {
		return {
			kind: 'refuse',
			message: `The level is ${quantity}; taking ${-amount} would leave ${quantity + amount}. Nothing was sent, because Below Zero is set to Refuse.`,
		};
	}
	const taken = Math.max(quantity, 0);
	const warning = `Only ${taken} of ${-amount} were taken: the level was ${quantity}.`;
	if (taken === 0) {
		return {
			kind: 'unchanged',
			message: 'There was nothing left to take; nothing was sent.',
			warning,
		};
	}
	return { kind: 'write', amount: -taken, warning };
}

/** How rows end if a guard keeps them from being written. */
export function guardResult(
	verdict: Exclude<Verdict, { kind: 'write' }>,
	before: Reading | null,
): WriteResult {
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
