/** Resolves references to items, each distinct one once. */
import type { Platform, Resolution } from '../model/platform';
import type { Reference } from '../model/item';

export class FoundItems {
	private constructor(private readonly byReference: Map<string, Resolution>) {}

	static async of(
		references: Array<Reference | null>,
		platform: Platform,
		lookUpIds: boolean,
	): Promise<FoundItems> {
		const distinct = new Map<string, Reference>();
		for (const reference of references) {
			if (reference !== null) distinct.set(keyOf(reference), reference);
		}
		if (distinct.size === 0) return new FoundItems(new Map());
		const answers = await platform.resolve([...distinct.values()], lookUpIds);
		return new FoundItems(new Map([...distinct.keys()].map((key, n) => [key, answers[n]])));
	}

	/** @param reference One of those that were looked up. */
	get(reference: Reference): Resolution {
		return this.byReference.get(keyOf(reference)) as Resolution;
	}
}

function keyOf(reference: Reference): string {
	return reference.by === 'sku' ? `sku ${reference.sku}` : `id ${reference.id}`;
}
