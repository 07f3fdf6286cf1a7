/**
 * Which writes of a plan travel together.
 */
import { isGuarded } from './guard';
import type { PlannedWrite } from './plan';
import type { Capabilities } from '../model/platform';

/**
 * Cuts the plan into shipments, in order. What may travel together does where the service takes many writes in one; a
 * guarded write travels alone, directly behind its second look. Keyed deltas travel as a batch whatever their number,
 * because only so can a service know them again, and never with others, whose batch is another each time.
 */
export function batchesOf(writes: PlannedWrite[], capabilities: Capabilities): PlannedWrite[][] {
	const cut: Array<{ kind: Kind; writes: PlannedWrite[] }> = [];
	for (const write of writes) {
		const kind = kindOf(write);
		const last = cut[cut.length - 1];
		const joins = last !== undefined && kind !== 'alone' && last.kind === kind;
		if (joins && last.writes.length < capabilities.batch) last.writes.push(write);
		else cut.push({ kind, writes: [write] });
	}
	return cut.flatMap(({ kind, writes: some }) =>
		kind === 'keyed' || some.length >= capabilities.batchPaysFrom
			? [some]
			: some.map((write) => [write]),
	);
}

type Kind = 'alone' | 'keyed' | 'delta' | 'level';

function kindOf({ group: { intent, rows }, amount }: PlannedWrite): Kind {
	if (isGuarded(intent)) return 'alone';
	if (intent.operation !== 'adjustByDelta') return 'level';
	if (amount === 0) return 'alone';
	return rows.every(({ row }) => row.key !== null) ? 'keyed' : 'delta';
}
