/**
 * The Webflow trigger: its webhook at Webflow, and what arrives there.
 */
import type {
	IDataObject,
	IHookFunctions,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { z } from 'zod';
import type { Delivery } from '../inventory/deliveries';
import type { Fault, Item } from '../inventory/stock';
import { INVENTORY_CHANGED } from '../platforms/webflow/hooks';
import type { Hook, Hooks } from '../platforms/webflow/hooks';
import { isAuthentic } from '../platforms/webflow/signature';
import { idOf, inventory } from '../platforms/webflow/wire';
import { systemClock } from './clock';
import { faultError } from './errors';
import { sha256, stepOf } from './ledger';
import { eventItems } from './occurrences';
import { deliveriesOf, ownWritesOf } from './process';
import { connectHooks, webflow } from './services/webflow';
import type { TriggerSettings } from './trigger-settings';
import { readTriggerSettings } from './trigger-settings';

const HOOK_KEY = 'webhook';

/** What n8n keeps of our webhook, from activation to deactivation. */
interface StoredHook extends Hook {
	site: string;
	/** When it was registered, in milliseconds since 1970. */
	since: number;
}

/** Registers the webhook, finds it again, and removes it: only ever the one at this node's own address. */
export const inventoryHook = {
	async checkExists(this: IHookFunctions): Promise<boolean> {
		const stored = storedHook(this);
		const site = siteOf(this);
		if (stored === undefined || stored.site !== site || stored.url !== addressOf(this))
			return false;
		const listed = await (await hooksOf(this, site)).list();
		if (!listed.ok) throw faultError(this.getNode(), listed.fault);
		return listed.value.some(({ id }) => id === stored.id);
	},

	async create(this: IHookFunctions): Promise<boolean> {
		const site = siteOf(this);
		const url = addressOf(this);
		const hooks = await hooksOf(this, site);
		const { acceptUnsigned } = readTriggerSettings(this);
		// One that was left behind has a key nobody knows any more.
		await removeAt(this, hooks, url);
		const created = await hooks.create(url);
		if (!created.ok) throw faultError(this.getNode(), created.fault);
		if (created.value.secretKey === null && !acceptUnsigned) {
			await hooks.remove(created.value.id);
			throw faultError(this.getNode(), unsigned());
		}
		const since = systemClock.now();
		const hook: StoredHook = { ...created.value, url, site, since };
		this.getWorkflowStaticData('node')[HOOK_KEY] = hook as unknown as IDataObject;
		return true;
	},

	async delete(this: IHookFunctions): Promise<boolean> {
		const stored = storedHook(this);
		const hooks = await hooksOf(this, stored?.site ?? siteOf(this));
		if (stored === undefined) {
			await removeAt(this, hooks, addressOf(this));
		} else {
			const fault = await hooks.remove(stored.id);
			if (fault !== null) throw faultError(this.getNode(), fault);
		}
		delete this.getWorkflowStaticData('node')[HOOK_KEY];
		return true;
	},
};

async function removeAt(context: IHookFunctions, hooks: Hooks, url: string): Promise<void> {
	const listed = await hooks.list();
	if (!listed.ok) throw faultError(context.getNode(), listed.fault);
	for (const hook of listed.value.filter((one) => one.url === url)) {
		const fault = await hooks.remove(hook.id);
		if (fault !== null) throw faultError(context.getNode(), fault);
	}
}

async function hooksOf(context: IHookFunctions, site: string): Promise<Hooks> {
	if (site === '') {
		const advice = 'Choose the site whose stock is to start the workflow.';
		throw faultError(context.getNode(), { message: 'No Site is chosen.', advice });
	}
	return await connectHooks(context, site);
}

function siteOf(context: IHookFunctions | IWebhookFunctions): string {
	return String(context.getNodeParameter('site', '', { extractValue: true }) ?? '').trim();
}

function addressOf(context: IHookFunctions): string {
	return context.getNodeWebhookUrl('default') ?? '';
}

function storedHook(context: IHookFunctions | IWebhookFunctions): StoredHook | undefined {
	return context.getWorkflowStaticData('node')[HOOK_KEY] as unknown as StoredHook | undefined;
}

function unsigned(): Fault {
	return {
		message:
			'Webflow named no key for this webhook, so nobody could tell its calls from forged ones.',
		advice:
			'Use a site token made after April 14, 2025, or switch on Accept Unsigned in Options if you can live with that.',
	};
}

/** Bytes a call may have; Webflow's have some hundred. Above n8n's own limit (N8N_PAYLOAD_SIZE_MAX) none gets here. */
const LARGEST_CALL = 65_536;

/** What can be an id: every one told of is remembered, and an unsigned call may say anything. */
const SKU_ID = /^[\w-]{1,64}$/;

const delivered = z.object({ triggerType: z.string(), payload: inventory });

/** Answers a call to the webhook. What does not come from Webflow starts nothing. */
export async function receiveInventory(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const settings = readTriggerSettings(context);
	const body = (context.getRequestObject() as { rawBody?: Buffer }).rawBody ?? Buffer.alloc(0);
	if (body.length > LARGEST_CALL) {
		context.getResponseObject().status(413).send('Payload Too Large').end();
		return { noWebhookResponse: true };
	}
	const headers = context.getHeaderData();
	const timestamp = textOf(headers['x-webflow-timestamp']);
	const signature = textOf(headers['x-webflow-signature']);
	const now = systemClock.now();
	const key = storedHook(context)?.secretKey ?? null;
	const welcome =
		key === null ? settings.acceptUnsigned : isAuthentic({ body, timestamp, signature }, key, now);
	if (!welcome) {
		context.getResponseObject().status(401).send('Unauthorized').end();
		return { noWebhookResponse: true };
	}
	const told = deliveryOf(body, timestamp, now);
	const items = told === null ? [] : await itemsOf(context, told, settings);
	return items.length === 0 ? { webhookResponse: 'OK' } : { workflowData: [items] };
}

function textOf(header: string | string[] | undefined): string | undefined {
	return Array.isArray(header) ? header[0] : header;
}

/** What a call says of one SKU, or null when it speaks of something else. */
function deliveryOf(body: Buffer, timestamp: string | undefined, now: number): Delivery | null {
	let document: unknown;
	try {
		document = JSON.parse(body.toString('utf8'));
	} catch {
		return null;
	}
	const parsed = delivered.safeParse(document);
	if (!parsed.success || parsed.data.triggerType !== INVENTORY_CHANGED) return null;
	const { payload } = parsed.data;
	const pieces = payload.inventoryType === 'infinite' ? null : payload.quantity;
	if (!SKU_ID.test(idOf(payload)) || pieces === undefined) return null;
	const at = timestamp === undefined ? now : Number(timestamp);
	return {
		key: idOf(payload),
		pieces,
		at,
		mark: sha256(`${timestamp} ${body.toString('base64')}`),
	};
}

async function itemsOf(context: IWebhookFunctions, delivery: Delivery, settings: TriggerSettings) {
	const site = siteOf(context);
	// Before anything is waited for: an order of five lines is five calls at once.
	const trigger = `${stepOf(context)} ${context.getMode()}`;
	const deliveries = deliveriesOf(trigger);
	const difference = deliveries.take(delivery);
	const { platform, account } = await webflow.connect(context, {
		site,
		companyId: '',
		skuCollectionId: '',
		maxStockAgeMinutes: 0,
		step: '',
	});
	const { key, pieces, at } = delivery;
	const own =
		settings.ignoreOwnWrites &&
		ownWritesOf(account)
			.seenBy(trigger)
			.takeNext(key, pieces, systemClock.now(), storedHook(context)?.since ?? 0);
	if (difference === null || own) return [];
	const item: Item = await platform.named(key);
	if (settings.skus.size > 0 && !settings.skus.has(item.sku ?? '')) return [];
	const occurrence = { item, lowAt: null, difference: { ...difference, changes: at }, at };
	return eventItems('webflow', occurrence, settings);
}
