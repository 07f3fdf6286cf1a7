/**
 * RootFi's documents, as far as stock needs them.
 *
 * Source: integrations.docs.commenda.io, v4 ecommerce inventories (update, get). The pages disagree on the envelope of
 * an answer, so every documented one is accepted: `{data: {…}}`, `{data: […]}`, the bare object, and `{sync_id}` alone.
 */
import { z } from 'zod';

const id = z.union([z.number(), z.string()]).transform(String);

/** Whole pieces; v3 sends them as text. */
const pieces = z
	.union([
		z.number(),
		z
			.string()
			.regex(/^-?\d+(\.\d+)?$/)
			.transform(Number),
	])
	.nullish();

export const inventory = z.object({
	rootfi_id: id,
	platform_id: id.nullish(),
	rootfi_company_id: id.nullish(),
	/** RootFi's own clock, ISO 8601 with milliseconds. */
	rootfi_updated_at: z.string().nullish(),
	rootfi_deleted_at: z.string().nullish(),
	sku: z.string().nullish(),
	description: z.string().nullish(),
	quantity: pieces,
	reserved_quantity: pieces,
	/** Pieces at which the shop wants to be told. */
	reorder_level: pieces,
});
export type Inventory = z.infer<typeof inventory>;

export const inventoryPage = z.object({
	data: z.array(inventory),
	next: z.string().nullish(),
	total_count: z.number().nullish(),
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
export const problem = z.object({
	error: z.object({
		code: z.string().nullish(),
		message: z.string().nullish(),
		platform_error: z.unknown(),
	}),
});
