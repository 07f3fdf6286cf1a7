/**
 * What webhooks told of a shop's levels, in this process: several may arrive at once, out of order, and more than once.
 */
import type { Difference } from './stock-events';
import type { Quantity } from '../model/level';
import { KeyedMutex } from '../memory/keyed-mutex';

export interface WebhookCall {
	/** The item. */
	key: string;
	pieces: Quantity;
	/** When the service sent it, in milliseconds since 1970. */
	at: number;
	/** The same for the same delivery only. */
	mark: string;
}

/** Milliseconds after which no call of a webhook is made again. Webflow tries three times, ten minutes apart. */
export const LATEST_REDELIVERY = 40 * 60_000;

/** Deliveries remembered, to know a repeated one again. */
const MOST_MARKS = 10_000;

/** Items remembered; the ones told of longest ago are forgotten first. */
const MOST_ITEMS = 50_000;

export class WebhookCalls {
	private readonly levels = new Map<string, { pieces: Quantity; at: number }>();
	private readonly marks = new Set<string>();
	/** When the first delivery was sent. */
	private heardSince: number | null = null;
	/** For readings of an item's level: the one that was asked for later must not be taken in first. */
	readonly turns = new KeyedMutex();

	/**
	 * Takes a delivery in, at once. Returns how the level differs; null when it does not, or when a younger one has
	 * overtaken it; `repeated` when the delivery was seen before; `unordered` when it contradicts another that may be the
	 * later one: because it is of the very same time, or because it may be an old one that nobody took the first time and
	 * that was signed anew. Which of the two came last is for `settle` to tell.
	 *
	 * @param missed Whether deliveries may have come when nobody was there, before the first that was heard.
	 */
	take(
		{ key, pieces, at, mark }: WebhookCall,
		missed = false,
	): Difference | 'repeated' | 'unordered' | null {
		if (this.marks.has(mark)) return 'repeated';
		this.marks.add(mark);
		if (this.marks.size > MOST_MARKS) this.marks.delete(this.marks.values().next().value as string);
		this.heardSince = this.heardSince ?? at;
		const mayBeOld = missed && at - this.heardSince < LATEST_REDELIVERY;
		const known = this.levels.get(key);
		const differs = known !== undefined && known.pieces !== pieces;
		const unordered = differs && (known.at === at || (mayBeOld && known.at < at));
		return unordered ? 'unordered' : this.settle(key, pieces, at);
	}

	/** Forgets a delivery that could not be told of, so that it counts when it comes again. */
	giveBack({ key, at, mark }: WebhookCall, taken: Difference | 'unordered' | null): void {
		this.marks.delete(mark);
		if (taken === null || taken === 'unordered') return;
		const { from, to } = taken;
		const known = this.levels.get(key);
		// What came since has told of it as the level before.
		if (known === undefined || known.at !== at || known.pieces !== to) return;
		if (from === undefined) this.levels.delete(key);
		else this.levels.set(key, { pieces: from, at: at - 1 });
	}

	/** Takes in what a level was at a time or, as a reading showed, after it; null when a younger delivery has come. */
	settle(key: string, pieces: Quantity, at: number): Difference | null {
		const known = this.levels.get(key);
		if (known !== undefined && at < known.at) return null;
		this.levels.delete(key);
		this.levels.set(key, { pieces, at });
		if (this.levels.size > MOST_ITEMS)
			this.levels.delete(this.levels.keys().next().value as string);
		return known !== undefined && known.pieces === pieces
			? null
			: { from: known?.pieces, to: pieces };
	}
}
