/** SKUs that a trigger should watch but the shop does not have. */
import { unresolvedText } from '../lookup/unresolved-text';
import type { Fault } from '../model/fault';
import type { Platform, Resolution } from '../model/platform';
import type { Reference } from '../model/item';

const MOST_NAMED = 10;

interface MissingSkus extends Fault {
	/** None of them exists, so the trigger would never fire. */
	isAll: boolean;
}

export async function missingSkus(
	platform: Platform,
	skus: ReadonlySet<string>,
): Promise<MissingSkus | null> {
	const references = [...skus].map((sku): Reference => ({ by: 'sku', sku }));
	const resolutions = await platform.resolve(references, false);
	const failed = resolutions.find((one) => one.kind === 'failed');
	if (failed?.kind === 'failed') return { ...failed.fault, isAll: false };
	const missing = resolutions.flatMap((resolution: Resolution, n) =>
		resolution.kind === 'notFound'
			? [unresolvedText(references[n], resolution, platform.itemNoun)]
			: [],
	);
	if (missing.length === 0) return null;
	const isAll = missing.length === references.length;
	const count = isAll
		? 'None of the SKUs to watch is in the shop.'
		: `${missing.length} of the ${references.length} SKUs to watch ${missing.length === 1 ? 'is' : 'are'} not in the shop.`;
	const more = missing.length - MOST_NAMED;
	const named = missing.slice(0, MOST_NAMED).concat(more > 0 ? [`And ${more} more.`] : []);
	return {
		message: count,
		advice: `${named.join(' ')} Correct SKUs in the node, or leave it empty to watch all items.`,
		isAll,
	};
}
