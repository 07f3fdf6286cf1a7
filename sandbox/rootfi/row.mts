/** A row of RootFi's inventories, and how it is shown. */
import type { RootFiSwitches } from './switches.mts';

export const ROOTFI_COMPANY_ID = 1089;

export interface Row {
	id: number;
	platformId: string;
	sku: string | null;
	description: string;
	/** What the shop has. */
	quantity: number;
	/** What RootFi's copy says it has; equal but between a change and the next sync. */
	copied: number;
	reserved: number;
	/** Whether the shop counts it. */
	tracked: boolean;
	reorderLevel: number | null;
	/** When the copy last changed, in milliseconds since 1970. */
	updatedAt: number;
	/** What the copy said before it last changed; null while it never has. */
	earlier: Pick<Row, 'copied' | 'updatedAt'> | null;
}

/** As the copy has it. */
export function showRow(row: Row, { quantityAs }: RootFiSwitches): Record<string, unknown> {
	const as = (value: number): number | string => (quantityAs === 'text' ? String(value) : value);
	const stamp = new Date(row.updatedAt).toISOString();
	return {
		rootfi_id: row.id,
		rootfi_created_at: '2026-01-05T09:00:00.000Z',
		rootfi_updated_at: stamp,
		rootfi_deleted_at: null,
		rootfi_company_id: ROOTFI_COMPANY_ID,
		platform_id: row.platformId,
		platform_unique_id: null,
		item_id: null,
		variant_id: null,
		sku: row.sku,
		description: row.description,
		quantity: as(row.copied),
		reserved_quantity: as(row.reserved),
		available_quantity: as(row.copied - row.reserved),
		status: row.copied > 0 ? 'in_stock' : 'out_of_stock',
		is_trackable: row.tracked,
		reorder_level: row.reorderLevel === null ? null : as(row.reorderLevel),
		reorder_quantity: null,
		addresses: [],
		created_at: '2026-01-05T09:00:00.000Z',
		updated_at: stamp,
	};
}
