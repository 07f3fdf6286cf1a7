import type { Repeatability } from './retry-policy';

/** After this many failures in a row, a service counts as down, and the rest of the run is not tried. */
const MOST_FAILURES = 3;

/**
 * Whether a service is up, as one run sees it. A service can answer every read and accept no write, so the two are counted
 * separately.
 */
export class Health {
	/** Requests in a row that failed after all their retries. */
	private failures = 0;
	/** Writes in a row with an unknown outcome. */
	private unknownWrites = 0;

	/** The service answered without a server error. */
	answered(): void {
		this.failures = 0;
	}

	/** A request failed after all its retries. */
	failed(): void {
		this.failures += 1;
	}

	wrote(isKnown: boolean): void {
		this.unknownWrites = isKnown ? 0 : this.unknownWrites + 1;
	}

	/** Reads continue if only writes fail: uncertain writes still have to be read back. */
	isDownFor(repeatability: Repeatability): boolean {
		if (this.failures >= MOST_FAILURES) return true;
		return repeatability !== 'safe' && this.unknownWrites >= MOST_FAILURES;
	}
}
