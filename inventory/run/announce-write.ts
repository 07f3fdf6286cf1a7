/**
 * What triggers in this process are told of a write, so that it does not start the workflow that wrote it.
 */
import type { PreparedWrite, RunContext } from './prepare-write';
import type { WriteResult } from './report';
import { itemKey } from '../model/item';
import { quantityOf } from '../model/level';
import type { Move, OwnWrite } from '../triggers/own-writes';

const announced = new WeakMap<PreparedWrite, OwnWrite>();

/** A write is about to leave: a webhook may call before its answer comes. */
export function announceWrite(ready: PreparedWrite, { ownWrites, clock }: RunContext): void {
	const key = itemKey(ready.write.group.item);
	const write = ownWrites?.announce(key, moveOf(ready), clock.monotonic());
	if (write != null) announced.set(ready, write);
}

/** The write has ended: what was announced may not have come to be, or on an item that has another ID by now. */
export function announceEnd(
	ready: PreparedWrite,
	{ status, item = ready.write.group.item, after = null }: WriteResult,
	{ ownWrites, clock }: RunContext,
): void {
	const write = announced.get(ready) ?? null;
	if (ownWrites === undefined || write === null) return;
	const key = itemKey(item);
	if (status !== 'updated' || key !== write.key) ownWrites.withdraw(write);
	if (status !== 'updated') return;
	const now = clock.monotonic();
	// Of another item the level before is not known.
	const { change } = ready;
	const elsewhere: Move = change.kind === 'delta' ? { delta: change.delta } : {};
	const applied = key === write.key ? write : ownWrites.announce(key, elsewhere, now);
	if (applied !== null) ownWrites.confirm(applied, quantityOf(after), now);
}

/** What a write does to the level, as far as it is known: of a set, by the reading before it. */
function moveOf({ change, write: { before } }: PreparedWrite): Move {
	const from = before?.outdated === undefined ? quantityOf(before) : undefined;
	if (change.kind === 'delta') {
		const { delta } = change;
		// A delta on stock that is not counted moves nothing, or starts the count at a level only the service knows.
		if (from === null) return {};
		return from === undefined ? { delta } : { from, to: from + delta, delta };
	}
	const to = change.kind === 'set' ? change.quantity : null;
	if (from === undefined) return {};
	if (from === null || to === null) return { from, to };
	const delta = to - from;
	// The target of a read-add-put is a delta to those who watch.
	if (change.kind === 'set' && change.fromDelta) return { from, to, delta };
	return { from, to, delta, readAt: before?.at };
}
