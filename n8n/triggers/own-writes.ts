/**
 * Whether a trigger takes off what this process wrote itself.
 */
import type { PendingWrites } from '../../inventory/triggers/own-writes';
import { ownWritesOf } from '../storage/process-memory';

export function watchOwnWrites(
	account: string,
	trigger: string,
	pending: PendingWrites,
	ignoreOwnWrites: boolean,
): void {
	const ownWrites = ownWritesOf(account);
	if (ignoreOwnWrites) ownWrites.attach(trigger, pending);
	else ownWrites.detach(trigger);
}
