/**
 * Opens the keys and item locks of a step, which are stored in n8n's memory of processed items. How many keys are kept,
 * and what a call costs, is in token-list.
 */
import type { IExecuteFunctions } from 'n8n-workflow';
import { IdempotencyKeys } from '../../inventory/memory/idempotency-keys';
import type { Mutex } from '../../inventory/memory/keyed-mutex';
import { systemClock } from '../host/clock';
import { sha256 } from '../host/digest';
import { stepOf } from '../host/step';
import { ItemLocks } from './item-locks';
import { keysInFlight, peerProcesses, stepTokensOf } from './process-memory';
import type { StepTokens } from './step-tokens';
import type { UnlockedTokens } from './token-list';

const MODE = { mode: 'entries' as const };

/** Milliseconds before each retry of a database call. */
const PAUSES = [100, 400];

/** The ID of a workflow that was never saved. */
const NEVER_SAVED = '__EMPTY__';

/** The memory of this step, or null if n8n cannot store it, as for a workflow that was never saved. */
async function openTokens(
	context: IExecuteFunctions,
): Promise<{ step: StepTokens; unlocked: UnlockedTokens } | null> {
	const { id } = context.getWorkflow();
	if (id === undefined || id === '' || id === NEVER_SAVED) return null;
	const step = stepTokensOf(stepOf(context));
	const { checkProcessedAndRecord, removeProcessed, getProcessedDataCount } = context.helpers;
	const unlocked: UnlockedTokens = {
		record: async (tokens, most) => {
			const options = most === undefined ? MODE : { ...MODE, maxEntries: most };
			const { processed } = await checkProcessedAndRecord(tokens, 'node', options);
			return new Set(processed.map(String));
		},
		remove: async (tokens) =>
			await patiently(async () => await removeProcessed(tokens, 'node', MODE)),
		count: async () => await getProcessedDataCount('node', MODE),
	};
	try {
		await patiently(async () => await step.shared.open(unlocked));
	} catch {
		return null;
	}
	return { step, unlocked };
}

/** The key memory of this step, or null if n8n cannot store it. */
export async function openKeys(
	context: IExecuteFunctions,
	scope: string,
): Promise<IdempotencyKeys | null> {
	const opened = await openTokens(context);
	if (opened === null) return null;
	// `n8n execute` ends the process with the execution.
	const store = opened.step.storeOn(opened.unlocked, context.getMode() !== 'cli');
	return new IdempotencyKeys(store, sha256, scope, keysInFlight);
}

/**
 * Item locks between processes, or only within this one if n8n cannot store them.
 * @param scope The service and the account of the items.
 * @param local The mutex within this process.
 */
export async function openItemLocks(
	context: IExecuteFunctions,
	scope: string,
	local: Mutex,
): Promise<Mutex> {
	const opened = await openTokens(context);
	if (opened === null) return local;
	const { step, unlocked } = opened;
	const memory = { tokens: step.shared, store: unlocked };
	return new ItemLocks(systemClock, peerProcesses, memory, { scope, local });
}

/** Retries a database call that is safe to repeat. */
async function patiently<T>(task: () => Promise<T>): Promise<T> {
	for (const pause of PAUSES) {
		try {
			return await task();
		} catch {
			await systemClock.sleep(pause);
		}
	}
	return await task();
}
