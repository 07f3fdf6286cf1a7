import type { IHookFunctions, IPollFunctions } from 'n8n-workflow';
import { faultText } from '../../inventory/model/fault';
import type { Platform } from '../../inventory/model/platform';
import { missingSkus } from '../../inventory/triggers/watched-skus';
import { faultError } from '../output/errors';

/**
 * Reports which of a trigger's SKUs the shop does not have. Throws if the trigger would never fire, and in a test, which
 * shows nothing but errors.
 */
export async function checkSkus(
	context: IHookFunctions | IPollFunctions,
	platform: Platform,
	skus: ReadonlySet<string>,
): Promise<void> {
	const missing = skus.size === 0 ? null : await missingSkus(platform, skus);
	if (missing === null) return;
	if (missing.isAll || context.getMode() === 'manual') throw faultError(context.getNode(), missing);
	context.logger.warn(faultText(missing));
}
