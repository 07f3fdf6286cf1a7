/**
 * Deliveries to webhooks: sent at once and side by side, again when they fail, and given up in the end.
 *
 * Anything but a 200 counts as failed, a redirect too. A failed delivery is sent up to three more times, ten minutes
 * apart; then the webhook is deactivated. Source: developers.webflow.com, working with webhooks.
 */
import type { Clock } from '../clock.mts';
import { signedRequest, type WebhookRequest } from './signature.mts';
import type { WebhookSwitches } from './switches.mts';

export interface Webhook {
	id: string;
	siteId: string;
	triggerType: string;
	url: string;
	filter: unknown;
	/** What its deliveries are signed with; null leaves them unsigned. */
	key: string | null;
	/** Whether it has a secret of its own, which is then its `secretKey`. */
	ownSecret: boolean;
	/** ISO 8601, UTC. */
	createdOn: string;
	lastTriggered: string | null;
	/** Nothing is delivered to one that failed too often, or was removed. */
	state: 'active' | 'deactivated' | 'removed';
}

/** Posts a delivery; resolves to the status of the answer, rejects where there was none. */
export type Send = (url: string, request: WebhookRequest) => Promise<number>;

/** One delivery on its way, as the log shows it. */
export interface Attempt {
	url: string;
	body: string;
	/** Null where nobody answered. */
	status: number | null;
	/** What was wrong with it, if it was made to be wrong. */
	trick: string | null;
}

interface Delivery {
	hook: Webhook;
	body: string;
	request: WebhookRequest;
	/** How often it has been sent. */
	attempts: number;
	/** When it is sent again, in milliseconds since 1970. */
	due: number;
}

export class Deliveries {
	send: Send = async () => await Promise.reject(new Error('There is no network'));
	/** Told of every attempt once its answer is known. */
	note: (attempt: Attempt) => void = () => {};
	/** Asked to call `advance` in so many milliseconds; without it, whoever moves the clock does. */
	wake: (ms: number) => void = () => {};

	private readonly failed = new Set<Delivery>();
	private readonly underway = new Set<Promise<void>>();
	private held: Delivery[] = [];
	private holding = false;
	private shuffled: Delivery[] = [];
	private toShuffle = 0;
	private toDuplicate = 0;
	private last: Delivery | null = null;
	/** Raised by `clear`: what is under way then is nobody's any more. */
	private era = 0;

	constructor(
		private readonly clock: Clock,
		private readonly switches: () => WebhookSwitches,
	) {}

	clear(): void {
		this.era += 1;
		this.failed.clear();
		this.held = [];
		this.holding = false;
		this.shuffled = [];
		this.toShuffle = 0;
		this.toDuplicate = 0;
		this.last = null;
	}

	/** Signs a delivery now, and sends it as soon as nothing holds it back. */
	add(hook: Webhook, body: string): void {
		const request = signedRequest(hook.key, this.clock.now(), body);
		const delivery = { hook, body, request, attempts: 0, due: 0 };
		if (this.holding) {
			this.held.push(delivery);
		} else if (this.toShuffle > 0) {
			this.toShuffle -= 1;
			this.shuffled.push(delivery);
			if (this.toShuffle === 0) this.sendInOrder(this.shuffled.splice(0).reverse());
		} else {
			this.track(this.attempt(delivery));
		}
	}

	/** Sends one that Webflow would not send, or not so; it is not sent again, whatever the answer. */
	addTrick(hook: Webhook, request: WebhookRequest, trick: string): void {
		this.track(this.post(hook.url, request, trick).then(() => {}));
	}

	/** Keeps deliveries back until `release`. */
	hold(): void {
		this.holding = true;
	}

	/** Sends what was kept back, one after the other: as it came, or the last first. Signatures are those of then. */
	release(order: 'asMade' | 'reversed'): void {
		this.holding = false;
		const held = [...this.shuffled.splice(0), ...this.held.splice(0)];
		this.toShuffle = 0;
		this.sendInOrder(order === 'reversed' ? held.reverse() : held);
	}

	/** Keeps the next so many back until the last of them is there; then they go out one by one, the last first. */
	shuffle(next: number): void {
		this.toShuffle += next;
	}

	/** Sends each of the next so many a second time beside the first, byte for byte. */
	duplicate(next: number): void {
		this.toDuplicate += next;
	}

	/** Sends the last delivery that went out once more, byte for byte; false where there was none. */
	repeat(): boolean {
		if (this.last === null) return false;
		this.addTrick(this.last.hook, this.last.request, 'duplicate');
		return true;
	}

	/** How many are kept back, and how many have failed and are sent again. */
	get counts(): { held: number; failed: number } {
		return { held: this.held.length + this.shuffled.length, failed: this.failed.size };
	}

	/** Sends again what is due by now. */
	advance(): void {
		for (const delivery of [...this.failed]) {
			if (delivery.hook.state !== 'active') this.failed.delete(delivery);
			if (!this.failed.has(delivery) || delivery.due > this.clock.now()) continue;
			this.failed.delete(delivery);
			delivery.request = signedRequest(delivery.hook.key, this.clock.now(), delivery.body);
			this.track(this.attempt(delivery));
		}
		this.sleep();
	}

	/** Resolves when no delivery is on its way; what failed and waits is not. */
	async settled(): Promise<void> {
		while (this.underway.size > 0) await Promise.all(this.underway);
	}

	private sendInOrder(deliveries: Delivery[]): void {
		const sendAll = async () => {
			for (const delivery of deliveries) await this.attempt(delivery);
		};
		this.track(sendAll());
	}

	private track(sent: Promise<void>): void {
		this.underway.add(sent);
		void sent.finally(() => this.underway.delete(sent));
	}

	private async attempt(delivery: Delivery): Promise<void> {
		const { hook, request } = delivery;
		if (hook.state !== 'active') return;
		delivery.attempts += 1;
		hook.lastTriggered = new Date(this.clock.now()).toISOString();
		this.last = delivery;
		if (this.toDuplicate > 0) {
			this.toDuplicate -= 1;
			this.addTrick(hook, request, 'duplicate');
		}
		const { era } = this;
		const status = await this.post(hook.url, request, null);
		if (status === 200 || era !== this.era || hook.state !== 'active') return;
		const { webhookRetries, webhookRetryMs } = this.switches();
		if (delivery.attempts > webhookRetries) {
			hook.state = 'deactivated';
			return;
		}
		delivery.due = this.clock.now() + webhookRetryMs;
		this.failed.add(delivery);
		this.sleep();
	}

	private async post(
		url: string,
		request: WebhookRequest,
		trick: string | null,
	): Promise<number | null> {
		const { era } = this;
		let status: number | null = null;
		try {
			// Behind the request that caused it, which does not wait.
			await Promise.resolve();
			status = await this.send(url, request);
		} catch {
			// Nobody answered, or not in time.
		}
		if (era === this.era) this.note({ url, body: request.body, status, trick });
		return status;
	}

	private sleep(): void {
		if (this.failed.size === 0) return;
		const due = Math.min(...[...this.failed].map((delivery) => delivery.due));
		this.wake(Math.max(due - this.clock.now(), 1));
	}
}
