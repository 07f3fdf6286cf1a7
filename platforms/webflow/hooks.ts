/**
 * The webhooks of a site, in Data API v2. A webhook cannot be changed, only removed and created again.
 *
 * Source: webflow/openapi-spec, openapi/v2.yml at e91cb4e, webhooks; developers.webflow.com/data/docs/working-with-webhooks
 * for `secretKey`.
 */
import { z } from 'zod';
import type { Problem } from '../http/problems';
import type { Answer, Connection } from '../http/connection';
import { pathSegment } from '../http/path-segment';
import type { Access } from './access';
import { looseText, parsedBy, readEntries } from '../shared/documents';
import { identified, idOf } from './schemas';
import { ofSite } from './site';

export const INVENTORY_CHANGED = 'ecomm_inventory_changed';

/** The most webhooks of one type that a site can have. Source: openapi/v2.yml. */
const MOST_HOOKS = 75;

/** How often to try to remove a webhook that is still listed after an uncertain removal. */
const MOST_REMOVALS = 3;

const document = identified.extend({
	url: looseText,
	triggerType: looseText,
	/** Only returned when the webhook is created, and only with a site token. */
	secretKey: looseText,
});

const hook = document.refine((one) => idOf(one) !== '').transform(hookOf);

const hooks = z.object({ webhooks: z.array(z.unknown()) }).transform(({ webhooks }) =>
	readEntries(document, webhooks)
		.entries.filter(({ triggerType }) => triggerType === INVENTORY_CHANGED)
		.map(hookOf),
);

export interface Hook {
	id: string;
	url: string;
	/** What deliveries are signed with; null if Webflow returns no key. */
	secretKey: string | null;
}

export class Hooks {
	constructor(
		private readonly connection: Connection,
		private readonly site: string,
		private readonly access: Access,
	) {}

	/** The site's webhooks for changes of stock. */
	async list(): Promise<Answer<Hook[]>> {
		return ofSite(this.site, await this.connection.get({ path: this.path }, parsedBy(hooks)));
	}

	async create(url: string): Promise<Answer<Hook>> {
		const exchange = await this.connection.send(
			'once',
			{
				method: 'POST',
				path: this.path,
				body: { triggerType: INVENTORY_CHANGED, url },
				confidential: true,
			},
			parsedBy(hook),
		);
		if (exchange.kind !== 'accepted') {
			return { ok: false, fault: await this.explain(exchange.fault) };
		}
		const { value, serverTime } = exchange;
		return { ok: true, value, serverTime };
	}

	/** Removes a webhook, if it still exists. */
	async remove(id: string): Promise<Problem | null> {
		for (let tries = 1; ; tries += 1) {
			const exchange = await this.connection.send(
				'idempotent',
				{ method: 'DELETE', path: `/v2/webhooks/${pathSegment(id)}` },
				() => ({ value: null }),
			);
			if (exchange.kind === 'accepted' || exchange.fault.httpStatus === 404) return null;
			if (exchange.kind !== 'uncertain' || tries === MOST_REMOVALS) return exchange.fault;
			const listed = await this.list();
			if (!listed.ok) return listed.fault;
			if (!listed.value.some((one) => one.id === id)) return null;
		}
	}

	private get path(): string {
		return `/v2/sites/${pathSegment(this.site)}/webhooks`;
	}

	private async explain(fault: Problem): Promise<Problem> {
		if (fault.httpStatus === 403) {
			return {
				...fault,
				message: 'The access token is not allowed to create webhooks.',
				advice: this.access.hookScopes,
			};
		}
		const listed = await this.list();
		if (!listed.ok || listed.value.length < MOST_HOOKS) return fault;
		return {
			...fault,
			message: `The site has ${MOST_HOOKS} webhooks for stock, the most Webflow allows.`,
			advice: 'Remove some that are no longer used, then activate the workflow again.',
		};
	}
}

function hookOf(one: z.output<typeof document>): Hook {
	return { id: idOf(one), url: one.url ?? '', secretKey: one.secretKey || null };
}
