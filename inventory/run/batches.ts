/** Which writes of a plan go in one request. */
import type { Capabilities } from '../model/platform';
import { isGuarded } from './guard';
import type { PlannedWrite } from './write-records';

/**
 * Splits the plan into requests, in order. Writes share a request where the service accepts batches; a guarded write
 * goes alone, right after its own reading. Deltas with keys always go as a batch, because only then can a service
 * recognize them, and never with other writes, which would make the batch a different one every time.
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
		kind === 'deltasWithKeys' || some.length >= capabilities.batchPaysFrom
			? [some]
			: some.map((write) => [write]),
	);
}

type Kind = 'alone' | 'deltasWithKeys' | 'deltas' | 'levels';

function kindOf({ intent, rows, amount }: PlannedWrite): Kind {
	if (isGuarded(intent)) return 'alone';
	if (intent.operation !== 'adjustByDelta') return 'levels';
	if (amount === 0) return 'alone';
	return rows.every(({ key }) => key !== null) ? 'deltasWithKeys' : 'deltas';
}
