import type { Repeatability } from './retry-policy';

/** After so many failures in a row a service is taken to be down, and the rest of the run is not tried. */
const MOST_FAILURES = 3;

/**
 * Whether a service is up, as one run finds it. A service may answer every read and take no write, so the two are counted
 * apart: a good reading says nothing of the writes between.
 */
export class Health {
	/** Requests in a row that were given up, however often they were tried. */
	private failures = 0;
	/** Writes in a row of which nobody could tell what became of them. */
	private unknownWrites = 0;

	/** The service answered, and not that it is broken. */
	answered(): void {
		this.failures = 0;
	}

	/** A request was given up. */
	failed(): void {
		this.failures += 1;
	}

	/** A write ended. */
	wrote(isKnown: boolean): void {
		this.unknownWrites = isKnown ? 0 : this.unknownWrites + 1;
	}

	/** Reads continue where only writes fail: what the last of them did is still to be read back. */
	isDownFor(repeatability: Repeatability): boolean {
		if (this.failures >= MOST_FAILURES) return true;
		return repeatability !== 'safe' && this.unknownWrites >= MOST_FAILURES;
	}
}
