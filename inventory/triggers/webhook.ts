/** Finds changes of stock from webhook calls, which may arrive at the same time, out of order, late and more than once. */
import { KeyedMutex } from '../memory/keyed-mutex';
import type { ConfirmedLevels } from '../memory/confirmed-levels';
import { BoundedMap } from '../model/bounded-map';
import type { Clock } from '../model/clock';
import type { Fault } from '../model/fault';
import type { Item } from '../model/item';
import { quantityOf } from '../model/level';
import type { Quantity } from '../model/level';
import type { Platform } from '../model/platform';
import { LAG, PendingWrites } from './own-writes';
import type { Difference, StockChange } from './stock-events';

/** What a call reports. */
export interface WebhookCall {
	/** Identifies the item. */
	key: string;
	quantity: Quantity;
	/** When the service sent it, in milliseconds since 1970. */
	at: number;
	/** Identifies the call: only a repetition has the same. */
	id: string;
	/** Whether it is known to come from the service. */
	isSigned: boolean;
}

/** What a call changed; `unordered` if only the level can tell. */
export type Taken = Difference | 'unordered' | null;

/** Milliseconds after which a call is no longer repeated. Webflow tries three times, ten minutes apart. */
const LATEST_RETRY = 40 * 60_000;

/** Calls remembered, to recognize repeated ones. */
const MOST_CALLS = 10_000;

const MOST_ITEMS = 50_000;

/** What the calls of one webhook have reported, in this process. */
export class WebhookCalls {
	readonly pending = new PendingWrites();
	private readonly levels = new BoundedMap<string, { quantity: Quantity; at: number }>(MOST_ITEMS);
	private readonly seen = new BoundedMap<string, true>(MOST_CALLS);
	/** Items with a call that could not be reported, and until when it may be repeated. */
	private readonly retriedUntil = new BoundedMap<string, number>(MOST_CALLS);
	/** When the first call was sent. */
	private firstAt: number | null = null;
	/** Keeps the readings of an item in order. */
	readonly mutex = new KeyedMutex();

	/**
	 * Records a call, without waiting for anything. Returns what it changed: null if that is nothing, or a newer call has
	 * overtaken it; `repeated` for a call that was seen before; `unordered` if it contradicts another call and either may
	 * be the later one, because both have the same time or this one may be an old call repeated with a new time.
	 *
	 * @param now Monotonic time, in milliseconds.
	 * @param missed Whether calls may have been missed before the first one that was recorded.
	 */
	take(call: WebhookCall, now: number, missed = false): Taken | 'repeated' {
		const { key, quantity, at, id } = call;
		if (this.seen.has(id)) return 'repeated';
		this.seen.set(id, true);
		this.firstAt = this.firstAt ?? at;
		const mayBeOld =
			(missed && at - this.firstAt < LATEST_RETRY) || at < (this.retriedUntil.get(key) ?? 0);
		const known = this.levels.get(key);
		const differs = known !== undefined && known.quantity !== quantity;
		const isUnordered = differs && (known.at === at || (mayBeOld && known.at < at));
		return isUnordered ? 'unordered' : this.takeLevel(call, now);
	}

	/** Records a level reported by a call or, if `lag` is 0, read after it. */
	takeLevel(
		{ key, quantity, at }: Pick<WebhookCall, 'key' | 'quantity' | 'at'>,
		now: number,
		lag = LAG,
	): Difference | null {
		const known = this.levels.get(key);
		if (known !== undefined && at < known.at) return null;
		const reading = { key, last: known?.quantity, reading: quantity };
		const expected = this.pending.subtract(reading, now, lag);
		this.levels.set(key, { quantity, at });
		if (expected === quantity) return null;
		this.pending.noteChange(key, now);
		return { from: expected, to: quantity };
	}

	/** A call could not be reported: undone, it is reported when it is repeated, or with the item's next call. */
	undo({ key, at, id }: WebhookCall, taken: Taken): void {
		this.seen.delete(id);
		if (taken === null || taken === 'unordered') return;
		const { from, to } = taken;
		this.retriedUntil.set(key, at + LATEST_RETRY);
		if (from !== undefined) {
			const delta = from === null || to === null ? undefined : from - to;
			this.pending.addReverse(key, { from: to, to: from, delta });
		} else if (this.levels.get(key)?.at === at) this.levels.delete(key);
	}
}

/** A service that can look up the SKU and name of the item in a call. */
export interface NamingPlatform extends Platform {
	/** The item with its SKU and name, or why they could not be looked up. */
	named(itemId: string): Promise<{ item: Item; fault: Fault | null }>;
}

interface WebhookSettings {
	/** SKUs to watch; empty for all. */
	skus: ReadonlySet<string>;
	confirmedLevels: ConfirmedLevels;
}

interface WebhookResult {
	change: StockChange | null;
	/** Why the call cannot be reported; it is reported when it is repeated. */
	fault: Fault | null;
	/** The order of calls was not known and the level could not be read, so the last call to arrive was believed. */
	isUncertain: boolean;
}

export class Webhook {
	constructor(
		private readonly platform: NamingPlatform,
		private readonly clock: Clock,
		private readonly calls: WebhookCalls,
		private readonly settings: WebhookSettings,
	) {}

	/** What a recorded call changed in the shop. */
	async changeOf(call: WebhookCall, taken: Taken): Promise<WebhookResult> {
		const { key, at } = call;
		this.note(call, taken);
		const quiet: WebhookResult = { change: null, fault: null, isUncertain: false };
		const outcome =
			taken === 'unordered'
				? await this.calls.mutex.run(key, async () => await this.readLevel(call))
				: { difference: taken, isUncertain: false };
		const { difference, isUncertain } = outcome;
		if (difference === null) return { ...quiet, isUncertain };
		const { item, fault } = await this.platform.named(key);
		const { skus } = this.settings;
		if (fault !== null && skus.size > 0) {
			// It is not known whether the item is one of the watched ones.
			this.calls.undo(call, difference);
			return { ...quiet, fault, isUncertain };
		}
		if (skus.size > 0 && !skus.has(item.sku ?? '')) return { ...quiet, isUncertain };
		const change: StockChange = {
			item,
			lowAt: null,
			difference: { ...difference, changes: at },
			at: this.calls.pending.timeOf(key, at, this.clock.now()),
		};
		return { ...quiet, change, isUncertain };
	}

	/** A signed call confirms a level; after two that contradict each other, no level is trusted. */
	private note({ key, quantity, at, isSigned }: WebhookCall, taken: Taken): void {
		const { confirmedLevels } = this.settings;
		const now = this.clock.monotonic();
		if (taken === 'unordered') confirmedLevels.forget(key, now);
		else if (isSigned) {
			const level = { quantity, unlimited: quantity === null, reserved: null, updatedAt: null };
			const age = Math.max(this.clock.now() - at, 0);
			confirmedLevels.confirm(key, level, now - age);
		}
	}

	/** Settles calls whose order is not known: by the level or, if it cannot be read, by the call that arrived last. */
	private async readLevel(
		call: WebhookCall,
	): Promise<{ difference: Difference | null; isUncertain: boolean }> {
		const { key, at } = call;
		const { item } = await this.platform.named(key);
		const asked = this.clock.monotonic();
		const [answer] = await this.platform.read([item], 'byId');
		const quantity = answer.kind === 'level' ? quantityOf(answer.reading) : undefined;
		if (quantity === undefined || answer.kind !== 'level') {
			return { difference: this.calls.takeLevel(call, asked), isUncertain: true };
		}
		this.settings.confirmedLevels.confirm(key, answer.reading, asked);
		const difference = this.calls.takeLevel({ key, quantity, at }, asked, 0);
		return { difference, isUncertain: false };
	}
}
