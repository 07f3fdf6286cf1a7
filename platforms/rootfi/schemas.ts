/**
 * The parts of RootFi's documents that stock needs.
 *
 * Source: integrations.docs.commenda.io, v4 ecommerce inventories (update, get). The pages disagree on the envelope of
 * an answer, so every documented one is accepted: `{data: {…}}`, `{data: […]}`, the bare object, and `{sync_id}` alone.
 */
import { z } from 'zod';
import { code, id, loose, looseCount, looseText } from '../shared/documents';

export const inventory = z.object({
	rootfi_id: id,
	platform_id: loose(id),
	rootfi_company_id: loose(id),
	/** RootFi's own clock, ISO 8601 with milliseconds. */
	rootfi_updated_at: looseText,
	/** Any value means that the row was deleted. */
	rootfi_deleted_at: z.unknown(),
	item_id: loose(id),
	/** Used instead of `item_id` in v3 and in the samples of v4. */
	product_id: loose(id),
	sku: code,
	description: looseText,
	/** Documented only as a writable field; used if RootFi returns it. */
	warehouse_location: looseText,
	quantity: z.unknown(),
	reserved_quantity: looseCount,
	/** Whether the shop counts the item. */
	is_trackable: z.unknown(),
	/** The shop's own low-stock threshold. */
	reorder_level: looseCount,
});
export type Inventory = z.output<typeof inventory>;

export const inventoryPage = z.object({
	data: z.array(z.unknown()),
	next: z.string().nullish(),
	total_count: loose(z.number()),
});

const accepted = z.object({ sync_id: z.union([z.string(), z.number()]) });

/** One row from any of the envelopes; `acceptedOnly` when there is a `sync_id` and no row. */
export function openEnvelope(body: unknown): Inventory | 'acceptedOnly' | null {
	const bare = inventory.safeParse(body);
	if (bare.success) return bare.data;
	const { data } = z.object({ data: z.unknown() }).safeParse(body).data ?? {};
	const inside = inventory.safeParse(Array.isArray(data) ? data[0] : data);
	if (inside.success && (!Array.isArray(data) || data.length === 1)) return inside.data;
	return accepted.safeParse(body).success ? 'acceptedOnly' : null;
}

/** Errors: `{error: {code, message, platform_error | field}}`. */
export const problem = z
	.object({ error: z.object({ code: looseText, message: looseText, platform_error: z.unknown() }) })
	.transform(({ error }) => error);
