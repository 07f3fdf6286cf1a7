/**
 * What can go wrong with deliveries to webhooks, on demand: order, copies, delay, and deliveries that are not Webflow's.
 */
import type { Clock } from '../clock.mts';
import { type Deliveries } from './deliveries.mts';
import type { WebflowItem } from './inventory.mts';
import { signedRequest } from './signature.mts';
import type { Webhook } from './deliveries.mts';
import { INVENTORY_CHANGED, type Webhooks } from './webhooks.mts';

/** Deliveries older than five minutes are to be refused. Source: working with webhooks. */
const OLDEST_MS = 5 * 60_000;

const NAMES = [
	'shuffle',
	'duplicate',
	'hold',
	'release',
	'forged',
	'stale',
	'future',
	'unsigned',
	'unknownItem',
	'otherTrigger',
	'vanish',
] as const;

export interface WebhookAction {
	/**
	 * `shuffle`, `duplicate`, `hold` and `release` are about deliveries that Webflow makes; `vanish` removes webhooks
	 * without a word to the client; the others deliver something at once, to every webhook that listens.
	 */
	action: (typeof NAMES)[number];
	/** How many deliveries `shuffle` and `duplicate` mean; `duplicate` without it repeats the last one. */
	next?: number;
	/** The order in which `release` sends. */
	order?: 'asMade' | 'reversed';
	/** The webhook that vanishes; all of them unless named. */
	id?: string;
	/** The item a delivery is about, the first of the shop unless one is named, and the level it tells. */
	sku?: string;
	itemId?: string;
	quantity?: number;
}

interface Stage {
	clock: Clock;
	webhooks: Webhooks;
	items: Iterable<WebflowItem>;
	/** How a webhook shows an item. */
	show(item: WebflowItem): unknown;
}

/** Throws, in words, what is wrong with an action. */
export function act(stage: Stage, action: WebhookAction): void {
	const { webhooks } = stage;
	const { deliveries } = webhooks;
	switch (action.action) {
		case 'shuffle':
			deliveries.shuffle(count(action.next));
			return;
		case 'duplicate':
			duplicate(deliveries, action);
			return;
		case 'hold':
			deliveries.hold();
			return;
		case 'release':
			deliveries.release(action.order ?? 'asMade');
			return;
		case 'vanish': {
			const gone = webhooks.all().filter(({ id }) => action.id === undefined || id === action.id);
			if (gone.length === 0) throw new Error('There is no such webhook');
			for (const { id } of gone) webhooks.forget(id);
			return;
		}
		default:
			deliver(stage, action);
	}
}

function duplicate(deliveries: Deliveries, { next }: WebhookAction): void {
	if (next !== undefined) deliveries.duplicate(count(next));
	else if (!deliveries.repeat()) throw new Error('Nothing has been delivered yet');
}

function count(next: number | undefined): number {
	if (!Number.isInteger(next) || Number(next) < 1) {
		throw new Error('“next” must be a whole number of 1 or more');
	}
	return Number(next);
}

function deliver(stage: Stage, action: WebhookAction): void {
	if (!NAMES.includes(action.action)) {
		throw new Error(`“${String(action.action)}” is not one of ${NAMES.join(', ')}`);
	}
	const listening = stage.webhooks.listening();
	if (listening.length === 0) throw new Error('No webhook listens');
	const body = bodyOf(stage, action);
	for (const hook of listening) {
		const request = requestTo(hook, body, stage.clock.now(), action);
		stage.webhooks.deliveries.addTrick(hook, request, action.action);
	}
}

function bodyOf({ items, show }: Stage, action: WebhookAction): string {
	const item = [...items].find(
		({ id, sku }) =>
			(action.sku === undefined || sku === action.sku) &&
			(action.itemId === undefined || id === action.itemId),
	);
	if (item === undefined) throw new Error('There is no such item');
	const told = {
		...item,
		...(action.quantity === undefined ? {} : { quantity: action.quantity, infinite: false }),
		...(action.action === 'unknownItem' ? { id: 'f'.repeat(24) } : {}),
	};
	const triggerType = action.action === 'otherTrigger' ? 'ecomm_new_order' : INVENTORY_CHANGED;
	return JSON.stringify({ triggerType, payload: show(told) });
}

function requestTo({ key }: Webhook, body: string, now: number, { action }: WebhookAction) {
	switch (action) {
		case 'forged':
			return signedRequest('somebody else’s secret', now, body);
		case 'stale':
			return signedRequest(key, now - OLDEST_MS - 1_000, body);
		case 'future':
			return signedRequest(key, now + OLDEST_MS + 60_000, body);
		case 'unsigned':
			return signedRequest(null, now, body);
		default:
			return signedRequest(key, now, body);
	}
}
