/**
 * What all executions in this n8n process share: the pace of each token, what was learned of each shop, the keys whose
 * requests are in flight, and whose turn it is.
 */
import { createHash } from 'crypto';
import { Deliveries } from '../inventory/deliveries';
import type { InFlight } from '../inventory/keys';
import { LevelMemory } from '../inventory/level-memory';
import { OwnWrites } from '../inventory/own-writes';
import { Pacer } from '../inventory/pacing';
import { Turns } from '../inventory/turns';
import { BatchAttempts } from '../platforms/ecwid/batch';
import { ConfirmedLevels } from '../platforms/rootfi/confirmed';
import { SkuIndex } from '../platforms/webflow/sku-index';
import { systemClock } from './clock';

const pacers = new Map<string, Pacer>();
const batchAttempts = new Map<string, BatchAttempts>();
const confirmedLevels = new Map<string, ConfirmedLevels>();
const levels = new Map<string, LevelMemory>();
const indexes = new Map<string, SkuIndex>();
const ownWrites = new Map<string, OwnWrites>();
const deliveries = new Map<string, Deliveries>();
const itemTurns = new Map<string, Turns>();

/** Names an account without keeping its token. */
export function accountKey(baseUrl: string, token: string): string {
	return createHash('sha256')
		.update(JSON.stringify([baseUrl, token]))
		.digest('hex');
}

/** The one pacer of an account, for every node, execution and list that uses it. */
export function pacerOf(account: string, requestsPerMinute: number): Pacer {
	return remembered(pacers, account, () => new Pacer(systemClock, requestsPerMinute));
}

/** A pace the user asked for, for everyone who asked for the same; none where nothing was asked. */
export function boundOf(account: string, requestsPerMinute = 0): Pacer | undefined {
	if (requestsPerMinute <= 0) return undefined;
	return remembered(
		pacers,
		`${account} ${requestsPerMinute}`,
		() => new Pacer(systemClock, requestsPerMinute, { burst: 0, spare: 0 }),
	);
}

/** The levels this process saw confirmed in an account. */
export function levelsOf(account: string): LevelMemory {
	return remembered(levels, account, () => new LevelMemory());
}

/** How often the batches of a step, in an Ecwid store, were answered as not executed. */
export function batchAttemptsOf(scope: string): BatchAttempts {
	return remembered(batchAttempts, scope, () => new BatchAttempts(scope));
}

/** The levels this process saw confirmed at RootFi. */
export function confirmedLevelsOf(account: string): ConfirmedLevels {
	return remembered(confirmedLevels, account, () => new ConfirmedLevels());
}

export function skuIndexOf(account: string): SkuIndex {
	return remembered(indexes, account, () => new SkuIndex());
}

/** What the webhook of a step was told. */
export function deliveriesOf(step: string): Deliveries {
	return remembered(deliveries, step, () => new Deliveries());
}

/** Steps whose poll has not ended yet. */
export const pollsUnderWay = new Set<string>();

/** Keys whose requests are under way, for every execution. */
export const keysInFlight: InFlight = new Map();

/** Calls of a tool that is a step of one execution. */
export const toolTurns = new Turns();

/** Whose turn it is to write to n8n's key memory. */
export const memoryTurns = new Turns();

/** Whose turn it is to change an item of an account. */
export function itemTurnsOf(account: string): Turns {
	return remembered(itemTurns, account, () => new Turns());
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
