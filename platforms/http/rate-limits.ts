/** The limits that a run keeps: the service's own, and the one its user asked for. */
import type { CancelSignal } from '../../inventory/model/clock';
import type { Reservation, WriteOptions } from '../../inventory/model/platform';
import type { NoSlot, RateLimiter, Slot, SlotOptions } from './rate-limiter';

export class RateLimits {
	private readonly all: RateLimiter[];

	constructor(
		readonly service: RateLimiter,
		/** The user's own limit; null if there is none. */
		user: RateLimiter | null,
		readonly signal?: CancelSignal,
	) {
		this.all = user === null ? [service] : [user, service];
	}

	/** Waits until one request may leave; uses a reserved slot if there is one. */
	async slot({ leaveBy, reservation }: WriteOptions): Promise<Slot> {
		if (reservation instanceof ReservedSlots && reservation.use()) {
			return await this.service.pauseOver({ leaveBy, signal: this.signal });
		}
		return await this.take({ leaveBy });
	}

	async reserve(count: number): Promise<NoSlot | { kind: 'reserved'; reservation: Reservation }> {
		const ticket = {};
		const slot = await this.take({ count, ticket });
		if (slot.kind !== 'go') return slot;
		return { kind: 'reserved', reservation: new ReservedSlots(this.all, ticket, count) };
	}

	/** Takes slots of all limits or of none. */
	private async take(wanted: SlotOptions): Promise<Slot> {
		const { count = 1, ticket = {} } = wanted;
		const options = { ...wanted, ticket, signal: this.signal };
		// First: a slot of the user's limit that then waited for a pause would leave together with the next one.
		const open = await this.service.pauseOver(options);
		if (open.kind !== 'go') return open;
		const taken: RateLimiter[] = [];
		for (const limiter of this.all) {
			const slot = await limiter.slot(this, options);
			if (slot.kind !== 'go') {
				for (const other of taken) other.returnSlots(count, ticket);
				return slot;
			}
			taken.push(limiter);
		}
		return { kind: 'go' };
	}
}

class ReservedSlots implements Reservation {
	constructor(
		private readonly limiters: RateLimiter[],
		private readonly ticket: object,
		private left: number,
	) {}

	/** Returns false when none is left. */
	use(): boolean {
		if (this.left === 0) return false;
		this.left -= 1;
		return true;
	}

	release(): void {
		for (const limiter of this.limiters) limiter.returnSlots(this.left, this.ticket);
		this.left = 0;
	}
}
