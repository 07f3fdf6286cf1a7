import type { PendingWrites } from '../../inventory/triggers/own-writes';
import { ownWritesOf } from '../storage/process-memory';

/** Makes a trigger ignore, or report, what this process writes to the account. */
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
