/** What Webflow's documents leave open. The strictest reading is the default. */
export interface WebflowSwitches {
	/** `quantity` and `updateQuantity` in one body. */
	bothQuantities: 'refuse' | 'quantity' | 'delta';
	/** `finite` without a number. */
	finiteWithoutNumber: 'keep' | 'zero' | 'refuse';
	/** `infinite` beside a number. */
	infiniteWithNumber: 'refuse' | 'ignore';
	/** `finite` and `updateQuantity` on an unlimited SKU. */
	deltaOnInfinite: 'fromZero' | 'fromLast' | 'refuse';
	/** A delta that ends below zero. */
	belowZero: 'allow' | 'clamp' | 'refuse';
	/** Numbers with a fraction. */
	fraction: 'refuse' | 'allow';
	/** Fields that are not documented. */
	unknownFields: 'refuse' | 'ignore';
	/** `quantity` of an unlimited SKU. */
	infiniteQuantity: 'null' | 'absent' | 'last';
	/** The answer to an id of 24 hex digits that stands for nothing. */
	unknownId: 404 | 400;
	/** `Retry-After` on a 429, and on a 200, where one sample of the documents shows it. */
	retryAfter: 'seconds' | 'date' | 'none';
	retryAfterOnSuccess: boolean;
	/** Where v1 keeps a SKU's fields in the product list. */
	v1Sku: 'flat' | 'fields';
}

export const WEBFLOW_DEFAULTS: WebflowSwitches = {
	bothQuantities: 'refuse',
	finiteWithoutNumber: 'keep',
	infiniteWithNumber: 'refuse',
	deltaOnInfinite: 'fromZero',
	belowZero: 'allow',
	fraction: 'refuse',
	unknownFields: 'refuse',
	infiniteQuantity: 'absent',
	unknownId: 404,
	retryAfter: 'seconds',
	retryAfterOnSuccess: false,
	v1Sku: 'flat',
};
