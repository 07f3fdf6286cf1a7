/**
 * Reads documents of the services entry by entry and field by field, so that a malformed part affects only itself. A
 * malformed descriptive field becomes null, a malformed level becomes unknown, and an entry that cannot be identified is
 * left out.
 */
import { z } from 'zod';
import type { Level } from '../../inventory/model/level';
import type { Resolution } from '../../inventory/model/platform';
import type { Understand } from '../http/connection';

/** Understands a body as what its schema makes of it. */
export function parsedBy<T>(schema: z.ZodType<T, z.ZodTypeDef, unknown>): Understand<T> {
	return (body) => {
		const parsed = schema.safeParse(body);
		return parsed.success ? { value: parsed.data } : null;
	};
}

/** A field that may be missing, and becomes null if it is malformed. */
export function loose<T extends z.ZodTypeAny>(schema: T) {
	return schema.nullish().catch(null);
}

export const looseText = loose(z.string());

/** An ID, sent as a number or as text. */
export const id = z.union([z.number().safe().transform(String), z.string().min(1)]);

/** A SKU; a number becomes its shortest text, as in a cell of a row. */
export const code = loose(z.union([z.string(), z.number().safe().transform(String)]));

/** A count: a number, or a number as text, as RootFi v3 sends it. */
export const count = z.union([
	z.number(),
	z
		.string()
		.regex(/^-?\d+(\.\d+)?$/)
		.transform(Number),
]);
export const looseCount = loose(count);

/** What a document says about a level. */
interface Stock {
	quantity?: unknown;
	/** Anything but a boolean makes the level unreadable, as a quantity that is not a number does. */
	unlimited?: unknown;
	reserved?: number | null;
	updatedAt?: string | null;
}

/**
 * The level in a document; if it is not a level, one that is marked as unreadable.
 * @param number The schema of a quantity.
 */
export function readLevel(
	label: string,
	{ quantity, unlimited, reserved = null, updatedAt = null }: Stock,
	number: z.ZodType<number, z.ZodTypeDef, unknown> = z.number(),
): Level {
	const level: Level = { quantity: null, unlimited: unlimited === true, reserved, updatedAt };
	if (unlimited != null && typeof unlimited !== 'boolean') return notKnown(level, label, unlimited);
	if (level.unlimited || quantity == null) return level;
	const counted = number.safeParse(quantity);
	return counted.success ? { ...level, quantity: counted.data } : notKnown(level, label, quantity);
}

/** Marks a level as unreadable, with what the service reported. */
export function notKnown(level: Level, label: string, reported: unknown): Level {
	const shown = JSON.stringify(reported).slice(0, 40);
	return {
		...level,
		isUnreadable: true,
		outdated: `The level is not known: ${label} reports ${shown} where a number should be. Correct the item in the shop, or set its quantity.`,
	};
}

/** A list entry that cannot be identified. */
export interface LeftOut {
	/** Its ID, SKU or name, or else its place in the list. */
	label: string;
	sku: string | null;
}

/** Reads the entries of a list one by one, leaving out those that cannot be read. */
export function readEntries<T extends z.ZodTypeAny>(
	schema: T,
	list: unknown[],
): { entries: Array<z.output<T>>; leftOut: LeftOut[] } {
	const entries: Array<z.output<T>> = [];
	const leftOut: LeftOut[] = [];
	for (const [n, entry] of list.entries()) {
		const parsed = schema.safeParse(entry);
		if (parsed.success) entries.push(parsed.data as z.output<T>);
		else leftOut.push(leftOutEntry(entry, n));
	}
	return { entries, leftOut };
}

const names = z
	.object({
		rootfi_id: loose(id),
		id: loose(id),
		_id: loose(id),
		sku: code,
		name: looseText,
	})
	.catch({});

function leftOutEntry(entry: unknown, n: number): LeftOut {
	const { rootfi_id: rootfiId, id: ownId, _id: idOfV1, sku, name } = names.parse(entry);
	return {
		label: rootfiId ?? ownId ?? idOfV1 ?? sku ?? name ?? `entry ${n + 1}`,
		sku: sku ?? null,
	};
}

/** Fails the look-up of a SKU that was not found but is on an entry that was left out. */
export function orUnreadable(found: Resolution, leftOut: LeftOut[], sku: string): Resolution {
	const entry = leftOut.find((one) => one.sku === sku);
	if (found.kind !== 'notFound' || entry === undefined) return found;
	return {
		kind: 'failed',
		fault: {
			message: `The item with the SKU “${sku}” cannot be read: its entry in the list (${entry.label}) does not have the documented form.`,
			advice: 'Open the item in the shop and save it again, or choose it by its ID.',
		},
	};
}
