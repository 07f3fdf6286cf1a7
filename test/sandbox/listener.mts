/** Every test gets a sandbox of its own, and somebody who listens to what Webflow's webhooks deliver. */
import { control } from '../../sandbox/control.mts';
import type { Request } from '../../sandbox/http.mts';
import { Sandbox } from '../../sandbox/sandbox.mts';
import { SITE_ID, SKU_COLLECTION_ID } from '../../sandbox/webflow/ids.mts';
import { sign, type WebhookRequest } from '../../sandbox/webflow/signature.mts';
import type { WebhookSwitches } from '../../sandbox/webflow/switches.mts';
import type { WebhookAction } from '../../sandbox/webflow/tricks.mts';
import { WEBFLOW_TOKEN } from '../../sandbox/webflow/webflow.mts';
import { InstantClock } from '../support/clock.mts';

export const MINUTE = 60_000;
export const TRIGGER = 'ecomm_inventory_changed';
export const HOOKS = `/v2/sites/${SITE_ID}/webhooks`;
export const ITEM = '20e63fc00000000000000000';
export const itemOf = (n: number): string => `20e63fc${(n * 100).toString(16).padStart(17, '0')}`;

interface Heard extends WebhookRequest {
	url: string;
	payload: any;
}

export let clock: InstantClock;
export let sandbox: Sandbox;
/** What was delivered, in the order in which it arrived. */
export let heard: Heard[];
/** What the listener answers, delivery by delivery; 200 when nothing is left, null for no answer. */
let answers: Array<number | null>;

beforeEach(() => {
	clock = new InstantClock();
	sandbox = new Sandbox(clock);
	const skus = ['A', 'B', 'C', 'D', 'E'];
	sandbox.seed({ products: skus.map((sku) => ({ name: sku, sku, quantity: 50 })) });
	heard = [];
	answers = [];
	sandbox.send = async (url, request) => {
		heard.push({ url, ...request, payload: JSON.parse(request.body).payload });
		const answer = answers.length > 0 ? answers.shift() : 200;
		if (answer == null) throw new Error('No answer');
		return answer;
	};
});

export function answerWith(...some: typeof answers): void {
	answers = some;
}

export async function ask(method: string, path: string, body?: unknown, token = WEBFLOW_TOKEN) {
	const delivery = await sandbox.handle('webflow', {
		method,
		path,
		query: new URLSearchParams(),
		headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
		body: body === undefined ? '' : JSON.stringify(body),
	});
	if (delivery.kind !== 'reply') throw new Error(delivery.kind);
	return { status: delivery.reply.status, body: delivery.reply.body as any };
}

export const setSwitches = (switches: Partial<WebhookSwitches>) =>
	Object.assign(sandbox.webflow.switches, switches);
export const settled = async () => await sandbox.webflow.webhooks.deliveries.settled();
export const create = async (body: object = {}, token?: string) =>
	await ask('POST', HOOKS, { triggerType: TRIGGER, url: 'http://shop.test/hook', ...body }, token);
export const listed = async () => (await ask('GET', HOOKS)).body.webhooks;
export const update = async (body: object, item = ITEM) =>
	await ask('PATCH', `/v2/collections/${SKU_COLLECTION_ID}/items/${item}/inventory`, {
		inventoryType: 'finite',
		...body,
	});
export async function sell(...skus: string[]): Promise<void> {
	for (const sku of skus) sandbox.change('webflow', { sku, delta: -1 });
	await settled();
}
export const idsHeard = () => heard.map(({ payload }) => payload.id);

export function tell(method: 'GET' | 'POST', body?: unknown) {
	const request: Request = {
		method,
		path: '/control/webhooks',
		query: new URLSearchParams(),
		headers: {},
		body: body === undefined ? '' : JSON.stringify(body),
	};
	return control(sandbox, request).reply as { status: number; body: any };
}
export async function act(...actions: WebhookAction[]): Promise<void> {
	expect(tell('POST', actions).status).toBe(200);
	await settled();
}

export const isSigned = (key: string, { headers, body }: WebhookRequest): boolean =>
	sign(key, Number(headers['x-webflow-timestamp']), body) === headers['x-webflow-signature'];

/** Lets the next attempts of what failed come due. */
export async function later(ms = 10 * MINUTE): Promise<void> {
	clock.pass(ms);
	sandbox.advance();
	await settled();
}
