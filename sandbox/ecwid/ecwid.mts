/**
 * Ecwid's REST API v3, as far as stock goes.
 *
 * Source: docs.ecwid.com (products, variations, adjust stock, error codes) and Ecwid/ecwid-java-api-client.
 */
import type { CatalogueProduct } from '../catalogue.mts';
import type { Clock } from '../clock.mts';
import type { Handled, Request, Route, StockMove } from '../http.mts';
import { bearer, hasJsonType, reply, route } from '../http.mts';
import { DOCUMENTED_LIMITS, type Quota } from '../limits.mts';
import { move, Service, type Stocked } from '../service.mts';
import { Batches, type RunInside } from './batch.mts';
import { ProductSearch } from './search.mts';
import type { EcwidProduct, EcwidVariation, Stock } from './products.mts';
import { ownsStock, pick, showProduct, showVariation } from './products.mts';
import { ECWID_DEFAULTS, type EcwidSwitches } from './switches.mts';
import { Writes, wrong } from './writes.mts';

export const ECWID_STORE_ID = '1003';
export const ECWID_TOKEN = 'secret_sandbox';
/** A public token: it may read. */
export const ECWID_PUBLIC_TOKEN = 'public_sandbox';

export class EcwidService extends Service<EcwidSwitches> {
	readonly name = 'ecwid';
	private products = new Map<number, EcwidProduct>();
	private readonly index: ProductSearch;
	private readonly batches: Batches;
	private readonly writes: Writes;
	/** Sends a request of a batch through the sandbox, so that faults and log see it too. */
	inside: RunInside = (request) => this.serveInside(request).reply;

	constructor(clock: Clock) {
		super(clock, DOCUMENTED_LIMITS.ecwid, ECWID_DEFAULTS);
		this.index = new ProductSearch(clock, () => this.switches);
		this.batches = new Batches(
			clock,
			() => this.switches,
			(status, code, words) => this.refuse(status, code, words),
		);
		this.writes = new Writes({
			switches: () => this.switches,
			refuse: (status, code, words) => this.refuse(status, code, words),
			store: (product, target, to) => this.store(product, target, to),
			touch: (product) => (product.updated = this.seconds()),
		});
	}

	override reset(): void {
		super.reset();
		this.batches.clear();
	}

	/** Batches run while nobody asks. */
	advance(): void {
		this.batches.advance((request) => {
			if (this.switches.batchCounts === 'eachItem') {
				const quota = this.quota(bearer(request));
				if (!quota.allowed) return this.limited(quota).reply;
			}
			return this.inside(request);
		});
	}

	/** One request of a batch, with the token that the batch came in with. */
	serveInside(request: Request): Handled {
		return this.serve(request, bearer(request));
	}

	seed(products: CatalogueProduct[]): void {
		const updated = this.seconds();
		this.products = new Map(
			products.map((given, n) => {
				const { name, sku, quantity, unlimited, reorderLevel, variations } = given;
				const id = 692_730_001 + n;
				const product: EcwidProduct = {
					id,
					name,
					sku,
					quantity,
					unlimited: unlimited === true,
					warningLimit: reorderLevel ?? 0,
					updated,
					enabled: given.enabled !== false,
					components: given.components ?? 0,
					variations: (variations ?? []).map((one, k) => ({
						id: 20_874_001 + n * 100 + k,
						number: k + 1,
						sku: one.sku,
						options: one.options,
						quantity: one.quantity,
						unlimited: one.unlimited === true,
						warningLimit: one.reorderLevel ?? 0,
					})),
				};
				return [id, product];
			}),
		);
		this.index.clear();
	}

	stock(): Stocked[] {
		this.advance();
		return [...this.products.values()].flatMap((product) => [
			this.stocked(product, null),
			...product.variations
				.filter((variation) => ownsStock(product, variation))
				.map((variation) => this.stocked(product, variation)),
		]);
	}

	private stocked(product: EcwidProduct, variation: EcwidVariation | null): Stocked {
		const { sku, quantity, unlimited } = variation ?? product;
		const options = Object.values(variation?.options ?? {}).join(', ');
		return {
			itemId: String(product.id),
			variantId: variation === null ? null : String(variation.id),
			sku,
			name: options === '' ? product.name : `${product.name} (${options})`,
			quantity,
			unlimited,
		};
	}

	protected put({ itemId, variantId }: Stocked, quantity: number, unlimited: boolean): void {
		const product = this.products.get(Number(itemId)) as EcwidProduct;
		const variation = product.variations.find(({ id }) => String(id) === variantId);
		this.store(product, variation ?? product, { quantity, unlimited });
	}

	protected rename({ itemId, variantId }: Stocked, sku: string): void {
		const product = this.products.get(Number(itemId)) as EcwidProduct;
		const variation = product.variations.find(({ id }) => String(id) === variantId);
		this.index.beforeChange(product);
		(variation ?? product).sku = sku;
		product.updated = this.seconds();
	}

	protected recreate({ itemId }: Stocked): void {
		const product = this.products.get(Number(itemId)) as EcwidProduct;
		this.products.delete(product.id);
		product.id = Math.max(product.id, ...this.products.keys()) + 1;
		product.updated = this.seconds();
		this.products.set(product.id, product);
	}

	handle(request: Request): Handled {
		this.advance();
		const path = /^\/api\/v3\/([^/]+)(\/.*)$/.exec(request.path);
		if (path === null) return this.refuse(404, 'STORE_NOT_FOUND', 'Store is not found');
		const [, store, inside] = path;
		const token = tokenOf(request);
		const known = token === ECWID_TOKEN || token === ECWID_PUBLIC_TOKEN;
		if (store !== ECWID_STORE_ID) {
			return known && this.switches.foreignStore === 403
				? this.refuse(403, 'INVALID_API_TOKEN', 'The token does not belong to this store')
				: this.refuse(404, 'STORE_NOT_FOUND', 'Store is not found');
		}
		if (!known) return this.refuse(403, 'INVALID_API_TOKEN', 'API token is invalid');
		if (this.switches.plan === 'free') {
			return this.refuse(402, 'NOT_AVAILABLE_ON_CURRENT_PLAN', 'API is not available on this plan');
		}
		const quota = this.quota(token);
		if (!quota.allowed) return this.limited(quota);
		return this.serve({ ...request, path: inside }, token);
	}

	private serve(request: Request, token: string): Handled {
		if (request.method !== 'GET' && request.method !== 'DELETE') {
			if (!hasJsonType(request)) return this.refuse(415, null, 'Unsupported content type');
			const isBatch = request.path === '/batch' && this.switches.batchScopes === 'eachItem';
			if (token === ECWID_PUBLIC_TOKEN && !isBatch) {
				return this.refuse(
					403,
					'INSUFFICIENT_APP_SCOPE',
					'The token lacks the scope update_catalog',
				);
			}
		}
		return route(this.routes, request, (isOtherMethod) =>
			isOtherMethod
				? this.refuse(405, 'METHOD_NOT_ALLOWED', 'Method is not allowed')
				: this.refuse(404, null, 'Not found'),
		);
	}

	private readonly routes: Route[] = [
		['GET', /^\/profile$/, () => reply(200, { generalInfo: { storeId: Number(ECWID_STORE_ID) } })],
		['GET', /^\/products$/, (request) => this.search(request)],
		['POST', /^\/batch$/, (request) => this.batches.create(request, tokenOf(request))],
		['GET', /^\/batch$/, (request) => this.batches.status(request)],
		['DELETE', /^\/batch$/, (request) => this.batches.remove(request)],
		[
			'GET',
			/^\/products\/(\d+)$/,
			(request, id) =>
				this.onProduct(id, (product) =>
					reply(200, pick(showProduct(product), request.query.get('responseFields'))),
				),
		],
		[
			'PUT',
			/^\/products\/(\d+)$/,
			(request, id) =>
				this.onProduct(id, (product) => this.writes.update(request, product, product)),
		],
		[
			'PUT',
			/^\/products\/(\d+)\/inventory$/,
			(request, id) =>
				this.onProduct(id, (product) => this.writes.adjust(request, product, product)),
		],
		[
			'GET',
			/^\/products\/(\d+)\/combinations$/,
			(_, id) =>
				this.onProduct(id, (product) =>
					reply(
						200,
						product.variations.map((one) => showVariation(product, one)),
					),
				),
		],
		[
			'GET',
			/^\/products\/(\d+)\/combinations\/(\d+)$/,
			(_, id, variationId) =>
				this.onVariation(id, variationId, (product, variation) =>
					reply(200, showVariation(product, variation)),
				),
		],
		[
			'PUT',
			/^\/products\/(\d+)\/combinations\/(\d+)$/,
			(request, id, variationId) =>
				this.onVariation(id, variationId, (product, variation) =>
					this.writes.update(request, product, variation),
				),
		],
		[
			'PUT',
			/^\/products\/(\d+)\/combinations\/(\d+)\/inventory$/,
			(request, id, variationId) =>
				this.onVariation(id, variationId, (product, variation) =>
					ownsStock(product, variation)
						? this.writes.adjust(request, product, variation)
						: this.refuse(400, 'DIFFERENT_COMBINATION_STOCK', 'SKU for combination is not set'),
				),
		],
	];

	private onProduct(id: string, then: (product: EcwidProduct) => Handled): Handled {
		const product = this.products.get(Number(id));
		return product === undefined
			? this.refuse(404, 'PRODUCT_NOT_FOUND', 'Product is not found')
			: then(product);
	}

	private onVariation(
		id: string,
		variationId: string,
		then: (product: EcwidProduct, variation: EcwidVariation) => Handled,
	): Handled {
		if (this.switches.plan === 'venture') {
			return this.refuse(
				402,
				'NOT_AVAILABLE_ON_CURRENT_PLAN',
				'Variations are not available on this plan',
			);
		}
		return this.onProduct(id, (product) => {
			const variation = product.variations.find((one) => String(one.id) === variationId);
			return variation === undefined
				? this.refuse(404, 'COMBINATION_NOT_FOUND', 'Combination is not found')
				: then(product, variation);
		});
	}

	private search({ query }: Request): Handled {
		const page = this.index.page(this.products.values(), query);
		if ('wrong' in page) return this.refuse(...wrong(page.wrong));
		return reply(200, pick(page, query.get('responseFields')));
	}

	private store(
		product: EcwidProduct,
		target: Stock,
		to: { quantity: number; unlimited: boolean },
	): StockMove[] {
		this.index.beforeChange(product);
		const variation = target === product ? null : (target as EcwidVariation);
		const moved = move(this.stocked(product, variation), to);
		Object.assign(target, to);
		if (this.switches.stockMovesUpdateTime) product.updated = this.seconds();
		return [moved];
	}

	private limited(quota: Quota): Handled {
		const over = this.meter.overdrawn(ECWID_TOKEN);
		const { blockAfter, retryAfter } = this.switches;
		if (blockAfter > 0 && over > blockAfter)
			return this.refuse(403, 'INVALID_API_TOKEN', 'The token is blocked');
		const seconds = Math.max(Math.ceil((quota.resetAt - this.clock.now()) / 1_000), 1);
		const refused = this.refuse(429, 'RATE_LIMITED', 'Too many requests');
		if (retryAfter !== 'none') {
			const date = new Date(this.clock.now() + seconds * 1_000).toUTCString();
			refused.reply.headers = { 'Retry-After': retryAfter === 'date' ? date : String(seconds) };
		}
		return refused;
	}

	private refuse(status: number, errorCode: string | null, errorMessage: string): Handled {
		switch (this.switches.errorBody) {
			case 'json':
				return reply(status, { errorMessage, ...(errorCode === null ? {} : { errorCode }) });
			case 'empty':
				return reply(status);
			case 'reason':
				return { reply: { status, reason: errorMessage }, moves: [] };
			case 'text':
				return reply(status, `<html><body><h1>${errorMessage}</h1></body></html>`, {
					'Content-Type': 'text/html',
				});
		}
	}

	private seconds(): number {
		return Math.floor(this.clock.now() / 1_000);
	}
}

/** The token, where it stands today, or where older clients put it. */
function tokenOf(request: Request): string {
	return bearer(request) || (request.query.get('token') ?? '');
}
