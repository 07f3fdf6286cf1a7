/**
 * Three shops in memory, with everything that can go wrong on the way to them.
 */
import type { Catalogue, CatalogueProduct } from './catalogue.mts';
import { seedCatalogue } from './catalogue.mts';
import type { Clock } from './clock.mts';
import { systemClock } from './clock.mts';
import { EcwidService } from './ecwid/ecwid.mts';
import { Faults, type Fault } from './faults.mts';
import type { Handled, Reply, Request, StockMove } from './http.mts';
import { reply } from './http.mts';
import { DOCUMENTED_LIMITS, type Limit } from './limits.mts';
import { Log } from './log.mts';
import type { OutsideChange } from './service.mts';
import { RootFiService } from './rootfi/rootfi.mts';
import type { Attempt, Send } from './webflow/deliveries.mts';
import { WebflowService } from './webflow/webflow.mts';

/** What reaches the client. */
export type Delivery =
	| { kind: 'reply'; reply: Reply }
	| { kind: 'truncate'; reply: Reply }
	| { kind: 'reset' | 'hang' | 'noConnection' };

export type ServiceName = 'webflow' | 'ecwid' | 'rootfi';

export class Sandbox {
	readonly webflow: WebflowService;
	readonly ecwid: EcwidService;
	readonly rootfi: RootFiService;
	readonly faults = new Faults();
	readonly log = new Log();
	/** Refuses connections for so many milliseconds; only a sandbox that listens on a port can. */
	down: (ms: number) => void = () => {};
	/** Delivers a webhook; nobody can be reached until there is a way. */
	send: Send = async () => await Promise.reject(new Error('There is no network'));
	/** Asked to call `advance` in so many milliseconds, the last word counts; only a sandbox with a port does. */
	wake: (ms: number) => void = () => {};

	constructor(private readonly clock: Clock = systemClock) {
		this.webflow = new WebflowService(clock);
		this.ecwid = new EcwidService(clock);
		this.rootfi = new RootFiService(clock);
		this.ecwid.inside = (request) => this.handleInside(request);
		const { deliveries } = this.webflow.webhooks;
		deliveries.send = async (url, request) => await this.send(url, request);
		deliveries.note = (attempt) => this.noteWebhook(attempt);
		deliveries.wake = (ms) => this.wake(ms);
		this.seed(seedCatalogue());
	}

	service(name: ServiceName): WebflowService | EcwidService | RootFiService {
		return this[name];
	}

	get services(): Array<WebflowService | EcwidService | RootFiService> {
		return [this.webflow, this.ecwid, this.rootfi];
	}

	/** Whether answers carry the time, as those of every web server should. */
	tellsTime = true;

	/** Everything as at the start: the seed, no faults, documented limits, default switches, an empty log. */
	reset(): void {
		for (const service of this.services) {
			service.reset();
			service.meter.limit = { ...DOCUMENTED_LIMITS[service.name] };
		}
		this.faults.clear();
		this.log.clear();
		this.seed(seedCatalogue());
	}

	/** What the services do by themselves as time goes by: batches run on, failed deliveries are sent again. */
	advance(): void {
		this.ecwid.advance();
		this.webflow.advance();
	}

	/** Fills the shops again; a service that is left out keeps what it has. `products` goes to all three. */
	seed(catalogue: Partial<Catalogue> & { products?: CatalogueProduct[] }): void {
		for (const service of this.services) {
			const products = catalogue[service.name] ?? catalogue.products;
			if (products !== undefined) service.seed(products);
		}
	}

	/** Sets how many requests fit into which window. */
	limit(name: ServiceName, limit: Partial<Limit>): void {
		const { meter } = this.service(name);
		meter.limit = { ...meter.limit, ...limit };
		meter.reset();
	}

	/** Someone else's change: a sale, a person in the shop's admin. The page shows it; it is no request. */
	change(name: ServiceName, change: OutsideChange): StockMove {
		const moved = this.service(name).change(change);
		this.log.tell({
			at: new Date(this.clock.now()).toISOString(),
			platform: name,
			method: 'changed in the shop',
			path: '',
			query: '',
			body: null,
			status: 200,
			fault: null,
			moves: [moved],
		});
		return moved;
	}

	stock() {
		return {
			webflow: this.webflow.stock(),
			ecwid: this.ecwid.stock(),
			rootfi: this.rootfi.stock(),
		};
	}

	/** One request of an Ecwid batch: a connection that breaks inside Ecwid is a 504 to the batch. */
	private handleInside(request: Request): Reply {
		const fault = this.faults.take('ecwid', request);
		if (fault?.before !== undefined) this.change('ecwid', fault.before);
		const handled = isTaken(fault) ? this.ecwid.serveInside(request) : null;
		if (fault?.after !== undefined) this.change('ecwid', fault.after);
		this.note('ecwid', { ...request, path: `batch ${request.path}` }, handled, fault);
		const delivery = deliver(handled, fault);
		return delivery.kind === 'reply' ? delivery.reply : { status: 504 };
	}

	private note(
		name: ServiceName,
		request: Request,
		handled: Handled | null,
		fault: Fault | null,
	): void {
		this.log.add({
			at: new Date(this.clock.now()).toISOString(),
			platform: name,
			method: request.method,
			path: request.path,
			query: request.query.toString(),
			body: bodyOf(request),
			status: handled?.reply.status ?? null,
			fault: fault === null ? null : nameOf(fault),
			moves: handled?.moves ?? [],
		});
	}

	private noteWebhook({ url, body, status, trick }: Attempt): void {
		this.log.add({
			at: new Date(this.clock.now()).toISOString(),
			platform: 'webflow',
			method: 'webhook',
			path: url,
			query: '',
			body: JSON.parse(body) as unknown,
			status,
			fault: trick ?? (status === null ? 'no answer' : null),
			moves: [],
		});
	}

	/** Handles one request, faults included. `wait` is how a delay passes. */
	async handle(
		name: ServiceName,
		request: Request,
		wait: (ms: number) => Promise<void> = async () => {},
	): Promise<Delivery> {
		const service = this.service(name);
		const fault = this.faults.take(name, request);
		if (fault?.delayMs !== undefined) await wait(fault.delayMs);
		if (fault?.before !== undefined) this.change(name, fault.before);
		const handled = isTaken(fault) ? take(service, request, fault) : null;
		if (fault?.after !== undefined) this.change(name, fault.after);
		this.note(name, request, handled, fault);
		if (fault?.downMs !== undefined) this.down(fault.downMs);
		const delivery = deliver(handled, fault);
		if (delivery.kind !== 'reply' || !this.tellsTime) return delivery;
		const headers = { Date: new Date(this.clock.now()).toUTCString(), ...delivery.reply.headers };
		return { kind: 'reply', reply: { ...delivery.reply, headers } };
	}
}

function isTaken(fault: Fault | null): boolean {
	return fault?.apply !== false && fault?.then !== 'noConnection';
}

function take(
	service: Sandbox['services'][number],
	request: Request,
	fault: Fault | null,
): Handled {
	return fault?.then === 'stale' ? service.handleStale(request) : service.handle(request);
}

function deliver(handled: Handled | null, fault: Fault | null): Delivery {
	const answer = (handled ?? reply(503)).reply;
	const then = fault?.then ?? 'answer';
	if (typeof then === 'object') return { kind: 'reply', reply: then };
	switch (then) {
		case 'answer':
		case 'stale':
			return { kind: 'reply', reply: answer };
		case 'nonsense':
			return {
				kind: 'reply',
				reply: {
					status: 200,
					headers: { 'Content-Type': 'text/html' },
					body: '<html><body><h1>Welcome</h1><p>Please sign in to the network.</p></body></html>',
				},
			};
		case 'truncate':
			return { kind: 'truncate', reply: answer };
		default:
			return { kind: then };
	}
}

function nameOf({ then, apply }: Fault): string {
	const what = typeof then === 'object' ? `answer ${then.status}` : (then ?? 'answer');
	return apply === false ? `${what}, not applied` : what;
}

function bodyOf({ body, path }: Request): unknown {
	// The secret of an app is not for the log.
	if (body === '' || path.startsWith('/oauth/')) return null;
	try {
		return JSON.parse(body);
	} catch {
		return body;
	}
}
