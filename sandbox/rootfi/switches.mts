/** What RootFi's documents leave open. The strictest reading is the default. */
export interface RootFiSwitches {
	/** What an answer to a read or write of one row is wrapped in. `syncIdOnly`: writes are accepted and not applied. */
	envelope: 'bare' | 'data' | 'dataList' | 'dataAndSyncId' | 'syncIdOnly';
	/** `sku[eq]` on the list, which is not documented for v4; `breaks` is a 500. */
	skuFilter: 'honoured' | 'ignored' | 'refused' | 'breaks';
	/** `rootfi_updated_at[gte]` on the list, which is documented for v3. */
	updatedFilter: 'honoured' | 'ignored';
	/** `return_count` on the list. */
	totalCount: 'honoured' | 'ignored';
	/** Quantities as v4 or as v3 sends them. */
	quantityAs: 'number' | 'text';
	/** `quantity` below zero. */
	negative: 'refuse' | 'allow';
	/** Whether a row that is not tracked becomes one by any write of a quantity, only when asked to, or never. */
	untrackedWrite: 'asked' | 'counts' | 'never';
	/** The answer to an id that stands for nothing. */
	unknownId: 404 | 400;
	/** Whether a write makes RootFi's own copy and its stamp follow at once, or at the next sync. */
	copy: 'follows' | 'stale';
	/** Whether a change of the copy moves its `rootfi_updated_at`, which no page promises. */
	stampMoves: boolean;
	/** The largest page. */
	mostPerPage: number;
	/** `/core/companies`: how v3 lists them, how the newer pages do, or not at all. */
	companies: 'list' | 'wrapped' | 'missing';
	/** How many other companies the key has, which are listed first. */
	otherCompanies: number;
	/** What a 429 says about waiting. */
	wait: 'retryAfter' | 'resetSeconds' | 'resetEpoch' | 'none';
}

export const ROOTFI_DEFAULTS: RootFiSwitches = {
	envelope: 'bare',
	skuFilter: 'honoured',
	updatedFilter: 'honoured',
	totalCount: 'honoured',
	quantityAs: 'number',
	negative: 'refuse',
	untrackedWrite: 'asked',
	unknownId: 404,
	copy: 'follows',
	stampMoves: true,
	mostPerPage: 100,
	companies: 'list',
	otherCompanies: 0,
	wait: 'retryAfter',
};
