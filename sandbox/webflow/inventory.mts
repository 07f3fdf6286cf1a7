/**
 * What an inventory update does to an item, by the documents and, where they are silent, by the switches.
 */
import type { Version } from './errors.mts';
import type { WebflowSwitches } from './switches.mts';

export interface WebflowItem {
	id: string;
	sku: string | null;
	name: string;
	/** Kept while the SKU is unlimited. */
	quantity: number;
	infinite: boolean;
}

export interface WebflowProduct {
	id: string;
	name: string;
	items: WebflowItem[];
}

const FIELDS = ['inventoryType', 'quantity', 'updateQuantity'];

export function applyUpdate(
	item: WebflowItem,
	fields: Record<string, unknown>,
	version: Version,
	switches: WebflowSwitches,
): { quantity: number; infinite: boolean } | { refused: string } {
	const unknown = Object.keys(fields).find((name) => !FIELDS.includes(name));
	if (unknown !== undefined && switches.unknownFields === 'refuse') {
		return { refused: `Field '${unknown}': Field not described in schema` };
	}
	const { inventoryType, quantity, updateQuantity } = fields;
	const typed = inventoryType === 'finite' || inventoryType === 'infinite';
	// v2 requires the type with every update; v1 documents all fields as optional.
	if (!typed && (version === 'v2' || inventoryType !== undefined)) {
		return { refused: "'inventoryType' must be 'finite' or 'infinite'" };
	}
	for (const number of [quantity, updateQuantity]) {
		if (number === undefined) continue;
		if (typeof number !== 'number' || !Number.isFinite(number))
			return { refused: 'Expected a number' };
		if (!Number.isInteger(number) && switches.fraction === 'refuse') {
			return { refused: 'Expected a whole number' };
		}
	}
	const set = quantity as number | undefined;
	const delta = updateQuantity as number | undefined;
	if (inventoryType === 'infinite') {
		if ((set ?? delta) !== undefined && switches.infiniteWithNumber === 'refuse') {
			return { refused: "An 'infinite' inventory takes no quantity" };
		}
		return { quantity: item.quantity, infinite: true };
	}
	if (set !== undefined && delta !== undefined && switches.bothQuantities === 'refuse') {
		return { refused: "'quantity' and 'updateQuantity' exclude each other" };
	}
	if (delta !== undefined && (set === undefined || switches.bothQuantities === 'delta')) {
		return addDelta(item, delta, switches);
	}
	if (set !== undefined) return checkBelowZero(set, switches);
	if (switches.finiteWithoutNumber === 'refuse') return { refused: "'quantity' is required" };
	return {
		quantity: switches.finiteWithoutNumber === 'zero' ? 0 : item.quantity,
		infinite: false,
	};
}

function addDelta(item: WebflowItem, delta: number, switches: WebflowSwitches) {
	if (item.infinite && switches.deltaOnInfinite === 'refuse') {
		return { refused: 'The inventory is infinite' };
	}
	const from = item.infinite && switches.deltaOnInfinite === 'fromZero' ? 0 : item.quantity;
	return checkBelowZero(from + delta, switches);
}

function checkBelowZero(quantity: number, { belowZero }: WebflowSwitches) {
	if (quantity < 0 && belowZero === 'refuse')
		return { refused: 'Inventory cannot fall below zero' };
	return { quantity: quantity < 0 && belowZero === 'clamp' ? 0 : quantity, infinite: false };
}
