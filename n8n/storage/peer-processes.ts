/**
 * Whether another n8n process is at work on the same memories; for all steps of this process.
 */
import type { Clock } from '../../inventory/model/clock';

/** Milliseconds for which a process that was proven to be there is reckoned with. */
const REMEMBERED = 60 * 60_000;

/** The least time, in milliseconds, that a write of another process is given to end. */
const LEAST_PATIENCE = 100;

/** The same, as a multiple of the longest call this process has seen of late; and the most. */
const PATIENCE = 4;
const MOST_PATIENCE = 1_000;

/** Milliseconds after which a process shows again that it is here. */
const PRESENCE = 5 * 60_000;

export class PeerProcesses {
	private provenUntil = Number.NEGATIVE_INFINITY;
	private suspectedUntil = Number.NEGATIVE_INFINITY;
	/** The longest call of late, in milliseconds. */
	private longest = 0;
	private marks = 0;

	/** @param name Unlike that of any other process. */
	constructor(
		private readonly clock: Clock,
		private readonly name: string,
	) {}

	get noticed(): boolean {
		return this.clock.monotonic() < Math.max(this.provenUntil, this.suspectedUntil);
	}

	/** Another process overwrote something of this one. */
	notice(): void {
		this.provenUntil = this.clock.monotonic() + REMEMBERED;
	}

	/** Somebody was here; perhaps only this process, before it was restarted. */
	suspect(ms: number): void {
		this.suspectedUntil = this.clock.monotonic() + ms;
	}

	/** Whoever was waited for did not show itself. */
	doubt(): void {
		this.suspectedUntil = Number.NEGATIVE_INFINITY;
	}

	/** Longer than any call of another process may take, in milliseconds. */
	get patience(): number {
		return Math.min(Math.max(LEAST_PATIENCE, PATIENCE * this.longest), MOST_PATIENCE);
	}

	took(ms: number): void {
		this.longest = Math.max(ms, this.longest * 0.95);
	}

	nextMark(): string {
		this.marks += 1;
		return `mark ${this.name} ${this.marks}`;
	}
}

/**
 * Shows the others that this process is at work on the memory of a step: the first to come in every five minutes records
 * a token. Whoever comes next finds it and takes it away, so that the first misses it, and both know.
 */
export class Presence {
	/** The token this process recorded. */
	own: string | null = null;
	private last = '';

	constructor(
		private readonly clock: Clock,
		private readonly peers: PeerProcesses,
	) {}

	/** The token to be recorded with the next call, or null where these five minutes have one. */
	due(): string | null {
		const token = `here ${Math.floor(this.clock.now() / PRESENCE)}`;
		return token === this.last ? null : token;
	}

	/** What a call has shown. Returns the tokens to be taken away. */
	see(arrival: string | null, there: Set<string>): string[] {
		if (arrival === null) {
			if (this.own !== null && !there.has(this.own)) this.peers.notice();
			return [];
		}
		const over = this.own === null ? [] : [this.own];
		const isForeign = there.has(arrival);
		this.last = arrival;
		this.own = isForeign ? null : arrival;
		if (!isForeign) return over;
		// The one who was here is expected to show itself in the next five minutes, too.
		this.peers.suspect(2 * PRESENCE - (this.clock.now() % PRESENCE));
		return [...over, arrival];
	}
}
