/** What a dry run says about a write. */
import { levelText } from '../model/level';
import { hasKeys, KEYS_NOT_ASKED } from './claim-keys';
import { endRows } from './report';
import type { EndedRow, PlannedWrite } from './write-records';

export function dryRunRows(write: PlannedWrite): EndedRow[] {
	const { intent, before, amount, warning } = write;
	const from = before === null ? 'the current level' : levelText(before);
	const would = {
		setQuantity: `Would be set from ${from} to ${amount}.`,
		adjustByDelta: `Would be changed by ${amount}, from ${from}.`,
		setUnlimited: `Would be made unlimited, from ${from}.`,
	}[intent.operation];
	const message = hasKeys(write) ? `${would} ${KEYS_NOT_ASKED}` : would;
	const reduced =
		amount === intent.amount
			? null
			: `Only ${-amount} of ${-intent.amount} would be taken: the level is ${from}.`;
	const warnings = [reduced ?? warning];
	return endRows(write, { status: 'planned', before, planned: amount, message, warnings });
}
