/**
 * What all executions in this n8n process share: rate limits, keys whose requests are in flight, own writes, and mutexes.
 * What only one service remembers is in its file in n8n/services.
 */
import { randomUUID } from 'crypto';
import type { InFlight } from '../../inventory/memory/held-keys';
import { ItemList } from '../../inventory/lookup/list-levels';
import { KeyedMutex } from '../../inventory/memory/keyed-mutex';
import { BoundedMap } from '../../inventory/model/bounded-map';
import { OwnWrites } from '../../inventory/triggers/own-writes';
import { PollMemory } from '../../inventory/triggers/poll-state';
import { WebhookCalls } from '../../inventory/triggers/webhook';
import { RateLimiter } from '../../platforms/http/rate-limiter';
import { systemClock } from '../host/clock';
import { sha256 } from '../host/digest';
import { PeerProcesses } from './peer-processes';
import { StepTokens } from './step-tokens';

/** When this process started to remember, in milliseconds since 1970. */
export const BEGAN = systemClock.now();

/** The most accounts in each memory; beyond that, the least recently used one is forgotten. */
export const MOST_ACCOUNTS = 500;

/** The most steps of workflows in each memory. */
export const MOST_STEPS = 1_000;

/** The most shops whose items are kept for the lists in the editor. */
const MOST_LISTS = 20;

/** Milliseconds for which a list in the editor is kept: long enough for one search, because levels change. */
const LIST_LIFE = 60_000;

interface EditorList {
	items: ItemList;
	mutex: KeyedMutex;
}

const rateLimiters = new BoundedMap<string, RateLimiter>(2 * MOST_ACCOUNTS);
const lists = new BoundedMap<string, EditorList>(MOST_LISTS, { ms: LIST_LIFE, clock: systemClock });
const ownWrites = new BoundedMap<string, OwnWrites>(MOST_ACCOUNTS);
const webhookCalls = new BoundedMap<string, WebhookCalls>(MOST_STEPS);
const polls = new BoundedMap<string, PollMemory>(MOST_STEPS);
const itemMutexes = new BoundedMap<string, KeyedMutex>(MOST_ACCOUNTS);
export const stepTokens = new BoundedMap<string, StepTokens>(MOST_STEPS);

/** Identifies an account and login without containing the token. */
export function accountKey(baseUrl: string, token: string): string {
	return sha256(JSON.stringify([baseUrl, token]));
}

/** The rate limiter of an account, shared by every node, execution and list that uses it. */
export function rateLimiterOf(account: string, requestsPerMinute: number): RateLimiter {
	return rateLimiters.use(account, () => new RateLimiter(systemClock, requestsPerMinute));
}

/** The rate limiter for a user's own limit, shared by all runs with the same limit; null if there is none. */
export function userLimiterOf(account: string, requestsPerMinute = 0): RateLimiter | null {
	if (requestsPerMinute <= 0) return null;
	return rateLimiters.use(
		`${account} ${requestsPerMinute}`,
		() => new RateLimiter(systemClock, requestsPerMinute, { burst: 0, spare: 0 }),
	);
}

/** A shop's items for the lists in the editor. */
export function listOf(shop: string): EditorList {
	return lists.use(shop, () => ({ items: new ItemList(), mutex: new KeyedMutex() }));
}

export function webhookCallsOf(step: string): WebhookCalls {
	return webhookCalls.use(step, () => new WebhookCalls());
}

/** Webhooks for which a refused call was logged recently. */
export const refusedCalls = new BoundedMap<string, true>(MOST_STEPS, {
	ms: 10 * 60_000,
	clock: systemClock,
});

export function pollMemoryOf(step: string): PollMemory {
	return polls.use(step, () => new PollMemory());
}

/** Keys whose requests are in flight, in all executions. */
export const keysInFlight: InFlight = new Map();

/** Runs the calls of a tool one at a time, by step and execution. */
export const toolMutex = new KeyedMutex();

export const peerProcesses = new PeerProcesses(systemClock, randomUUID());

/** The key memory of a step, which other processes may write to as well. */
export function stepTokensOf(step: string): StepTokens {
	return stepTokens.use(step, () => new StepTokens(systemClock, peerProcesses));
}

export function itemMutexOf(account: string): KeyedMutex {
	return itemMutexes.use(account, () => new KeyedMutex());
}

/** Tells the triggers of an account what this process writes to it. */
export function ownWritesOf(account: string): OwnWrites {
	return ownWrites.use(account, () => new OwnWrites());
}
