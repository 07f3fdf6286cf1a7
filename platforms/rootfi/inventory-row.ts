/** An inventory row of RootFi: its item, its level, and why it may be the wrong row. */
import type { Problem } from '../http/problems';
import type { Item } from '../../inventory/model/item';
import type { Level } from '../../inventory/model/level';
import { levelText } from '../../inventory/model/level';
import { count, readLevel } from '../shared/documents';
import type { Inventory } from './schemas';

/** A `rootfi_id` is all digits; anything else is a `platform_id`. */
export function isRootfiId(id: string): boolean {
	return /^[1-9]\d*$/.test(id);
}

/** Whether a row is the one that was requested: an all-digit `platform_id` can equal another row's `rootfi_id`. */
export function carries(row: Inventory, id: string): boolean {
	return row.rootfi_id === id || (!isRootfiId(id) && row.platform_id === id);
}

export function itemOf(row: Inventory): Item {
	return {
		itemId: row.rootfi_id,
		variantId: null,
		productId: row.item_id ?? row.product_id ?? null,
		sku: row.sku || null,
		name: row.description || null,
	};
}

/** A row that is not trackable is unlimited, whatever its quantity says. */
export function levelOf({ is_trackable: isTrackable, ...row }: Inventory): Level {
	const stock = {
		quantity: row.quantity,
		unlimited: typeof isTrackable === 'boolean' ? !isTrackable : isTrackable,
		reserved: row.reserved_quantity ?? null,
		updatedAt: row.rootfi_updated_at ?? null,
	};
	return readLevel('RootFi', stock, count);
}

/** What tells a row apart from others with the same SKU: there is one per location. */
export function distinctionOf(row: Inventory): string {
	const place = row.warehouse_location || null;
	const platformId = row.platform_id == null ? null : `platform ID ${row.platform_id}`;
	return [place, platformId, `level ${levelText(levelOf(row))}`].filter(Boolean).join(', ');
}

export function otherRow(id: string, row: Inventory): Problem {
	return {
		message: `RootFi answered with another row (${row.rootfi_id}) when asked for ${id}.`,
		advice: 'Use the rootfi_id of the row: a platform ID made of digits only can match two rows.',
	};
}

export function deletedRow(id: string): Problem {
	return {
		message: `The inventory row ${id} was deleted in the shop.`,
		advice: 'Choose the item again.',
	};
}

export function otherCompany(id: string, company: string): Problem {
	return {
		message: `The inventory row ${id} belongs to company ${company}.`,
		advice: 'Choose an item of the company in Company ID, or change Company ID.',
	};
}
