/** A Webflow shop and a trigger in n8n's contexts. Test files mock n8n's clock with an instant one. */
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { systemClock } from '../../n8n/host/clock.ts';
import { Sandbox } from '../../sandbox/sandbox.mts';
import { startSandbox, type RunningSandbox } from '../../sandbox/server.mts';
import { SITE_ID, SKU_COLLECTION_ID } from '../../sandbox/webflow/ids.mts';
import type { WebhookSwitches } from '../../sandbox/webflow/switches.mts';
import { WEBFLOW_TOKEN } from '../../sandbox/webflow/webflow.mts';
import type { InstantClock } from '../support/clock.mts';
import { connectedApp, sandboxCredentials } from '../support/credentials.mts';
import { Trigger } from '../support/trigger.mts';
import { byId } from './setup.mts';
import { levelIn, itemIn } from '../support/stock.mts';

export const clock = systemClock as InstantClock;
export const MINUTE = 60_000;

export let running: RunningSandbox;
export let sandbox: Sandbox;
export let trigger: Trigger;
/** The items with which the workflow was started so far. */
export let started: IDataObject[];

beforeEach(async () => {
	// Nobody sleeps whole milliseconds; Webflow's timestamps are.
	running = await startSandbox(0, new Sandbox({ now: () => Math.floor(clock.now()) }));
	({ sandbox } = running);
	prepare();
	// The tests say when time has passed.
	sandbox.wake = () => {};
	clock.pass(60 * MINUTE);
});
afterEach(async () => await running.close());

export function prepare(): void {
	sandbox.reset();
	sandbox.seed({ products: ['A', 'B', 'C'].map((sku) => ({ name: sku, sku, quantity: 50 })) });
	sandbox.limit('webflow', { requests: 1_000_000 });
}

export type Login = 'accessToken' | 'oAuth2';
export const LOGINS: Login[] = ['accessToken', 'oAuth2'];

export function open(authentication: Login = 'accessToken', some: INodeParameters = {}): Trigger {
	trigger = new Trigger({
		service: 'webflow',
		credentials: { ...sandboxCredentials(running.url), ...connectedApp(running.url) },
		parameters: { authentication, site: byId(SITE_ID), options: {}, ...some },
	});
	started = trigger.listenTo(sandbox);
	return trigger;
}

/** The webhooks that Webflow still lists; others cannot be removed. */
export const hooks = () =>
	sandbox.webflow.webhooks
		.all()
		.filter(({ state }) => state === 'active' || isShown(sandbox.webflow.switches));
const isShown = ({ webhookDeactivated }: WebhookSwitches) => webhookDeactivated === 'shown';
export const levels = () =>
	started.map(({ previousQuantity, quantity }) => [previousQuantity, quantity]);
export const levelOf = (sku: string) => levelIn({ sandbox }, 'webflow', sku) as number;

export function setSwitches(switches: Partial<WebhookSwitches>): void {
	Object.assign(sandbox.webflow.switches, switches);
}

export async function settled(): Promise<void> {
	await sandbox.webflow.webhooks.deliveries.settled();
}

/** A sale in the shop, at a time of its own, and whatever it starts. */
export async function sell(sku: string, delta = -1): Promise<void> {
	clock.pass(1_000);
	sandbox.change('webflow', { sku, delta });
	await settled();
}

/** What another program writes. */
export async function write(sku: string, quantity: number): Promise<void> {
	clock.pass(1_000);
	const item = itemIn({ sandbox }, 'webflow', sku)?.itemId;
	await fetch(
		`${running.url}/webflow/v2/collections/${SKU_COLLECTION_ID}/items/${item}/inventory`,
		{
			method: 'PATCH',
			headers: { Authorization: `Bearer ${WEBFLOW_TOKEN}`, 'Content-Type': 'application/json' },
			body: JSON.stringify({ inventoryType: 'finite', quantity }),
		},
	);
	await settled();
}

/** Sells while n8n cannot be reached. */
export async function sellInVain(sku: string): Promise<void> {
	const { send } = sandbox;
	sandbox.send = async () => await Promise.reject(new Error('ECONNREFUSED'));
	await sell(sku);
	sandbox.send = send;
}

/** The same; Webflow tries again later. */
export async function sellWhileDown(sku: string): Promise<void> {
	await sellInVain(sku);
	clock.pass(sandbox.webflow.switches.webhookRetryMs);
	sandbox.advance();
	await settled();
}

/** The body of a call that reports a level of the first item. */
export const told = (quantity: number) =>
	JSON.stringify({
		triggerType: 'ecomm_inventory_changed',
		payload: { id: sandbox.webflow.stock()[0].itemId, quantity, inventoryType: 'finite' },
	});
