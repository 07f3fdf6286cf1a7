/** What triggers in this process are told of a write, so that it does not start the workflow that wrote it. */
import { itemKey } from '../model/item';
import type { Quantity } from '../model/level';
import { quantityOf } from '../model/level';
import type { RunContext } from './run-context';
import type { PreparedWrite, WriteResult } from './write-records';

type Context = Pick<RunContext, 'ownWrites' | 'clock'>;

/** A write is about to leave: a webhook may speak of it before its answer does. */
export function announceWrite(write: PreparedWrite, { ownWrites, clock }: Context): void {
	const quantity = targetOf(write);
	if (quantity === undefined) return;
	ownWrites.announce(itemKey(write.item), quantity, clock.now(), !changesNothing(write));
}

/** It has ended: it may not have been applied, or have led to another level, or to an item with another ID by now. */
export function announceResult(
	write: PreparedWrite,
	result: WriteResult,
	{ ownWrites, clock }: Context,
): void {
	const key = itemKey(write.item);
	const now = itemKey(result.item ?? write.item);
	const announced = targetOf(write);
	const isUpdated = result.status === 'updated';
	const reached = isUpdated ? quantityOf(result.after ?? null) : undefined;
	const asAnnounced = (isUpdated && reached === undefined) || result.status === 'unknown';
	const wrote = asAnnounced ? announced : reached;
	if (wrote !== announced || now !== key) {
		if (announced !== undefined) ownWrites.withdraw(key, announced);
		if (wrote !== undefined) ownWrites.announce(now, wrote, clock.now());
	}
	if (wrote !== undefined) ownWrites.end(now, wrote, clock.now(), isUpdated);
}

/** The quantity a write leads to, null for stock that is not counted; undefined where only the service knows. */
function targetOf({ change, before }: PreparedWrite): Quantity | undefined {
	switch (change.kind) {
		case 'set':
			return change.quantity;
		case 'unlimited':
			return null;
		case 'delta':
			return before?.quantity == null ? undefined : before.quantity + change.delta;
	}
}

/** Whether the level is that already, read by ID: the service sends no call for the write, so a call is another's. */
function changesNothing(write: PreparedWrite): boolean {
	return write.before?.source === 'id' && quantityOf(write.before) === targetOf(write);
}
