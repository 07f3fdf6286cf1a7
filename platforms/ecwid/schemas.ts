/**
 * The parts of Ecwid's documents that stock needs.
 *
 * Source: docs.ecwid.com, REST API (products, product variations, adjust stock), and Ecwid/ecwid-java-api-client.
 */
import { z } from 'zod';
import type { LeftOut } from '../shared/documents';
import { code, id, loose, looseCount, looseText, readEntries } from '../shared/documents';

const stock = {
	sku: code,
	/** Left out when `unlimited` is true; may be below zero. */
	quantity: z.unknown(),
	unlimited: z.unknown(),
	/** Units at which Ecwid sends its low-stock email; 0 if it sends none. */
	warningLimit: looseCount,
};

const option = loose(
	z.object({ name: looseText, value: loose(z.union([z.string(), z.number()])) }),
);

const combination = z.object({ id, ...stock, options: loose(z.array(option)) });
export type Combination = z.output<typeof combination>;

export const product = z
	.object({
		id,
		...stock,
		name: looseText,
		enabled: loose(z.boolean()),
		/** Seconds since 1970. */
		updateTimestamp: loose(z.number()),
		combinations: z.array(z.unknown()).nullish(),
	})
	.transform(({ combinations, ...own }) => {
		const { entries, leftOut } = readEntries(combination, combinations ?? []);
		const of = ({ label, sku }: LeftOut) => ({ label: `${own.id}:${label}`, sku });
		return { ...own, combinations: entries, leftOut: leftOut.map(of) };
	});
export type Product = z.output<typeof product>;

export const productPage = z.object({
	total: loose(z.number()),
	items: z.array(z.unknown()),
});

/** The fields to return, without which every product would come with its description. */
export const PRODUCT_FIELDS =
	'id,sku,name,quantity,unlimited,warningLimit,enabled,updateTimestamp,combinations(id,sku,quantity,unlimited,warningLimit,options)';
export const PAGE_FIELDS = `total,count,offset,limit,items(${PRODUCT_FIELDS})`;

/** The answer to a write. Only a product update can return the stored item, and with it a level. */
export const updated = z.object({
	updateCount: z.number().nullish(),
	warning: looseText,
	item: loose(
		z.object({ id: loose(id), quantity: loose(z.number()), unlimited: loose(z.boolean()) }),
	),
});

export const problem = z.object({
	errorCode: looseText,
	errorMessage: looseText,
	/** The spelling in one sample of the documentation. */
	error_message: looseText,
});
