/**
 * Webflow's Data API v2 and legacy v1, as far as stock goes.
 *
 * Source: webflow/openapi-spec v2.yml; v1 from its archived reference and recorded traffic.
 */
import type { CatalogueProduct } from '../catalogue.mts';
import type { Clock } from '../clock.mts';
import type { Handled, Request, Route } from '../http.mts';
import { bearer, isObject, parsed, reply, route } from '../http.mts';
import { DOCUMENTED_LIMITS, type Quota } from '../limits.mts';
import { move, Service, type Stocked } from '../service.mts';
import { errorBody, type Version } from './errors.mts';
import { BARE_SITE_ID, OBJECT_ID, objectId, SITE_ID, SKU_COLLECTION_ID } from './ids.mts';
import { applyUpdate, type WebflowItem, type WebflowProduct } from './inventory.mts';
import { WEBFLOW_DEFAULTS, type WebflowSwitches } from './switches.mts';
import { act, type WebhookAction } from './tricks.mts';
import { OAuth, WEBFLOW_OAUTH_TOKEN } from './oauth.mts';
import * as show from './views.mts';
import { Webhooks } from './webhooks.mts';

export const WEBFLOW_TOKEN = 'webflow-sandbox-token';
/** A token whose owner forgot to tick a box. */
export const WEBFLOW_READ_ONLY_TOKEN = 'webflow-sandbox-read-only-token';
/** A token that reaches the site and not its shop. */
export const WEBFLOW_NO_SHOP_TOKEN = 'webflow-sandbox-no-shop-token';

const SCOPES: Record<string, readonly string[]> = {
	[WEBFLOW_TOKEN]: ['sites:read', 'sites:write', 'cms:read', 'ecommerce:read', 'ecommerce:write'],
	[WEBFLOW_OAUTH_TOKEN]: [
		'sites:read',
		'sites:write',
		'cms:read',
		'ecommerce:read',
		'ecommerce:write',
	],
	[WEBFLOW_READ_ONLY_TOKEN]: ['sites:read', 'cms:read', 'ecommerce:read'],
	[WEBFLOW_NO_SHOP_TOKEN]: ['sites:read', 'sites:write', 'cms:read'],
};

const MOST_PER_PAGE = 100;

/** The first number of products that were created again. */
const FIRST_NEW = 50_000;

export class WebflowService extends Service<WebflowSwitches> {
	readonly name = 'webflow';
	private products: WebflowProduct[] = [];
	private items = new Map<string, WebflowItem>();
	/** Products that were created again. */
	private made = 0;
	readonly webhooks: Webhooks;
	private readonly oauth: OAuth;

	constructor(clock: Clock) {
		super(clock, DOCUMENTED_LIMITS.webflow, WEBFLOW_DEFAULTS);
		this.webhooks = new Webhooks(clock, () => this.switches);
		this.oauth = new OAuth(clock);
	}

	override reset(): void {
		super.reset();
		this.webhooks.clear();
		this.oauth.clear();
	}

	/** Failed deliveries are sent again while nobody asks. */
	advance(): void {
		this.webhooks.deliveries.advance();
	}

	/** Makes something go wrong with deliveries. Throws, in words, what is wrong with the action itself. */
	act(action: WebhookAction): void {
		const { clock, webhooks } = this;
		const items = this.items.values();
		act({ clock, webhooks, items, show: (item) => this.view('v2', item) }, action);
	}

	seed(products: CatalogueProduct[]): void {
		this.products = products.map(({ name, sku, quantity, unlimited, variations }, n) => {
			const sold = variations ?? [{ sku, options: {}, quantity, unlimited }];
			const items = sold.map((one, k): WebflowItem => ({
				id: objectId(2, n * 100 + k),
				sku: one.sku,
				name: [name, ...Object.values(one.options)].join(' '),
				quantity: one.quantity,
				infinite: one.unlimited === true,
			}));
			return { id: objectId(1, n), name, items };
		});
		this.items = new Map(
			this.products.flatMap(({ items }) => items).map((item) => [item.id, item]),
		);
	}

	stock(): Stocked[] {
		return [...this.items.values()].map(({ id, sku, name, quantity, infinite }) => ({
			itemId: id,
			variantId: null,
			sku,
			name,
			quantity,
			unlimited: infinite,
		}));
	}

	protected put({ itemId }: Stocked, quantity: number, unlimited: boolean): void {
		const item = this.items.get(itemId);
		if (item !== undefined) this.store(item, { quantity, infinite: unlimited });
	}

	protected rename({ itemId }: Stocked, sku: string): void {
		const item = this.items.get(itemId);
		if (item !== undefined) item.sku = sku;
	}

	protected recreate({ itemId }: Stocked): void {
		const product = this.products.find(({ items }) => items.some(({ id }) => id === itemId));
		if (product === undefined) return;
		this.made += 1;
		product.id = objectId(1, FIRST_NEW + this.made);
		product.items.forEach((item, n) => (item.id = objectId(2, (FIRST_NEW + this.made) * 100 + n)));
		this.items = new Map(
			this.products.flatMap(({ items }) => items).map((item) => [item.id, item]),
		);
	}

	/** Whatever changes a level comes through here, so that webhooks hear of it. */
	private store(
		item: WebflowItem,
		to: Pick<WebflowItem, 'quantity' | 'infinite'>,
		isUpdate = false,
	): void {
		const changes = item.quantity !== to.quantity || item.infinite !== to.infinite;
		Object.assign(item, to);
		const { echo, webhookUnchanged } = this.switches;
		const told = isUpdate ? echo && (changes || webhookUnchanged) : changes;
		if (told) this.webhooks.announce(this.view('v2', item));
	}

	handle(request: Request): Handled {
		this.advance();
		if (request.path.startsWith('/oauth/'))
			return route(this.oauthRoutes(), request, () => reply(404));
		const v2 = /^\/v2(?=\/)/.test(request.path);
		const version: Version = v2 ? 'v2' : 'v1';
		const inside = { ...request, path: v2 ? request.path.slice('/v2'.length) : request.path };
		const token = bearer(request) || (v2 ? '' : (request.query.get('access_token') ?? ''));
		if (SCOPES[token] === undefined) return refuse(version, 'not_authorized');
		const quota = this.quota(token);
		const handled = quota.allowed
			? route(this.routes(version, token), inside, () => refuse(version, 'resource_not_found'))
			: refuse(version, 'too_many_requests');
		return this.withHeaders(handled, quota);
	}

	/** Before anyone has a token. */
	private oauthRoutes(): Route[] {
		const { oauth } = this;
		return [
			['GET', /^\/oauth\/authorize$/, (request) => oauth.authorize(request)],
			['POST', /^\/oauth\/access_token$/, (request) => oauth.token(request)],
		];
	}

	private routes(version: Version, token: string): Route[] {
		const needs = (scope: string, handler: Route[2]): Route[2] => {
			// v1 tokens have no scopes.
			const missing = version === 'v2' && !SCOPES[token].includes(scope);
			return missing ? () => refuse(version, 'missing_scopes', scope) : handler;
		};
		const webhooks = version === 'v2' ? this.webhookRoutes(token, needs) : [];
		return [
			...webhooks,
			['GET', /^\/sites$/, needs('sites:read', () => reply(200, show.sites(version)))],
			['GET', /^\/info$/, () => reply(200, show.info())],
			[
				'GET',
				/^\/sites\/([^/]+)\/collections$/,
				needs('cms:read', (_, site) => this.collections(version, site)),
			],
			[
				'GET',
				/^\/sites\/([^/]+)\/products$/,
				needs('ecommerce:read', (request, site) => this.listProducts(version, request, site)),
			],
			[
				'GET',
				/^\/sites\/([^/]+)\/products\/([^/]+)$/,
				needs('ecommerce:read', (_, site, id) => this.oneProduct(version, site, id)),
			],
			[
				'GET',
				/^\/sites\/([^/]+)\/ecommerce\/settings$/,
				needs('ecommerce:read', (_, site) =>
					this.onSite(version, site, () => reply(200, show.settings())),
				),
			],
			[
				'GET',
				/^\/token\/introspect$/,
				() => reply(200, show.introspect(SCOPES[token], this.meter.limit.requests)),
			],
			[
				'GET',
				/^\/collections\/([^/]+)\/items\/([^/]+)\/inventory$/,
				needs('ecommerce:read', (_, collection, id) =>
					this.onItem(version, collection, id, (item) => reply(200, this.view(version, item))),
				),
			],
			[
				'PATCH',
				/^\/collections\/([^/]+)\/items\/([^/]+)\/inventory$/,
				needs('ecommerce:write', (request, collection, id) =>
					this.onItem(version, collection, id, (item) => this.update(version, request, item)),
				),
			],
		];
	}

	/** What v1 had instead is no longer offered. Deleting needs no more than reading, as it is documented. */
	private webhookRoutes(
		token: string,
		needs: (scope: string, handler: Route[2]) => Route[2],
	): Route[] {
		const { webhooks } = this;
		const creator = { scopes: SCOPES[token], isApp: token === WEBFLOW_OAUTH_TOKEN };
		const ofSite = /^\/sites\/([^/]+)\/webhooks$/;
		const one = /^\/webhooks\/([^/]+)$/;
		return [
			['GET', ofSite, needs('sites:read', (_, site) => webhooks.list(site))],
			[
				'POST',
				ofSite,
				needs('sites:write', (request, site) => webhooks.create(request, site, creator)),
			],
			['GET', one, needs('sites:read', (_, id) => webhooks.get(id))],
			['DELETE', one, needs('sites:read', (_, id) => webhooks.remove(id))],
		];
	}

	private collections(version: Version, site: string): Handled {
		if (site === BARE_SITE_ID) return reply(200, show.collections(version, []));
		if (site !== SITE_ID) return refuse(version, 'resource_not_found');
		return reply(200, show.collections(version, show.SHOP_COLLECTIONS));
	}

	private onSite(version: Version, site: string, then: () => Handled): Handled {
		if (site === BARE_SITE_ID) return refuse(version, 'ecommerce_not_enabled');
		if (!OBJECT_ID.test(site)) return refuse(version, 'invalid_id');
		return site === SITE_ID ? then() : refuse(version, 'resource_not_found');
	}

	private listProducts(version: Version, { query }: Request, site: string): Handled {
		return this.onSite(version, site, () => {
			const limit = Number(query.get('limit') ?? MOST_PER_PAGE);
			const offset = Number(query.get('offset') ?? 0);
			const usable =
				Number.isInteger(limit) &&
				limit >= 1 &&
				limit <= MOST_PER_PAGE &&
				Number.isInteger(offset) &&
				offset >= 0;
			if (!usable) return refuse(version, 'bad_request');
			const page = this.products.slice(offset, offset + limit);
			const items = page.map((product) => show.product(version, product, this.switches.v1Sku));
			const total = this.products.length;
			return reply(
				200,
				version === 'v2'
					? { items, pagination: { limit, offset, total } }
					: { items, count: items.length, limit, offset, total },
			);
		});
	}

	private oneProduct(version: Version, site: string, id: string): Handled {
		return this.onSite(version, site, () => {
			const product = this.products.find((one) => one.id === id);
			if (product === undefined) return refuse(version, 'resource_not_found');
			return reply(200, show.product(version, product, this.switches.v1Sku));
		});
	}

	private onItem(
		version: Version,
		collection: string,
		id: string,
		then: (item: WebflowItem) => Handled,
	): Handled {
		if (!OBJECT_ID.test(collection) || !OBJECT_ID.test(id)) return refuse(version, 'invalid_id');
		if (collection !== SKU_COLLECTION_ID) {
			// v1 words of a forum thread; what v2 says is not documented.
			return version === 'v1'
				? refuse(version, 'not_the_sku_collection')
				: refuse(version, 'resource_not_found');
		}
		const item = this.items.get(id);
		if (item !== undefined) return then(item);
		return refuse(version, this.switches.unknownId === 404 ? 'resource_not_found' : 'bad_request');
	}

	private update(version: Version, request: Request, item: WebflowItem): Handled {
		const body = parsed(request);
		const fields = version === 'v1' && isObject(body) ? body.fields : body;
		if (!isObject(fields)) {
			return version === 'v1' ? refuse(version, 'fields_required') : refuse(version, 'bad_request');
		}
		const outcome = applyUpdate(item, fields, version, this.switches);
		if ('refused' in outcome) return refuse(version, 'validation_error', outcome.refused);
		const before = this.stocked(item);
		this.store(item, outcome, true);
		const moved = move(before, { quantity: item.quantity, unlimited: item.infinite });
		return { reply: { status: 200, body: this.view(version, item) }, moves: [moved] };
	}

	private stocked({ id, sku, quantity, infinite }: WebflowItem) {
		return { itemId: id, variantId: null, sku, quantity, unlimited: infinite };
	}

	private view(version: Version, item: WebflowItem): unknown {
		return show.inventory(version, item, this.switches.infiniteQuantity);
	}

	private withHeaders({ reply: answer, moves }: Handled, quota: Quota): Handled {
		const headers: Record<string, string> = {
			...answer.headers,
			'X-RateLimit-Limit': String(quota.limit),
			'X-RateLimit-Remaining': String(quota.remaining),
		};
		const { retryAfter, retryAfterOnSuccess } = this.switches;
		const limited = answer.status === 429 && retryAfter !== 'none';
		if (limited || (answer.status === 200 && retryAfterOnSuccess)) {
			const seconds = Math.max(Math.ceil((quota.resetAt - this.clock.now()) / 1_000), 1);
			headers['Retry-After'] =
				retryAfter === 'date'
					? new Date(this.clock.now() + seconds * 1_000).toUTCString()
					: String(seconds);
		}
		return { reply: { ...answer, headers }, moves };
	}
}

function refuse(
	version: Version,
	problem: Parameters<typeof errorBody>[1],
	words?: string,
): Handled {
	const { status, body } = errorBody(version, problem, words);
	return reply(status, body);
}
