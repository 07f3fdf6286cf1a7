/**
 * What triggers in this process are told of a write, so that it does not start the workflow that wrote it.
 */
import type { PreparedWrite, RunContext } from './prepare-write';
import type { WriteResult } from './report';
import { itemKey } from '../model/item';
import { quantityOf } from '../model/level';

/** A write is about to leave: a webhook may speak of it before its answer does. */
export function announceWrite(ready: PreparedWrite, { ownWrites, clock }: RunContext): void {
	const pieces = leadsTo(ready);
	if (pieces === undefined) return;
	ownWrites?.announce(itemKey(ready.write.group.item), pieces, clock.now(), !changesNothing(ready));
}

/** It has ended: what was announced may not have come to be, or otherwise, or on an item that has another id by now. */
export function announceEnd(
	ready: PreparedWrite,
	ending: WriteResult,
	{ ownWrites, clock }: RunContext,
): void {
	const { group } = ready.write;
	const { item = group.item } = ending;
	const announced = leadsTo(ready);
	const came = ending.status === 'updated' ? quantityOf(ending.after ?? null) : undefined;
	const asAnnounced = ending.status === 'updated' && came === undefined;
	const wrote = asAnnounced || ending.status === 'unknown' ? announced : came;
	if (wrote !== announced || itemKey(item) !== itemKey(group.item)) {
		if (announced !== undefined) ownWrites?.withdraw(itemKey(group.item), announced);
		if (wrote !== undefined) ownWrites?.announce(itemKey(item), wrote, clock.now());
	}
	if (wrote !== undefined) {
		ownWrites?.end(itemKey(item), wrote, clock.now(), ending.status === 'updated');
	}
}

/** Where a write leads: pieces, or null for stock that is not counted; undefined where only the service knows. */
function leadsTo({ change, write: { before } }: PreparedWrite): number | null | undefined {
	switch (change.kind) {
		case 'set':
			return change.quantity;
		case 'unlimited':
			return null;
		case 'delta':
			return before?.quantity == null ? undefined : before.quantity + change.delta;
	}
}

/** Whether the level is that already, read by id: nobody will tell of the write, and who changed it to that was another. */
function changesNothing(ready: PreparedWrite): boolean {
	const { before } = ready.write;
	return before?.source === 'id' && quantityOf(before) === leadsTo(ready);
}
