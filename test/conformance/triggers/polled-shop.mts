/** A shop, and what a trigger keeps of it between polls. */
import { OwnWrites } from '../../../inventory/triggers/own-writes.ts';
import { Poll, type PollSettings } from '../../../inventory/triggers/poll.ts';
import { PollMemory, type PollState } from '../../../inventory/triggers/poll-state.ts';
import type { CatalogueProduct } from '../../../sandbox/catalogue.mts';
import type { EcwidSwitches } from '../../../sandbox/ecwid/switches.mts';
import type { RootFiSwitches } from '../../../sandbox/rootfi/switches.mts';
import { ConfirmedCopies } from '../../../platforms/rootfi/confirmed-copies.ts';
import { Sandbox } from '../../../sandbox/sandbox.mts';
import { InstantClock } from '../../support/clock.mts';
import { openShop, type Shop } from '../../support/shops.mts';

export type Polled = 'ecwid' | 'rootfi';
export const POLLED: Polled[] = ['ecwid', 'rootfi'];

export const MINUTE = 60_000;
export const NO_DEADLINE = Number.POSITIVE_INFINITY;

export const goods = (count: number): CatalogueProduct[] =>
	Array.from({ length: count }, (_, n) => ({ name: `Item ${n}`, sku: `S${n}`, quantity: 50 }));

/** A shop, and what a trigger keeps of it between polls. */
export class PolledShop {
	readonly shop: Shop;
	readonly own = new OwnWrites();
	private memory = new PollMemory();
	/** Names the shop and the company. */
	scope = 'shop';
	private readonly confirmed = new ConfirmedCopies();
	state: PollState | undefined;
	constructor(
		readonly service: Polled,
		products: CatalogueProduct[] = goods(3),
		public settings: Partial<PollSettings> = {},
		/** Milliseconds from n8n's clock to the service's. */
		public ahead = 0,
	) {
		const clock = new InstantClock();
		const sandbox = new Sandbox({ now: () => clock.now() + this.ahead });
		this.shop = openShop(service, { clock, sandbox, confirmed: this.confirmed });
		this.shop.sandbox.seed({ products });
		this.shop.sandbox.limit(service, { requests: 1_000_000 });
	}

	/** A poll as n8n makes one: with a connection of its own, and a state that was written and read. */
	async poll(deadline = NO_DEADLINE, isPublished = false) {
		const { sandbox, clock } = this.shop;
		clock.pass(MINUTE);
		const { confirmed, memory } = this;
		const { platform } = openShop(this.service, { sandbox, clock, confirmed });
		const stored = this.state && (JSON.parse(JSON.stringify(this.state)) as PollState);
		this.own.attach('trigger', memory.pending);
		this.state = memory.resume(stored, this.scope, clock, isPublished);
		const settings = {
			fullSweepMinutes: 60,
			skus: new Set<string>(),
			choice: [...(this.settings.skus ?? [])].join(),
			pending: memory.pending,
			...this.settings,
		};
		return await new Poll(platform, clock, this.state, settings).poll(deadline);
	}

	/** n8n starts again, with the state it stored last. */
	restart(stored: PollState | undefined): void {
		this.own.detach('trigger');
		this.memory = new PollMemory();
		this.state = stored;
	}

	async seen(deadline?: number, isPublished?: boolean): Promise<unknown[]> {
		const { changes, fault } = await this.poll(deadline, isPublished);
		expect(fault).toBeNull();
		return changes
			.map(({ item, difference: { from, to } }) => [item.sku, from, to] as const)
			.sort(([a], [b]) => String(a).localeCompare(String(b)));
	}

	sell(sku: string, delta = -1): void {
		this.shop.sandbox.change(this.service, { sku, delta });
	}

	setSwitches(switches: Partial<EcwidSwitches> & Partial<RootFiSwitches>): void {
		Object.assign(this.shop.sandbox[this.service].switches, switches);
	}

	/** Requests since the last call. */
	requests(): number {
		const { log } = this.shop.sandbox;
		const count = log.all().filter(({ method }) => method === 'GET').length;
		log.clear();
		return count;
	}
}
