/** What the documents leave open about webhooks. */
export interface WebhookSwitches {
	/** How a webhook names its id: v2's word, or v1's, which some clients still read. */
	webhookIds: 'id' | '_id';
	/**
	 * What deliveries of webhooks made from now on are signed with: a secret of the webhook's own, as with tokens of a site,
	 * the secret of the app, as with OAuth, or nothing, as with tokens older than 2025-04-14. The first stands for what is
	 * documented: with the app's token it is the app's secret.
	 */
	webhookSigning: 'hookSecret' | 'clientSecret' | 'none';
	/** Where a webhook's own secret is shown. */
	webhookSecret: 'inCreate' | 'always';
	/** A second webhook of one trigger with the same address. */
	webhookTwice: 'allow' | 'refuse';
	/** How often a failed delivery is sent again: one page says three more times, another three in all. */
	webhookRetries: number;
	/** Milliseconds in between. */
	webhookRetryMs: number;
	/** Milliseconds an answer may take. */
	webhookTimeoutMs: number;
	/** Whether a webhook that failed too often is still listed: no field says that it was deactivated. */
	webhookDeactivated: 'shown' | 'hidden';
	/** Whether an update that leaves a level as it was is delivered. */
	webhookUnchanged: boolean;
	/** Whether updates through the API are delivered, as sales are. */
	echo: boolean;
}

export const WEBHOOK_DEFAULTS: WebhookSwitches = {
	webhookIds: 'id',
	webhookSigning: 'hookSecret',
	webhookSecret: 'inCreate',
	webhookTwice: 'allow',
	webhookRetries: 3,
	webhookRetryMs: 10 * 60_000,
	webhookTimeoutMs: 10_000,
	webhookDeactivated: 'shown',
	webhookUnchanged: false,
	echo: true,
};

/** What Webflow's documents leave open. The strictest reading is the default. */
export interface WebflowSwitches extends WebhookSwitches {
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
	...WEBHOOK_DEFAULTS,
};
