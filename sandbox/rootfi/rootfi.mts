/**
 * RootFi v4 (flat), as far as stock goes: a copy of a shop's inventory rows, and writes that go through to the shop.
 *
 * Source: integrations.docs.commenda.io, v4 ecommerce inventories; lists and filters as in rootfi-api 3.1.8.
 */
import type { CatalogueProduct } from '../catalogue.mts';
import type { Clock } from '../clock.mts';
import type { Handled, Request, Route } from '../http.mts';
import { hasJsonType, isObject, parsed, reply, route } from '../http.mts';
import { DOCUMENTED_LIMITS, type Quota } from '../limits.mts';
import { move, Service, type Stocked } from '../service.mts';
import { listPage } from './list.mts';
import { ROOTFI_COMPANY_ID, showRow, type Row } from './row.mts';
import { ROOTFI_DEFAULTS, type RootFiSwitches } from './switches.mts';

export const ROOTFI_KEY = 'rootfi-sandbox-key';
/** A key of a company that has not allowed updates. */
export const ROOTFI_READ_ONLY_KEY = 'rootfi-sandbox-read-only-key';

/** Companies on a page, unless the request names another number. */
const MOST_COMPANIES = 100;

export class RootFiService extends Service<RootFiSwitches> {
	readonly name = 'rootfi';
	private rows = new Map<number, Row>();
	private syncedAt = 0;
	private syncs = 0;
	/** Whether readings show the copy as it was before its last change. */
	private isStale = false;

	constructor(clock: Clock) {
		super(clock, DOCUMENTED_LIMITS.rootfi, ROOTFI_DEFAULTS);
	}

	seed(products: CatalogueProduct[]): void {
		const now = this.clock.now();
		this.syncedAt = now;
		const rows = products.flatMap(({ name, variations, ...own }) =>
			(variations ?? [own]).map((one) => ({ ...one, name })),
		);
		this.rows = new Map(
			rows.map(({ sku, quantity, unlimited, reorderLevel, name }, n) => {
				const id = 157 + n;
				const row: Row = {
					id,
					platformId: `${123_456 + n}_1`,
					sku,
					description: name,
					quantity,
					copied: quantity,
					reserved: 0,
					tracked: unlimited !== true,
					reorderLevel: reorderLevel ?? null,
					updatedAt: now,
					earlier: null,
				};
				return [id, row];
			}),
		);
	}

	stock(): Stocked[] {
		return [...this.rows.values()].map(({ id, sku, description, quantity, tracked }) => ({
			itemId: String(id),
			variantId: null,
			sku,
			name: description,
			quantity,
			unlimited: !tracked,
		}));
	}

	/** A sale in the shop: RootFi learns of it at the next sync, which here is at once unless the copy is stale. */
	protected put({ itemId }: Stocked, quantity: number, unlimited: boolean): void {
		const row = this.rows.get(Number(itemId)) as Row;
		row.quantity = quantity;
		row.tracked = !unlimited;
		if (this.switches.copy === 'follows') this.copy(row);
	}

	protected rename({ itemId }: Stocked, sku: string): void {
		const row = this.rows.get(Number(itemId)) as Row;
		row.sku = sku;
		row.updatedAt = this.clock.now();
	}

	protected recreate({ itemId }: Stocked): void {
		const row = this.rows.get(Number(itemId)) as Row;
		this.rows.delete(row.id);
		row.id = Math.max(row.id, ...this.rows.keys()) + 1;
		row.platformId = `${123_456 - 157 + row.id}_1`;
		row.updatedAt = this.clock.now();
		this.rows.set(row.id, row);
	}

	/** RootFi reads the shop again. */
	sync(): void {
		this.syncedAt = this.clock.now();
		for (const row of this.rows.values()) if (row.copied !== row.quantity) this.copy(row);
	}

	private copy(row: Row): void {
		row.earlier = { copied: row.copied, updatedAt: row.updatedAt };
		row.copied = row.quantity;
		if (this.switches.stampMoves) {
			row.updatedAt = Math.max(this.clock.now(), row.updatedAt + 1);
		}
	}

	/** What a reading shows: the copy, or the copy as it was before its last change. */
	private seen(row: Row): Pick<Row, 'copied' | 'updatedAt'> {
		return (this.isStale ? row.earlier : null) ?? row;
	}

	override handleStale(request: Request): Handled {
		this.isStale = true;
		try {
			return this.handle(request);
		} finally {
			this.isStale = false;
		}
	}

	handle(request: Request): Handled {
		const key = request.headers.api_key ?? '';
		if (key !== ROOTFI_KEY && key !== ROOTFI_READ_ONLY_KEY) {
			return refuse(401, 'unauthorized', 'The API key is not valid');
		}
		const quota = this.quota(key);
		const inside = { ...request, path: request.path.replace(/^\/v4(?=\/)/, '') };
		const handled = quota.allowed
			? route(this.routes(key), inside, () => refuse(404, 'not-found', 'Not found'))
			: refuse(429, 'rate-limited', 'Too many requests');
		return this.withHeaders(handled, quota);
	}

	private routes(key: string): Route[] {
		return [
			['GET', /^\/ecommerce\/inventories$/, (request) => this.list(request)],
			[
				'GET',
				/^\/ecommerce\/inventories\/([^/]+)$/,
				(_, id) => this.onRow(id, (row) => this.wrapped(row, false)),
			],
			[
				'PUT',
				/^\/ecommerce\/inventories\/([^/]+)$/,
				(request, id) => {
					if (!hasJsonType(request)) return refuse(400, 'invalid-params', 'Expected JSON');
					if (key === ROOTFI_READ_ONLY_KEY) {
						return refuse(
							400,
							'operation-denied',
							'UPDATE is not enabled for ECOMMERCE_INVENTORIES',
						);
					}
					return this.onRow(id, (row) => this.update(request, row));
				},
			],
			['GET', /^\/core\/companies$/, (request) => this.companies(request)],
		];
	}

	private onRow(id: string, then: (row: Row) => Handled): Handled {
		const row =
			this.rows.get(Number(id)) ??
			[...this.rows.values()].find(({ platformId }) => platformId === id);
		if (row !== undefined) return then(row);
		const status = this.switches.unknownId;
		return refuse(status, status === 404 ? 'not-found' : 'invalid-params', 'Inventory not found');
	}

	private list({ query }: Request): Handled {
		const rows = [...this.rows.values()].map((row) => ({ ...row, ...this.seen(row) }));
		const page = listPage(rows, ROOTFI_COMPANY_ID, query, this.switches);
		if ('wrong' in page) {
			const { status = 400, wrong } = page;
			return refuse(status, status === 400 ? 'invalid-params' : 'unknown-error', wrong);
		}
		const counted = query.get('return_count') === 'true' && this.switches.totalCount === 'honoured';
		return reply(200, {
			data: page.rows.map((row) => showRow({ ...row, ...this.seen(row) }, this.switches)),
			next: page.next,
			prev: null,
			...(counted ? { total_count: page.total } : {}),
		});
	}

	private update(request: Request, row: Row): Handled {
		const body = parsed(request);
		const data = isObject(body) ? body.data : undefined;
		if (!Array.isArray(data)) return refuse(400, 'missing-params', "'data' must be a list");
		// Two or more are a batch, and a batch is taken only asynchronously.
		if (data.length !== 1 || !isObject(data[0]))
			return refuse(400, 'invalid-params', "'data' must hold one element");
		const company = isObject(body) ? body.company_id : undefined;
		if (company !== undefined && company !== ROOTFI_COMPANY_ID) {
			return refuse(403, 'forbidden', 'The row belongs to another company');
		}
		const [{ quantity, reserved_quantity: reserved, is_trackable: tracked }] = data as Array<
			Record<string, unknown>
		>;
		for (const [name, value] of Object.entries({ quantity, reserved_quantity: reserved })) {
			if (value === undefined) continue;
			const whole = Number.isInteger(value);
			if (!whole || (Number(value) < 0 && this.switches.negative === 'refuse')) {
				return refuse(400, 'invalid-params', `'${name}' must be a whole number of 0 or more`);
			}
		}
		if (this.switches.envelope === 'syncIdOnly') return this.wrapped(row, true);
		const before = { ...row };
		if (quantity !== undefined) row.quantity = Number(quantity);
		if (reserved !== undefined) row.reserved = Number(reserved);
		const { untrackedWrite } = this.switches;
		if (untrackedWrite === 'counts') row.tracked = true;
		else if (untrackedWrite === 'asked' && tracked !== undefined) row.tracked = tracked === true;
		if (this.switches.copy === 'follows') this.copy(row);
		const item = { itemId: String(row.id), variantId: null, sku: row.sku };
		const moves = [
			move(
				{ ...item, quantity: before.quantity, unlimited: !before.tracked },
				{ quantity: row.quantity, unlimited: !row.tracked },
			),
		];
		// The answer to a write names what was written, whatever the copy says.
		const written = { ...row, copied: row.quantity, earlier: null };
		return { ...this.wrapped(written, true), moves };
	}

	private wrapped(row: Row, isWrite: boolean): Handled {
		const shown = showRow({ ...row, ...this.seen(row) }, this.switches);
		const { envelope } = this.switches;
		if (envelope === 'bare' || (envelope === 'syncIdOnly' && !isWrite)) return reply(200, shown);
		this.syncs += 1;
		const sync_id = `sync-${this.syncs}`;
		switch (envelope) {
			case 'data':
				return reply(200, { data: shown });
			case 'dataList':
				return reply(200, { data: [shown] });
			case 'dataAndSyncId':
				return reply(200, isWrite ? { data: shown, sync_id } : { data: shown });
			case 'syncIdOnly':
				return reply(200, { sync_id });
		}
	}

	/** The companies of the key, a page at a time; ours is the last. */
	private companies({ query }: Request): Handled {
		const { companies, otherCompanies } = this.switches;
		if (companies === 'missing') return refuse(404, 'not-found', 'Not found');
		const last_synced = new Date(this.syncedAt).toISOString();
		const all = Array.from({ length: otherCompanies + 1 }, (_, n) => {
			const id = n === otherCompanies ? ROOTFI_COMPANY_ID : 2_000 + n;
			return companies === 'list'
				? { rootfi_id: id, name: `Company ${id}`, connections: [{ last_synced }] }
				: { id, name: `Company ${id}`, lastSynced: last_synced };
		});
		const from = Number(query.get('next') ?? 0);
		const to = from + Number(query.get('limit') ?? MOST_COMPANIES);
		const page = all.slice(from, to);
		const next = to < all.length ? String(to) : null;
		if (companies === 'list') return reply(200, { data: page, next });
		const data = { companies: page, count: all.length, next };
		return reply(200, { data, request_id: 'sandbox' });
	}

	private withHeaders({ reply: answer, moves }: Handled, quota: Quota): Handled {
		const seconds = Math.max(Math.ceil((quota.resetAt - this.clock.now()) / 1_000), 1);
		const { wait } = this.switches;
		const headers: Record<string, string> = {
			...answer.headers,
			'X-RateLimit-Limit': String(quota.limit),
			'X-RateLimit-Remaining': String(quota.remaining),
		};
		if (wait !== 'none') {
			headers['X-RateLimit-Reset'] =
				wait === 'resetEpoch' ? String(Math.ceil(quota.resetAt / 1_000)) : String(seconds);
		}
		if (answer.status === 429 && wait === 'retryAfter') headers['Retry-After'] = String(seconds);
		return { reply: { ...answer, headers }, moves };
	}
}

function refuse(status: number, code: string, message: string): Handled {
	// The refusal of a write names what the shop behind RootFi said, every other one a field.
	const third = status === 400 ? { platform_error: null } : { field: null };
	return reply(status, { error: { code, message, ...third } });
}
