/**
 * What all executions in this n8n process share: the pace of each token, what was learned of each shop, the keys whose
 * requests are in flight, and whose turn it is.
 */
import { createHash, randomUUID } from 'crypto';
import { WebhookCalls } from '../../inventory/triggers/webhook';
import type { InFlight } from '../../inventory/memory/held-keys';
import { ItemList } from '../../inventory/lookup/list-levels';
import { ConfirmedLevels } from '../../inventory/memory/confirmed-levels';
import { BoundedMap } from '../../inventory/model/bounded-map';
import { OwnWrites } from '../../inventory/triggers/own-writes';
import { PollMemory } from '../../inventory/triggers/poll-state';
import { RateLimiter } from '../../platforms/http/rate-limiter';
import { KeyedMutex } from '../../inventory/memory/keyed-mutex';
import { BatchAttempts } from '../../platforms/ecwid/batch-attempts';
import { OutdatedCopies } from '../../platforms/rootfi/outdated-copies';
import { SkuIndex } from '../../platforms/webflow/sku-index';
import { systemClock } from '../host/clock';
import { PeerProcesses } from './peer-processes';
import { StepTokens } from './step-tokens';

/** When this process began to remember, in milliseconds since 1970. */
export const BEGAN = systemClock.now();

/** Triggers remembered, those that were not heard of for longest are forgotten first. */
const MOST_TRIGGERS = 200;

const pacers = new Map<string, RateLimiter>();
const batchAttempts = new Map<string, BatchAttempts>();
const confirmedLevels = new Map<string, OutdatedCopies>();
const lists = new Map<string, { items: ItemList; turns: KeyedMutex; at: number }>();
const levels = new Map<string, ConfirmedLevels>();
const indexes = new Map<string, SkuIndex>();
const ownWrites = new Map<string, OwnWrites>();
const webhookCalls = new BoundedMap<string, WebhookCalls>(MOST_TRIGGERS);
const polls = new BoundedMap<string, PollMemory>(MOST_TRIGGERS);
const itemTurns = new Map<string, KeyedMutex>();
/** The key memories of steps, as this process knows them. */
export const stepTokens = new Map<string, StepTokens>();

/** Names an account without keeping its token. */
export function accountKey(baseUrl: string, token: string): string {
	return createHash('sha256')
		.update(JSON.stringify([baseUrl, token]))
		.digest('hex');
}

/** The one pacer of an account, for every node, execution and list that uses it. */
export function rateLimiterOf(account: string, requestsPerMinute: number): RateLimiter {
	return remembered(pacers, account, () => new RateLimiter(systemClock, requestsPerMinute));
}

/** A pace the user asked for, for everyone who asked for the same; none where nothing was asked. */
export function userLimiterOf(account: string, requestsPerMinute = 0): RateLimiter | null {
	if (requestsPerMinute <= 0) return null;
	return remembered(
		pacers,
		`${account} ${requestsPerMinute}`,
		() => new RateLimiter(systemClock, requestsPerMinute, { burst: 0, spare: 0 }),
	);
}

/** The levels this process saw confirmed in an account. */
export function confirmedLevelsOf(account: string): ConfirmedLevels {
	return remembered(levels, account, () => new ConfirmedLevels());
}

/** Milliseconds a list in the editor is kept: as long as somebody searches in it, and levels change. */
const LIST_LIFE = 60_000;

/** A shop's items for the lists in the editor. */
export function listOf(shop: string): { items: ItemList; turns: KeyedMutex } {
	const now = systemClock.now();
	for (const [name, { at }] of lists) if (now - at >= LIST_LIFE) lists.delete(name);
	return remembered(lists, shop, () => ({
		items: new ItemList(),
		turns: new KeyedMutex(),
		at: now,
	}));
}

/** How often the batches of a step, in an Ecwid store, were answered as not executed. */
export function batchAttemptsOf(scope: string): BatchAttempts {
	return remembered(batchAttempts, scope, () => new BatchAttempts(scope));
}

/** The levels this process saw confirmed at RootFi. */
export function outdatedCopiesOf(account: string): OutdatedCopies {
	return remembered(confirmedLevels, account, () => new OutdatedCopies());
}

export function skuIndexOf(account: string): SkuIndex {
	return remembered(indexes, account, () => new SkuIndex());
}

/** What the calls of a step's webhook have reported. */
export function webhookCallsOf(step: string): WebhookCalls {
	return webhookCalls.use(step, () => new WebhookCalls());
}

/** Webhooks of which a refused call was logged lately. */
export const refusedCalls = new BoundedMap<string, true>(MOST_TRIGGERS, {
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
	return remembered(stepTokens, step, () => new StepTokens(systemClock, peerProcesses));
}

/** Whose turn it is to change an item of an account. */
export function itemMutexOf(account: string): KeyedMutex {
	return remembered(itemTurns, account, () => new KeyedMutex());
}

/** What this process wrote to an account, for the triggers that watch it. */
export function ownWritesOf(account: string): OwnWrites {
	return remembered(ownWrites, account, () => new OwnWrites());
}

function remembered<T>(map: Map<string, T>, key: string, make: () => T): T {
	const known = map.get(key);
	if (known !== undefined) return known;
	const made = make();
	map.set(key, made);
	return made;
}
