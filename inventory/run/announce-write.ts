/** Tells the triggers in this process about a write, so that it does not start the workflow that made it. */
import { itemKey } from '../model/item';
import { quantityOf } from '../model/level';
import type { Move, OwnWrite } from '../triggers/own-writes';
import type { RunContext } from './run-context';
import type { PreparedWrite, WriteResult } from './write-records';

const announced = new WeakMap<PreparedWrite, OwnWrite>();

/** Called before the write is sent: a webhook may call before its answer arrives. */
export function announceWrite(write: PreparedWrite, { ownWrites, clock }: RunContext): void {
	const own = ownWrites.announce(itemKey(write.item), moveOf(write), clock.monotonic());
	if (own !== null) announced.set(write, own);
}

/** Called when the write has ended: it may not have been applied, or its item may have another ID by now. */
export function announceResult(
	write: PreparedWrite,
	{ status, item = write.item, after = null, at }: WriteResult,
	{ ownWrites, clock }: RunContext,
): void {
	const own = announced.get(write) ?? null;
	announced.delete(write);
	const key = itemKey(item);
	const isSame = key === itemKey(write.item);
	if (own !== null && (status !== 'updated' || !isSame)) ownWrites.withdraw(own);
	if (status !== 'updated') return;
	const now = clock.monotonic();
	// The level before is not known for another item.
	const { change } = write;
	const elsewhere: Move = change.kind === 'delta' ? { delta: change.delta } : {};
	const applied =
		isSame && own !== null ? own : ownWrites.announce(key, isSame ? moveOf(write) : elsewhere, now);
	const stamp = at === undefined ? undefined : Date.parse(at);
	if (applied !== null) ownWrites.confirm(applied, quantityOf(after), now, stamp);
}

/** What a write does to the level, as far as that is known; for a set, the reading before it tells. */
function moveOf({ change, before }: PreparedWrite): Move {
	const from = before?.outdated === undefined ? quantityOf(before) : undefined;
	if (change.kind === 'delta') {
		const { delta } = change;
		// On unlimited stock a delta changes nothing, or starts counting at a level that only the service knows.
		if (from === null) return {};
		return from === undefined ? { delta } : { from, to: from + delta, delta };
	}
	const to = change.kind === 'set' ? change.quantity : null;
	if (from === undefined) return {};
	if (from === null || to === null) return { from, to };
	const delta = to - from;
	// To triggers, the target of a read-add-put is a delta.
	if (change.kind === 'set' && change.fromDelta) return { from, to, delta };
	return { from, to, delta, readAt: before?.at };
}
