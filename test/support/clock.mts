import type { Clock } from '../../inventory/model/clock.ts';

interface Sleeper {
	wake: number;
	resolve: () => void;
}

/** A clock that nobody waits for: when everyone sleeps, it jumps to whoever wakes first. */
export class InstantClock implements Clock {
	/** Every sleep, in milliseconds, in order. */
	readonly sleeps: number[] = [];
	private readonly sleepers: Sleeper[] = [];
	private scheduled = false;
	/** As a process that has run for a day counts it: nothing like the clock on the wall. */
	private time = 24 * 60 * 60_000;
	/** From the one clock to the other, in milliseconds. */
	private wallOffset: number;

	constructor(began = Date.parse('2026-03-02T08:00:00Z')) {
		this.wallOffset = began - this.time;
	}

	now(): number {
		return this.time + this.wallOffset;
	}

	monotonic(): number {
		return this.time;
	}

	async sleep(ms: number): Promise<void> {
		this.sleeps.push(ms);
		await new Promise<void>((resolve) => {
			this.sleepers.push({ wake: this.time + ms, resolve });
			this.schedule();
		});
	}

	/** Lets time pass. */
	pass(ms: number): void {
		this.time += ms;
	}

	/** Sets the clock on the wall, forward or back. */
	set(ms: number): void {
		this.wallOffset += ms;
	}

	private schedule(): void {
		if (this.scheduled) return;
		this.scheduled = true;
		// What is under way goes as far as it can before anybody wakes.
		setImmediate(() => {
			this.scheduled = false;
			this.sleepers.sort((a, b) => a.wake - b.wake);
			const first = this.sleepers.shift() as Sleeper;
			this.time = Math.max(this.time, first.wake);
			first.resolve();
			if (this.sleepers.length > 0) this.schedule();
		});
	}
}
