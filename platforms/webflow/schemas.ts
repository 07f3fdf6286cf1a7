/**
 * Webflow's documents, as far as stock needs them. Only what is read is declared; everything else passes by.
 *
 * Source: webflow/openapi-spec, openapi/v2.yml at e91cb4e (2026-05-26); v1 from its archived reference.
 * Data API v1 wraps what it takes in `fields` and names ids `_id`.
 */
import { z } from 'zod';

const id = z.object({ id: z.string().nullish(), _id: z.string().nullish() });

/** `id` in v2, `_id` in v1; empty when the service named none. */
export function idOf(document: z.infer<typeof id>): string {
	return document.id ?? document._id ?? '';
}

/**
 * A stock level. v2 requires no field of it and lets each be null, as `quantity` is for an unlimited SKU, so a level is
 * counted only when a number says so.
 */
export const inventory = id.and(
	z.object({
		quantity: z.number().nullish(),
		inventoryType: z.enum(['finite', 'infinite']).nullish(),
	}),
);

const pagination = z.object({ offset: z.number().nullish(), total: z.number().nullish() });

const fields = z.object({ name: z.string().nullish(), sku: z.string().nullish() });

/** v2 keeps a SKU's own fields under `fieldData`; v1 has been seen both flat and under `fields`. */
const fielded = id.and(fields).and(
	z.object({
		fieldData: fields.nullish(),
		fields: fields.nullish(),
	}),
);

const productWithSkus = z.object({ product: fielded.nullish(), skus: z.array(fielded).nullish() });
export type ProductWithSkus = z.infer<typeof productWithSkus>;

/** A page of products, each with its SKUs; v1 names `total` beside `items`, v2 under `pagination`. */
export const products = z
	.object({ items: z.array(productWithSkus), pagination: pagination.nullish() })
	.and(pagination);

export function fieldsOf(document: z.infer<typeof fielded>): z.infer<typeof fields> {
	return document.fieldData ?? document.fields ?? document;
}

const named = id.and(
	z.object({
		displayName: z.string().nullish(),
		name: z.string().nullish(),
		slug: z.string().nullish(),
	}),
);

/** v2 wraps the list in an object, v1 sends it bare. */
export const sites = z.union([
	z.object({ sites: z.array(named) }).transform((b) => b.sites),
	z.array(named),
]);

export const collections = z.union([
	z.object({ collections: z.array(named) }).transform((body) => body.collections),
	z.array(named),
]);

/** Errors: v2 `{code, message, details}`, v1 `{msg, err, problems}`. */
export const problem = z.object({
	code: z.union([z.string(), z.number()]).nullish(),
	message: z.string().nullish(),
	msg: z.string().nullish(),
	details: z.array(z.unknown()).nullish(),
	problems: z.array(z.string()).nullish(),
});
