/** A Webflow shop, what a trigger knows from its calls, and the calls that are on their way to it. */
import { OwnWrites } from '../../../inventory/triggers/own-writes.ts';
import {
	Webhook,
	WebhookCalls,
	type NamingPlatform,
	type WebhookCall,
} from '../../../inventory/triggers/webhook.ts';
import { ConfirmedLevels } from '../../../inventory/memory/confirmed-levels.ts';
import type { StockChange } from '../../../inventory/triggers/stock-events.ts';
import { SITE_TOKEN } from '../../../platforms/webflow/access.ts';
import { Hooks } from '../../../platforms/webflow/hooks.ts';
import { WINDOW } from '../../../platforms/webflow/signature.ts';
import type { CatalogueProduct } from '../../../sandbox/catalogue.mts';
import { Sandbox } from '../../../sandbox/sandbox.mts';
import { InstantClock } from '../../support/clock.mts';
import { openShop, SITE_ID, type Shop } from '../../support/shops.mts';

/** A call on its way: what it says, and when it was signed. */
interface Delivery {
	body: string;
	at: number;
}

export class CalledShop {
	readonly shop: Shop;
	own = new OwnWrites();
	/** Calls that have not arrived yet, in the order in which they were made. */
	readonly waiting: Delivery[] = [];
	/** Calls that arrived, or got lost: each may come again. */
	readonly past: Delivery[] = [];
	/** Whether calls arrive at once. */
	isQuick = false;
	/** Told of every change that the trigger tells. */
	onChange: (change: StockChange) => void = () => {};
	private calls = new WebhookCalls();
	/** Whether n8n has been down since the webhook was made. */
	private missed = false;
	private readonly quick: Array<Promise<void>> = [];

	constructor(products: CatalogueProduct[]) {
		const clock = new InstantClock();
		const sandbox = new Sandbox({ now: () => Math.floor(clock.now()) });
		this.shop = openShop('webflow', { clock, sandbox, latency: 5 });
		answerSlowly(this.shop);
		sandbox.seed({ products });
		sandbox.limit('webflow', { requests: 1_000_000 });
		this.own.attach('trigger', this.calls.pending);
	}

	async listen(): Promise<void> {
		const { sandbox, connection } = this.shop;
		sandbox.send = async (_url, { headers, body }) => {
			const delivery = { body, at: Number(headers['x-webflow-timestamp']) };
			if (this.isQuick) this.quick.push(this.arrive(delivery));
			else this.waiting.push(delivery);
			return await Promise.resolve(200);
		};
		await new Hooks(connection, SITE_ID, SITE_TOKEN).create('https://n8n.example/webhook/stock');
	}

	/** Whatever was made has left the shop, and what arrives at once was taken in. */
	async settled(): Promise<void> {
		await this.shop.sandbox.webflow.webhooks.deliveries.settled();
		await Promise.all(this.quick.splice(0));
	}

	/** A call arrives; Webflow's signature is good for some minutes only. */
	async arrive(delivery: Delivery): Promise<void> {
		const { platform, clock } = this.shop;
		this.past.push(delivery);
		if (clock.now() - delivery.at > WINDOW) return;
		const call = callOf(delivery);
		const taken = this.calls.take(call, clock.monotonic(), this.missed);
		if (taken === 'repeated') return;
		const settings = { skus: new Set<string>(), confirmedLevels: new ConfirmedLevels() };
		const webhook = new Webhook(platform as NamingPlatform, clock, this.calls, settings);
		const { change } = await webhook.changeOf(call, taken);
		if (change !== null) this.onChange(change);
	}

	/** A call whose answer got lost is made again, at a new time. */
	async arriveAgain({ body }: Delivery): Promise<void> {
		await this.arrive({ body, at: Math.floor(this.shop.clock.now()) });
	}

	/** n8n starts again and knows nothing any more. */
	restart(): void {
		this.own = new OwnWrites();
		this.calls = new WebhookCalls();
		this.own.attach('trigger', this.calls.pending);
		this.missed = true;
	}

	sell(sku: string, delta = -1): void {
		this.shop.sandbox.change('webflow', { sku, delta });
	}

	get levels(): Map<string, number> {
		const { sandbox } = this.shop;
		return new Map(
			sandbox.webflow.stock().map((item) => [String(item.sku), Number(item.quantity)]),
		);
	}
}

function callOf({ body, at }: Delivery): WebhookCall {
	const { payload } = JSON.parse(body) as { payload: Record<string, unknown> };
	const fields = (payload.fieldData ?? payload) as { quantity: number; inventoryType?: string };
	return {
		key: String(payload.id),
		quantity: fields.inventoryType === 'infinite' ? null : fields.quantity,
		at,
		id: `${at} ${body}`,
		isSigned: true,
	};
}

/** Answers travel as long as requests do, so that no two things happen at the very same time. */
function answerSlowly({ connection, clock }: Shop): void {
	const inner = connection as unknown as { transport: (request: unknown) => Promise<unknown> };
	const { transport } = inner;
	inner.transport = async (request) => {
		const answer = await transport(request);
		await clock.sleep(5);
		return answer;
	};
}
