/**
 * The sandbox's own routes: look at the stock, change it, and make things go wrong.
 */
import type { Fault } from './faults.mts';
import type { Handled, Request, Route } from './http.mts';
import { isObject, parsed, reply, route } from './http.mts';
import type { Limit } from './limits.mts';
import type { Sandbox, ServiceName } from './sandbox.mts';
import type { OutsideChange } from './service.mts';
import type { WebhookAction } from './webflow/tricks.mts';

/** The longest time without connections, in milliseconds: nobody can end it from outside. */
const LONGEST_DOWN = 10 * 60_000;

const NAMES: readonly ServiceName[] = ['webflow', 'ecwid', 'rootfi'];

export function control(sandbox: Sandbox, request: Request): Handled {
	const body = parsed(request);
	const routes: Route[] = [
		[
			'POST',
			/^\/control\/reset$/,
			() => {
				sandbox.reset();
				return reply(200, sandbox.stock());
			},
		],
		[
			'POST',
			/^\/control\/seed$/,
			() => {
				sandbox.seed(object(body));
				return reply(200, sandbox.stock());
			},
		],
		['GET', /^\/control\/stock$/, () => reply(200, sandbox.stock())],
		[
			'POST',
			/^\/control\/stock$/,
			() => {
				const changes = list(body) as Array<OutsideChange & { platform: ServiceName }>;
				return reply(
					200,
					changes.map(({ platform, ...change }) =>
						sandbox.change(named(sandbox, platform).name, change),
					),
				);
			},
		],
		[
			'GET',
			/^\/control\/log$/,
			({ query }) => reply(200, sandbox.log.all(Number(query.get('since') ?? 0))),
		],
		[
			'POST',
			/^\/control\/faults$/,
			() => {
				sandbox.faults.add(list(body) as Fault[]);
				return reply(200, { waiting: sandbox.faults.waiting });
			},
		],
		[
			'POST',
			/^\/control\/limits$/,
			() => {
				for (const [name, limit] of Object.entries(object(body))) {
					sandbox.limit(named(sandbox, name).name, limit as Partial<Limit>);
				}
				return reply(
					200,
					byName(sandbox, ({ meter }) => meter.limit),
				);
			},
		],
		[
			'POST',
			/^\/control\/switches$/,
			() => {
				for (const [name, switches] of Object.entries(object(body))) {
					const service = named(sandbox, name);
					const unknown = Object.keys(object(switches)).find((key) => !(key in service.switches));
					if (unknown !== undefined) throw new Error(`${name} has no switch “${unknown}”`);
					Object.assign(service.switches, switches);
				}
				return reply(
					200,
					byName(sandbox, ({ switches }) => switches),
				);
			},
		],
		[
			'POST',
			/^\/control\/sync$/,
			() => {
				sandbox.rootfi.sync();
				return reply(200, { synced: true });
			},
		],
		['GET', /^\/control\/webhooks$/, () => reply(200, webhooks(sandbox))],
		[
			'POST',
			/^\/control\/webhooks$/,
			() => {
				for (const action of list(body))
					sandbox.webflow.act(object(action) as unknown as WebhookAction);
				return reply(200, webhooks(sandbox));
			},
		],
		[
			'POST',
			/^\/control\/down$/,
			() => {
				const { ms } = object(body);
				if (!Number.isInteger(ms) || Number(ms) < 1 || Number(ms) > LONGEST_DOWN) {
					throw new Error(`“ms” must be a whole number from 1 to ${LONGEST_DOWN}`);
				}
				sandbox.down(Number(ms));
				return reply(200, { ms });
			},
		],
	];
	try {
		return route(routes, request, () => reply(404, { error: 'No such control route' }));
	} catch (error) {
		return reply(400, { error: (error as Error).message });
	}
}

/** Who is told of changes, and what is still to be told; secrets are not shown. */
function webhooks({ webflow }: Sandbox) {
	const shown = webflow.webhooks.all().map(({ id, siteId, triggerType, url, state }) => ({
		id,
		siteId,
		triggerType,
		url,
		state,
	}));
	return { webhooks: shown, ...webflow.webhooks.deliveries.counts };
}

function object(body: unknown): Record<string, unknown> {
	if (!isObject(body)) throw new Error('Send a JSON object');
	return body;
}

/** One thing or a list of them. */
function list(body: unknown): unknown[] {
	return Array.isArray(body) ? body : [object(body)];
}

function named(sandbox: Sandbox, name: string) {
	if (!NAMES.includes(name as ServiceName)) {
		throw new Error(`“${name}” is not one of ${NAMES.join(', ')}`);
	}
	return sandbox.service(name as ServiceName);
}

function byName<T>(
	sandbox: Sandbox,
	read: (service: Sandbox['services'][number]) => T,
): Record<string, T> {
	return Object.fromEntries(sandbox.services.map((service) => [service.name, read(service)]));
}
