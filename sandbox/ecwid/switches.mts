/** What Ecwid's documents leave open. The strictest reading is the default. */
export interface EcwidSwitches {
	/** `quantityDelta` on a product or variation that is not counted. */
	deltaOnUnlimited: 'updateCount0' | 'refuse' | 'silent';
	/** `quantity` below zero in a full update. */
	negativeSet: 'refuse' | 'allow';
	/** `quantityDelta: 0`. */
	zeroDelta: 'refuse' | 'updateCount0' | 'updateCount1';
	/** `updateCount` of an update that changes nothing. */
	unchangedCount: 1 | 0;
	/** `returnItem=true` on a full update. */
	returnItem: 'honoured' | 'ignored';
	/** Whether a second delta below zero warns again. */
	warning: 'whileNegative' | 'whenCrossing' | 'never';
	/** Milliseconds until a write shows in the search; a product read by id shows it at once. */
	searchLagMs: number;
	/** Whether a change of stock moves `updated` and `updateTimestamp`, as a change of anything else does. */
	stockMovesUpdateTime: boolean;
	/** How `?sku=` matches; `list` takes commas for the ends of SKUs. */
	skuSearch: 'exact' | 'caseless' | 'prefix' | 'list';
	/** `limit` over 100. */
	largeLimit: 'clamp' | 'refuse';
	/** Where an error's words stand. */
	errorBody: 'json' | 'empty' | 'reason' | 'text';
	/** `Retry-After` on a 429. */
	retryAfter: 'seconds' | 'date' | 'none';
	/** Requests within a window after its limit was reached, beyond which 403 is answered; 0 never. */
	blockAfter: number;
	/** The answer to a token of another store. */
	foreignStore: 403 | 404;
	/** Milliseconds a batch waits behind those of other apps, and each of its requests takes. */
	batchQueueMs: number;
	batchItemMs: number;
	/** The order of a batch's responses. */
	batchOrder: 'asSent' | 'reversed';
	/** Whether responses have bodies although nobody asked for them escaped; the documents say both. */
	batchBodies: 'always' | 'whenEscaped';
	/** Responses of a batch that is still running. */
	batchPartial: 'shown' | 'hidden';
	/** Whether Ecwid itself repeats an item that answered 5xx although the batch stops at the first failure. */
	batchRepeats: 'whenGoingOn' | 'always';
	/** Whether the requests inside a batch count towards the limit. */
	batchCounts: 'once' | 'eachItem';
	/** Whether a batch is refused whose token may not do what is inside, or each of its requests. */
	batchScopes: 'create' | 'eachItem';
	/** A free plan: no API at all. A small plan: no variations. */
	plan: 'business' | 'venture' | 'free';
}

export const ECWID_DEFAULTS: EcwidSwitches = {
	deltaOnUnlimited: 'updateCount0',
	negativeSet: 'refuse',
	zeroDelta: 'refuse',
	unchangedCount: 1,
	returnItem: 'honoured',
	warning: 'whileNegative',
	searchLagMs: 0,
	stockMovesUpdateTime: true,
	skuSearch: 'exact',
	largeLimit: 'clamp',
	errorBody: 'json',
	retryAfter: 'seconds',
	blockAfter: 0,
	foreignStore: 404,
	batchQueueMs: 0,
	batchItemMs: 20,
	batchOrder: 'asSent',
	batchBodies: 'always',
	batchPartial: 'shown',
	batchRepeats: 'whenGoingOn',
	batchCounts: 'once',
	batchScopes: 'create',
	plan: 'business',
};
