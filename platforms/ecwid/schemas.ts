/**
 * Ecwid's documents, as far as stock needs them.
 *
 * Source: docs.ecwid.com, REST API (products, product variations, adjust stock), and Ecwid/ecwid-java-api-client.
 */
import { z } from 'zod';

const id = z.union([z.number(), z.string()]).transform(String);

const stock = {
	sku: z.string().nullish(),
	/** Left out when `unlimited` is true; may be below zero. */
	quantity: z.number().nullish(),
	unlimited: z.boolean().nullish(),
	/** Pieces at which Ecwid sends its low-stock email; 0 where it sends none. */
	warningLimit: z.number().nullish(),
};

const option = z.object({ name: z.string().nullish(), value: z.string().nullish() });

export const combination = z.object({ id, ...stock, options: z.array(option).nullish() });
export type Combination = z.infer<typeof combination>;

export const product = z.object({
	id,
	...stock,
	name: z.string().nullish(),
	/** Seconds since 1970. */
	updateTimestamp: z.number().nullish(),
	combinations: z.array(combination).nullish(),
});
export type Product = z.infer<typeof product>;

export const productPage = z.object({
	total: z.number().nullish(),
	items: z.array(product),
});

/** Fields asked for, so that a page of products is not a page of descriptions. */
export const PRODUCT_FIELDS =
	'id,sku,name,quantity,unlimited,warningLimit,updateTimestamp,combinations(id,sku,quantity,unlimited,warningLimit,options)';
export const PAGE_FIELDS = `total,count,offset,limit,items(${PRODUCT_FIELDS})`;

/** The answer to a write. A product update names the stored item when it is asked to; nothing else names a level. */
export const updated = z.object({
	updateCount: z.number().nullish(),
	warning: z.string().nullish(),
	item: z
		.object({ id: id.nullish(), quantity: stock.quantity, unlimited: stock.unlimited })
		.nullish(),
});

export const problem = z.object({
	errorCode: z.string().nullish(),
	errorMessage: z.string().nullish(),
	/** How one sample in the documentation spells it. */
	error_message: z.string().nullish(),
});
