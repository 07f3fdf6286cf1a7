/** Keeps track of whether other n8n processes are at work on the same memories. */
import type { Clock } from '../../inventory/model/clock';

/** Milliseconds for which another process counts as present after it was proven to be. */
const REMEMBERED = 60 * 60_000;

/** The least time, in milliseconds, to wait for a call of another process to end. */
const LEAST_PATIENCE = 100;

/** The same as a multiple of the longest recent call of this process; and the most. */
const PATIENCE = 4;
const MOST_PATIENCE = 1_000;

/** Milliseconds after which a process announces itself again. */
const PRESENCE = 5 * 60_000;

export class PeerProcesses {
	private provenUntil = Number.NEGATIVE_INFINITY;
	private suspectedUntil = Number.NEGATIVE_INFINITY;
	/** The longest recent call, in milliseconds. */
	private longest = 0;
	private marks = 0;

	/** @param name Unique among all processes. */
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

	/** Another process may be present; perhaps it was only this one before a restart. */
	suspect(ms: number): void {
		this.suspectedUntil = this.clock.monotonic() + ms;
	}

	/** The suspected process did not show itself. */
	doubt(): void {
		this.suspectedUntil = Number.NEGATIVE_INFINITY;
	}

	/** How long to wait for a call of another process to end, in milliseconds. */
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
 * Announces to other processes that this one is at work on the memory of a step. In every five minutes, the first process
 * records a token; the next one finds and removes it, and the first one notices that it is missing. So both know.
 */
export class Presence {
	/** The token this process recorded. */
	own: string | null = null;
	private last = '';

	constructor(
		private readonly clock: Clock,
		private readonly peers: PeerProcesses,
	) {}

	/** The token to record with the next call; null if this process has announced itself in these five minutes. */
	due(): string | null {
		const token = `here ${Math.floor(this.clock.now() / PRESENCE)}`;
		return token === this.last ? null : token;
	}

	/** Evaluates what a call showed. Returns the tokens to remove. */
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
		// The other process is expected to announce itself in the next five minutes, too.
		this.peers.suspect(2 * PRESENCE - (this.clock.now() % PRESENCE));
		return [...over, arrival];
	}
}
