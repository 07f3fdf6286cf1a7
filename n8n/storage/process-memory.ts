/**
 * What all executions in this n8n process share, whatever the service: rate limits, keys whose requests are in flight, own
 * writes, and who changes what at the moment. What only one service remembers stands in its file in n8n/services.
 */
import { createHash, randomUUID } from 'crypto';
import type { InFlight } from '../../inventory/memory/held-keys';
import { ItemList } from '../../inventory/lookup/list-levels';
import { KeyedMutex } from '../../inventory/memory/keyed-mutex';
import { BoundedMap } from '../../inventory/model/bounded-map';
import { OwnWrites } from '../../inventory/triggers/own-writes';
import { PollMemory } from '../../inventory/triggers/poll-state';
import { WebhookCalls } from '../../inventory/triggers/webhook';
import { RateLimiter } from '../../platforms/http/rate-limiter';
import { systemClock } from '../host/clock';
import { PeerProcesses } from './peer-processes';
import { StepTokens } from './step-tokens';

/** When this process began to remember, in milliseconds since 1970. */
export const BEGAN = systemClock.now();

/** Accounts of which one kind of memory is kept; beyond them, the one not used for longest is forgotten. */
export const MOST_ACCOUNTS = 500;

/** Steps of workflows of which one kind of memory is kept. */
export const MOST_STEPS = 1_000;

/** Shops whose items are kept for the lists in the editor. */
const MOST_LISTS = 20;

/** Milliseconds a list in the editor is kept: as long as somebody searches in it, and levels change. */
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
/** The key memories of steps, as this process knows them. */
export const stepTokens = new BoundedMap<string, StepTokens>(MOST_STEPS);

/** Identifies an account without keeping its token. */
export function accountKey(baseUrl: string, token: string): string {
	return createHash('sha256')
		.update(JSON.stringify([baseUrl, token]))
		.digest('hex');
}

/** The one rate limiter of an account, for every node, execution and list that uses it. */
export function rateLimiterOf(account: string, requestsPerMinute: number): RateLimiter {
	return rateLimiters.use(account, () => new RateLimiter(systemClock, requestsPerMinute));
}

/** A limit the user asked for, for everyone who asked for the same; null where nothing was asked. */
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

/** What the calls of a step's webhook have reported. */
export function webhookCallsOf(step: string): WebhookCalls {
	return webhookCalls.use(step, () => new WebhookCalls());
}

/** Webhooks of which a refused call was logged lately. */
export const refusedCalls = new BoundedMap<string, true>(MOST_STEPS, {
	ms: 10 * 60_000,
	clock: systemClock,
});

/** What was seen by the polls of a step. */
export function pollMemoryOf(step: string): PollMemory {
	return polls.use(step, () => new PollMemory());
}

/** Keys whose requests are under way, for every execution. */
export const keysInFlight: InFlight = new Map();

/** Calls of a tool that is a step of one execution. */
export const toolMutex = new KeyedMutex();

export const peerProcesses = new PeerProcesses(systemClock, randomUUID());

/** The key memory of a step, which other processes may write to as well. */
export function stepTokensOf(step: string): StepTokens {
	return stepTokens.use(step, () => new StepTokens(systemClock, peerProcesses));
}

/** Lets only one at a time change an item of an account. */
export function itemMutexOf(account: string): KeyedMutex {
	return itemMutexes.use(account, () => new KeyedMutex());
}

/** What this process wrote to an account, for the triggers that watch it. */
export function ownWritesOf(account: string): OwnWrites {
	return ownWrites.use(account, () => new OwnWrites());
}
