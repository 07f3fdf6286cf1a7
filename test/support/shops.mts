/**
 * The three platforms, connected to a sandbox without a network and with a clock that nobody waits for.
 */
import { RateLimiter } from '../../platforms/http/rate-limiter.ts';
import type { Platform } from '../../inventory/model/platform.ts';
import type { ClientPolicy } from '../../platforms/http/client-policy.ts';
import { Connection } from '../../platforms/http/connection.ts';
import { RateLimits } from '../../platforms/http/rate-limits.ts';
import type { HttpAnswer, Transport } from '../../platforms/http/transport.ts';
import { BatchAttempts } from '../../platforms/ecwid/batch-attempts.ts';
import { Ecwid } from '../../platforms/ecwid/ecwid.ts';
import { ECWID_CLIENT_POLICY } from '../../platforms/ecwid/client-policy.ts';
import { ConfirmedCopies } from '../../platforms/rootfi/confirmed-copies.ts';
import { RootFi } from '../../platforms/rootfi/rootfi.ts';
import { ROOTFI_CLIENT_POLICY } from '../../platforms/rootfi/client-policy.ts';
import { DIALECTS } from '../../platforms/webflow/dialect.ts';
import { SITE_TOKEN } from '../../platforms/webflow/access.ts';
import { webflowClientPolicy } from '../../platforms/webflow/client-policy.ts';
import { SkuIndex } from '../../platforms/webflow/sku-index.ts';
import { Webflow } from '../../platforms/webflow/webflow.ts';
import type { CatalogueProduct } from '../../sandbox/catalogue.mts';
import { ECWID_STORE_ID, ECWID_TOKEN } from '../../sandbox/ecwid/ecwid.mts';
import type { EcwidSwitches } from '../../sandbox/ecwid/switches.mts';
import type { Fault } from '../../sandbox/faults.mts';
import type { Reply } from '../../sandbox/http.mts';
import { ROOTFI_KEY } from '../../sandbox/rootfi/rootfi.mts';
import type { RootFiSwitches } from '../../sandbox/rootfi/switches.mts';
import { Sandbox, type Delivery, type ServiceName } from '../../sandbox/sandbox.mts';
import { SITE_ID, SKU_COLLECTION_ID } from '../../sandbox/webflow/ids.mts';
import type { WebflowSwitches } from '../../sandbox/webflow/switches.mts';
import { WEBFLOW_TOKEN } from '../../sandbox/webflow/webflow.mts';
import { InstantClock } from './clock.mts';

export type ShopName = 'webflow' | 'webflowV1' | 'ecwid' | 'rootfi';

export interface Shop {
	platform: Platform;
	sandbox: Sandbox;
	clock: InstantClock;
	service: ServiceName;
	connection: Connection;
}

export interface ShopOptions {
	sandbox?: Sandbox;
	clock?: InstantClock;
	token?: string;
	signal?: AbortSignal;
	index?: SkuIndex;
	site?: string;
	skuCollectionId?: string;
	companyId?: string;
	maxStockAgeMinutes?: number;
	attempts?: BatchAttempts;
	confirmed?: ConfirmedCopies;
	/** What the shop has instead of the catalogue of the sandbox. */
	products?: CatalogueProduct[];
	/** Where the documents are silent. */
	switches?: Partial<WebflowSwitches & EcwidSwitches & RootFiSwitches>;
	/** What goes wrong on the way. */
	faults?: Fault[];
	/** What a user allows in Requests per Minute. */
	requestsPerMinute?: number;
	/** What the service's clock says in every answer; null where it says nothing. */
	date?: string | null;
	/** Milliseconds an answer takes. */
	latency?: number;
}

/** The platforms that the conformance suite goes through, and how each is reached. */
export const SHOPS: Record<
	ShopName,
	{ service: ServiceName; policy: ClientPolicy; perMinute: number; prefix: string }
> = {
	webflow: {
		service: 'webflow',
		policy: webflowClientPolicy(SITE_TOKEN),
		perMinute: 60,
		prefix: '',
	},
	webflowV1: {
		service: 'webflow',
		policy: webflowClientPolicy(SITE_TOKEN),
		perMinute: 60,
		prefix: '',
	},
	ecwid: {
		service: 'ecwid',
		policy: ECWID_CLIENT_POLICY,
		perMinute: 600,
		prefix: `/api/v3/${ECWID_STORE_ID}`,
	},
	rootfi: { service: 'rootfi', policy: ROOTFI_CLIENT_POLICY, perMinute: 100, prefix: '/v4' },
};

export const SHOP_NAMES = Object.keys(SHOPS) as ShopName[];

const TOKENS: Record<ServiceName, string> = {
	webflow: WEBFLOW_TOKEN,
	ecwid: ECWID_TOKEN,
	rootfi: ROOTFI_KEY,
};

/** A platform on a sandbox of its own, or on that of another shop. */
export function openShop(name: ShopName, options: ShopOptions = {}): Shop {
	const clock = options.clock ?? new InstantClock();
	const sandbox = options.sandbox ?? new Sandbox(clock);
	const { service, policy, perMinute, prefix } = SHOPS[name];
	const token = options.token ?? TOKENS[service];
	if (options.products !== undefined) sandbox.seed({ [service]: options.products });
	Object.assign(sandbox[service].switches, options.switches);
	sandbox.faults.add(options.faults ?? []);
	const immediate = sandboxTransport(sandbox, clock, { service, token, prefix });
	const transport: Transport = async (request) => {
		if (options.latency !== undefined) await clock.sleep(options.latency);
		const answer = await immediate(request);
		if (options.date === undefined || answer.kind !== 'answered') return answer;
		const { date: _, ...headers } = answer.headers;
		return {
			...answer,
			headers: options.date === null ? headers : { ...headers, date: options.date },
		};
	};
	const { requestsPerMinute } = options;
	const user =
		requestsPerMinute === undefined
			? null
			: new RateLimiter(clock, requestsPerMinute, { burst: 0, spare: 0 });
	const limits = new RateLimits(new RateLimiter(clock, perMinute), user, options.signal);
	const connection = new Connection(transport, policy, limits, clock);
	return { platform: platformOf(name, connection, options), sandbox, clock, service, connection };
}

function platformOf(name: ShopName, connection: Connection, options: ShopOptions): Platform {
	switch (name) {
		case 'ecwid':
			return new Ecwid(connection, options.attempts ?? new BatchAttempts('1003'));
		case 'rootfi':
			return new RootFi(
				connection,
				{
					companyId: options.companyId ?? '',
					maxStockAgeMinutes: options.maxStockAgeMinutes ?? 0,
				},
				options.confirmed ?? new ConfirmedCopies(),
			);
		default:
			return new Webflow(
				connection,
				DIALECTS[name === 'webflow' ? 'v2' : 'v1'],
				options.index ?? new SkuIndex(),
				{ site: options.site ?? SITE_ID, skuCollectionId: options.skuCollectionId ?? '' },
			);
	}
}

export { SITE_ID, SKU_COLLECTION_ID };

/** What n8n's helper and the credential would do: put the token on the request, send it, say what came of it. */
export function sandboxTransport(
	sandbox: Sandbox,
	clock: InstantClock,
	{ service, token, prefix }: { service: ServiceName; token: string; prefix: string },
): Transport {
	const authorization =
		service === 'rootfi' ? { api_key: token } : { authorization: `Bearer ${token}` };
	return async ({ method, path, query, headers, body }) => {
		const delivery = await sandbox.handle(
			service,
			{
				method,
				path: `${prefix}${path}`,
				query: new URLSearchParams(query ?? {}),
				headers: {
					...authorization,
					...Object.fromEntries(
						Object.entries(headers ?? {}).map(([key, value]) => [key.toLowerCase(), value]),
					),
					...(body === undefined ? {} : { 'content-type': 'application/json' }),
				},
				body: body === undefined ? '' : JSON.stringify(body),
			},
			async (ms) => await clock.sleep(ms),
		);
		return answerOf(delivery);
	};
}

function answerOf(delivery: Delivery): HttpAnswer {
	switch (delivery.kind) {
		case 'reply':
			return answered(delivery.reply);
		case 'noConnection':
			return { kind: 'notSent', code: 'ECONNREFUSED' };
		case 'truncate':
			return { kind: 'lost', code: 'ECONNRESET' };
		case 'reset':
			return { kind: 'lost', code: 'ECONNRESET' };
		case 'hang':
			return { kind: 'lost', code: 'ETIMEDOUT' };
	}
}

function answered({ status, reason, headers, body }: Reply): HttpAnswer {
	return {
		kind: 'answered',
		status,
		statusText: reason ?? '',
		headers: Object.fromEntries(
			Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
		),
		text: body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body),
	};
}
