/**
 * What arrives at the Webflow trigger's webhook: which calls are Webflow's, and what they tell.
 */
import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { z } from 'zod';
import type { WebhookCalls, WebhookCall } from '../../../inventory/triggers/webhook';
import type { Difference } from '../../../inventory/triggers/stock-events';
import type { Quantity } from '../../../inventory/model/level';
import type { ConfirmedLevels } from '../../../inventory/memory/confirmed-levels';
import type { Fault } from '../../../inventory/model/fault';
import { quantityOf } from '../../../inventory/model/level';
import { INVENTORY_CHANGED } from '../../../platforms/webflow/hooks';
import type { SignedDelivery } from '../../../platforms/webflow/signature';
import { isAuthentic } from '../../../platforms/webflow/signature';
import type { Webflow } from '../../../platforms/webflow/webflow';
import { levelAfter } from '../../../platforms/webflow/inventory';
import { idOf, inventory } from '../../../platforms/webflow/schemas';
import { systemClock } from '../../host/clock';
import { faultError } from '../../output/errors';
import { sha256 } from '../../host/digest';
import { stepOf } from '../../host/step';
import { eventItems } from '../event-items';
import { BEGAN, webhookCallsOf, ownWritesOf } from '../../storage/process-memory';
import type { ConnectedWebflow } from '../../services/webflow';
import { webflow } from '../../services/webflow';
import { isApp, webflowLogin } from '../../services/webflow-login';
import type { TriggerSettings } from '../trigger-settings';
import { readTriggerSettings } from '../trigger-settings';
import { siteOf, storedHook } from './register';

/** Bytes a call may have; Webflow's have some hundred. Above n8n's own limit (N8N_PAYLOAD_SIZE_MAX) none gets here. */
const LARGEST_CALL = 65_536;

/** What can be an id: every one told of is remembered, and an unsigned call may say anything. */
const SKU_ID = /^[\w-]{1,64}$/;

const delivered = z.object({ triggerType: z.string(), payload: inventory });

/** Answers a call to the webhook. What does not come from Webflow starts nothing. */
export async function receiveInventory(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const body = (context.getRequestObject() as { rawBody?: Buffer }).rawBody ?? Buffer.alloc(0);
	if (body.length > LARGEST_CALL) {
		context.getResponseObject().status(413).send('Payload Too Large').end();
		return { noWebhookResponse: true };
	}
	const headers = context.getHeaderData();
	const timestamp = textOf(headers['x-webflow-timestamp']);
	const signature = textOf(headers['x-webflow-signature']);
	const call = { body, timestamp, signature };
	const origin = await originOf(context, call);
	// Not before: a field that went wrong fails an execution for each call, which only Webflow may bring about.
	const settings = origin === 'foreign' ? null : readTriggerSettings(context);
	if (settings === null || (origin === 'unknown' && !settings.acceptUnsigned)) {
		context.getResponseObject().status(401).send('Unauthorized').end();
		return { noWebhookResponse: true };
	}
	// Nobody vouches for the time of a call that is not signed.
	const at = origin === 'webflow' ? Number(timestamp) : systemClock.now();
	const told = deliveryOf(body, at);
	const items = told === null ? [] : await itemsOf(context, told, settings, origin === 'webflow');
	return items.length === 0 ? { webhookResponse: 'OK' } : { workflowData: [items] };
}

/** What Webflow may have signed a call with: the webhook's own key, or the secret of the app that made it. */
async function keysOf(context: IWebhookFunctions): Promise<string[]> {
	const own = storedHook(context)?.secretKey;
	const ofApp = isApp(context) ? (await webflowLogin(context)).clientSecret : null;
	return [own, ofApp].filter((key) => key != null);
}

/** Whether a call is Webflow's own; `unknown` where there is no key to tell by. */
async function originOf(
	context: IWebhookFunctions,
	call: SignedDelivery,
): Promise<'webflow' | 'foreign' | 'unknown'> {
	try {
		const keys = await keysOf(context);
		if (keys.length === 0) return 'unknown';
		const now = systemClock.now();
		return keys.some((key) => isAuthentic(call, key, now)) ? 'webflow' : 'foreign';
	} catch (error) {
		// A failed execution for each call would let anyone fill the list of them.
		context.logger.warn(`A call of Webflow was refused: ${(error as Error).message}`);
		return 'foreign';
	}
}

function textOf(header: string | string[] | undefined): string | undefined {
	return Array.isArray(header) ? header[0] : header;
}

/** What a call says of one SKU, or null when it speaks of something else. */
function deliveryOf(body: Buffer, at: number): WebhookCall | null {
	let document: unknown;
	try {
		document = JSON.parse(body.toString('utf8'));
	} catch {
		return null;
	}
	const parsed = delivered.safeParse(document);
	if (!parsed.success || parsed.data.triggerType !== INVENTORY_CHANGED) return null;
	const { payload } = parsed.data;
	// Only a number tells of counted stock; without one nothing is known of it.
	const level = levelAfter(payload, idOf(payload))?.value ?? null;
	const pieces = quantityOf(level);
	if (!SKU_ID.test(idOf(payload)) || pieces === undefined) return null;
	return { key: idOf(payload), pieces, at, mark: sha256(`${at} ${body.toString('base64')}`) };
}

async function itemsOf(
	context: IWebhookFunctions,
	delivery: WebhookCall,
	settings: TriggerSettings,
	isSigned: boolean,
) {
	const site = siteOf(context);
	// Before anything is waited for: an order of five lines is five calls at once.
	const trigger = `${stepOf(context)} ${context.getMode()}`;
	const deliveries = webhookCallsOf(trigger);
	const since = storedHook(context)?.since ?? 0;
	// A webhook that is older than this process may have called while n8n was down.
	const taken = deliveries.take(delivery, since < BEGAN);
	if (taken === 'repeated') return [];
	let connected: ConnectedWebflow | null = null;
	try {
		connected = await webflow.connect(context, { shop: { site }, options: {} }, { step: '' });
	} finally {
		// n8n answers with an error, and what was not told of counts when Webflow calls again.
		if (connected === null) deliveries.giveBack(delivery, taken);
	}
	const { platform, account, confirmedLevels: levels } = connected;
	const { key, pieces, at } = delivery;
	if (taken === 'unordered') {
		levels.forget(key, systemClock.now());
	} else if (isSigned) {
		const level = { quantity: pieces, unlimited: pieces === null, reserved: null, updatedAt: null };
		levels.confirm(key, level, Math.min(at, systemClock.now()));
	}
	const isOwn = (level: Quantity): boolean =>
		settings.ignoreOwnWrites &&
		ownWritesOf(account).seenBy(trigger).takeNext(key, level, systemClock.now(), since);
	const own = isOwn(pieces);
	const unordered = taken === 'unordered';
	const difference = unordered
		? await deliveries.turns.run(
				key,
				async () => await settled(context, { platform, levels }, deliveries, delivery),
			)
		: taken;
	if (difference === null) return [];
	if (difference.to === pieces ? own : isOwn(difference.to)) return [];
	const { item, fault } = await platform.named(key);
	if (fault !== null && settings.skus.size > 0) {
		// Whether it is one of them nobody knows.
		deliveries.giveBack(delivery, difference);
		throw faultError(context.getNode(), unnamed(key, fault));
	}
	if (settings.skus.size > 0 && !settings.skus.has(item.sku ?? '')) return [];
	const occurrence = { item, lowAt: null, difference: { ...difference, changes: at }, at };
	return eventItems('webflow', occurrence, settings);
}

/** Where calls that have no order have led, by the level itself; by the later call where that cannot be read. */
async function settled(
	context: IWebhookFunctions,
	{ platform, levels }: { platform: Webflow; levels: ConfirmedLevels },
	deliveries: WebhookCalls,
	{ key, pieces, at }: WebhookCall,
): Promise<Difference | null> {
	const { item } = await platform.named(key);
	const [reading] = await platform.read([item]);
	const level = reading.kind === 'level' ? quantityOf(reading.reading) : undefined;
	if (reading.kind === 'level') levels.confirm(key, reading.reading, systemClock.now());
	if (level === undefined) context.logger.warn(`Calls without an order, and no level: ${key}`);
	return deliveries.settle(key, level === undefined ? pieces : level, at);
}

function unnamed(key: string, fault: Fault): Fault {
	return {
		...fault,
		message: `The stock of ${key} changed, and which SKU that is could not be looked up. ${fault.message}`,
		advice: `${fault.advice} Webflow tells of the change again in ten minutes.`,
	};
}
