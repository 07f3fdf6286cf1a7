import type { Clock } from '../../inventory/clock.ts';

/** A clock that nobody waits for: a sleep is over at once, and the time has passed. For one sleeper at a time. */
export class InstantClock implements Clock {
	/** Every sleep, in milliseconds, in order. */
	readonly sleeps: number[] = [];

	constructor(private time = Date.parse('2026-03-02T08:00:00Z')) {}

	now(): number {
		return this.time;
	}

	async sleep(ms: number): Promise<void> {
		this.sleeps.push(ms);
		this.time += ms;
	}

	/** Lets time pass. */
	pass(ms: number): void {
		this.time += ms;
	}
}

/** A clock for several sleepers: when everyone sleeps, it jumps to whoever wakes first. */
export class SharedClock implements Clock {
	private readonly sleepers: Array<{ wake: number; resolve: () => void }> = [];
	private scheduled = false;

	constructor(private time = Date.parse('2026-03-02T08:00:00Z')) {}

	now(): number {
		return this.time;
	}

	async sleep(ms: number): Promise<void> {
		await new Promise<void>((resolve) => {
			this.sleepers.push({ wake: this.time + ms, resolve });
			this.schedule();
		});
	}

	private schedule(): void {
		if (this.scheduled) return;
		this.scheduled = true;
		setImmediate(() => {
			this.scheduled = false;
			this.sleepers.sort((a, b) => a.wake - b.wake);
			const first = this.sleepers.shift();
			if (first === undefined) return;
			this.time = Math.max(this.time, first.wake);
			first.resolve();
			if (this.sleepers.length > 0) this.schedule();
		});
	}
}
