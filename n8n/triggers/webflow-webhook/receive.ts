/** Receives the calls to the Webflow trigger's webhook: checks that they are from Webflow, and reports what changed. */
import type { INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { z } from 'zod';
import type { Fault } from '../../../inventory/model/fault';
import type { WebhookCall } from '../../../inventory/triggers/webhook';
import { Webhook } from '../../../inventory/triggers/webhook';
import { quantityOf } from '../../../inventory/model/level';
import { INVENTORY_CHANGED } from '../../../platforms/webflow/hooks';
import { levelAfter } from '../../../platforms/webflow/inventory';
import { idOf, inventory } from '../../../platforms/webflow/schemas';
import type { SignedDelivery } from '../../../platforms/webflow/signature';
import { verdictOn, WINDOW } from '../../../platforms/webflow/signature';
import { systemClock } from '../../host/clock';
import { sha256 } from '../../host/digest';
import { faultError } from '../../output/errors';
import { isApp, webflowLogin } from '../../services/webflow-login';
import { BEGAN, refusedCalls, webhookCallsOf } from '../../storage/process-memory';
import { eventItems } from '../event-items';
import { watchOwnWrites } from '../own-writes';
import type { TriggerSettings } from '../trigger-settings';
import { readTriggerSettings } from '../trigger-settings';
import { connectSite, storedHook, triggerOf } from './register';

/** Bytes that a call may have; Webflow's have a few hundred. n8n itself rejects calls above N8N_PAYLOAD_SIZE_MAX. */
const LARGEST_CALL = 65_536;

/** The form of an ID: every ID is remembered, and an unsigned call may contain anything. */
const SKU_ID = /^[\w-]{1,64}$/;

const inventoryCall = z.object({ triggerType: z.string(), payload: inventory });

/** Answers a call to the webhook; only calls from Webflow can start the workflow. */
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
	// Only now: a wrong field makes the execution fail, and only calls from Webflow may cause that.
	const settings = 'refused' in origin ? null : readTriggerSettings(context);
	const isUnsigned = 'isSigned' in origin && !origin.isSigned;
	if (settings === null || (isUnsigned && !settings.acceptUnsigned)) {
		logRefusal(context, 'refused' in origin ? origin.refused : NO_KEY);
		context.getResponseObject().status(401).send('Unauthorized').end();
		return { noWebhookResponse: true };
	}
	// The timestamp of an unsigned call could be forged.
	const at = isUnsigned ? systemClock.now() : Number(timestamp);
	const stock = stockCall(body, at, !isUnsigned);
	const items = stock === null ? [] : await itemsOf(context, stock, settings);
	return items.length === 0 ? { webhookResponse: 'OK' } : { workflowData: [items] };
}

/** The keys that Webflow may have signed a call with: the webhook's own, or the secret of the app that created it. */
async function keysOf(context: IWebhookFunctions): Promise<string[]> {
	const own = storedHook(context)?.secretKey;
	const ofApp = isApp(context) ? (await webflowLogin(context)).clientSecret : null;
	return [own, ofApp].filter((key) => key != null);
}

/** Whether a call is signed, which only a key can tell; or why it is refused. */
async function originOf(
	context: IWebhookFunctions,
	call: SignedDelivery,
): Promise<{ isSigned: boolean } | { refused: string }> {
	try {
		const keys = await keysOf(context);
		if (keys.length === 0) return { isSigned: false };
		const now = systemClock.now();
		const verdicts = keys.map((key) => verdictOn(call, key, now));
		if (verdicts.includes('authentic')) return { isSigned: true };
		const late = verdicts.find((verdict) => typeof verdict === 'object');
		return { refused: typeof late === 'object' ? clocksApart(late.off) : FORGED };
	} catch (error) {
		// If this failed the execution, anyone could flood the list of executions.
		return { refused: (error as Error).message };
	}
}

const FORGED =
	'Its signature does not match its body. If no more calls from Webflow arrive, publish the workflow again, which creates a new webhook.';

const NO_KEY =
	'Webflow returned no signing key for this webhook, so its calls cannot be told from forged ones. Use a site token made after April 14, 2025, or switch on Accept Unsigned.';

function clocksApart(off: number): string {
	const minutes = Math.round(Math.abs(off) / 6_000) / 10;
	return `It is signed, but its timestamp is ${minutes} minutes ${off < 0 ? 'behind' : 'ahead of'} this computer's clock, and only ${WINDOW / 60_000} are allowed. Set the clock; a call that was intercepted and sent again later is refused as well.`;
}

/** Logs why a call was refused, but only once in a while: anyone can call, and often. */
function logRefusal(context: IWebhookFunctions, reason: string): void {
	const trigger = triggerOf(context);
	if (refusedCalls.has(trigger)) return;
	refusedCalls.set(trigger, true);
	const { name } = context.getNode();
	context.logger.warn(`A call to the webhook of “${name}” was refused. ${reason}`);
}

function textOf(header: string | string[] | undefined): string | undefined {
	return Array.isArray(header) ? header[0] : header;
}

/** The level that a call reports, or null if it is about something else. */
function stockCall(body: Buffer, at: number, isSigned: boolean): WebhookCall | null {
	let document: unknown;
	try {
		document = JSON.parse(body.toString('utf8'));
	} catch {
		return null;
	}
	const parsed = inventoryCall.safeParse(document);
	if (!parsed.success || parsed.data.triggerType !== INVENTORY_CHANGED) return null;
	const { payload } = parsed.data;
	const key = idOf(payload);
	// Without a number or `infinite`, the level is not known.
	const quantity = quantityOf(levelAfter(payload, key)?.value ?? null);
	if (!SKU_ID.test(key) || quantity === undefined) return null;
	return { key, quantity, at, id: sha256(`${at} ${body.toString('base64')}`), isSigned };
}

async function itemsOf(
	context: IWebhookFunctions,
	call: WebhookCall,
	settings: TriggerSettings,
): Promise<INodeExecutionData[]> {
	// Before anything is awaited: an order of five lines is five calls at the same time.
	const trigger = triggerOf(context);
	const calls = webhookCallsOf(trigger);
	// If the webhook is older than this process, calls may have been missed while n8n was down.
	const missed = (storedHook(context)?.since ?? 0) < BEGAN;
	const taken = calls.take(call, systemClock.monotonic(), missed);
	if (taken === 'repeated') return [];
	const { platform, account, confirmedLevels } = await connectSite(context).catch((error) => {
		// n8n answers with an error, so Webflow repeats the call, which is then reported.
		calls.undo(call, taken);
		throw error;
	});
	watchOwnWrites(account, trigger, calls.pending, settings.ignoreOwnWrites);
	const { skus } = settings;
	const webhook = new Webhook(platform, systemClock, calls, { skus, confirmedLevels });
	const { change, fault, isUncertain } = await webhook.changeOf(call, taken);
	if (isUncertain) {
		context.logger.warn(
			`Two calls for the SKU with the ID ${call.key} contradict each other, and its level could not be read: the last call to arrive counts.`,
		);
	}
	if (fault !== null) throw faultError(context.getNode(), unnamed(call.key, fault));
	return change === null ? [] : eventItems('webflow', change, settings);
}

function unnamed(key: string, fault: Fault): Fault {
	return {
		...fault,
		message: `The stock of ${key} changed, but its SKU could not be looked up. ${fault.message}`,
		advice: `${fault.advice} Webflow calls again in ten minutes.`,
	};
}
