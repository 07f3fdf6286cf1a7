/**
 * Recognizes outdated readings by the levels that this process saw confirmed. RootFi answers a write from the shop but a
 * reading from its own copy, which can be behind: a copy that is no newer than the confirmed level, and shows another
 * one, is outdated.
 */
import { BoundedMap } from '../../inventory/model/bounded-map';
import type { Level } from '../../inventory/model/level';

/** Rows remembered; those confirmed longest ago are forgotten first. */
const MOST_ROWS = 50_000;

export class ConfirmedCopies {
	private readonly rows = new BoundedMap<string, { quantity: number; at: number }>(MOST_ROWS);

	/** Remembers a level from the answer to a write, or from a reading that is not outdated. */
	confirm(id: string, { quantity, updatedAt }: Level): void {
		const stamp = Date.parse(updatedAt ?? '');
		if (quantity === null || Number.isNaN(stamp)) return;
		const known = this.rows.get(id);
		// An older copy that happens to show the same level does not replace the newer time.
		const at = known?.quantity === quantity ? Math.max(known.at, stamp) : stamp;
		this.rows.set(id, { quantity, at });
	}

	/** Why a reading is outdated, or null. */
	outdated(id: string, { quantity, updatedAt }: Level): string | null {
		const confirmed = this.rows.get(id);
		if (confirmed === undefined || quantity === confirmed.quantity) return null;
		if (!(Date.parse(updatedAt ?? '') <= confirmed.at)) return null;
		return `RootFi has not yet picked up the last change: it shows ${quantity ?? 'no level'}, where ${confirmed.quantity} was confirmed. Run this row again after RootFi's next sync.`;
	}
}
