/**
 * Webhooks of the v2 API: who wants to be told of what, and where.
 *
 * Source: openapi/v2.yml (webhooks), developers.webflow.com (working with webhooks, all events).
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../clock.mts';
import type { Handled, Request } from '../http.mts';
import { isObject, parsed, reply } from '../http.mts';
import { Deliveries, type Webhook } from './deliveries.mts';
import { errorBody } from './errors.mts';
import { BARE_SITE_ID, OBJECT_ID, objectId, SITE_ID, WORKSPACE_ID } from './ids.mts';
import { WEBFLOW_CLIENT_SECRET } from './signature.mts';
import type { WebhookSwitches } from './switches.mts';

/** The event that stands for a change of stock. */
export const INVENTORY_CHANGED = 'ecomm_inventory_changed';

const TRIGGER_TYPES = [
	'form_submission',
	'site_publish',
	'page_created',
	'page_metadata_updated',
	'page_deleted',
	'ecomm_new_order',
	'ecomm_order_changed',
	INVENTORY_CHANGED,
	'collection_item_created',
	'collection_item_changed',
	'collection_item_deleted',
	'collection_item_published',
	'collection_item_unpublished',
	'comment_created',
];

/** "Limit of 75 registrations per `triggerType`, per site." Source: openapi/v2.yml, create a webhook. */
const MOST_WEBHOOKS = 75;

/** Whose token asks for a webhook. */
interface Creator {
	scopes: readonly string[];
	/** Whether it is an app's, by OAuth2. */
	isApp: boolean;
}

export class Webhooks {
	private readonly hooks = new Map<string, Webhook>();
	readonly deliveries: Deliveries;
	private made = 0;

	constructor(
		private readonly clock: Clock,
		private readonly switches: () => WebhookSwitches,
	) {
		this.deliveries = new Deliveries(clock, switches);
	}

	clear(): void {
		for (const { id } of this.all()) this.forget(id);
		this.deliveries.clear();
	}

	all(): Webhook[] {
		return [...this.hooks.values()];
	}

	/** Those that wait for changes of stock. */
	listening(): Webhook[] {
		return this.all().filter(
			({ siteId, triggerType, state }) =>
				siteId === SITE_ID && triggerType === INVENTORY_CHANGED && state === 'active',
		);
	}

	/** Removes one without a word to its owner. */
	forget(id: string): boolean {
		const hook = this.hooks.get(id);
		if (hook !== undefined) hook.state = 'removed';
		return this.hooks.delete(id);
	}

	/** One delivery to each that listens, at once. */
	announce(payload: unknown): void {
		const body = JSON.stringify({ triggerType: INVENTORY_CHANGED, payload });
		for (const hook of this.listening()) this.deliveries.add(hook, body);
	}

	list(site: string): Handled {
		return onSite(site, () => {
			const shown = this.all().filter(({ siteId }) => siteId === site);
			return reply(200, {
				webhooks: shown.filter((hook) => this.isVisible(hook)).map((hook) => this.show(hook)),
			});
		});
	}

	create(request: Request, site: string, { scopes, isApp }: Creator): Handled {
		return onSite(site, () => {
			const body = parsed(request);
			if (!isObject(body)) return refuse('bad_request');
			const { triggerType, url, filter = null } = body;
			if (typeof triggerType !== 'string') {
				return refuse('validation_error', "'triggerType' is required", 'triggerType');
			}
			if (!TRIGGER_TYPES.includes(triggerType)) {
				return refuse(
					'unsupported_webhook_trigger_type',
					`Not a trigger: ${triggerType}`,
					'triggerType',
				);
			}
			if (triggerType.startsWith('ecomm_') && !scopes.includes('ecommerce:read')) {
				return refuse('missing_scopes', 'ecommerce:read');
			}
			if (typeof url !== 'string' || !isAddress(url)) {
				return refuse('validation_error', "'url' must be an address", 'url');
			}
			if (filter !== null && triggerType !== 'form_submission') {
				return refuse(
					'incompatible_webhook_filter',
					'Only form_submission takes a filter',
					'filter',
				);
			}
			const others = this.all().filter(
				(one) => one.siteId === site && one.triggerType === triggerType,
			);
			// No page names the code.
			if (others.length >= MOST_WEBHOOKS) {
				return refuse('bad_request', `At most ${MOST_WEBHOOKS} of a trigger`, 'triggerType');
			}
			if (this.switches().webhookTwice === 'refuse' && others.some((one) => one.url === url)) {
				return refuse('conflict', 'There is a webhook with this address', 'url');
			}
			const hook = this.make({ siteId: site, triggerType, url, filter }, isApp);
			return reply(201, this.show(hook, true));
		});
	}

	private make(
		asked: Pick<Webhook, 'siteId' | 'triggerType' | 'url' | 'filter'>,
		isApp: boolean,
	): Webhook {
		this.made += 1;
		const id = objectId(3, this.made);
		const { webhookSigning } = this.switches();
		// As documented, an app's webhooks have no secret of their own.
		const signing = isApp && webhookSigning === 'hookSecret' ? 'clientSecret' : webhookSigning;
		const own = createHash('sha256').update(`the secret of ${id}`).digest('hex');
		const keys = { hookSecret: own, clientSecret: WEBFLOW_CLIENT_SECRET, none: null };
		const hook: Webhook = {
			id,
			...asked,
			key: keys[signing],
			ownSecret: signing === 'hookSecret',
			createdOn: new Date(this.clock.now()).toISOString(),
			lastTriggered: null,
			state: 'active',
		};
		this.hooks.set(id, hook);
		return hook;
	}

	get(id: string): Handled {
		return this.onHook(id, (hook) => reply(200, this.show(hook)));
	}

	remove(id: string): Handled {
		return this.onHook(id, () => {
			this.forget(id);
			return reply(204);
		});
	}

	private onHook(id: string, then: (hook: Webhook) => Handled): Handled {
		if (!OBJECT_ID.test(id)) return refuse('invalid_id');
		const hook = this.hooks.get(id);
		return hook === undefined || !this.isVisible(hook) ? refuse('resource_not_found') : then(hook);
	}

	private isVisible({ state }: Webhook): boolean {
		return state === 'active' || this.switches().webhookDeactivated === 'shown';
	}

	/** `lastTriggered` is documented as a date, not as null: it is left out until there is one. */
	private show(hook: Webhook, isNew = false): Record<string, unknown> {
		const { webhookIds, webhookSecret } = this.switches();
		const { triggerType, url, siteId, filter, lastTriggered, createdOn, key, ownSecret } = hook;
		return {
			[webhookIds]: hook.id,
			triggerType,
			url,
			workspaceId: WORKSPACE_ID,
			siteId,
			filter,
			...(lastTriggered === null ? {} : { lastTriggered }),
			createdOn,
			...(ownSecret && (isNew || webhookSecret === 'always') ? { secretKey: key } : {}),
		};
	}
}

function onSite(site: string, then: () => Handled): Handled {
	if (!OBJECT_ID.test(site)) return refuse('invalid_id');
	return site === SITE_ID || site === BARE_SITE_ID ? then() : refuse('resource_not_found');
}

function isAddress(url: string): boolean {
	return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

function refuse(problem: Parameters<typeof errorBody>[1], words?: string, param?: string): Handled {
	const { status, body } = errorBody('v2', problem, words, param);
	return reply(status, body);
}
