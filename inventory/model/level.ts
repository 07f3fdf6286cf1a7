/** A stock level, and a reading of one. */

export interface Level {
	/** Units on hand; may be below zero; null when unlimited or not reported by the service. */
	quantity: number | null;
	/** True when the service does not count this item. */
	unlimited: boolean;
	/** RootFi: units held for open orders; null elsewhere. */
	reserved: number | null;
	/** ISO 8601, UTC, as the service reports it; null if it reports none. */
	updatedAt: string | null;
	/** Why nothing may be computed from this level: it is known to be outdated, or unreadable. */
	outdated?: string;
	/** The service reported something that is not a level; `outdated` says what. */
	isUnreadable?: true;
}

/** A level and where it came from: a list or a memory can lag, a reading by ID does not. */
export interface Reading extends Level {
	source: 'id' | 'list' | 'memory';
	/** Monotonic time of the reading, in milliseconds. */
	at: number;
}

/** Units on hand; null when the item is not counted. */
export type Quantity = number | null;

/** Undefined where the service reported no level. */
export function quantityOf(level: Level | null): Quantity | undefined {
	if (level === null) return undefined;
	return level.unlimited ? null : (level.quantity ?? undefined);
}

/** At how many units an item counts as low. */
export interface Threshold {
	threshold: number;
	/** Whether the service's own threshold, if an item has one, replaces `threshold`. */
	byService: boolean;
}

/** @param lowAt The service's own threshold of the item. */
export function thresholdFor({ threshold, byService }: Threshold, lowAt: number | null): number {
	return byService ? (lowAt ?? threshold) : threshold;
}

/** A level as it is written in a sentence. */
export function levelText({ quantity, unlimited }: Level): string {
	return unlimited ? 'unlimited' : quantity === null ? 'no number' : String(quantity);
}
