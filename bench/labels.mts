/** Names for the tables and the plot. */
import type { Contestant } from './cells.mts';

export const CONTESTANTS: Record<Contestant, string> = {
	package: 'this package',
	httpRequest: 'HTTP Request',
	sdk: 'Webflow SDK',
};

export function megabytes(bytes: number): string {
	return Math.max(bytes / 1e6, 0).toFixed(1);
}

/** A ratio, rounded for reading. */
export function ratio(value: number): string {
	if (!Number.isFinite(value)) return '–';
	return value >= 10 ? value.toFixed(0) : value.toFixed(2);
}
