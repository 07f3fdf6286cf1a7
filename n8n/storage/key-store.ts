/**
 * Where idempotency keys are kept: n8n's memory of processed items.
 */
import type { IExecuteFunctions } from 'n8n-workflow';
import type { InFlight, TokenStore } from '../../inventory/memory/idempotency-keys';
import { IdempotencyKeys } from '../../inventory/memory/idempotency-keys';
import { systemClock } from '../host/clock';
import { sha256 } from '../host/digest';
import { stepOf } from '../host/step';
import { concurrentTokensOf } from './process-memory';
import type { UnlockedTokens } from './concurrent-tokens';

/** Keys remembered for a node; older ones are forgotten. */
export const MOST_KEYS = 20_000;

/** Tokens a key consists of, at the most. */
const TOKENS_PER_KEY = 3;

const ENTRIES = { mode: 'entries' as const, maxEntries: MOST_KEYS * TOKENS_PER_KEY };

/** Milliseconds between tries at n8n's database. */
const PAUSES = [100, 400];

/** What n8n calls a workflow that was never saved. */
const NEVER_SAVED = '__EMPTY__';

/**
 * The key memory of this node in this workflow, or null when n8n has nowhere to keep it: a workflow that was never saved.
 *
 * n8n's helper reads, adds and writes back without a lock; what is done about that stands in `shared-tokens`.
 */
export async function openKeys(
	context: IExecuteFunctions,
	scope: string,
	inFlight: InFlight,
): Promise<IdempotencyKeys | null> {
	const { id } = context.getWorkflow();
	if (id === undefined || id === '' || id === NEVER_SAVED) return null;
	const { checkProcessedAndRecord, removeProcessed, getProcessedDataCount } = context.helpers;
	const unlocked: UnlockedTokens = {
		record: async (tokens) => {
			const { processed } = await checkProcessedAndRecord(tokens, 'node', ENTRIES);
			return new Set(processed.map(String));
		},
		remove: async (tokens) =>
			await patiently(async () => await removeProcessed(tokens, 'node', ENTRIES)),
	};
	const shared = concurrentTokensOf(stepOf(context));
	const store: TokenStore = {
		record: async (tokens) => await shared.record(tokens, unlocked),
		remove: async (tokens) => await shared.remove(tokens, unlocked),
	};
	try {
		// Counting tells whether anything could be recorded; the first time, n8n has to make a place for it.
		await patiently(async () => {
			if ((await getProcessedDataCount('node', ENTRIES)) === 0) await store.record([]);
		});
	} catch {
		return null;
	}
	return new IdempotencyKeys(store, sha256, scope, inFlight);
}

/** A database that is busy is asked again, where that does no harm. */
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
