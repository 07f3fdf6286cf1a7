/**
 * What all executions in this n8n process share: the pace of each token, and the SKUs of each Webflow site.
 */
import { createHash } from 'crypto';
import { Pacer } from '../inventory/pacing';
import { SkuIndex } from '../platforms/webflow/sku-index';
import { systemClock } from './clock';

const pacers = new Map<string, Pacer>();
const indexes = new Map<string, SkuIndex>();

/** Names an account without keeping its token. */
export function accountKey(baseUrl: string, token: string): string {
	return createHash('sha256')
		.update(JSON.stringify([baseUrl, token]))
		.digest('hex');
}

/** The one pacer of an account, for every node, execution and list that uses it. */
export function pacerOf(account: string, requestsPerMinute: number): Pacer {
	return remembered(pacers, account, () => new Pacer(systemClock, requestsPerMinute));
}

export function skuIndexOf(account: string): SkuIndex {
	return remembered(indexes, account, () => new SkuIndex());
}

function remembered<T>(map: Map<string, T>, key: string, make: () => T): T {
	const known = map.get(key);
	if (known !== undefined) return known;
	const made = make();
	map.set(key, made);
	return made;
}
