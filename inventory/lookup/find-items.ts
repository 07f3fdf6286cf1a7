/** References become items; each is asked for once. */
import type { Platform, Resolution } from '../model/platform';
import type { Reference } from '../model/item';

export class FoundItems {
	private constructor(private readonly byName: Map<string, Resolution>) {}

	/** Asks the service for every distinct reference. */
	static async of(
		references: Array<Reference | null>,
		platform: Platform,
		lookUpIds: boolean,
	): Promise<FoundItems> {
		const distinct = new Map<string, Reference>();
		for (const reference of references) {
			if (reference !== null) distinct.set(nameOf(reference), reference);
		}
		if (distinct.size === 0) return new FoundItems(new Map());
		const answers = await platform.resolve([...distinct.values()], lookUpIds);
		return new FoundItems(new Map([...distinct.keys()].map((name, n) => [name, answers[n]])));
	}

	/** The answer for a reference that was asked for. */
	get(reference: Reference): Resolution {
		return this.byName.get(nameOf(reference)) as Resolution;
	}
}

function nameOf(reference: Reference): string {
	return reference.by === 'sku' ? `sku ${reference.sku}` : `id ${reference.id}`;
}
