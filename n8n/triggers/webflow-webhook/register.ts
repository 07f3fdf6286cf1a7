/** Registers and removes the Webflow trigger's webhook. */
import type { IDataObject, IHookFunctions, IWebhookFunctions } from 'n8n-workflow';
import type { Fault } from '../../../inventory/model/fault';
import type { Hook, Hooks } from '../../../platforms/webflow/hooks';
import { systemClock } from '../../host/clock';
import { chosenShop } from '../../input/chosen-shop';
import { faultError, valueOrThrow } from '../../output/errors';
import type { ConnectedWebflow } from '../../services/webflow';
import { connectHooks, webflow } from '../../services/webflow';
import { stepOf } from '../../host/step';
import { webhookCallsOf } from '../../storage/process-memory';
import { watchOwnWrites } from '../own-writes';
import { readTriggerSettings } from '../trigger-settings';
import { checkSkus } from '../watched-skus';

const HOOK_KEY = 'webhook';

/** Stored by n8n from activation to deactivation. */
interface StoredHook extends Hook {
	site: string;
	/** When it was registered, in milliseconds since 1970. */
	since: number;
}

/** Only ever touches webhooks at this node's own URL. */
export const inventoryHook = {
	async checkExists(this: IHookFunctions): Promise<boolean> {
		const stored = storedHook(this);
		const site = siteOf(this);
		if (stored?.site !== site || stored.url !== addressOf(this)) return false;
		const { hooks, account } = await connectHooks(this, site);
		watchWrites(this, account);
		const listed = valueOrThrow(this.getNode(), await hooks.list());
		return listed.some(({ id }) => id === stored.id);
	},

	async create(this: IHookFunctions): Promise<boolean> {
		const site = siteOf(this);
		const url = addressOf(this);
		const { hooks, clientSecret, account } = await connectHooks(this, site);
		const { acceptUnsigned, skus } = readTriggerSettings(this);
		watchWrites(this, account);
		const { platform } = await connectSite(this);
		await checkSkus(this, platform, skus);
		// A leftover webhook is replaced, because its key is no longer known.
		await removeAt(this, hooks, url);
		const created = valueOrThrow(this.getNode(), await hooks.create(url));
		if ((created.secretKey ?? clientSecret) === null && !acceptUnsigned) {
			await hooks.remove(created.id);
			throw faultError(this.getNode(), unsigned());
		}
		const since = systemClock.now();
		const hook: StoredHook = { ...created, url, site, since };
		this.getWorkflowStaticData('node')[HOOK_KEY] = hook as unknown as IDataObject;
		return true;
	},

	async delete(this: IHookFunctions): Promise<boolean> {
		const stored = storedHook(this);
		const { hooks } = await connectHooks(this, stored?.site ?? siteOf(this));
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

export async function connectSite(
	context: IHookFunctions | IWebhookFunctions,
): Promise<ConnectedWebflow> {
	return await webflow.connect(context, chosenShop(context, webflow), { step: '' });
}

/** Called on activation, because the first call may already be about a write of this process. */
function watchWrites(context: IHookFunctions, account: string): void {
	const trigger = triggerOf(context);
	const { ignoreOwnWrites } = readTriggerSettings(context);
	watchOwnWrites(account, trigger, webhookCallsOf(trigger).pending, ignoreOwnWrites);
}

async function removeAt(context: IHookFunctions, hooks: Hooks, url: string): Promise<void> {
	const listed = valueOrThrow(context.getNode(), await hooks.list());
	for (const hook of listed.filter((one) => one.url === url)) {
		const fault = await hooks.remove(hook.id);
		if (fault !== null) throw faultError(context.getNode(), fault);
	}
}

/** Identifies the trigger; its test webhook counts as another one. */
export function triggerOf(context: IHookFunctions | IWebhookFunctions): string {
	return `${stepOf(context)} ${context.getMode() === 'manual' ? 'test' : 'live'}`;
}

function siteOf(context: IHookFunctions): string {
	return chosenShop(context, webflow).shop.site;
}

function addressOf(context: IHookFunctions): string {
	return context.getNodeWebhookUrl('default') ?? '';
}

export function storedHook(context: IHookFunctions | IWebhookFunctions): StoredHook | undefined {
	return context.getWorkflowStaticData('node')[HOOK_KEY] as unknown as StoredHook | undefined;
}

function unsigned(): Fault {
	return {
		message:
			'Webflow returned no signing key for this webhook, so its calls could not be told from forged ones.',
		advice:
			'Use a site token made after April 14, 2025, or switch on Accept Unsigned in Options: then anyone who knows the address can start the workflow.',
	};
}
