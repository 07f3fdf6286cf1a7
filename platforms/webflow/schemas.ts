/**
 * The parts of Webflow's documents that stock needs. Only what is read is declared; everything else is ignored.
 *
 * Source: webflow/openapi-spec, openapi/v2.yml at e91cb4e (2026-05-26); v1 from its archived reference.
 * Data API v1 wraps what it takes in `fields` and names IDs `_id`.
 */
import { z } from 'zod';
import { code, id, loose, looseText } from '../shared/documents';

export const identified = z.object({ id: loose(id), _id: loose(id) });

/** `id` in v2, `_id` in v1; empty if there is none. */
export function idOf(document: z.output<typeof identified>): string {
	return document.id ?? document._id ?? '';
}

/** A stock level. In v2 every field is optional and nullable; `quantity` is null for an unlimited SKU. */
export const inventory = identified.extend({
	quantity: z.unknown(),
	inventoryType: z.unknown(),
});

const pagination = z.object({ offset: loose(z.number()), total: loose(z.number()) });

const fields = z.object({ name: looseText, sku: code });

const flag = loose(z.boolean());

/** v2 keeps a SKU's own fields under `fieldData`; v1 has been seen both flat and under `fields`. */
const fielded = identified.merge(fields).extend({
	fieldData: loose(fields),
	fields: loose(fields),
	isArchived: flag,
	isDraft: flag,
});
type Fielded = z.output<typeof fielded>;

export const productWithSkus = z.object({
	product: loose(fielded),
	skus: z.array(z.unknown()).nullish(),
});
export type ProductWithSkus = z.output<typeof productWithSkus>;

/** A SKU that can be identified. */
export const sku = fielded.refine((document) => idOf(document) !== '');

/** A page of products, each with its SKUs; v1 has `total` beside `items`, v2 under `pagination`. */
export const products = pagination.extend({
	items: z.array(z.unknown()),
	pagination: loose(pagination),
});

export function fieldsOf(document: Fielded): z.output<typeof fields> {
	return document.fieldData ?? document.fields ?? document;
}

const named = identified.extend({ displayName: looseText, name: looseText, slug: looseText });

/** v2 wraps the list in an object, v1 does not. */
export const sites = z
	.union([z.object({ sites: z.array(named) }).transform((body) => body.sites), z.array(named)])
	.transform((list) =>
		list.map((site) => ({ id: idOf(site), name: site.displayName ?? site.name ?? idOf(site) })),
	);

export const collections = z.union([
	z.object({ collections: z.array(named) }).transform((body) => body.collections),
	z.array(named),
]);

/** Errors: v2 `{code, message, details}`, v1 `{msg, err, problems}`. */
export const problem = z.object({
	code: loose(z.union([z.string(), z.number()])),
	message: looseText,
	msg: looseText,
	details: loose(z.array(z.unknown())),
	problems: loose(z.array(z.string())),
});
