/**
 * What webhooks told of a shop's levels, in this process: several may arrive at once, out of order, and more than once.
 */
import type { Difference, Pieces } from './events';

export interface Delivery {
	/** The item. */
	key: string;
	pieces: Pieces;
	/** When the service sent it, in milliseconds since 1970. */
	at: number;
	/** The same for the same delivery only. */
	mark: string;
}

/** Deliveries remembered, to know a repeated one again. */
const MOST_MARKS = 10_000;

export class Deliveries {
	private readonly levels = new Map<string, { pieces: Pieces; at: number }>();
	private readonly marks = new Set<string>();

	/**
	 * Takes a delivery in, at once. Returns how the level differs; null when it does not, when the delivery was seen
	 * before, or when a younger one has overtaken it.
	 */
	take({ key, pieces, at, mark }: Delivery): Difference | null {
		if (this.marks.has(mark)) return null;
		this.marks.add(mark);
		if (this.marks.size > MOST_MARKS) this.marks.delete(this.marks.values().next().value as string);
		const known = this.levels.get(key);
		if (known !== undefined && at < known.at) return null;
		this.levels.set(key, { pieces, at });
		return known !== undefined && known.pieces === pieces
			? null
			: { from: known?.pieces, to: pieces };
	}
}
